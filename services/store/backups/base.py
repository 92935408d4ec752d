"""Backups: their values and errors."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from firmware.errors import FacultyError


class BackupError(FacultyError):
    """The backups can't be used."""

    code = "backup"


class BackupDamaged(BackupError):
    """The backup {path} is damaged ({reason}). Take another one: equerry backup list."""

    code = "backup.damaged"


class BackupFull(BackupError):
    """There is no room for a backup in {path}. Free some space."""

    code = "backup.full"


class BackupUnreachable(BackupError):
    """The folder {path} can't be used for backups ({reason})."""

    code = "backup.unreachable"


class SecondFolderAbsent(BackupError):
    """The second folder for backups, {path}, is not there. Plug in its disk, or make the folder. Backups go on in the
    first.
    """

    code = "backup.absent"


class BackupUnknown(BackupError):
    """There is no backup {name}. See: equerry backup list."""

    code = "backup.unknown"


class NoBackup(BackupError):
    """There is no good backup in {path}."""

    code = "backup.none"


class NoStore(BackupError):
    """There is no store at {path} yet."""

    code = "backup.no_store"


@dataclass(frozen=True, slots=True, order=True)
class Backup:
    """One copy of the store."""

    at: datetime
    """When it was made, in UTC, to the second."""
    path: Path
    bytes: int
    before: int | None = None
    """Made before the migration of this number."""
    asked_for: bool = False
    """By a person: it stays until they remove it."""


@dataclass(frozen=True, slots=True)
class Rotation:
    """How many backups stay: the newest one of each of so many hours, days and weeks that have any."""

    hourly: int = 24
    daily: int = 14
    weekly: int = 8
