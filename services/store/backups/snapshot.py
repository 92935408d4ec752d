"""One verified copy of a store, also of one that another process writes to: there whole, or not at all."""

from __future__ import annotations

import os
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path

from services.store.backups.base import BackupDamaged, BackupError, BackupFull, BackupUnreachable, NoStore
from services.store.base import DiskFull, StoreDamaged, StoreError, StoreUnreachable
from services.store.sqlite.checks import check_documents, check_header, check_structure, check_version
from services.store.sqlite.hold import expected

PART = ".part"
_BUSY_SECONDS = 5.0
_DAMAGE = (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_FORMAT, sqlite3.SQLITE_ERROR)


def reading(path: Path, *, still: bool = False) -> sqlite3.Connection:
    """A connection that can't write. `still`: nobody writes to the file, so nothing is laid beside it, as on a
    read-only disk.
    """
    uri = f"{path.absolute().as_uri()}?mode=ro{'&immutable=1' if still else ''}"
    return sqlite3.connect(uri, uri=True, isolation_level=None, check_same_thread=False, timeout=_BUSY_SECONDS)


def snapshot(source: Path, target: Path) -> int:
    """Copy the store as it is at this moment with SQLite's VACUUM INTO; the copy's bytes. An older copy of that name is
    replaced.

    Raises NoStore, StoreDamaged, StoreTooNew, StoreUnreachable; BackupFull and BackupUnreachable; nothing is left
    behind then.
    """
    if source.is_dir():
        raise StoreUnreachable(path=source, reason="it is a folder")
    if not source.is_file():
        raise NoStore(path=source)
    with arriving(target) as part:
        try:
            with _damage(source), closing(reading(source)) as connection:
                check_version(connection, source)
                connection.execute("VACUUM INTO ?", (str(part),))
        except sqlite3.Error as error:
            raise _refused(error, source, target.parent) from error
        try:
            verify(part)
        except BackupDamaged as error:  # the copy is new: what is wrong in it is wrong in the store
            raise StoreDamaged(path=source, reason=error.facts["reason"]) from error
    return target.stat().st_size


def copy(source: Path, target: Path) -> int:
    """Copy a backup to another place; its bytes. Raises BackupDamaged, BackupFull, BackupUnreachable."""
    with arriving(target) as part:
        shutil.copyfile(source, part)
        verify(part)
    return target.stat().st_size


def verify(path: Path) -> None:
    """Read all of a backup: its structure, its indices, the checksum of every document.

    Raises BackupDamaged, StoreTooNew, BackupUnreachable.
    """
    try:
        check_header(path)
        with _damage(path), closing(reading(path, still=True)) as connection:
            check_version(connection, path)
            check_structure(connection, path, whole=True)
            check_documents(connection, path)
    except StoreDamaged as error:
        raise BackupDamaged(path=path, reason=error.facts.get("reason", "another program made it")) from error
    except sqlite3.Error as error:
        raise BackupUnreachable(path=path.parent, reason=error) from error


@contextmanager
def arriving(target: Path) -> Iterator[Path]:
    """A file beside `target`, for its owner alone; at the end of the block it is synced and takes that name."""
    part = target.with_name(f".{target.name}{PART}")
    try:
        with suppress(FileNotFoundError):
            part.unlink()
        os.close(os.open(part, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600))
        yield part
        sync(part)
        part.replace(target)
        sync(target.parent)
    except OSError as error:
        raise unusable(error, target.parent) from error
    finally:
        with suppress(OSError):
            part.unlink()


@contextmanager
def _damage(path: Path) -> Iterator[None]:
    """What was written by us and can't be understood any more is damage."""
    try:
        yield
    except sqlite3.Error as error:
        # Text that is no UTF-8 comes without a code.
        if getattr(error, "sqlite_errorcode", sqlite3.SQLITE_ERROR) & 0xFF not in _DAMAGE:
            raise
        raise StoreDamaged(path=path, reason=str(error).partition("\n")[0][:100]) from error
    except (ValueError, TypeError) as error:
        raise StoreDamaged(path=path, reason=str(error)[:100]) from error


def _refused(error: sqlite3.Error, source: Path, folder: Path) -> BackupError | StoreError:
    code = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_ERROR) & 0xFF
    if code == sqlite3.SQLITE_FULL or (code == sqlite3.SQLITE_IOERR and shutil.disk_usage(folder).free < 1 << 16):
        return BackupFull(path=folder)
    if code in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
        return StoreUnreachable(path=source, reason=error)
    return BackupUnreachable(path=folder, reason=error)


def unusable(error: OSError, folder: Path) -> BackupError:
    """The name of what the system refused in a folder of backups."""
    if isinstance(expected(error, folder), DiskFull):
        return BackupFull(path=folder)
    return BackupUnreachable(path=folder, reason=os.strerror(error.errno) if error.errno else error)


def sync(path: Path) -> None:
    """Make a file, or a rename in a folder, survive power loss."""
    handle = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
