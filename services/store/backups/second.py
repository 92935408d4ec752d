"""The second folder, on a removable disk: the newest backup, and the content of the files that it names."""

from __future__ import annotations

from pathlib import Path

from services.store.backups.base import Backup, SecondFolderAbsent
from services.store.backups.contents import bring, sweep, told_of
from services.store.backups.folder import BackupFolder

CONTENTS = "files"
"""The folder of contents beside backups."""


def bring_up_to_date(folder: BackupFolder, newest: Backup, source: Path) -> int:
    """Copy the newest backup and its content there, and remove content that no backup tells of any more; how much could
    not be had.

    `source`: the contents on this device. The folder itself is never made: where it is missing, its disk is.
    Raises SecondFolderAbsent, BackupDamaged, BackupFull, BackupUnreachable.
    """
    if not folder.path.is_dir():
        raise SecondFolderAbsent(path=folder.path)
    if any(each.path.name == newest.path.name for each in folder.backups()):
        return 0
    missing = bring_contents(folder, newest, source)
    folder.take(newest)  # last: its being there says that all is
    sweep(folder.path / CONTENTS, set().union(*(told_of(each.path) for each in folder.backups())))
    return missing


def bring_contents(folder: BackupFolder, backup: Backup, source: Path) -> int:
    """Copy the content of a backup's files beside the backups; how much could not be had. Raises BackupFull,
    BackupUnreachable.
    """
    _, missing = bring(told_of(backup.path), source, folder.path / CONTENTS)
    return missing
