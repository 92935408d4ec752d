"""Copies the content of files (services/files: by its SHA-256, at ab/abcdef…) beside the backups that name it, once."""

from __future__ import annotations

import hashlib
import json
import os
import re
import sqlite3
from collections.abc import Collection, Iterable
from contextlib import closing, suppress
from pathlib import Path
from typing import BinaryIO

from services.store.backups.base import BackupUnreachable
from services.store.backups.snapshot import PART, reading, sync, unusable

_CHUNK = 1 << 20
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


def _place(folder: Path, sha256: str) -> Path:
    return folder / sha256[:2] / sha256


def _copied(original: Path, place: Path, sha256: str) -> bool:
    """Whether the original is whole, and is there now, too."""
    part = place.parent.parent / f".{sha256}{PART}"
    try:
        place.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        file = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o600)
        with os.fdopen(file, "wb") as out:
            whole = _piped(original, out) == sha256
            out.flush()
            os.fsync(out.fileno())
        if whole:
            part.replace(place)
            sync(place.parent)
    except OSError as error:
        raise unusable(error, place.parent.parent) from error
    finally:
        with suppress(OSError):
            part.unlink()
    return whole


def _piped(original: Path, out: BinaryIO) -> str:
    digest = hashlib.sha256()
    with original.open("rb") as source:
        while chunk := source.read(_CHUNK):
            digest.update(chunk)
            out.write(chunk)
    return digest.hexdigest()
