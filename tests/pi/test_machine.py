"""The machine of the virtual Pi: how it ended, what QEMU is told, what it says where something is missing."""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import sys
import threading
from dataclasses import replace
from pathlib import Path

import pytest

from tests.pi import machine
from tests.pi.agent import carry_out
from tests.pi.inside import with_agent
from tests.pi.machine import Board, Disk, Machine, MachineError, arguments, ended

BOARD = Board(Path("/k/Image"), "root=/dev/vda ro", (Disk(Path("/d/root.img"), "root"),))


@pytest.mark.parametrize(
    ("said", "how"),
    [
        ("[  9.1] reboot: Power down\n", "off"),
        ("[  9.1] reboot: Restarting system\n", "restart"),
        ("[  9.1] reboot: Restarting system with command '0 tryboot'\n", "tryboot"),
        ("[  9.1] Kernel panic - not syncing: VFS\n[ 19.1] reboot: Restarting system\n", "panic"),
        ("[  9.1] systemd[1]: Reached target\n", "cut"),
    ],
)
def test_the_console_tells_how_it_ended(said: str, how: str) -> None:
    assert ended(said) == how


def test_without_forwarded_ports_it_has_no_network_and_with_them_only_those_of_this_machine(tmp_path: Path) -> None:
    assert "-netdev" not in arguments(BOARD, tmp_path)
    line = arguments(replace(BOARD, forward={2222: 22}), tmp_path)
    assert line[line.index("-netdev") + 1] == "user,id=net,restrict=on,hostfwd=tcp:127.0.0.1:2222-:22"


def test_disks_come_in_order_and_a_read_only_one_stays_so(tmp_path: Path) -> None:
    board = replace(BOARD, disks=(*BOARD.disks, Disk(Path("/d/stick.img"), "stick", read_only=True)))
    line = arguments(board, tmp_path)
    drives = [line[place + 1] for place, word in enumerate(line) if word == "-drive"]
    assert [drive.split(",")[0] for drive in drives] == ["file=/d/root.img", "file=/d/stick.img"]
    assert [drive.endswith(",readonly=on") for drive in drives] == [False, True]


def test_a_missing_emulator_is_told_with_what_helps(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(machine, "PROGRAM", "qemu-system-nowhere")
    with pytest.raises(MachineError, match="apt-get install qemu-system-arm"):
        Machine(BOARD, tmp_path).start()


def test_the_agent_carries_out_a_command_and_ends_one_that_takes_too_long() -> None:
    assert carry_out("echo here; echo there >&2; exit 3", 30) == {"status": 3, "out": "here\nthere\n"}
    assert carry_out("echo begun; sleep 600", 0.5) == {"status": 124, "out": "begun\n"}


def test_who_waits_for_it_again_does_not_wait_for_another_hello(tmp_path: Path) -> None:
    with socket.socket(socket.AF_UNIX) as port:
        port.bind(str(tmp_path / "agent"))
        port.listen()
        device = Machine(BOARD, tmp_path)

        def agent() -> None:
            wire, _ = port.accept()
            wire.sendall(b'{"hello": true}\n')
            wire.recv(1)

        within = threading.Thread(target=agent)
        within.start()
        device.wait_ready(30)
        device.wait_ready(0.01)
        device.cut()
        within.join()


def test_the_agent_answers_each_line_in_order(tmp_path: Path) -> None:
    """On a pseudo-terminal in the place of the virtio port."""
    master, slave = os.openpty()
    os.set_blocking(master, True)
    child = subprocess.Popen([sys.executable, machine.__file__.replace("machine", "agent"), os.ttyname(slave)])
    try:
        wire = os.fdopen(master, "r+b", buffering=0)
        assert json.loads(_line(wire.fileno())) == {"hello": True}
        for word in ("one", "two"):
            wire.write(json.dumps({"command": f"echo {word}", "timeout_s": 9}).encode() + b"\n")
            while b"out" not in (line := _line(wire.fileno())) or b"status" not in line:
                pass  # a terminal says again what it is told
            assert json.loads(line) == {"status": 0, "out": f"{word}\n"}
    finally:
        child.kill()
        child.wait()
        os.close(slave)


def _line(descriptor: int) -> bytes:
    line = b""
    while not line.endswith(b"\n"):
        line += os.read(descriptor, 1)
    return line


@pytest.mark.skipif(not shutil.which("cpio"), reason="cpio is not here")
def test_the_agent_goes_into_an_initial_file_system_before_what_is_there(tmp_path: Path) -> None:
    initrd = tmp_path / "initrd"
    initrd.write_bytes(b"\x1f\x8bof Debian")
    made = with_agent(initrd, tmp_path / "with").read_bytes()
    assert made.endswith(b"\x1f\x8bof Debian")
    assert (len(made) - initrd.stat().st_size) % 512 == 0, "the kernel looks for the next one at a multiple of four"
    listed = subprocess.run(["cpio", "--list", "--quiet"], input=made, capture_output=True, check=True).stdout.decode()
    assert {"conf/param.conf", "equerry-agent/agent.py", "equerry-agent/agent.service"} <= set(listed.split())
