"""Puts a backup in the place of the store, by hand."""

from __future__ import annotations

import os
import shutil
import sqlite3
from contextlib import closing, suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from services.store.backups.base import Backup, BackupFull, BackupUnreachable
from services.store.backups.contents import bring, told_of
from services.store.backups.placement import finish, renamed, restored
from services.store.backups.second import CONTENTS
from services.store.backups.snapshot import sync, unusable, verify
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
        part = restored(store).with_name(f"{restored(store).name}.part")
        try:
            shutil.copyfile(backup.path, part)
            part.chmod(0o600)
            verify(part)
            with closing(sqlite3.connect(part, isolation_level=None)) as connection:
                renamed(connection)
            brought, missing = bring(told_of(part), backup.path.parent / CONTENTS, contents)
            sync(part)
            os.utime(part, (now.timestamp(), now.timestamp()))
            part.replace(restored(store))
        except sqlite3.Error as error:
            full = getattr(error, "sqlite_errorcode", 0) & 0xFF == sqlite3.SQLITE_FULL
            raise (
                BackupFull(path=store.parent) if full else BackupUnreachable(path=store.parent, reason=error)
            ) from error
        except OSError as error:
            raise unusable(error, store.parent) from error
        finally:
            with suppress(OSError):
                part.unlink()
        return Restored(finish(store), brought, missing)
    finally:
        hold.release()
