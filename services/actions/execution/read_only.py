"""The store as a preparation sees it: a Transaction that is only looked through."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from contextlib import AbstractContextManager
from datetime import datetime
from typing import Any, NoReturn, TypeVar

from tinydb.queries import QueryLike

from services.store.base import Document, Hit, Reader, Undone

D = TypeVar("D", bound=Document)


class Looking:
    """Reads what is committed (services.store.base.Transaction). Changing anything is a bug: it would be no part of the
    transaction.
    """

    def __init__(self, reader: Reader, now: datetime) -> None:
        self._reader = reader
        self.now = now
        self.label = ""
        self.changed: tuple[tuple[str, str], ...] = ()

    def get(self, kind: type[D], doc_id: str) -> D | None:
        """One document by its id."""
        return self._reader.get(kind, doc_id)

    def find(self, kind: type[D], cond: QueryLike | None = None) -> list[D]:
        """Documents for which a TinyDB query holds, oldest first."""
        return self._reader.find(kind, cond)

    def rows(self, kind: type[Document]) -> Mapping[str, Mapping[str, Any]]:
        """The stored fields by id, not to be altered."""
        return self._reader.rows(kind)

    def search(
        self,
        text: str,
        *,
        kinds: Collection[str] = (),
        since: datetime | None = None,
        until: datetime | None = None,
        limit: int = 10,
    ) -> list[Hit]:
        """What has these words, best first."""
        return self._reader.search(text, kinds=kinds, since=since, until=until, limit=limit)

    def add(self, document: D) -> D:
        """Never."""
        _never(document)

    def put(self, document: D) -> D:
        """Never."""
        _never(document)

    def keep(self, document: D) -> D:
        """Never."""
        _never(document)

    def remove(self, document: Document) -> None:
        """Never."""
        _never(document)

    def undo_last(self, *, others: bool = False) -> Undone:
        """Never."""
        _never(others)

    def take_back(self, written: Collection[tuple[str, str]]) -> str:
        """Never."""
        _never(written)

    def undo_all(self, kind: str, doc_id: str) -> list[Undone]:
        """Never."""
        _never((kind, doc_id))

    def savepoint(self) -> AbstractContextManager[None]:
        """Never."""
        _never("savepoint")


def _never(what: object) -> NoReturn:
    raise RuntimeError(f"a preparation may not change the store: {what}")
