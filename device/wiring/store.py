"""The store, its backups, the files, the audit log and who may do what."""

from __future__ import annotations

from pathlib import Path

from device.configuration.owned.factory import TAUGHT
from device.configuration.owned.last_good import Lasting
from device.configuration.settings import Settings
from device.upkeep.rescue import TellingRescuer
from device.wiring.basis import clock_of, zone_of
from services.actions.policy.policy import Policy
from services.files.local import LocalFiles
from services.insight.audit import Audit, anchor_of
from services.store.backups.base import Rotation
from services.store.backups.folder import BackupFolder
from services.store.store import Store


def open_store(settings: Settings, path: Path | None = None) -> Store:
    """The store, opened on entering its `with` block; a damaged one is mended then, and `rescue` says how.

    `path`: another one than the device's own, without backups. Raises StoreError, BackupError.
    """
    if path is not None:
        return Store(path)
    folders = [settings.backup.folder, *([settings.backup.second] if settings.backup.second else [])]
    return Store(
        own_store(settings), backups=settings.backup.folder, rescuer=TellingRescuer(folders, zone_of(settings))
    )


def own_store(settings: Settings) -> Path:
    """Where the device's own store is."""
    return settings.paths.data / "equerry.db"


def taught_of(settings: Settings) -> Path:
    """Where the sentences are that the owner taught, once there are any."""
    return settings.paths.data / TAUGHT


def backup_folders(settings: Settings) -> tuple[BackupFolder, BackupFolder | None]:
    """Where backups go; the second one may be on a disk that is not there."""
    wanted = settings.backup
    rotation = Rotation(wanted.keep_hourly, wanted.keep_daily, wanted.keep_weekly)
    return BackupFolder(wanted.folder, rotation), BackupFolder(wanted.second, rotation) if wanted.second else None


def open_files(settings: Settings, store: Store) -> LocalFiles:
    """The inbox, and the content of files beside the store whose documents tell of it."""
    files = LocalFiles(settings.files.inbox, store.path.parent / "files", largest=settings.files.largest_mib << 20)
    files.open()
    return files


def build_audit(store: Store) -> Audit:
    """The audit log of an open store."""
    return Audit(store.journal, anchor_of(store.path))


def build_policy(
    settings: Settings, store: Store, audit: Audit | None = None, lasting: Lasting | None = None
) -> Policy:
    """Who may do what, with the audit log of an open store: `audit`, or one of its own. With `lasting`, roles that
    can't be used are those
    that held before. Raises ConfigBroken and AuditUnwritable."""
    from device.configuration.roles import load as load_roles

    roles, digest = lasting.roles(load_roles) if lasting else load_roles()
    audit, now = audit or build_audit(store), clock_of(settings)()
    if store.rescue:
        audit.record("restored", at=now)
    audit.roles(digest, at=now)
    return Policy(roles, audit.record)
