"""An emulated aarch64 machine: it boots, says what it does on its console, carries out commands, and loses its power.

QEMU's board `virt` with the processor of a Pi 4, without KVM: true, and slow. Whoever uses it waits for events, with
generous limits, never for a time.
"""

from __future__ import annotations

import base64
import json
import re
import shutil
import socket
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

PROGRAM = "qemu-system-aarch64"
PORT = "equerry.agent"
"""Of tests/pi/agent.py: /dev/virtio-ports/ and this."""
POLL_S = 0.2
PART = 96_000
"""Letters of base64 in one command, a multiple of four; Linux takes 128 KiB as one argument."""

End = Literal["off", "restart", "tryboot", "panic", "cut"]
"""How it ended: switched off, restarted, restarted for a trial of the other slot, a kernel's panic, its power cut."""


class MachineError(Exception):
    """It did not do what it should; the end of its console is in the message."""


@dataclass(frozen=True, slots=True)
class Disk:
    """A file that is a disk of the machine: /dev/vda, vdb, … in order, also /dev/disk/by-id/virtio-NAME."""

    path: Path
    name: str
    form: Literal["raw", "qcow2"] = "raw"
    read_only: bool = False


@dataclass(frozen=True, slots=True)
class Board:
    """What is switched on."""

    kernel: Path
    command_line: str
    """Of the kernel; that of the console is put before it."""
    disks: Sequence[Disk]
    initrd: Path | None = None
    tree: Path | None = None
    """A device tree (dtb) in place of QEMU's."""
    memory_mib: int = 2048
    cpus: int = 2
    by_instructions: bool = False
    """Its time goes by what it computes: an instruction takes 1 ns, so that a second lasts as long as its work needs,
    and sound is followed. One processor alone; where it waits, its time jumps.
    """
    clock: str | None = None
    """What its clock shows when switched on, such as 1970-01-01T00:00:00; None: as it is."""
    forward: Mapping[int, int] = field(default_factory=dict)
    """Ports of 127.0.0.1 here, and those of the machine they lead to; without any it has no network."""
    extra: Sequence[str] = ()
    """Further arguments of QEMU."""


@dataclass(frozen=True, slots=True)
class Ran:
    """What a command in the machine did."""

    status: int
    out: str


def arguments(board: Board, folder: Path) -> list[str]:
    """QEMU's command line; `folder` is that of the machine's sockets and files."""
    line = [PROGRAM, "-M", "virt", "-cpu", "cortex-a72", "-nodefaults", "-no-reboot"]
    if board.by_instructions:
        line += ["-accel", "tcg,thread=single", "-icount", "shift=0,sleep=off"]
    else:
        line += ["-accel", "tcg,thread=multi"]
    line += ["-smp", str(board.cpus), "-m", str(board.memory_mib), "-display", "none", "-kernel", str(board.kernel)]
    line += ["-append", f"console=ttyAMA0 {board.command_line}"]
    line += ["-chardev", f"file,id=console,path={folder / 'console.txt'},append=on", "-serial", "chardev:console"]
    line += ["-device", "virtio-serial-pci,romfile="]
    line += ["-chardev", f"socket,id=agent,path={folder / 'agent'},server=on,wait=off"]
    line += ["-device", f"virtserialport,chardev=agent,name={PORT}", "-device", "virtio-rng-pci,romfile="]
    for disk in board.disks:
        drive = f"file={disk.path},format={disk.form},if=none,id={disk.name},cache=writeback"
        line += ["-drive", drive + (",readonly=on" if disk.read_only else "")]
        line += ["-device", f"virtio-blk-pci,drive={disk.name},serial={disk.name},romfile="]
    if board.forward:
        ports = "".join(f",hostfwd=tcp:127.0.0.1:{here}-:{there}" for here, there in board.forward.items())
        line += ["-netdev", f"user,id=net,restrict=on{ports}", "-device", "virtio-net-pci,netdev=net,romfile="]
    for option, path in (("-initrd", board.initrd), ("-dtb", board.tree)):
        line += [option, str(path)] if path else []
    return [*line, *(["-rtc", f"base={board.clock}"] if board.clock else []), *board.extra]


