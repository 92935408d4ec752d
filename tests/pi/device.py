"""The virtual Pi: Debian 12 on a card, the bundle on a stick, and the appliance once it is installed."""

from __future__ import annotations

import shutil
import subprocess
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory

from release.bundle import pack, version, write_sums
from release.source import ROOT
from tests.pi.disk import overlay
from tests.pi.kernel import Kernel
from tests.pi.machine import Board, Disk, Machine, MachineError
from tests.pi.tree import tree

CPUS, MEMORY_MIB = 2, 2048
SOUND = "snd_aloop.index=0,1 snd_aloop.enable=1,1 snd_aloop.id=Microphone,Speaker snd_aloop.pcm_substreams=1,1"
NO_WATCHDOG = "systemd.watchdog_sec=0"
"""Its seconds are real, and on a busy machine systemd is late by more than a watchdog waits."""
STICK, SPARE = "/mnt/stick", "/mnt/spare"
"""The stick that bundles come on, and the one that backups go to."""
HOUR_S = 3600
LATER = "9.9.9"
"""Version of the release that comes behind this one."""
JOURNAL = "journalctl --unit=equerry.service --output=cat --no-pager"
PINS = "python3 /srv/pi/pins.py"
"""Fingers and eyes on them: tests/pi/pins.py."""
RED, GREEN, BLUE, BUTTON, SWITCH = 22, 23, 24, 17, 27
SETTINGS = f"""\
[lights]
kind = "rgb"
pins = [{RED}, {GREEN}, {BLUE}]
[button]
pin = {BUTTON}
mute_pin = {SWITCH}
[guide]
enabled = false
"""
SLOW = """\
[Service]
TimeoutStartSec=2h
WatchdogSec=30min
"""
"""Limits for a machine whose seconds are real and whose work takes many times as long; gone after a boot."""


@dataclass(frozen=True, slots=True)
class Shelf:
    """What a machine is put together from, and the folder it works in."""

    kernel: Kernel
    card: Path
    bundle: Path
    """For aarch64, which is on the stick, too."""
    stick: Path
    spare: Path
    work: Path
    key: str
    """Of the code on the stick and of the card as it was at first."""


def of_its_own(shelf: Shelf, name: str, card: Path) -> Shelf:
    """The same for a machine that runs beside others, in a folder of its own; its card is `card` until written to."""
    work = shelf.work / name
    work.mkdir()
    spare = shutil.copy(shelf.spare, work / "spare.img")
    return replace(shelf, card=overlay(card, work / "card.qcow2"), spare=spare, work=work)


def machine(
    shelf: Shelf,
    *,
    words: str = "",
    extra: tuple[str, ...] = (),
    cpus: int = CPUS,
    by_instructions: bool = False,
    clock: str | None = None,
) -> Machine:
    """The Pi with the card of the shelf. `words`: more for the kernel's command line; `extra`: for QEMU's; the others:
    see Board.
    """
    cpus = 1 if by_instructions else cpus
    board = Board(
        shelf.kernel.image,
        f"root=/dev/vda rw panic=10 {NO_WATCHDOG} {SOUND} {words}".strip(),
        (Disk(shelf.card, "card", "qcow2"), Disk(shelf.stick, "stick", read_only=True), Disk(shelf.spare, "spare")),
        tree=tree(shelf.work / "pi.dtb", cpus=cpus, memory_mib=MEMORY_MIB),
        memory_mib=MEMORY_MIB,
        cpus=cpus,
        by_instructions=by_instructions,
        clock=clock,
        extra=extra,
    )
    return Machine(board, shelf.work)


