"""A folder of backups: named by their times in UTC, the older ones thinned out; and which of them is meant."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing, suppress
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path

from services.store.backups.base import Backup, BackupDamaged, BackupUnknown, BackupUnreachable, NoBackup, Rotation
from services.store.backups.rotation import MIGRATIONS_KEPT, kept
from services.store.backups.snapshot import PART, copy, reading, snapshot, unusable, verify
from services.store.base import StoreTooNew
from services.store.sqlite.migrations import KNOWN, version

_NAME = re.compile(r"equerry-(\d{8}T\d{6}Z)(?:-before-(\d{1,6})|-(kept))?\.db")
_AHEAD = timedelta(days=1)
"""A backup from further ahead was made while the clock was wrong."""


class BackupFolder:
    """The backups in one folder. What else lies there is left alone."""

    def __init__(self, path: Path, rotation: Rotation | None = None) -> None:
        self.path = path
        self._rotation = rotation or Rotation()

    def backups(self) -> list[Backup]:
        """The newest first; none where there is no such folder. Raises BackupUnreachable."""
        try:
            found = [backup for path in self.path.iterdir() if (backup := read(path)) is not None]
        except FileNotFoundError:
            return []
        except OSError as error:
            raise unusable(error, self.path) from error
        return sorted(found, reverse=True)

    def make(self, store: Path, at: datetime, *, before: int | None = None, asked_for: bool = False) -> Backup:
        """Back the store up, then thin out. `before`: the migration it is made for. `asked_for`: by a person; it is
        never thinned out, and thins out no other.

        Raises NoStore, StoreDamaged, StoreTooNew, StoreUnreachable, BackupFull, BackupUnreachable; the other backups
        stay as they are then.
        """
        self._made()
        target = self.path / name(at, before, asked_for=asked_for)
        backup = Backup(_second(at), target, snapshot(store, target), before, asked_for)
        self.thin_out()
        return backup

    def take(self, backup: Backup) -> Backup:
        """Keep a copy of a backup that lies elsewhere, then thin out. Raises BackupDamaged, BackupFull,
        BackupUnreachable.
        """
        self._made()
        target = self.path / backup.path.name
        taken = Backup(backup.at, target, copy(backup.path, target), backup.before, backup.asked_for)
        self.thin_out()
        return taken

    def thin_out(self) -> int:
        """Remove the backups that need not stay, and what a power cut left half written; how many backups there
        were. What a person asked for stays, and stands for no hour, day or week.
        """
        backups = [each for each in self.backups() if not each.asked_for]
        stay = kept((each.at for each in backups if each.before is None), self._rotation)
        migrated = [each for each in backups if each.before is not None][:MIGRATIONS_KEPT]
        gone = [each for each in backups if each not in migrated and (each.before is not None or each.at not in stay)]
        oldest = min(stay, default=None)
        gone += [each for each in migrated if oldest and each.at < oldest - timedelta(weeks=self._rotation.weekly)]
        for path in (*(each.path for each in gone), *self.path.glob(f".equerry-*{PART}")):
            with suppress(OSError):
                path.unlink()
        return len(gone)

    def good(self, now: datetime) -> Iterator[Backup]:
        """Those that are whole, the newest first; each is read through when it is asked for. Raises
        BackupUnreachable.
        """
        backups = self.backups()
        wrong = [each for each in backups if each.at > now + _AHEAD]
        for backup in (*(each for each in backups if each not in wrong), *wrong):
            with suppress(BackupDamaged, BackupUnreachable, StoreTooNew):
                verify(backup.path)
                yield backup

    def _made(self) -> None:
        try:
            self.path.mkdir(parents=True, exist_ok=True, mode=0o700)
        except OSError as error:
            raise unusable(error, self.path) from error


def read(path: Path) -> Backup | None:
    """What a file's name says; None for a file that is no backup of ours, by its name."""
    named = _NAME.fullmatch(path.name)
    if named is None or not path.is_file():
        return None
    with suppress(ValueError, OSError):
        at = datetime.strptime(named[1], "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
        return Backup(at, path, path.stat().st_size, int(named[2]) if named[2] else None, bool(named[3]))
    return None


def name(at: datetime, before: int | None = None, *, asked_for: bool = False) -> str:
    """Of the file of a backup; a name that every file system takes."""
    why = "-kept" if asked_for else "" if before is None else f"-before-{before}"
    return f"equerry-{at.astimezone(UTC):%Y%m%dT%H%M%SZ}{why}.db"


def is_same(store: Path, backup: Path) -> bool:
    """Whether nothing was written to the store since the backup; a backup that can't be read is none."""
    try:
        return _state(store) == _state(backup)
    except sqlite3.Error:
        return False


def before_migration(store: Path, folder: Path, at: datetime) -> Backup | None:
    """Back up a store of an earlier version, which is about to be migrated; None where it is not. Raises what `make`
    raises.
    """
    if not store.is_file() or not store.stat().st_size:
        return None  # SQLite would throw the log of an empty file away
    try:
        with closing(reading(store)) as connection:
            found = version(connection)
    except sqlite3.Error:
        return None  # whoever opens it finds out what is the matter
    return BackupFolder(folder).make(store, at, before=found + 1) if 0 < found < KNOWN else None


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
            found += islice(folder.good(now), 1)
    if not found:
        raise NoBackup(path=" or ".join(str(folder.path) for folder in folders))
    return max(found, key=lambda backup: (backup.at <= now, backup.at))


def _state(path: Path) -> tuple[int, ...]:
    """Numbers that grow with whatever is written to a store."""
    with closing(reading(path)) as connection:
        changes = connection.execute("SELECT value FROM counters WHERE name = 'outbox'").fetchall()
        happened = connection.execute("SELECT seq FROM sqlite_sequence WHERE name = 'journal'").fetchall()
        return tuple(number for (number,) in (*changes, *happened))


def _second(at: datetime) -> datetime:
    return at.astimezone(UTC).replace(microsecond=0)


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
