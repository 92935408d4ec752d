"""The store as one client may see it: a Transaction in which what is hidden from it does not exist."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, replace
from datetime import datetime
from typing import Any, TypeVar, cast

from tinydb.queries import QueryLike

from services.actions.policy.access import NOTHING, Hidden, Row, hidden_from
from services.actions.policy.denied import Denied
from services.store.base import Channel, Document, Hit, Project, Reader, SharedFile, Task, Transaction, Undone, kinds

D = TypeVar("D", bound=Document)


class SeenReader:
    """A Reader without what a person must not know of."""

    def __init__(self, reader: Reader, person: str | None, allows: Callable[[str], bool]) -> None:
        """`person`: by name; empty: nobody in particular; None: sees all. `allows`: whether it may do family.verb."""
        self._reader = reader
        self._person = person
        self._allows = allows
        self._hidden: Hidden | None = None
        self._rows: dict[str, Mapping[str, Mapping[str, Any]]] = {}

    @property
    def hidden(self) -> Hidden:
        """What is left out, as of now."""
        if self._hidden is None:
            self._hidden = NOTHING if self._person is None else hidden_from(self._person, self._reader)
        return self._hidden

    def get(self, kind: type[D], doc_id: str) -> D | None:
        """A document by its id; None also where it is hidden."""
        if self._hides(kind, doc_id):
            return None
        return self._reader.get(kind, doc_id)

    def find(self, kind: type[D], cond: QueryLike | None = None) -> list[D]:
        """Documents for which a TinyDB query holds, oldest first."""
        found = self._reader.find(kind, cond)
        if not found or not self.hidden.guards(kind):
            return found
        there = self.rows(kind)
        return [each for each in found if each.id in there]

    def rows(self, kind: type[Document]) -> Mapping[str, Mapping[str, Any]]:
        """The stored fields by id, read-only."""
        if not self.hidden.guards(kind):
            return self._reader.rows(kind)
        if kind.kind not in self._rows:
            hides, tasks = self.hidden.hides, self._reader.rows(Task)
            self._rows[kind.kind] = {
                id_: row for id_, row in self._reader.rows(kind).items() if not hides(kind, id_, row, tasks)
            }
        return self._rows[kind.kind]

    def search(
        self,
        text: str,
        *,
        kinds: Collection[str] = (),
        since: datetime | None = None,
        until: datetime | None = None,
        limit: int = 10,
    ) -> list[Hit]:
        """Committed documents with these words, best first, of kinds that this client may ask about."""
        asked = limit
        while True:
            found = self._reader.search(text, kinds=kinds, since=since, until=until, limit=asked)
            seen = [hit for hit in found if self._finds(hit)]
            if len(seen) >= limit or len(found) < asked:
                return seen[:limit]
            asked *= 4  # what is hidden must not push out what is not

    def _finds(self, hit: Hit) -> bool:
        kind = kinds().get(hit.kind)
        if kind is None:
            return self._person is None
        return self._allows(kind.about.query) and not self._hides(kind, hit.id)

    def _hides(self, kind: type[Document], doc_id: str) -> bool:
        if not self.hidden.guards(kind):
            return False
        row = self._reader.rows(kind).get(doc_id)
        return row is not None and self.hidden.hides(kind, doc_id, row, self._reader.rows(Task))


class SeenTransaction(SeenReader):
    """The same of a transaction: what is hidden can't be changed, and nobody can hide something from themselves."""

    def __init__(self, tx: Transaction, person: str | None, allows: Callable[[str], bool]) -> None:
        super().__init__(tx, person, allows)
        self._tx = tx
        self._gone: set[tuple[str, str]] = set()
        self.now = tx.now

    @property
    def gone(self) -> int:
        """How many documents were deleted or cancelled, except those that are quickly made again."""
        return len(self._gone)

    def is_over(self, tx: Transaction) -> bool:
        """Whether this is a view of that transaction."""
        return self._tx is tx

    @property
    def label(self) -> str:
        """What `undo` will say was undone."""
        return self._tx.label

    @label.setter
    def label(self, label: str) -> None:
        self._tx.label = label

    @property
    def changed(self) -> tuple[tuple[str, str], ...]:
        """(kind, id) of each document written so far."""
        return self._tx.changed

    def add(self, document: D) -> D:
        """Keep a new document; the author of something private is in it. Raises Denied, DocumentInvalid."""
        document = self._with_me(document)
        self._must_see(document, "")
        self._forget()
        return self._tx.add(document)

    def put(self, document: D) -> D:
        """Replace a document. Raises Denied for what is hidden or would be, and DocumentInvalid."""
        document = self._with_me(document) if isinstance(document, SharedFile) else document
        self._must_see(document, document.id)
        if getattr(document, "status", "") == "cancelled":
            self._count(document)
        self._forget()
        kept = self._tx.put(document)
        if self._hides(type(kept), kept.id):
            raise Denied("policy.private", "Then you would not see it yourself any more. Ask the owner to do that")
        return kept

    def keep(self, document: D) -> D:
        """Add a document under its id, or replace the one there. Raises Denied for what is hidden; DocumentInvalid."""
        self._must_see(document, document.id)
        self._forget()
        return self._tx.keep(document)

    def remove(self, document: Document) -> None:
        """Delete a document. Raises Denied for what is hidden."""
        self._must_see(document, document.id)
        self._tx.remove(document)
        self._count(document)
        self._forget()

    def undo_last(self, *, others: bool = False) -> Undone:
        """Reverse the last command, of this client unless it sees all. Raises NothingToUndo, UndoBlocked."""
        self._forget()
        return self._tx.undo_last(others=others and self._person is None)

    def take_back(self, written: Collection[tuple[str, str]], *, others: bool = False) -> str:
        """Reverse the command that wrote these, of this client unless it sees all."""
        self._forget()
        return self._tx.take_back(written, others=others and self._person is None)

    def undo_all(self, kind: str, doc_id: str) -> list[Undone]:
        """Reverse every command that wrote this; only for those who see everything."""
        self._forget()
        if self._person is not None:
            raise Denied("policy.role", "Only the owner can take back all that a routine did")
        return self._tx.undo_all(kind, doc_id)

    @contextmanager
    def savepoint(self) -> Iterator[None]:
        """A part that may fail alone."""
        try:
            with self._tx.savepoint():
                yield
        finally:
            self._forget()

    def _with_me(self, document: D) -> D:
        """Puts the author of something private into it. Raises Denied where that is nobody known."""
        if not isinstance(document, Channel | Project | SharedFile) or not document.private or self._person is None:
            return document
        if not (me := self.hidden.person):
            raise Denied(
                "policy.private", "Only somebody whom I know by name can have something private. Ask the owner"
            )
        if isinstance(document, SharedFile):
            return cast(D, replace(document, person_ids=tuple(dict.fromkeys((*document.person_ids, me)))))
        return cast(D, replace(document, members=tuple(dict.fromkeys((*document.members, me)))))

    def _must_see(self, document: Document, doc_id: str) -> None:
        kind = type(document)
        fields: Row = asdict(document)
        new = self.hidden.guards(kind) and not isinstance(document, Channel | Project)
        if self._hides(kind, doc_id) or (new and self.hidden.hides(kind, doc_id, fields, self._reader.rows(Task))):
            raise Denied("policy.private", f"I know no such {kind.kind}")

    def _count(self, document: Document) -> None:
        before = self._reader.rows(type(document)).get(document.id, {}).get("status")
        if not document.about.light and before != "cancelled":
            self._gone.add((document.kind, document.id))

    def _forget(self) -> None:
        """After a change: what is hidden may differ now."""
        self._hidden = None
        self._rows.clear()
