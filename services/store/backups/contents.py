"""The content of files (services/files: by its SHA-256, at ab/abcdef…) beside the backups that name it, once; and the
second folder of backups, on a removable disk.
"""

from __future__ import annotations

import hashlib
import json
import re
import shutil
import sqlite3
from collections.abc import Collection, Iterable
from contextlib import closing, suppress
from pathlib import Path

from services.store.backups.base import Backup, BackupUnreachable, SecondFolderAbsent
from services.store.backups.folder import BackupFolder
from services.store.backups.snapshot import PART, arriving, reading, unusable

CONTENTS = "files"
"""The folder of contents beside backups."""
_SHA256 = re.compile(r"[0-9a-f]{64}")


def told_of(backup: Path) -> set[str]:
    """Hashes of all content that the files in a backup have, in any version. Raises BackupUnreachable."""
    try:
        with closing(reading(backup, still=True)) as connection:
            bodies = connection.execute("SELECT body FROM documents WHERE kind = 'file'").fetchall()
    except sqlite3.Error as error:
        raise BackupUnreachable(path=backup.parent, reason=error) from error
    hashes = {str(version.get("sha256")) for (body,) in bodies for version in json.loads(body).get("versions", ())}
    return {sha256 for sha256 in hashes if _SHA256.fullmatch(sha256)}


def bring(wanted: Iterable[str], source: Path, target: Path) -> tuple[int, int]:
    """Copy content that `target` has not got: how many, and how many could not be had, as `source` has not got them
    whole either.

    Raises BackupFull, BackupUnreachable, of the target.
    """
    brought = missing = 0
    for sha256 in sorted(wanted):
        place, original = _place(target, sha256), _place(source, sha256)
        if place.is_file():
            continue
        if original.is_file() and _copied(original, place, sha256):
            brought += 1
        else:
            missing += 1
    return brought, missing


def sweep(folder: Path, used: Collection[str]) -> int:
    """Remove content that no backup tells of any more; how many there were."""
    removed = 0
    for path in (*folder.glob("??/*"), *folder.glob(f"*{PART}")):
        with suppress(OSError):
            if path.name not in used and (_SHA256.fullmatch(path.name) or path.name.endswith(PART)):
                path.unlink()
                removed += 1
    return removed


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


def _place(folder: Path, sha256: str) -> Path:
    return folder / sha256[:2] / sha256


class _Differs(Exception):
    """The original is not whole."""


def _copied(original: Path, place: Path, sha256: str) -> bool:
    """Whether the original is whole, and is there now, too."""
    try:
        place.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError as error:
        raise unusable(error, place.parent.parent) from error
    with suppress(_Differs), arriving(place) as part:
        shutil.copyfile(original, part)
        with part.open("rb") as copy:
            if hashlib.file_digest(copy, "sha256").hexdigest() != sha256:
                raise _Differs
        return True
    return False
