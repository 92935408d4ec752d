"""Replaces the store by another one and keeps the old one beside it. Survives a power cut at any moment.

`equerry.db.restored` is written, verified and synced first. While it exists, the rest is to be done, now or at the next
start.
"""

from __future__ import annotations

import os
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path

from services.store.backups.base import BackupFull, BackupUnreachable
from services.store.backups.snapshot import arriving, sync, unusable

_LOGS = ("-wal", "-shm")


def restored(path: Path) -> Path:
    """Where the store that is to take the place of `path` waits."""
    return path.with_name(f"{path.name}.restored")


@contextmanager
def replacing(path: Path, now: datetime) -> Iterator[Path]:
    """A file for its owner alone, which at the end of the block waits to take the place of the store.

    Raises BackupFull, BackupUnreachable; nothing waits then.
    """
    try:
        with arriving(restored(path)) as part:
            yield part
            os.utime(part, (now.timestamp(), now.timestamp()))
    except sqlite3.Error as error:
        full = getattr(error, "sqlite_errorcode", 0) & 0xFF == sqlite3.SQLITE_FULL
        raise BackupFull(path=path.parent) if full else BackupUnreachable(path=path.parent, reason=error) from error


def renamed(connection: sqlite3.Connection) -> None:
    """Give the copy of a store a name of its own. The original goes on stamping, or did after the copy was made, and
    nobody could order two equal stamps of different values.
    """
    if connection.execute(
        "SELECT 1 FROM sqlite_schema WHERE name = 'device'"
    ).fetchone():  # else the migration makes one
        connection.execute("UPDATE device SET id = lower(hex(randomblob(6)))")


def finish(path: Path) -> Path | None:
    """Put what waits into place. Where the former store is kept, with its log; None where there was none, or nothing
    waits.

    Raises BackupFull, BackupUnreachable; what waits goes on waiting then.
    """
    waiting = restored(path)
    if not waiting.is_file():
        return None
    try:
        kept = _name(path, datetime.fromtimestamp(waiting.stat().st_mtime, UTC))
        # The log first: over another store it would spoil it. The former store stays in its place until the new one
        # takes it.
        for log in _LOGS:
            with suppress(FileNotFoundError):
                path.with_name(path.name + log).rename(kept.with_name(kept.name + log))
        if path.is_file() and not kept.exists():
            _doubled(path, kept)
        sync(path.parent)
        waiting.replace(path)
        sync(path.parent)
    except OSError as error:
        raise unusable(error, path.parent) from error
    return kept if kept.is_file() or kept.with_name(f"{kept.name}-wal").is_file() else None


def _name(path: Path, at: datetime) -> Path:
    """For the former store; after a power cut the one that it has already."""
    plain = kept = path.with_name(f"{path.name}.until-{at:%Y%m%dT%H%M%SZ}")
    number = 1
    while kept.exists() and not (path.exists() and kept.samefile(path)):
        number += 1
        kept = plain.with_name(f"{plain.name}-{number}")
    return kept


def _doubled(path: Path, kept: Path) -> None:
    """A second name for the file; a copy where the file system has no such thing."""
    try:
        os.link(path, kept)
    except OSError:
        part = kept.with_name(f"{kept.name}.part")
        shutil.copyfile(path, part)
        part.chmod(0o600)
        part.replace(kept)
