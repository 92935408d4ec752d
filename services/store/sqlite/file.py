"""The one SQLite file under the store: opened and checked, loaded once, then only ever written to, a commit at a time.

Write-ahead log with synchronous=FULL: a commit that returned survives a power cut
(https://www.sqlite.org/pragma.html#pragma_synchronous).
"""

from __future__ import annotations

import gc
import json
import os
import shutil
import sqlite3
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from services.store.base import DiskFull, StoreDamaged, StoreError, StoreReadOnly, StoreUnreachable
from services.store.replicas.stamps import Stamp, StampClock, changed, fresh, touched, unstamped
from services.store.search.index import write as write_index
from services.store.sqlite.checks import check_header, check_log, check_structure, check_version, checksum
from services.store.sqlite.hold import expected
from services.store.sqlite.migrations import migrate
from services.store.sqlite.rows import Fields, compact
from services.store.undo import UndoRecord


class RowChange(NamedTuple):
    """A document before and after a commit; None where there was none, or is none."""

    kind: str
    id: str
    before: Fields | None
    after: Fields | None


_KEPT_UNDO_RECORDS = 1000
_BUSY_SECONDS = 5.0
_READ_AT_ONCE = 1000
_CHECKPOINT_PAGES = 4000
"""Pages of 4 KiB in the log before they are folded into the file, which the command that meets it waits for. More of
them are rarer, and write a page that changes often only once; a log of that size is read in a moment after a power cut.
"""


