"""Where the slots of a device, its keys and its folders are."""

from __future__ import annotations

import platform
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from device.updating.disk import LABELS, BootSlot, Partition, label, running
from device.updating.errors import NoSlots
from device.updating.signature import KEYS

_BOARDS = {"aarch64": "arm64", "x86_64": "amd64"}
"""Debian's names, by the kernel's."""


@dataclass(frozen=True, slots=True)
class SlotDevice:
    """A device that has two slots."""

    runs: BootSlot
    """The slot whose root is in use."""
    version: str
    """Of Equerry in it."""
    board: str
    config: Path
    """Where the partition with autoboot.txt is mounted."""
    state: Path
    """Root's own folder, which both slots share."""
    data: Path
    """The appliance's folder, likewise."""
    told: Path
    """Where the appliance reads what became of an update (device/upkeep/updates.py)."""
    keys: tuple[Path, ...]
    partition: Callable[[str], Partition]
    """By its label, such as root-b."""

    def partitions(self, slot: BootSlot) -> dict[str, Partition]:
        """The partition for each part of an update."""
        return {part: self.partition(label(part, slot)) for part in LABELS}


def this_device(version: str) -> SlotDevice:
    """The device that this process runs on. Raises NoSlots."""
    runs = running(Path("/proc/cmdline").read_text(encoding="ascii", errors="replace"))
    if runs is None:
        raise NoSlots
    return SlotDevice(
        runs,
        version,
        _BOARDS.get(platform.machine(), platform.machine()),
        config=Path("/boot/config"),
        state=Path("/var/lib/equerry-slots"),
        data=Path("/var/lib/equerry"),
        told=Path("/run/equerry-update/state"),
        keys=KEYS,
        partition=lambda name: Partition(Path("/dev/disk/by-partlabel") / name),
    )
