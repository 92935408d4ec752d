"""The two slots of a disk: which runs, and a part written into the other.

A slot is a partition to boot from and one with the root. The firmware knows the first by their numbers, the kernel the
second by its label (`root=PARTLABEL=root-a`), which is all that is different between the slots: on its way to slot b
the `a` of those words becomes a `b`.
"""

from __future__ import annotations

import hashlib
import os
import re
import stat
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from device.updating.errors import DiskUnreliable, PartDamaged, PartTooLarge, SlotUnwritable
from device.updating.update_file import CHUNK, UpdatePart

BootSlot = Literal["a", "b"]
BOOT: dict[BootSlot, int] = {"a": 2, "b": 3}
"""The partitions that the firmware boots from."""
LABELS = {"boot.img": "boot", "root.squashfs": "root"}
"""What the partition of each part is called, before the slot."""
_ROOT = b"root=PARTLABEL=root-"


@dataclass(frozen=True, slots=True)
class Partition:
    """A partition, or the bytes of one within the file of a disk."""

    path: Path
    offset: int = 0
    length: int | None = None
    """None: to the end."""

    def __str__(self) -> str:
        return self.path.name


def other(slot: BootSlot) -> BootSlot:
    """The slot beside it."""
    return "b" if slot == "a" else "a"


def running(cmdline: str) -> BootSlot | None:
    """The slot whose root a kernel's command line names; None: it has no slots."""
    found = re.search(r"(?:^|\s)root=PARTLABEL=root-([ab])(?:\s|$)", cmdline)
    return None if found is None else "a" if found[1] == "a" else "b"


def label(part: str, slot: BootSlot) -> str:
    """What the partition for a part is called."""
    return f"{LABELS[part]}-{slot}"


def write(part: UpdatePart, chunks: Iterable[bytes], to: Partition, slot: BootSlot) -> None:
    """Write a part of an update into its partition of a slot, and read back what is there then.

    Raises PartTooLarge, PartDamaged (what came is not what was signed), SlotUnwritable, DiskUnreliable.
    """
    try:
        handle = os.open(to.path, os.O_RDWR | os.O_CLOEXEC | _alone(to.path))
        try:
            if part.bytes > (room := _room(handle, to)):
                raise PartTooLarge(part=part.name, bytes=f"{part.bytes:,}", room=f"{room:,}")
            written = _copied(part, chunks, handle, to, slot)
            os.fsync(handle)
            if _digest(handle, to.offset, part.bytes) != written:
                raise DiskUnreliable(partition=to)
        finally:
            os.close(handle)
    except OSError as error:
        raise SlotUnwritable(partition=to, reason=error.strerror or error) from error


def _alone(path: Path) -> int:
    """A partition that is mounted can't be opened so: the slot that runs is safe, whatever else is wrong."""
    return os.O_EXCL if stat.S_ISBLK(path.stat().st_mode) else 0


def _room(handle: int, to: Partition) -> int:
    return os.lseek(handle, 0, os.SEEK_END) - to.offset if to.length is None else to.length


def _copied(part: UpdatePart, chunks: Iterable[bytes], handle: int, to: Partition, slot: BootSlot) -> str:
    """SHA-256 of what was written. Raises PartDamaged."""
    came, written = hashlib.sha256(), hashlib.sha256()
    at, named = to.offset, 0
    for chunk in chunks:
        came.update(chunk)
        named += chunk.count(_ROOT + b"a")
        fitting = _for_slot(chunk, slot) if part.name == "boot.img" else chunk
        written.update(fitting)
        for piece in _pieces(handle, fitting, at):
            at += piece
    if came.hexdigest() != part.sha256 or (part.name == "boot.img" and named != 1):
        raise PartDamaged(part=part.name)
    return written.hexdigest()


def _pieces(handle: int, data: bytes, at: int) -> Iterator[int]:
    """Write it, however little is taken at once."""
    rest = memoryview(data)
    while rest:
        done = os.pwrite(handle, rest, at)
        yield done
        at, rest = at + done, rest[done:]


def _for_slot(chunk: bytes, slot: BootSlot) -> bytes:
    """cmdline.txt for the other slot. A file begins with a sector, and is that short, so no chunk parts the words."""
    return chunk.replace(_ROOT + b"a", _ROOT + slot.encode())


def _digest(handle: int, at: int, length: int) -> str:
    """SHA-256 of what the disk has, not of what is still remembered of it."""
    with suppress(OSError):
        os.posix_fadvise(handle, at, length, os.POSIX_FADV_DONTNEED)
    digest, end = hashlib.sha256(), at + length
    while at < end and (chunk := os.pread(handle, min(CHUNK, end - at), at)):
        digest.update(chunk)
        at += len(chunk)
    return digest.hexdigest()
