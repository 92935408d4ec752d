"""The documents in memory over the SQLite file, and the one transaction at a time that changes them.

Every document is in memory; the file is read once, at open. A transaction keeps its changes aside: its own thread sees
them, the others see what was committed and never wait for a disk. A commit writes the changes first and shows them only
when the file has them, so memory can't run ahead of the disk, and rolling back is forgetting.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, ItemsView, Iterator, Mapping, Sequence, ValuesView
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from tinydb.storages import Storage

from services.store.base import Change, Watcher
from services.store.documents import utc
from services.store.ids import Ids
from services.store.replicas.replica import Replica
from services.store.replicas.stamps import read, unpacked, unstamped
from services.store.sqlite.file import RowChange, StoreFile, dumped
from services.store.sqlite.rows import Fields, compact
from services.store.undo import Image, UndoRecord, fingerprint


class Overlay(Mapping[str, Fields]):
    """A table as its transaction sees it: the committed documents under its own changes."""

    def __init__(self, committed: Mapping[str, Fields], changes: Mapping[str, Fields | None]) -> None:
        self._committed = committed
        self._changes = changes

    def __getitem__(self, doc_id: str) -> Fields:
        fields = self._changes[doc_id] if doc_id in self._changes else self._committed[doc_id]
        if fields is None:
            raise KeyError(doc_id)
        return fields

    def __iter__(self) -> Iterator[str]:
        return iter(self._merged())

    def __len__(self) -> int:
        return len(self._merged())

    def items(self) -> ItemsView[str, Fields]:
        """All documents, as of now."""
        return self._merged().items()

    def values(self) -> ValuesView[Fields]:
        """All documents, as of now."""
        return self._merged().values()

    def _merged(self) -> dict[str, Fields]:
        """To look through a table, one copy costs less than asking for each document whether it was changed."""
        merged = dict(self._committed)
        for doc_id, fields in self._changes.items():
            if fields is None:
                merged.pop(doc_id, None)
            else:
                merged[doc_id] = fields
        return merged


@dataclass(slots=True)
class PendingWrites:
    """What one transaction has gathered."""

    label: str
    client: str
    now: datetime
    undoable: bool
    key: str
    undone: list[int] = field(default_factory=list)
    """Numbers of the undo records it uses up."""
    instead: UndoRecord | None = None
    """The command that this one is done in place of: undoing this one undoes both."""
    settled: set[tuple[str, str]] = field(default_factory=set)
    """(kind, id) of documents that come to nothing together, such as a ledger entry and what takes it back."""
    changes: dict[str, dict[str, Fields | None]] = field(default_factory=dict)


class SQLiteStorage(Storage):
    """A TinyDB storage over one SQLite file; several threads may use it, one of them writing."""

    def __init__(self, path: Path | str, *, clock: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self._clock = clock
        self.file = StoreFile(Path(path))
        self._ids = Ids()
        self._writer = threading.RLock()
        """Held by the thread whose transaction runs."""
        self._gate = threading.Lock()
        """Held for moments: while a commit is shown, or a table is copied for a reader."""
        self._work: PendingWrites | None = None
        self._owner: int | None = None
        self._watchers: list[Watcher] = []
        self._snapshots: dict[str, dict[str, Fields]] = {}
        """A copy of a table that readers share until it is changed."""
        self.revisions: dict[str, int] = {}
        """How often each kind was changed since the store was opened: tells who keeps an index that it is old."""
        self.file.open(utc(clock()))
        try:
            self._committed = self.file.load()
            self.stamping = self.file.clock()
            """The clock of the stamps made here; for who holds the writer's lock."""
        except BaseException:
            self.file.close()
            raise

    @property
    def device(self) -> str:
        """What stands in the stamps that are made here."""
        return self.stamping.device

    # TinyDB's interface

    def read(self) -> dict[str, dict[str, Fields]] | None:
        """Copies of all tables; None when there is none."""
        kinds = {*self._committed, *(self._mine.changes if self._mine else ())}
        tables = {
            kind: {doc_id: json.loads(dumped(fields)) for doc_id, fields in self.rows(kind).items()}
            for kind in sorted(kinds)
        }
        return {kind: rows for kind, rows in tables.items() if rows} or None

    def write(self, data: dict[str, dict[str, Fields]]) -> None:
        """Make the tables be `data`; only documents that differ are written."""
        with self.joined():
            for kind in sorted({*data, *self._committed, *self.work.changes}):
                rows, wanted = self.rows(kind), data.get(kind, {})
                changes: dict[str, Fields | None] = {doc_id: None for doc_id in rows if doc_id not in wanted}
                changes |= {
                    str(doc_id): dict(fields) for doc_id, fields in wanted.items() if rows.get(str(doc_id)) != fields
                }
                self.change(kind, changes)

    def close(self) -> None:
        """Close the file, after the transaction that runs."""
        with self._writer:
            self.file.close()

    # Reading

    def kept_kinds(self) -> set[str]:
        """The kinds of which documents are committed."""
        with self._gate:
            return {kind for kind, rows in self._committed.items() if rows}

    def rows(self, kind: str) -> Mapping[str, Fields]:
        """A table's documents by id; not to be altered. A snapshot, or the transaction's own view in its thread."""
        if mine := self._mine:
            committed = self._committed.get(kind, {})
            return Overlay(committed, mine.changes[kind]) if kind in mine.changes else committed
        with self._gate:
            if kind not in self._snapshots:
                self._snapshots[kind] = dict(self._committed.get(kind, {}))
            return self._snapshots[kind]

    def replica(self, kind: str, doc_id: str) -> Replica | None:
        """A document with its stamps, or its tombstone; None where there is neither."""
        with self.file.reading() as connection:  # both from the file: memory may be a commit behind
            query = "SELECT body, stamps FROM documents WHERE kind = ? AND id = ?"
            for body, marks in connection.execute(query, (kind, doc_id)):
                fields = json.loads(body)
                return Replica(kind, doc_id, fields, unpacked(marks, fields, unstamped(self.device, fields)))
            query = "SELECT stamp FROM tombstones WHERE kind = ? AND id = ?"
            for (stamp,) in connection.execute(query, (kind, doc_id)):
                return Replica(kind, doc_id, {}, {}, read(stamp))
        return None

    def row(self, kind: str, doc_id: str) -> Fields | None:
        """One document; not to be altered."""
        if (mine := self._mine) and doc_id in mine.changes.get(kind, {}):
            return mine.changes[kind][doc_id]
        return self._committed.get(kind, {}).get(doc_id)

    # Writing

    def new_id(self) -> str:
        """A UUIDv7 at the transaction's time."""
        return self._ids.new(self._now())

    def stamp(self) -> str:
        """The transaction's time, as documents carry it."""
        return utc(self._now())

    def change(self, kind: str, changes: Mapping[str, Fields | None]) -> None:
        """Put changes into this thread's transaction. Raises ValueError or TypeError for what JSON can't hold."""
        # Through JSON and back: memory holds exactly what the file will give back, and nothing that the caller can
        # still alter.
        plain = {
            doc_id: None if fields is None else compact(json.loads(dumped(fields)))
            for doc_id, fields in changes.items()
        }
        if plain:
            self.work.changes.setdefault(kind, {}).update(plain)

    @contextmanager
    def transaction(
        self, label: str, *, now: datetime | None = None, client: str = "", undoable: bool = True, key: str = ""
    ) -> Iterator[PendingWrites]:
        """One transaction of this thread; the commit is at the end of the block. Another thread's is waited for,
        nesting is a bug.
        """
        with self._writer:
            if self._work is not None:
                raise RuntimeError(f"transaction {label!r} inside transaction {self._work.label!r}")
            work = self._work = PendingWrites(label, client, now or self._clock(), undoable, key)
            self._owner = threading.get_ident()
            try:
                yield work
                changed = self._commit(work)
            finally:
                self._work = self._owner = None
            self._tell(changed)

    @contextmanager
    def beside(self) -> Iterator[Callable[[Sequence[RowChange]], None]]:
        """The writer's lock, for what is no command: it writes the file itself, and hands what the file then has to the
        function.
        """
        with self._writer:
            if self._work is not None:
                raise RuntimeError(f"beside transaction {self._work.label!r}")
            changed: list[Change] = []
            yield lambda written: changed.extend(self._show(written))
            self._tell(changed)

    def _tell(self, changed: Sequence[Change]) -> None:
        """Still holding the writer's lock: commits are told in their order."""
        for watcher in tuple(self._watchers) if changed else ():
            watcher(changed)

    def watch(self, watcher: Watcher) -> Callable[[], None]:
        """Tell `watcher` of every commit from now on. Returns what ends it."""
        self._watchers.append(watcher)
        return lambda: self._watchers.remove(watcher)

    @property
    def work(self) -> PendingWrites:
        """What the transaction of this thread has gathered so far."""
        if (mine := self._mine) is None:
            raise RuntimeError("no transaction is open in this thread")
        return mine

    @contextmanager
    def savepoint(self) -> Iterator[None]:
        """Part of this thread's transaction: an exception puts back what the block changed, and goes on to whoever can
        do without.
        """
        work = self.work
        before = work.label, work.undoable, work.instead, list(work.undone), set(work.settled)
        changes = {kind: dict(docs) for kind, docs in work.changes.items()}
        try:
            yield
        except BaseException:
            work.label, work.undoable, work.instead, work.undone, work.settled = before
            work.changes = changes
            raise

    @contextmanager
    def joined(self) -> Iterator[None]:
        """This thread's transaction, or one for a single operation, which `undo` does not know of."""
        if self._mine is not None:
            yield
        else:
            with self.transaction("", undoable=False):
                yield

    def _commit(self, work: PendingWrites) -> list[Change]:
        written = [
            RowChange(kind, doc_id, before, fields)
            for kind, docs in work.changes.items()
            for doc_id, fields in docs.items()
            if not _is_same(before := self._committed.get(kind, {}).get(doc_id), fields)
        ]
        if not written:
            return []
        record = self._record(work, written) if work.undoable else None
        at, stamp = utc(work.now), self.stamping.next(work.now)
        self.file.commit(written, stamp, at=at, record=record, undone=work.undone, key=work.key)
        return self._show(written)

    def _show(self, written: Sequence[RowChange]) -> list[Change]:
        """What the file has, memory has from here on."""
        with self._gate:
            for kind, doc_id, _, fields in written:
                table = self._committed.setdefault(kind, {})
                if fields is None:
                    table.pop(doc_id, None)
                else:
                    table[doc_id] = fields
            for kind in {each.kind for each in written}:
                self.revisions[kind] = self.revisions.get(kind, 0) + 1
                self._snapshots.pop(kind, None)
        return [Change(each.kind, each.id, each.after is None) for each in written]

    def _record(self, work: PendingWrites, written: Sequence[RowChange]) -> UndoRecord:
        before = {(each.kind, each.id): each.before for each in written}
        if work.instead:
            before |= {(image.kind, image.id): image.before for image in work.instead.images}
        after = {(kind, doc_id): fingerprint(self.row(kind, doc_id)) for kind, doc_id in before}
        images = [
            Image(kind, doc_id, fields, after[kind, doc_id])
            for (kind, doc_id), fields in before.items()
            if (kind, doc_id) not in work.settled and not (work.instead and fingerprint(fields) == after[kind, doc_id])
        ]
        return UndoRecord(work.label, work.client, work.now, tuple(images))

    @property
    def _mine(self) -> PendingWrites | None:
        """The transaction of the thread that asks."""
        return self._work if self._owner == threading.get_ident() else None

    def _now(self) -> datetime:
        return self._mine.now if self._mine else self._clock()


def _is_same(before: Fields | None, after: Fields | None) -> bool:
    """Whether nothing was changed but the time of the last change, as when a document is kept once more: that is no
    command's doing.
    """
    if before is None or after is None:
        return before is after
    return before == after or {**before, "updated": ""} == {**after, "updated": ""}
