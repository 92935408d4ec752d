"""autoboot.txt, by which Raspberry Pi's firmware knows which slot it boots (`tryboot_a_b`): `[all]` names the standing
one, `[tryboot]` the one of a trial, which holds for a single boot. Whatever ends that, also a hang and the watchdog, a
power cut, a panic, boots the standing one.
"""

from __future__ import annotations

import os
from pathlib import Path

from device.updating.disk import BOOT, BootSlot, other
from services.store.backups.snapshot import sync

NAME = "autoboot.txt"


def text_for(slot: BootSlot) -> str:
    """Say that this slot stands."""
    return f"[all]\ntryboot_a_b=1\nboot_partition={BOOT[slot]}\n[tryboot]\nboot_partition={BOOT[other(slot)]}\n"


def standing(folder: Path) -> BootSlot | None:
    """The slot that boots where nothing is tried; None: the file does not say that."""
    try:
        text = (folder / NAME).read_text(encoding="ascii", errors="replace")
    except OSError:
        return None
    lines = text.partition("[tryboot]")[0].split()
    return next((slot for slot, partition in BOOT.items() if f"boot_partition={partition}" in lines), None)


def stand(folder: Path, slot: BootSlot) -> None:
    """Have this slot boot from now on: the file is there as it was or as it will be, also on FAT. Raises OSError.

    The kernel's vfat puts the new file in the place of the old one's name within one sector of the folder.
    """
    new = folder / "autoboot.new"
    with new.open("w", encoding="ascii") as file:
        file.write(text_for(slot))
        file.flush()
        os.fsync(file.fileno())
    new.replace(folder / NAME)
    sync(folder)
