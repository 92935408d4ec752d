"""Forgets what is old: turns, jobs, tombstones and undo records. Deleted means gone from the file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from services.store.documents import utc
from services.store.journal import StoreJournal
from services.store.replicas.stamps import earliest
from services.store.search.index import tidy
from services.store.sqlite.file import StoreFile

TOMBSTONES = timedelta(days=90)
"""A device that was away for longer, and still has what was deleted meanwhile, brings it back: no tombstone can be kept
for ever.
"""
DONE = timedelta(days=7)
"""Keys of commands: a broker that delivers one twice does so within minutes, one that was away within days."""


@dataclass(frozen=True, slots=True)
class Forgotten:
    """How much was."""

    entries: Mapping[str, int]
    """By kind of the journal's entries."""
    undo: int
    tombstones: int
    whole: bool
    """Whether nothing of it is in the log beside the file any more; else somebody was reading just then, and it will be
    the next time.
    """


def forget(file: StoreFile, *, now: datetime, entries: Mapping[str, datetime], undo: datetime) -> Forgotten:
    """Delete the journal's entries of each kind from before a time, and the records of commands from before `undo`,
    which hold the documents as they were: what was deleted before is gone for good. Also old tombstones, whether they
    went out or not, and keys of commands.

    SQLite overwrites what it deletes (`PRAGMA secure_delete`); the words leave the index of search, and the log is
    folded and cut. Raises DiskFull, StoreReadOnly, StoreUnreachable, StoreDamaged.
    """
    journal = StoreJournal(file)
    gone = {kind: journal.purge(kind, before=before) for kind, before in entries.items()}
    with file.writing() as connection:
        records = connection.execute("DELETE FROM undo WHERE at < ?", (utc(undo),)).rowcount
        stones = connection.execute(
            "DELETE FROM tombstones WHERE stamp < ?", (str(earliest(now - TOMBSTONES)),)
        ).rowcount
        connection.execute(
            "DELETE FROM outbox WHERE deleted AND NOT EXISTS"
            " (SELECT 1 FROM tombstones WHERE tombstones.kind = outbox.kind AND tombstones.id = outbox.id)"
        )
        connection.execute("DELETE FROM done WHERE at < ?", (utc(now - DONE),))
        tidy(connection)
    return Forgotten(gone, records, stones, _folded(file))


def _folded(file: StoreFile) -> bool:
    """Cut the log to nothing; not waiting for who reads, for commits would wait, too."""
    with file.reading() as connection:
        before = connection.execute("PRAGMA busy_timeout").fetchone()[0]
        connection.execute("PRAGMA busy_timeout = 0")
        busy = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]
        connection.execute(f"PRAGMA busy_timeout = {before}")
    return not busy
