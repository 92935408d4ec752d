"""How the store's schema came about: numbered migrations, each in one transaction with its own record.

`PRAGMA user_version` holds the number of the last one. To change the schema, add a migration; never edit one that was
released.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from dataclasses import dataclass

from services.store.search.index import rebuild as rebuild_index
from services.store.sqlite.seal import seal

APPLICATION_ID = 0x45515259
"""Marks the file as ours ("EQRY"), for `file` and against being pointed at somebody else's database."""


@dataclass(frozen=True, slots=True)
class Migration:
    """One change of the schema."""

    number: int
    name: str
    statements: tuple[str, ...]
    then: Callable[[sqlite3.Connection], None] = lambda _: None
    """What SQL can't do, in the same transaction."""


MIGRATIONS = (
    Migration(
        1,
        "documents, undo, outbox",
        (
            f"PRAGMA application_id = {APPLICATION_ID}",
            "CREATE TABLE migrations (number INTEGER PRIMARY KEY, name TEXT NOT NULL, at TEXT NOT NULL)",
            # Without rowid: one tree, in the order of the ids, so that a new document touches one page at its end.
            (
                "CREATE TABLE documents (kind TEXT NOT NULL, id TEXT NOT NULL, body TEXT NOT NULL, crc INTEGER NOT"
                " NULL, PRIMARY KEY (kind, id)) WITHOUT ROWID"
            ),
            (
                "CREATE TABLE undo (seq INTEGER PRIMARY KEY, label TEXT NOT NULL, client TEXT NOT NULL, at TEXT NOT"
                " NULL, images TEXT NOT NULL, undone_at TEXT)"
            ),
            # One row a document: what goes out is its latest state, so a store that never syncs keeps a bounded outbox.
            (
                "CREATE TABLE outbox (kind TEXT NOT NULL, id TEXT NOT NULL, seq INTEGER NOT NULL, deleted INTEGER NOT"
                " NULL, PRIMARY KEY (kind, id)) WITHOUT ROWID"
            ),
            "CREATE TABLE counters (name TEXT PRIMARY KEY, value INTEGER NOT NULL) WITHOUT ROWID",
            "INSERT INTO counters VALUES ('outbox', 0)",
        ),
    ),
    Migration(
        2,
        "journal",
        (
            # Numbers are never given twice: what was purged at the end leaves a gap, and a chain of hashes shows it.
            (
                "CREATE TABLE journal (seq INTEGER PRIMARY KEY AUTOINCREMENT, kind TEXT NOT NULL, at TEXT NOT NULL,"
                " body TEXT NOT NULL)"
            ),
            "CREATE INDEX journal_at ON journal (kind, at)",
        ),
    ),
    Migration(
        3,
        "stamps, tombstones",
        (
            # Packed by replicas/stamps.py; empty where nothing was changed since.
            "ALTER TABLE documents ADD COLUMN stamps TEXT NOT NULL DEFAULT ''",
            (
                "CREATE TABLE tombstones (kind TEXT NOT NULL, id TEXT NOT NULL, stamp TEXT NOT NULL, PRIMARY KEY (kind,"
                " id)) WITHOUT ROWID"
            ),
            "CREATE TABLE device (id TEXT NOT NULL)",
            "INSERT INTO device VALUES (lower(hex(randomblob(6))))",
            "INSERT INTO counters VALUES ('clock', 0)",
        ),
    ),
    Migration(4, "search", (), rebuild_index),
    Migration(
        5,
        "synchronising",
        (
            # Keys of commands from outside that are in the store: one that is delivered twice is done once.
            "CREATE TABLE done (id TEXT PRIMARY KEY, at TEXT NOT NULL) WITHOUT ROWID",
            # The outbox is emptied from its oldest end, a hundred at a time, also when it holds every document.
            "CREATE INDEX outbox_seq ON outbox (seq)",
        ),
    ),
)

KNOWN = MIGRATIONS[-1].number


def version(connection: sqlite3.Connection) -> int:
    """The number of the last migration this store has seen; 0 for a new file."""
    return int(connection.execute("PRAGMA user_version").fetchone()[0])


def migrate(connection: sqlite3.Connection, at: str, migrations: tuple[Migration, ...] = MIGRATIONS) -> None:
    """Bring the store up to date. A migration that fails leaves the store at the one before."""
    for migration in migrations:
        if migration.number <= version(connection):
            continue
        connection.execute("BEGIN IMMEDIATE")
        try:
            for statement in migration.statements:
                connection.execute(statement)
            migration.then(connection)
            connection.execute("INSERT INTO migrations VALUES (?, ?, ?)", (migration.number, migration.name, at))
            connection.execute(f"PRAGMA user_version = {migration.number}")
            seal(connection)
            connection.execute("COMMIT")
        except BaseException:
            if connection.in_transaction:
                connection.execute("ROLLBACK")
            raise
