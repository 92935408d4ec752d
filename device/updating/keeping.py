"""The store across a trial: a copy from before, whether what the tried release left is as good, and the copy put back.

All of it as the store's owner, who may be another than root.
"""

from __future__ import annotations

import logging
from datetime import datetime
from pathlib import Path

from device import atomic
from services.insight.audit import anchor_of
from services.store.backups.base import Backup, BackupError, NoStore
from services.store.backups.restore import restore
from services.store.backups.snapshot import snapshot
from services.store.base import StoreError
from services.store.sqlite.read_only import examined, lost

log = logging.getLogger(__name__)

_STORE, _BEFORE = "equerry.db", "equerry.db.before-update"
"""The second as scripts/install names it."""


def layout(data: Path) -> int:
    """The layout of the store in this folder; 0: there is none yet. Raises StoreError."""
    try:
        with atomic.as_owner_of(data):
            return examined(data / _STORE).layout
    except NoStore:
        return 0


def keep(data: Path) -> None:
    """Copy the store, which nobody writes to now, and the anchor of its audit log. Raises StoreError, BackupError,
    OSError; there is no copy then.
    """
    forget(data)
    with atomic.as_owner_of(data):
        anchor = anchor_of(data / _STORE)
        try:
            snapshot(data / _STORE, data / _BEFORE)
        except NoStore:
            return
        if anchor.is_file():
            atomic.write_private(anchor_of(data / _BEFORE), anchor.read_text(encoding="utf-8"))


def worse(data: Path) -> str:
    """What is wrong with the store, compared with the copy, as a sentence; empty: nothing. It may be in use."""
    with atomic.as_owner_of(data):
        if not (data / _BEFORE).is_file():
            return ""
        try:
            examined(data / _STORE, thorough=True)
            gone = lost(data / _STORE, data / _BEFORE)
        except (StoreError, BackupError) as error:
            log.error("%s", error)
            return "It did not keep the store in order."
    missing = ", ".join(f"{count} of {kind}" for kind, count in gone.items())
    return f"It lost what was kept: {missing}." if gone else ""


def bring_back(data: Path, now: datetime) -> bool:
    """Put the copy into the store's place, where this release can't read what is there, or something is lost; what is
    there is kept beside it. Whether that was so. Nobody may have the store. Raises StoreError, BackupError, OSError.
    """
    if bad := bool(worse(data)):
        with atomic.as_owner_of(data):
            before, anchor = data / _BEFORE, anchor_of(data / _BEFORE)
            restore(Backup(now, before, before.stat().st_size), data / _STORE, data / "files", now)
            if anchor.is_file():
                atomic.write_private(anchor_of(data / _STORE), anchor.read_text(encoding="utf-8"))
    return bad


def forget(data: Path) -> None:
    """The copy is needed no more. Raises OSError."""
    with atomic.as_owner_of(data):
        for each in (data / _BEFORE, anchor_of(data / _BEFORE)):
            each.unlink(missing_ok=True)
