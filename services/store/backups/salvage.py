"""Reads what is still sound in a damaged store."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from services.store.backups.snapshot import reading
from services.store.base import StoreDamaged
from services.store.replicas.stamps import read
from services.store.sqlite.checks import check_log, checksum, documents

Key = tuple[str, str]
"""Kind and id."""
Row = tuple[str, str, str, str, int]
"""Kind, id, body, stamps, checksum."""


@dataclass(slots=True)
class Salvage:
    """Rows of the damaged file."""

    documents: dict[Key, Row] = field(default_factory=dict)
    tombstones: dict[Key, str] = field(default_factory=dict)
    """What was deleted, with the stamp of that."""
    entries: list[tuple[int, str, str, str]] = field(default_factory=list)
    """Of the journal: number, kind, time, body."""
    whole: bool = False
    """Whether these are all documents that the file had."""


def salvage(path: Path) -> Salvage:
    """Read what can be read; nothing is written."""
    found = Salvage()
    if not path.is_file() or not path.stat().st_size:
        return found
    found.whole = _has_whole_log(path)
    for backwards in (False, True):  # from both ends up to the damage
        try:
            with closing(reading(path)) as connection:
                for row in _sound(documents(connection, backwards=backwards)):
                    found.documents[row[0], row[1]] = row
                found.whole &= _is_sound(connection, "documents", len(found.documents))
        except (sqlite3.Error, ValueError, TypeError):
            found.whole = False
    with suppress(sqlite3.Error, ValueError, TypeError), closing(reading(path)) as connection:
        _read_deletions(connection, found)
        _read_journal(connection, found)
    return found


def _has_whole_log(path: Path) -> bool:
    try:
        check_log(path)
    except StoreDamaged:
        return False
    return True


def _is_sound(connection: sqlite3.Connection, table: str, rows: int) -> bool:
    """Whether SQLite finds the table's tree in order and full: who has read so many rows of it then has all."""
    verdict = connection.execute(f"PRAGMA integrity_check('{table}')").fetchone()[0]
    return bool(verdict == "ok" and connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0] == rows)  # noqa: S608 - ours


def _sound(rows: Iterator[Row]) -> Iterator[Row]:
    for row in rows:
        kind, doc_id, body, marks, crc = row
        if all(isinstance(part, str) for part in row[:4]) and crc == checksum(kind, doc_id, body, marks):
            yield row


def _read_deletions(connection: sqlite3.Connection, found: Salvage) -> None:
    for kind, doc_id, stamp in connection.execute("SELECT kind, id, stamp FROM tombstones"):
        with suppress(ValueError, TypeError):
            read(stamp)
            found.tombstones[kind, doc_id] = stamp


def _read_journal(connection: sqlite3.Connection, found: Salvage) -> None:
    rows: Iterator[tuple[Any, ...]] = connection.execute("SELECT seq, kind, at, body FROM journal ORDER BY seq")
    for seq, kind, at, body in rows:
        with suppress(ValueError, TypeError):
            json.loads(body)
            found.entries.append((seq, kind, at, body))