class StoreFile:
    """Owns the connection; every use of it holds `_lock`, so that threads may share it."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._lock = threading.RLock()
        self._connection: sqlite3.Connection | None = None

    def open(self, at: str) -> None:
        """Open or begin the file and bring its schema up to date. Raises every StoreError but StoreHeld."""
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            os.close(
                os.open(self.path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
            )  # what it holds is nobody else's business
        except OSError as error:
            raise expected(error, self.path) from error
        check_header(self.path)
        check_log(self.path)
        with self._named_errors():
            # The lock above serialises the threads, so sqlite3's own check would only be in the way.
            connection = sqlite3.connect(
                self.path, isolation_level=None, check_same_thread=False, timeout=_BUSY_SECONDS
            )
            self._connection = connection
        try:
            with self.reading():
                check_version(connection, self.path)
                check_structure(connection, self.path)
            with self._named_errors():
                connection.execute("PRAGMA journal_mode = WAL")
                connection.execute("PRAGMA synchronous = FULL")
                connection.execute(f"PRAGMA wal_autocheckpoint = {_CHECKPOINT_PAGES}")
                connection.execute("PRAGMA secure_delete = ON")  # what is deleted is overwritten
                migrate(connection, at)
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        """Close the file; the write-ahead log is folded into it."""
        with self._lock:
            if self._connection is not None:
                self._connection.close()
                self._connection = None

    @property
    def connection(self) -> sqlite3.Connection:
        """The open connection."""
        if self._connection is None:
            raise RuntimeError("the store is not open")
        return self._connection

    def load(self) -> dict[str, dict[str, Fields]]:
        """Every document: kind → id → fields, oldest id first. Raises StoreDamaged."""
        tables: dict[str, dict[str, Fields]] = {}
        with self.reading() as connection, _uncollected():
            found = connection.execute("SELECT kind, id, body, stamps, crc FROM documents ORDER BY kind, id")
            while rows := found.fetchmany(_READ_AT_ONCE):
                for kind, doc_id, body, marks, crc in rows:
                    if crc != checksum(kind, doc_id, body, marks):
                        raise StoreDamaged(path=self.path, reason=f"{kind} {doc_id} is not what was written")
                # As one text: the decoder then makes each name of a field once.
                bodies = json.loads(f"[{','.join(row[2] for row in rows)}]")
                for (kind, doc_id, *_), fields in zip(rows, bodies, strict=True):
                    tables.setdefault(kind, {})[doc_id] = compact(fields)
        return tables

    def clock(self) -> StampClock:
        """The device's clock, going on from the last stamp that it gave."""
        with self.reading() as connection:
            ((device, last),) = connection.execute("SELECT device.id, value FROM device, counters WHERE name = 'clock'")
        return StampClock(device, last)

    def commit(
        self,
        written: Sequence[RowChange],
        stamp: Stamp,
        *,
        at: str,
        record: UndoRecord | None = None,
        undone: Sequence[int] = (),
        key: str = "",
    ) -> None:
        """Write changed documents, their stamps, tombstones and outbox rows and the undo record, all or nothing;
        `undone` marks records as used, `key` the command as done.

        Raises DiskFull, StoreReadOnly, StoreUnreachable, StoreDamaged; nothing was written then.
        """
        gone = [(each.kind, each.id) for each in written if each.after is None]
        made = [(each.kind, each.id) for each in written if each.before is None]
        with self.writing() as connection:
            rows = [_row(connection, each, stamp) for each in written if each.after is not None]
            connection.executemany(
                "INSERT OR REPLACE INTO documents (kind, id, body, crc, stamps) VALUES (?, ?, ?, ?, ?)", rows
            )
            connection.executemany("DELETE FROM documents WHERE kind = ? AND id = ?", gone)
            connection.executemany(
                "INSERT OR REPLACE INTO tombstones VALUES (?, ?, ?)", [(*key, str(stamp)) for key in gone]
            )
            connection.executemany("DELETE FROM tombstones WHERE kind = ? AND id = ?", made)
            connection.execute("UPDATE counters SET value = ? WHERE name = 'clock'", (stamp.time,))
            seq = connection.execute(
                "UPDATE counters SET value = value + 1 WHERE name = 'outbox' RETURNING value"
            ).fetchall()[0][0]
            outgoing = [(each.kind, each.id, seq, each.after is None) for each in written]
            connection.executemany("INSERT OR REPLACE INTO outbox VALUES (?, ?, ?, ?)", outgoing)
            connection.executemany("UPDATE undo SET undone_at = ? WHERE seq = ?", [(at, seq) for seq in undone])
            if key:
                connection.execute("INSERT OR REPLACE INTO done VALUES (?, ?)", (key, at))
            if record is not None:
                connection.execute(
                    "INSERT INTO undo (label, client, at, images) VALUES (?, ?, ?, ?)",
                    (record.label, record.client, at, record.packed()),
                )
                connection.execute("DELETE FROM undo WHERE seq <= last_insert_rowid() - ?", (_KEPT_UNDO_RECORDS,))
            write_index(connection, [(each.kind, each.id, each.after) for each in written])

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """One transaction. Raises DiskFull, StoreReadOnly, StoreUnreachable, StoreDamaged; nothing was written then."""
        with self._named_errors():
            connection = self.connection
            connection.execute("BEGIN IMMEDIATE")
            try:
                yield connection
                connection.execute("COMMIT")
            except BaseException:
                if connection.in_transaction:  # SQLite has rolled back by itself after some errors, e.g. a full disk
                    connection.execute("ROLLBACK")
                raise

    def undo_records(self, limit: int, *, client: str | None = None, after: int = 0) -> list[UndoRecord]:
        """The newest records (of a client, with those of voices at it, `voice:<name>@<client>`; after a number) that
        were not used yet, the last one first.
        """
        query = """SELECT seq, label, client, at, images FROM undo
            WHERE undone_at IS NULL AND seq > ?2
            AND (?1 IS NULL OR client = ?1 OR client GLOB 'voice:*' AND substr(client, -length(?1) - 1) = '@' || ?1)
            ORDER BY seq DESC LIMIT ?3"""
        with self.reading() as connection:
            return [UndoRecord.unpacked(*row) for row in connection.execute(query, (client, after, limit))]

    def done(self, key: str) -> bool:
        """Whether a command with this key was committed."""
        with self.reading() as connection:
            return connection.execute("SELECT 1 FROM done WHERE id = ?", (key,)).fetchone() is not None

    @contextmanager
    def _named_errors(self) -> Iterator[None]:
        """Hold the connection; what SQLite reports becomes an error with a name."""
        with self._lock:
            try:
                yield
            except sqlite3.Error as error:
                named = self._named(error)
                if named is None:
                    raise
                raise named from error

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """The connection; what was written by us and can't be understood any more is damage. Raises StoreUnreachable,
        StoreDamaged.
        """
        with self._named_errors():
            try:
                yield self.connection
            except (sqlite3.Error, ValueError, TypeError) as error:
                if isinstance(error, sqlite3.Error) and _code(error) != sqlite3.SQLITE_ERROR:
                    raise
                raise StoreDamaged(path=self.path, reason=str(error).partition("\n")[0][:100]) from error

    def _named(self, error: sqlite3.Error) -> StoreError | None:
        match _code(error):
            case sqlite3.SQLITE_FULL:
                return DiskFull(path=self.path)
            case sqlite3.SQLITE_READONLY | sqlite3.SQLITE_CANTOPEN | sqlite3.SQLITE_PERM:
                return StoreReadOnly(path=self.path, reason=error)
            case sqlite3.SQLITE_CORRUPT | sqlite3.SQLITE_NOTADB | sqlite3.SQLITE_FORMAT:
                return StoreDamaged(path=self.path, reason=error)
            case sqlite3.SQLITE_IOERR if shutil.disk_usage(self.path.parent).free < 1 << 16:
                return DiskFull(path=self.path)  # a full quota or tmpfs reports itself as an I/O error
            case sqlite3.SQLITE_IOERR | sqlite3.SQLITE_BUSY | sqlite3.SQLITE_LOCKED:
                return StoreUnreachable(path=self.path, reason=error)
            case _:
                return None


def _code(error: sqlite3.Error) -> int:
    """The primary result code; text that is no UTF-8 comes without one."""
    return int(getattr(error, "sqlite_errorcode", sqlite3.SQLITE_ERROR)) & 0xFF


@contextmanager
def _uncollected() -> Iterator[None]:
    """Without garbage collection, which would go through all documents again and again while they are made, and find
    nothing.
    """
    collecting = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collecting:
            gc.enable()


def _row(connection: sqlite3.Connection, written: RowChange, stamp: Stamp) -> tuple[str, str, str, int, str]:
    """A document as it is to stand in its table, with the stamps of what changed made anew."""
    kind, doc_id, before, after = written
    assert after is not None
    marks = fresh(stamp)
    if before is not None:
        ((old,),) = connection.execute("SELECT stamps FROM documents WHERE kind = ? AND id = ?", (kind, doc_id))
        marks = touched(old, changed(before, after), stamp, unstamped(stamp.device, before))
    body = dumped(after)
    return kind, doc_id, body, checksum(kind, doc_id, body, marks), marks


def dumped(fields: Fields) -> str:
    """A document as it is stored. Raises ValueError or TypeError for what JSON can't hold."""
    return json.dumps(fields, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
