"""Reads a store that another process may hold: the appliance goes on meanwhile, and nothing is written."""

from __future__ import annotations

import json
import sqlite3
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from services.store.backups.base import NoStore
from services.store.backups.snapshot import reading
from services.store.base import Journal, StoreClosed, StoreTooOld, StoreUnreachable
from services.store.journal import StoreJournal
from services.store.sqlite.checks import check_documents, check_structure, check_version
from services.store.sqlite.file import StoreFile
from services.store.sqlite.migrations import version
from services.store.undo import UndoRecord


class _ReadOnly(StoreFile):
    """A store's file, for `reading` alone."""

    def open(self, at: str = "") -> None:  # noqa: ARG002 - nothing is brought up to date
        """Raises StoreDamaged, StoreForeign, StoreTooNew, StoreTooOld."""
        # Without a log nobody has the store open; then no log is begun either, which the appliance could perhaps not
        # open afterwards.
        still = not self.path.with_name(f"{self.path.name}-wal").exists()
        self._connection = reading(self.path, still=still)
        with self.reading():
            check_version(self._connection, self.path)
            if not self._connection.execute("SELECT 1 FROM sqlite_schema WHERE name = 'journal'").fetchone():
                raise StoreTooOld(path=self.path)


@contextmanager
def journal_of(path: Path) -> Iterator[Journal]:
    """The journal of the store there, for its `rows` alone. Raises NoStore, StoreClosed, StoreUnreachable,
    StoreDamaged, StoreForeign, StoreTooNew.
    """
    with _opened(path) as file:
        yield StoreJournal(file)


def documents_of(path: Path) -> Mapping[str, Mapping[str, Mapping[str, Any]]]:
    """All documents as they are committed now: kind → id → fields. Raises what `journal_of` does."""
    with _opened(path) as file:
        return file.load()


def look_for(path: Path) -> None:
    """Raises NoStore, StoreClosed where this user may not read it, StoreUnreachable where it is no file, OSError."""
    try:
        with path.open("rb"):
            pass
    except (FileNotFoundError, NotADirectoryError):
        raise NoStore(path=path) from None
    except PermissionError:
        raise StoreClosed(path=path) from None
    except IsADirectoryError:
        raise StoreUnreachable(path=path, reason="it is a folder") from None


@contextmanager
def _opened(path: Path) -> Iterator[_ReadOnly]:
    try:
        look_for(path)
        file = _ReadOnly(path)
        file.open()
    except (OSError, sqlite3.OperationalError) as error:
        raise StoreUnreachable(path=path, reason=error) from error
    try:
        yield file
    finally:
        file.close()


@dataclass(frozen=True, slots=True)
class Examined:
    """What a store is like that can be read."""

    layout: int
    """Number of the last migration."""
    bytes: int
    kinds: Mapping[str, int]
    """How many documents of each."""

    @property
    def documents(self) -> int:
        """Of all kinds."""
        return sum(self.kinds.values())


def examined(path: Path, *, thorough: bool = False) -> Examined:
    """Read a store to its end and tell what it is like. `thorough`: its indices and the checksum of every document,
    too.

    Raises what `journal_of` does.
    """
    with _opened(path) as file, file.reading() as connection:
        check_structure(connection, path, whole=thorough)
        if thorough:
            check_documents(connection, path)
        kinds = dict(connection.execute("SELECT kind, count(*) FROM documents GROUP BY kind ORDER BY kind").fetchall())
        return Examined(version(connection), path.stat().st_size, kinds)


def lost(path: Path, before: Path) -> Mapping[str, int]:
    """How many documents of each kind a copy from before has, and the store has neither as they are nor as deleted.

    Raises what `journal_of` does.
    """
    with _opened(before) as file, file.reading() as connection:
        had = set(connection.execute("SELECT kind, id FROM documents").fetchall())
    with _opened(path) as file, file.reading() as connection:
        had.difference_update(connection.execute("SELECT kind, id FROM documents"))
        had.difference_update(connection.execute("SELECT kind, id FROM tombstones"))
    return Counter(kind for kind, _ in sorted(had))


def texts_of(path: Path) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """All that was ever said or written and is still kept: documents, what they were before (undo), and the journal.
    Kind, fields.

    Raises what `journal_of` does.
    """
    with _opened(path) as file, file.reading() as connection:
        for kind, body in connection.execute(
            "SELECT kind, body FROM documents UNION ALL SELECT kind, body FROM journal"
        ):
            yield str(kind), json.loads(body)
        for label, client, at, images in connection.execute("SELECT label, client, at, images FROM undo"):
            yield "undo", {"label": label}
            record = UndoRecord.unpacked(0, label, client, at, images)
            yield from ((image.kind, image.before) for image in record.images if image.before is not None)