class Machine:
    """One that is switched on with `start` and gone after `wait_end` or `cut`. A context: leaving it cuts the power."""

    def __init__(self, board: Board, folder: Path) -> None:
        """`folder`: for its console (console.txt, of all its boots), sockets and QEMU's own words."""
        self.board = board
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True)
        self.console = folder / "console.txt"
        self._process: subprocess.Popen[bytes] | None = None
        self._agent: socket.socket | None = None
        self._pending = b""
        self._boot_began = 0

    def __enter__(self) -> Machine:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.cut()

    def start(self) -> None:
        """Switch it on. Raises MachineError where QEMU is not here or refuses."""
        if not shutil.which(PROGRAM):
            raise MachineError(f"{PROGRAM} is not here; apt-get install qemu-system-arm brings it")
        (self.folder / "agent").unlink(missing_ok=True)
        self._boot_began = self.console.stat().st_size if self.console.exists() else 0
        with (self.folder / "qemu.txt").open("ab") as said:
            self._process = subprocess.Popen(
                arguments(self.board, self.folder), stdin=subprocess.DEVNULL, stdout=said, stderr=said
            )
        self._until((self.folder / "agent").exists, 30, "QEMU has not begun")

    def said(self) -> str:
        """What the console said since it was switched on."""
        with self.console.open("rb") as file:
            file.seek(self._boot_began)
            return file.read().decode("utf-8", "replace").replace("\r", "")

    def wait_for(self, pattern: str, timeout_s: float) -> str:
        """Until the console said it (a regular expression, of lines); what matched. Raises MachineError."""
        found: list[str] = []

        def seen() -> bool:
            found[:] = [match[0] for match in re.finditer(pattern, self.said(), re.MULTILINE)]
            return bool(found)

        self._until(seen, timeout_s, f"the console has not said {pattern!r}")
        return found[-1]

    def wait_ready(self, timeout_s: float = 300) -> None:
        """Until the agent inside it says hello, which it does once a boot. Raises MachineError."""
        if self._agent is not None:
            return
        wire = socket.socket(socket.AF_UNIX)
        wire.connect(str(self.folder / "agent"))
        self._agent, self._pending = wire, b""
        try:
            self._line(timeout_s)
        except (TimeoutError, OSError):
            raise MachineError(self._told(f"nobody in it has said hello within {timeout_s:.0f} s")) from None

    def run(self, command: str, timeout_s: float = 120) -> Ran:
        """Carry out a shell command in it, as root. Raises MachineError where it ends or does not answer."""
        if self._agent is None:
            self.wait_ready()
        assert self._agent
        try:
            self._agent.sendall(json.dumps({"command": command, "timeout_s": timeout_s}).encode() + b"\n")
            answer = json.loads(self._line(timeout_s + 60))
        except (TimeoutError, OSError) as problem:
            raise MachineError(self._told(f"no answer to: {command} ({problem})")) from None
        return Ran(answer["status"], answer["out"])

    def begin(self, command: str) -> None:
        """Carry out a command in it without waiting: its power is cut meanwhile, say."""
        self.run(f"({command}) > /dev/null 2>&1 < /dev/null &", 60)

    def put(self, path: str, content: bytes) -> None:
        """Write a small file in it (some MB). Raises MachineError."""
        text = base64.b64encode(content).decode()
        self.run(f": > {path}")
        for at in range(0, len(text), PART):
            self.run(f"echo {text[at : at + PART]} | base64 -d >> {path}")

    def get(self, path: str) -> bytes:
        """What a file in it holds (some MB). Raises MachineError."""
        return base64.b64decode(self.run(f"base64 {path}").out)

    def until(self, command: str, timeout_s: float) -> str:
        """Repeat a command in it until its status is 0; what that one printed. Raises MachineError."""
        last = Ran(1, "")

        def done() -> bool:
            nonlocal last
            last = self.run(command)
            return last.status == 0

        try:
            self._until(done, timeout_s, f"not so: {command}")
        except MachineError as problem:
            raise MachineError(f"{problem}\nit last said: {last.out[-2000:]}") from None
        return last.out

    def wait_end(self, timeout_s: float = 300) -> End:
        """Until it is off by itself, and how. Raises MachineError."""
        assert self._process
        try:
            self._process.wait(timeout_s)
        except subprocess.TimeoutExpired:
            raise MachineError(self._told(f"it is not off after {timeout_s:.0f} s")) from None
        self._gone()
        return ended(self.said())

    def cut(self) -> End:
        """Take its power away, this very moment."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
        self._gone()
        return "cut"

    @property
    def on(self) -> bool:
        return self._process is not None and self._process.poll() is None

    def _gone(self) -> None:
        if self._agent is not None:
            self._agent.close()
        self._process = self._agent = None

    def _line(self, timeout_s: float) -> bytes:
        assert self._agent
        due = time.monotonic() + timeout_s
        while b"\n" not in self._pending:
            self._agent.settimeout(max(0.01, due - time.monotonic()))
            more = self._agent.recv(65536)
            if not more:
                raise OSError("it is off")
            self._pending += more
        line, _, self._pending = self._pending.partition(b"\n")
        return line

    def _until(self, true: Callable[[], bool], timeout_s: float, problem: str) -> None:
        due = time.monotonic() + timeout_s
        while not true():
            if not self.on:
                raise MachineError(self._told(f"{problem}, and it is off"))
            if time.monotonic() > due:
                raise MachineError(self._told(f"{problem} after {timeout_s:.0f} s"))
            time.sleep(POLL_S)

    def _told(self, problem: str) -> str:
        last = self.said()[-3000:] if self.console.exists() else ""
        qemu = (self.folder / "qemu.txt").read_text("utf-8", "replace")[-500:]
        return f"{problem}\n{last}\n{qemu}".strip()


def ended(said: str) -> End:
    """How a boot ended, by the last words of its console."""
    if "Kernel panic" in said:
        return "panic"
    last = re.findall(r"reboot: (Power down|Restarting system)(?: with command '([^']*)')?", said)
    if not last:
        return "cut"
    how, command = last[-1]
    return "off" if how == "Power down" else "tryboot" if command.endswith("tryboot") else "restart"