def checkout(out: Path) -> Path:
    """All files of this checkout as they are, as an archive."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z", "--", ".", ":!tests/*/kept/*"]
    names = subprocess.run(command, cwd=ROOT, capture_output=True, check=True).stdout
    pack: list[str | Path] = ["tar", "-cf", out, "--null", "--no-recursion", "--ignore-failed-read", "--files-from=-"]
    subprocess.run(pack, cwd=ROOT, input=names, check=True)
    return out


def later(packed: Path, work: Path) -> Path:
    """A bundle of the next version, which does the same."""
    with TemporaryDirectory(prefix="later-", dir=work) as folder:
        subprocess.run(["tar", "-xf", packed, "-C", folder], check=True)
        (top,) = Path(folder).iterdir()
        for path in (top / "bundle.toml", top / "equerry" / "pyproject.toml"):
            text = path.read_text(encoding="utf-8")
            path.write_text(text.replace(f'version = "{version()}"', f'version = "{LATER}"', 1), encoding="utf-8")
        write_sums(top)
        out = work / packed.name.replace(version(), LATER)
        pack(top, out, int(packed.stat().st_mtime))
    return out


class Pi:
    """One that is switched on."""

    def __init__(self, machine: Machine) -> None:
        self.machine = machine

    def booted(self) -> None:
        """Until systemd has started all that it wants to, but what is waited for."""
        self.machine.wait_ready(600)
        self.machine.until("systemctl is-system-running | grep -Eqx 'running|degraded|starting'", 600)
        self.does("mkdir -p /run/systemd/system/equerry.service.d")
        self.machine.put("/run/systemd/system/equerry.service.d/slow.conf", SLOW.encode())
        self.does("systemctl daemon-reload")
        self.does(f"mkdir -p {STICK} && mount -o ro /dev/vdb {STICK}")

    def does(self, command: str, timeout_s: float = 300) -> str:
        """What a command printed. Raises MachineError where it fails."""
        ran = self.machine.run(command, timeout_s)
        if ran.status:
            raise MachineError(f"{command}\nended with {ran.status}:\n{ran.out[-3000:]}")
        return ran.out.strip()

    def waits(self, command: str, every_s: float = 1) -> None:
        """Until a command succeeds. It's tried within the machine, in its own time: where that goes by instructions,
        each look from outside would take it away from whoever listens. Raises MachineError.
        """
        self.does(f"until {command}; do sleep {every_s}; done > /dev/null 2>&1", HOUR_S)

    def ready(self) -> None:
        """Until the appliance is; its limits are raised. Raises MachineError."""
        self.waits("systemctl is-active equerry.service", 5)

    def rests(self) -> None:
        """Until what it makes ready behind its readiness leaves a fifth of the processor free."""
        idle = "idle() { head -n 1 /proc/stat | cut -d ' ' -f 6; }"
        self.does(f"{idle}; while before=$(idle); sleep 10; [ $(($(idle) - before)) -lt 200 ]; do :; done", HOUR_S)

    def journal(self, pattern: str) -> str:
        """The appliance's journal since the last `mark`, once it has this. Raises MachineError."""
        since = f"{JOURNAL} --since=@$(cat /run/mark)"
        self.waits(f"{since} | grep -q -E '{pattern}'", 5)
        return self.does(since)

    def mark(self) -> None:
        """From now on."""
        self.does("date +%s > /run/mark")

    def bundle(self, of: str = "") -> str:
        """Where the bundle of this version lies; empty: of the release under test."""
        return f"{STICK}/equerry-{of or version()}-aarch64.tar"

    def asks(self, words: str) -> str:
        """What is answered to typed words; the exit status is not looked at."""
        return self.machine.run(f"equerry ask '{words}'", HOUR_S).out.strip()

    def processor_s(self) -> float:
        """Seconds of processor time that the appliance has had."""
        process = self.property("MainPID")
        ticks = self.does(f"cut -d ' ' -f 14,15 /proc/{process}/stat").split()
        return sum(map(int, ticks)) / 100

    def memory_mib(self) -> int:
        """What the appliance held at most."""
        status = self.does(f"cat /proc/{self.property('MainPID')}/status")
        return int(status.partition("VmHWM:")[2].split()[0]) // 1024

    def written_kib(self) -> int:
        """What has gone to the card since it was switched on."""
        self.does("sync")
        return int(self.does("cat /sys/block/vda/stat").split()[6]) // 2

    def property(self, name: str) -> str:
        """Of equerry.service."""
        return self.does(f"systemctl show equerry.service --property={name} --value")

    def pins(self, words: str, timeout_s: float = 900) -> str:
        """See tests/pi/pins.py."""
        return self.does(f"{PINS} {words}", timeout_s)
