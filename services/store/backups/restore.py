"""Puts a backup in the place of the store, by hand."""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from services.store.backups.base import Backup
from services.store.backups.contents import CONTENTS, bring, told_of
from services.store.backups.placement import finish, renamed, replacing
from services.store.backups.snapshot import unusable, verify
from services.store.sqlite.hold import Hold


@dataclass(frozen=True, slots=True)
class Restored:
    """What `restore` did."""

    kept: Path | None
    """Where the store is that was there before."""
    brought: int
    """Contents of files that were brought back."""
    missing: int
    """Contents of files that neither this device nor the backup has."""


def restore(backup: Backup, store: Path, contents: Path, now: datetime) -> Restored:
    """Put a verified copy of the backup, as a device of its own, in the place of the store, which is kept, and bring
    back the content of its files.

    Raises StoreHeld while another process has the store; BackupDamaged, StoreTooNew, BackupFull, BackupUnreachable. The
    store is as it was then.
    """
    try:
        store.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise unusable(error, store.parent) from error
    hold = Hold(store)
    hold.take()
    try:
        finish(store)
        with replacing(store, now) as part:
            shutil.copyfile(backup.path, part)
            verify(part)
            with closing(sqlite3.connect(part, isolation_level=None)) as connection:
                renamed(connection)
            brought, missing = bring(told_of(part), backup.path.parent / CONTENTS, contents)
        return Restored(finish(store), brought, missing)
    finally:
        hold.release()
