"""Files that are there as a whole or as they were, also when the power fails."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path


def write(path: Path, text: str) -> None:
    """Have a file say this, on the disk before it takes its name. Raises OSError."""
    beside = path.with_suffix(".new")
    with beside.open("w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    beside.replace(path)


def write_private(path: Path, text: str) -> None:
    """The same, readable by owner and appliance alone from its first byte on. Raises OSError."""
    part = _part_of(path)
    part.unlink(missing_ok=True)
    handle = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    try:
        with os.fdopen(handle, "wb") as file:
            folder = part.parent.stat()
            if os.geteuid() == 0 and folder.st_uid:  # behind sudo; the appliance is to read it
                os.fchown(handle, folder.st_uid, folder.st_gid)
            file.write(text.encode("utf-8", "replace"))
            file.flush()
            os.fsync(handle)
        part.replace(path)
    except OSError:
        with suppress(OSError):
            part.unlink()  # half of what is private is private, too
        raise


def delete_private(path: Path) -> None:
    """With what a write that was killed has left beside it. Raises OSError."""
    path.unlink()
    _part_of(path).unlink(missing_ok=True)


def _part_of(path: Path) -> Path:
    return path.with_name(f"{path.name}.new")


@contextmanager
def as_owner_of(folder: Path) -> Iterator[None]:
    """Root acts as the appliance in the appliance's folder, whose files stay its own; for one thread only."""
    try:
        owner = folder.stat()
    except FileNotFoundError:
        yield
        return
    if os.geteuid() != 0 or owner.st_uid == 0:
        yield
        return
    group, mask = os.getegid(), os.umask(0o077)
    os.setegid(owner.st_gid)
    os.seteuid(owner.st_uid)
    try:
        yield
    finally:
        os.seteuid(0)
        os.setegid(group)
        os.umask(mask)


@contextmanager
def alone(folder: Path) -> Iterator[None]:
    """While no other process writes there. The folder itself is held: it stays, its files do not. Raises OSError."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
        os.fsync(handle)
    finally:
        os.close(handle)
