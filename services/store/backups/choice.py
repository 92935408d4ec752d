"""Which backup is meant."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

from services.store.backups.base import Backup, BackupUnknown, BackupUnreachable, NoBackup
from services.store.backups.folder import BackupFolder, read
from services.store.backups.snapshot import verify


def chosen(name: str, folders: Sequence[BackupFolder], now: datetime) -> Backup:
    """The backup of this path or name, or one whose name has these letters; no name: the newest good one of all
    folders.

    It has been read through. Raises BackupUnknown, NoBackup, BackupDamaged, StoreTooNew, BackupUnreachable.
    """
    if not name:
        return newest_good(folders, now)
    path = Path(name).expanduser()
    found = _at(path) if path.is_file() else next((each for each in _all(folders) if name in each.path.name), None)
    if found is None:
        raise BackupUnknown(name=name)
    verify(found.path)
    return found


def newest_good(folders: Sequence[BackupFolder], now: datetime) -> Backup:
    """Of all folders; each folder's are read through until one is whole. Raises NoBackup."""
    found: list[Backup] = []
    for folder in folders:
        with suppress(BackupUnreachable):
            found += [backup for backup, _ in zip(folder.good(now), range(1), strict=False)]
    if not found:
        raise NoBackup(path=" or ".join(str(folder.path) for folder in folders))
    return max(found, key=lambda backup: (backup.at <= now, backup.at))


def _all(folders: Sequence[BackupFolder]) -> list[Backup]:
    found: list[Backup] = []
    for folder in folders:
        with suppress(BackupUnreachable):
            found += folder.backups()
    return sorted(found, reverse=True)


def _at(path: Path) -> Backup:
    """A file that may have been renamed."""
    state = path.stat()
    return read(path) or Backup(datetime.fromtimestamp(state.st_mtime, UTC), path, state.st_size)
