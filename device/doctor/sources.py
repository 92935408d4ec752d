"""What the checks may read: files under a root (a folder in tests), commands, the running appliance, sound."""

from __future__ import annotations

import os
import struct
import subprocess
import sys
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import IO, Any

from device.clock import Timekeeper
from device.configuration.settings import Settings
from device.doctor.base import Now, Ran, Run
from firmware.base import Microphone, Speaker
from firmware.errors import ExpectedError
from firmware.readings import Sensors
from services.home.status import HomeStatus
from services.sync.base import Link

ROOT = Path("/")


@dataclass(frozen=True, slots=True)
class Host:
    """What runs here."""

    machine: str
    """As uname(2) names the processor: aarch64, x86_64."""
    release: str
    """Of the kernel."""
    bits: int
    """Of an address in this program."""
    python: tuple[int, int, int]


def this_host() -> Host:
    """The machine that this process runs on."""
    told = os.uname()
    return Host(told.machine, told.release, struct.calcsize("P") * 8, sys.version_info[:3])


@dataclass(frozen=True)
class Sources:
    """Handed to every check. Frozen but for what is read once."""

    settings: Settings
    problems: Sequence[str]
    """Of the settings and of the roles."""
    environ: Mapping[str, str]
    now: Now
    run: Run
    readings: Sensors
    keeper: Timekeeper
    host: Host
    unusable: Callable[[], Sequence[str]]
    """What is right in the settings, and not installed."""
    status: Callable[[], Mapping[str, Any] | None]
    """Its reply to a status request (device/control/facts.py); None where it does not run. Raises ApplianceError."""
    microphone: Callable[[], Microphone]
    speaker: Callable[[], Speaker]
    names: Callable[[str], Sequence[str]]
    """Of the sound devices, "input" or "output"."""
    link: Callable[[], Link]
    """With the broker, under a name of its own; nothing is opened before it is turned. Raises ExpectedError."""
    secrets: Sequence[Path]
    """Folders of secrets."""
    house: Callable[[], HomeStatus] = lambda: HomeStatus(connected=False)
    """How a connection with Home Assistant, tried once, turns out. Raises ExpectedError."""
    right_channel: Callable[[], bool | None] = lambda: None
    """Whether the microphone has one, as its device tells; None: there is no microphone."""
    root: Path = ROOT
    """Where /proc, /sys, /dev and /etc are found."""
    environment: Path = Path(sys.prefix)
    """Of Python, that this program runs in."""
    thorough: bool = False
    loud: bool = False
    """A sound may be made."""
    statvfs: Callable[[Path], os.statvfs_result] = os.statvfs
    uid: int = field(default_factory=os.geteuid)

    @property
    def running(self) -> Mapping[str, Any] | None:
        """The running appliance's status, asked once; None where it does not run. Raises what `status` does."""
        told, error = self._told
        if error is not None:
            raise error
        return told

    @cached_property
    def _told(self) -> tuple[Mapping[str, Any] | None, Exception | None]:
        try:
            return self.status(), None
        except (ExpectedError, OSError) as error:
            return None, error

    @property
    def appliance(self) -> Mapping[str, Any] | None:
        """What it does, as far as it tells; None where it does not run or is still starting."""
        return (self.running or {}).get("appliance")

    @property
    def is_pi(self) -> bool:
        """Whether this is a Raspberry Pi."""
        return "Raspberry Pi" in self.model

    @cached_property
    def model(self) -> str:
        """As the board tells; empty where it tells nothing."""
        return self.text("proc/device-tree/model") or self.text("sys/firmware/devicetree/base/model")

    @cached_property
    def system(self) -> Mapping[str, str]:
        """What the system tells of itself (os-release(5))."""
        lines = self.text("etc/os-release").splitlines()
        pairs = (line.split("=", 1) for line in lines if "=" in line and not line.startswith("#"))
        return {name: value.strip("\"'") for name, value in pairs}

    @property
    def booted(self) -> bool:
        """Whether systemd runs this machine (sd_booted(3))."""
        return self.path("run/systemd/system").is_dir()

    def unit(self, name: str, properties: Sequence[str]) -> Mapping[str, str] | None:
        """These properties of a unit, as far as systemd tells them; None where it can't be asked."""
        ran = self.run(["systemctl", "show", name, f"--property={','.join(properties)}"])
        told = dict(line.split("=", 1) for line in ran.out.splitlines() if "=" in line)
        return {each: value for each, value in told.items() if each in properties} if ran.good else None

    def journal(self, *which: str, output: str = "cat") -> Ran:
        """The last lines of the journal; `which` of them, in the words of journalctl(1)."""
        return self.run(["journalctl", *which, f"--lines={_LINES}", f"--output={output}", "--no-pager", "--quiet"])

    def path(self, place: str) -> Path:
        """A place below the root, given without its slash."""
        return self.root / place

    def text(self, place: str) -> str:
        """A file below the root, stripped of blanks and zeros; empty where there is none or we may not read it."""
        return text_of(self.path(place)).strip("\0 \n\t")

    def below(self, pattern: str) -> list[Path]:
        """Files and folders below the root."""
        return sorted(self.root.glob(pattern))


def text_of(path: Path) -> str:
    """Empty where there is no such file, or we may not read it."""
    try:
        return path.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""


def closed(folder: Path) -> bool:
    """Whether it is there, and this user may not look into it."""
    return folder.is_dir() and not os.access(folder, os.R_OK | os.X_OK)


_LINES = 20_000
"""Of the journal."""
_LIMIT_S = 8.0
_MOST = 2_000_000
"""Bytes of what it tells; the last ones."""
_BLOCK = 65_536


def run(words: Sequence[str], *, limit_s: float = _LIMIT_S, most: int = _MOST) -> Ran:
    """Run a command. Nothing raises: one that is missing or hangs has no status. At most 2 × `most` bytes are held."""
    environment = {**os.environ, "LC_ALL": "C.UTF-8", "SYSTEMD_COLORS": "0", "SYSTEMD_PAGER": "", "PAGER": "cat"}
    try:
        process = subprocess.Popen(
            words, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment
        )
    except OSError as error:
        return Ran(None, error=error.strerror or "it can't be started")
    told, complained = bytearray(), bytearray()
    readers = [
        threading.Thread(target=_read, args=(stream, kept, most), name=f"{words[0]} told", daemon=True)
        for stream, kept in ((process.stdout, told), (process.stderr, complained))
    ]
    for reader in readers:
        reader.start()
    try:
        code = process.wait(limit_s)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
        return Ran(None, error=f"it did not end within {limit_s:g} s")
    for reader in readers:
        reader.join(limit_s)
    out, error_words = (bytes(kept[-most:]).decode("utf-8", errors="replace") for kept in (told, complained))
    return Ran(code, out, error_words)


def _read(stream: IO[bytes] | None, kept: bytearray, most: int) -> None:
    assert stream is not None
    with stream:
        while block := stream.read(_BLOCK):
            kept += block
            if len(kept) > 2 * most:
                del kept[:-most]
