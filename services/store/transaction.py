"""One command's view of the store: what it reads, and what it writes."""

from __future__ import annotations

from collections.abc import Collection
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING, TypeVar

from services.store.base import Undone
from services.store.documents import Document
from services.store.reversal import take_back, undo_all, undo_last
from services.store.sqlite.codec import encode, validated
from services.store.sqlite.storage import PendingWrites
from services.store.sqlite.tables import KeptRow

if TYPE_CHECKING:
    from services.store.store import Store

D = TypeVar("D", bound=Document)


class StoreTransaction:
    """Handed out by `Store.transaction`; belongs to the thread that opened it (services.store.base.Transaction)."""

    def __init__(self, store: Store, work: PendingWrites) -> None:
        self._store = store
        self._work = work
        self.now = work.now
        # In the thread of a transaction the store shows its changes, too.
        self.table, self.get, self.find = store.table, store.get, store.find
        self.rows, self.search = store.rows, store.search

    @property
    def label(self) -> str:
        """What `undo` will say was undone."""
        return self._work.label

    @label.setter
    def label(self, label: str) -> None:
        self._work.label = label

    @property
    def changed(self) -> tuple[tuple[str, str], ...]:
        return tuple((kind, doc_id) for kind, docs in self._work.changes.items() for doc_id in docs)

    def add(self, document: D) -> D:
        return self._kept(document, self.table(document.kind).insert(encode(validated(document))))

    def put(self, document: D) -> D:
        """Replace a document; fields that a newer program wrote stay. Raises DocumentInvalid; KeyError where there is
        none to replace.
        """
        _may_change(document)
        if not self.table(document.kind).update(encode(validated(document)), doc_ids=[document.id]):
            raise KeyError(document.id)
        return self._kept(document, document.id)

    def keep(self, document: D) -> D:
        if document.id in self.rows(type(document)):
            _may_change(document)
        self.table(document.kind).upsert(KeptRow(encode(validated(document)), document.id))
        return self._kept(document, document.id)

    def remove(self, document: Document) -> None:
        _may_change(document)
        self.table(document.kind).remove(doc_ids=[document.id])

    def undo_last(self, *, others: bool = False) -> Undone:
        return undo_last(self._store.storage, others=others)

    def take_back(self, written: Collection[tuple[str, str]], *, others: bool = False) -> str:
        return take_back(self._store.storage, written, others=others)

    def undo_all(self, kind: str, doc_id: str) -> list[Undone]:
        return undo_all(self._store.storage, (kind, doc_id))

    def savepoint(self) -> AbstractContextManager[None]:
        return self._store.storage.savepoint()

    def _kept(self, document: D, doc_id: str) -> D:
        kept = self.get(type(document), doc_id)
        assert kept is not None
        return kept


def _may_change(document: Document) -> None:
    if document.about.reversal is not None:
        raise RuntimeError(f"documents of kind {document.kind} are only ever added")
