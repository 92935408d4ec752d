"""What the checks may read: files under a root, which in a test is a folder; commands through one runner; the running
appliance; sound.
"""

from __future__ import annotations

import os
import struct
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from device.clock import Timekeeper
from device.configuration.settings import Settings
from device.doctor.base import Now, Run
from firmware.base import Microphone, Speaker
from firmware.errors import ExpectedError
from firmware.readings import Sensors
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
    """What the running appliance tells (device/control/facts.py); None where it does not run. Raises ApplianceError
    where it gives no answer.
    """
    microphone: Callable[[], Microphone]
    speaker: Callable[[], Speaker]
    names: Callable[[str], Sequence[str]]
    """Of the sound devices, "input" or "output"."""
    link: Callable[[], Link]
    """With the broker, under a name of its own; nothing is opened before it is turned. Raises ExpectedError."""
    secrets: Sequence[Path]
    """Folders of secrets."""
    root: Path = ROOT
    """Where /proc, /sys, /dev and /etc are found."""
    thorough: bool = False
    loud: bool = False
    """A sound may be made."""
    statvfs: Callable[[Path], os.statvfs_result] = os.statvfs
    uid: int = field(default_factory=os.geteuid)

    @property
    def running(self) -> Mapping[str, Any] | None:
        """What the running appliance told, asked once; None where it does not run. Raises what `status` does, each time
        alike.
        """
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

    def path(self, place: str) -> Path:
        """A place below the root, given without its slash."""
        return self.root / place

    def text(self, place: str) -> str:
        """What stands in a file below the root, without blanks and zeros around it; empty where there is none, or we
        may not.
        """
        try:
            return self.path(place).read_text(encoding="utf-8", errors="replace").strip("\0 \n\t")
        except OSError:
            return ""

    def below(self, pattern: str) -> list[Path]:
        """Files and folders below the root."""
        return sorted(self.root.glob(pattern))
