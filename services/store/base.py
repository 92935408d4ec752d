"""The store: documents in tables, one transaction a command. Its values, errors and Protocols."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal, NamedTuple, Protocol, TypeVar

from tinydb.queries import QueryLike

from services.store.backups.base import BackupError
from services.store.documents import *  # noqa: F403 - each kind is of the base; a new one needs no line here
from services.store.errors import *  # noqa: F403 - as are all its errors
from services.store.ids import Ids, natural_id
from services.store.kinds import Document, all_rows, kinds, only_added, row_of
from services.store.replicas.replica import Join, Merged, Outgoing, Replica, Replicated
from services.store.replicas.stamps import Stamp


@dataclass(frozen=True, slots=True)
class JournalEntry:
    """Something that happened, as the journal has it."""

    seq: int
    """Grows with each entry of any kind."""
    at: datetime
    fields: Mapping[str, Any]


Likeness = Literal["same", "form", "beginning", "like", "some"]
"""How what was found stands to the words that were looked for: they stand there so, in another form, as beginnings of
words, or parted or joined; only others are there that are spelled or sound like them; or only some of them are there,
where nothing has them all.
"""


@dataclass(frozen=True, slots=True)
class Hit:
    """Something that search has found."""

    kind: str
    """Of a document; turn: a transcript in the journal."""
    id: str
    """Of the document; a turn's number in the journal."""
    title: str
    """What it is called; empty where it is all text, such as a note."""
    snippet: str
    """Words of it around those that were looked for."""
    at: datetime
    """When it is due, takes place or was sent; else when it was made."""
    where: str
    """The name of what it belongs to, such as a message's channel; empty where there is none."""
    score: float
    """0 to about 1: how likely it is meant."""
    how: Likeness


class Journal(Protocol):
    """What happened, oldest first: turns, jobs, refusals. Apart from the documents: no undo, no other device is
    told.
    """

    def add(self, kind: str, fields: Mapping[str, Any], *, at: datetime) -> int:
        """Keep one entry; its number. On return it survives power loss. Raises DiskFull, StoreReadOnly,
        StoreUnreachable, StoreDamaged.
        """

    def add_all(self, kind: str, rows: Sequence[tuple[datetime, Mapping[str, Any]]]) -> int:
        """Keep several, all or none; the number of the last one, 0 without any."""

    def rows(
        self,
        kind: str,
        *,
        since: datetime | None = None,
        until: datetime | None = None,
        newest_first: bool = False,
        limit: int | None = None,
    ) -> list[JournalEntry]:
        """Entries of a kind from `since` on and before `until`, in the order they were added. Raises StoreDamaged."""

    def purge(self, kind: str, *, before: datetime) -> int:
        """Delete the older entries of a kind; how many there were."""


class Change(NamedTuple):
    """A document that a commit has written or deleted."""

    kind: str
    id: str
    deleted: bool


Watcher = Callable[[Sequence[Change]], None]
"""Told of each commit, in their order, by the thread that committed, when everybody can read what was written. It must
neither block nor write: the next command waits for it. What takes long belongs into a queue of its own.
"""


class Undone(NamedTuple):
    """A command that was reversed."""

    label: str
    client: str
    """Who gave it."""
    at: datetime


D = TypeVar("D", bound=Document)


class Reader(Protocol):
    """Documents as dataclasses. Inside a transaction its own changes show; elsewhere only what was committed."""

    def get(self, kind: type[D], doc_id: str) -> D | None:
        """One document by its id."""

    def find(self, kind: type[D], cond: QueryLike | None = None) -> list[D]:
        """Documents for which a TinyDB query (on the stored fields) holds, oldest first. No query: all."""

    def rows(self, kind: type[Document]) -> Mapping[str, Mapping[str, Any]]:
        """The stored fields by id, not to be altered: to look through thousands of documents, of which few are
        wanted.
        """

    def search(
        self,
        text: str,
        *,
        kinds: Collection[str] = (),
        since: datetime | None = None,
        until: datetime | None = None,
        limit: int = 10,
    ) -> list[Hit]:
        """What was committed and has these words, misspelt ones too, the best first; of some kinds only, of some time
        only.
        """


class Transaction(Reader, Protocol):
    """All or nothing: what is added, put and removed is committed together with its undo record and outbox rows."""

    now: datetime
    label: str
    """What `undo` will say was undone; may be set until the commit."""

    @property
    def changed(self) -> tuple[tuple[str, str], ...]:
        """(kind, id) of each document written so far."""

    def add(self, document: D) -> D:
        """Keep a new document; the returned one has its id, created and updated. Raises DocumentInvalid."""

    def put(self, document: D) -> D:
        """Replace a document by its changed copy. Raises DocumentInvalid."""

    def keep(self, document: D) -> D:
        """Add a document under the id that it has, or replace the one there, as an import does. Raises
        DocumentInvalid.
        """

    def remove(self, document: Document) -> None:
        """Delete a document."""

    def undo_last(self, *, others: bool = False) -> Undone:
        """Reverse the last command of this transaction's client that was not undone yet; again: the one before. With
        `others`, of whoever gave the last one.

        Raises NothingToUndo, UndoBlocked; what it would have changed is as it was then.
        """

    def take_back(self, written: Collection[tuple[str, str]], *, others: bool = False) -> str:
        """Reverse the command of this client that wrote these (kind, id), to be done otherwise in this transaction:
        undoing that undoes both. With `others`, whoever gave it. Returns its label. Raises NothingToUndo,
        UndoBlocked (changed since, or by somebody else).
        """

    def undo_all(self, kind: str, doc_id: str) -> list[Undone]:
        """Reverse every command not undone yet that wrote this document, whoever gave it, the last one first: a run of
        a routine.

        Raises NothingToUndo, UndoBlocked; nothing is reversed then.
        """

    def savepoint(self) -> AbstractContextManager[None]:
        """A part that may fail alone: an exception puts back what the block changed, and is raised on; the transaction
        stays usable.
        """


class DocumentStore(Reader, Protocol):
    """What the other faculties see of the store. Safe to use from several threads: one writes, all may read."""

    @property
    def journal(self) -> Journal:
        """What happened."""

    def transaction(
        self, label: str, *, now: datetime | None = None, client: str = "", undoable: bool = True, key: str = ""
    ) -> AbstractContextManager[Transaction]:
        """One transaction, committed at the end of the block; an exception rolls it back. Not to be nested.

        `now`: the time written into its documents. `undoable`: whether `undo` shall find it. `key`: of a command that
        may be delivered twice; kept with what it changes, for `done`. Raises StoreReadOnly, DiskFull, StoreUnreachable
        or StoreDamaged at the commit; nothing is changed then, in memory neither.
        """

    def done(self, key: str) -> bool:
        """Whether a transaction with this key has changed something, within the last seven days."""

    def watch(self, watcher: Watcher) -> Callable[[], None]:
        """Tell `watcher` of every commit from now on. Returns what ends it."""
