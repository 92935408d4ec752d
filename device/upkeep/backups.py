"""A backup that a person asks for: into the folder of the settings, and a copy into the second one, if there is one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from services.store.backups.base import Backup, BackupError
from services.store.backups.contents import bring_up_to_date
from services.store.backups.folder import BackupFolder


@dataclass(frozen=True, slots=True)
class MadeBackup:
    """What came of it."""

    first: Backup
    second: Path | None = None
    missing: int = 0
    """How much content of files could not be had for the second folder."""
    trouble: BackupError | None = None
    """Why the second folder has none."""


@dataclass(frozen=True, slots=True)
class Backups:
    """Of one store; for any thread."""

    store: Path
    first: BackupFolder
    second: BackupFolder | None
    now: Callable[[], datetime]

    def make(self, *, asked_for: bool = True) -> MadeBackup:
        """One now. Raises what BackupFolder.make raises; the second folder's trouble is only told."""
        made = self.first.make(self.store, self.now(), asked_for=asked_for)
        if self.second is None:
            return MadeBackup(made)
        try:
            missing = bring_up_to_date(self.second, made, self.store.parent / "files")
        except BackupError as error:
            return MadeBackup(made, trouble=error)
        return MadeBackup(made, self.second.path / made.path.name, missing)

    def newest(self) -> datetime | None:
        """When the newest was made; None where there is none. Raises BackupUnreachable."""
        return next((each.at for each in self.first.backups()), None)
