"""The store that the other parts use: documents in, documents out, a transaction a command."""

from __future__ import annotations

import logging
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import Any, TypeVar, cast

from tinydb import TinyDB
from tinydb.queries import QueryLike

from services.store.backups.folder import before_migration
from services.store.backups.placement import finish
from services.store.backups.rescue import Rescue, Rescuer
from services.store.base import Hit, SearchDamaged, StoreDamaged, StoreForeign, Watcher
from services.store.documents import Document
from services.store.journal import StoreJournal
from services.store.kinds import kinds
from services.store.replicas.replicas import Replicas
from services.store.search.index import rebuild as rebuild_index
from services.store.search.search import Search
from services.store.sqlite.codec import decode
from services.store.sqlite.hold import Hold, expected
from services.store.sqlite.storage import SQLiteStorage
from services.store.sqlite.tables import DocumentTable, KeptRow
from services.store.transaction import StoreTransaction

log = logging.getLogger(__name__)

D = TypeVar("D", bound=Document)


class StoreTables(TinyDB):
    """TinyDB with our tables."""

    table_class = DocumentTable


class Store(Replicas):
    """TinyDB tables over one SQLite file, held by one process (services.store.base.DocumentStore and Replicated).

    `clock` gives the time where none is handed in. `backups`: where one is made before a migration, else the folder
    backups beside it. `rescuer` puts a good store in the place of a damaged one.
    """

    def __init__(
        self,
        path: Path,
        *,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
        backups: Path | None = None,
        rescuer: Rescuer | None = None,
    ) -> None:
        self.path = path
        self._clock = clock
        self._backups = backups or path.parent / "backups"
        self._rescuer = rescuer
        self.rescue: Rescue | None = None
        """What had to be done about damage when it was opened."""
        self._hold = Hold(path)
        self._search = Search(path)
        self._tables: StoreTables | None = None

    def open(self) -> None:
        """Raises StoreHeld, StoreReadOnly, DiskFull, StoreUnreachable, StoreDamaged or StoreTooNew; BackupError before
        a migration.
        """
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise expected(error, self.path) from error
        self._hold.take()
        try:
            finish(self.path)
            self._tables = self._sound_tables()
        except BaseException:
            self._hold.release()
            raise

    def _sound_tables(self) -> StoreTables:
        if self._rescuer is None:
            return self._read_tables()
        try:
            if not self._rescuer.is_lost(self.path):
                return self._read_tables()
        except StoreForeign:
            raise
        except StoreDamaged as damage:
            log.warning("%s is damaged: %s", self.path, damage.facts.get("reason"))
        self.rescue = self._rescuer.mend(self.path, self._clock())
        return self._read_tables()

    def _read_tables(self) -> StoreTables:
        before_migration(self.path, self._backups, self._clock())
        return StoreTables(self.path, storage=SQLiteStorage, clock=self._clock)

    def close(self) -> None:
        """Wait for the transaction that runs, fold the log into the file, let go of it."""
        if self._tables is not None:
            self._search.close()
            self._tables.close()
            self._tables = None
            self._hold.release()

    def __enter__(self) -> Store:
        self.open()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    @property
    def storage(self) -> SQLiteStorage:
        """What lies under the tables."""
        return cast(SQLiteStorage, self._opened.storage)

    def table(self, kind: str) -> DocumentTable:
        """The TinyDB table of a kind (`task`, `reminder`, …), with queries as TinyDB has them."""
        return cast(DocumentTable, self._opened.table(kind))

    @contextmanager
    def transaction(
        self, label: str, *, now: datetime | None = None, client: str = "", undoable: bool = True, key: str = ""
    ) -> Iterator[StoreTransaction]:
        with self.storage.transaction(label, now=now, client=client, undoable=undoable, key=key) as work:
            yield StoreTransaction(self, work)

    def done(self, key: str) -> bool:
        return self.storage.file.done(key)

    def get(self, kind: type[D], doc_id: str) -> D | None:
        row = self.table(kind.kind).get(doc_id=doc_id)
        return None if row is None else decode(kind, doc_id, row)

    def find(self, kind: type[D], cond: QueryLike | None = None) -> list[D]:
        table = self.table(kind.kind)
        rows = cast("list[KeptRow]", table.all() if cond is None else table.search(cond))
        return sorted(
            (decode(kind, str(row.doc_id), row) for row in rows), key=lambda document: (document.created, document.id)
        )

    def rows(self, kind: type[Document]) -> Mapping[str, Mapping[str, Any]]:
        return self.storage.rows(kind.kind)

    def strange_kinds(self) -> list[str]:
        """Kinds of documents that are kept and that no program here knows: the package that made them is gone."""
        return sorted(kind for kind in self.storage.kept_kinds() if kind not in kinds())

    def search(
        self,
        text: str,
        *,
        kinds: Collection[str] = (),
        since: datetime | None = None,
        until: datetime | None = None,
        limit: int = 10,
    ) -> list[Hit]:
        """What was committed and has these words, best first; see services.store.search.search.Search.find."""
        find = partial(self._search.find, text, kinds=kinds, since=since, until=until, limit=limit)
        try:
            return find()
        except SearchDamaged:
            with self.storage.file.writing() as connection:
                rebuild_index(connection)
            return find()

    @property
    def journal(self) -> StoreJournal:
        return StoreJournal(self.storage.file)

    def watch(self, watcher: Watcher) -> Callable[[], None]:
        return self.storage.watch(watcher)

    @property
    def _opened(self) -> StoreTables:
        if self._tables is None:
            raise RuntimeError("the store is not open")
        return self._tables
