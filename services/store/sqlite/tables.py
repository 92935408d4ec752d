"""TinyDB's tables on the SQLite file. Queries work as TinyDB has them; a change costs what it changes.

TinyDB hands its storage whole databases. `SQLiteStorage` serves that interface too, by writing only what differs, so
`TinyDB(path, storage=SQLiteStorage)` works; `DocumentTable` goes the short way and names the documents it changes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, MutableMapping
from typing import Any

from tinydb.table import Document as Row
from tinydb.table import Table

from services.store.sqlite.rows import Fields
from services.store.sqlite.storage import SQLiteStorage


class KeptRow(Row):
    """A document handed out: a copy down to its nested lists, so that altering it does not alter the store."""

    def __init__(self, value: Mapping[str, Any], doc_id: Any) -> None:
        super().__init__(copied(dict(value)), doc_id)


class Draft(MutableMapping[str, Fields]):
    """A table during one operation: what is taken hold of is copied, and what then differs is a change."""

    def __init__(self, rows: Mapping[str, Fields]) -> None:
        self._rows = rows
        self._touched: dict[str, Fields | None] = {}

    def __getitem__(self, doc_id: str) -> Fields:
        if doc_id not in self._touched:
            self._touched[doc_id] = copied(self._rows[doc_id])
        fields = self._touched[doc_id]
        if fields is None:
            raise KeyError(doc_id)
        return fields

    def __setitem__(self, doc_id: str, fields: Fields) -> None:
        self._touched[doc_id] = fields

    def __delitem__(self, doc_id: str) -> None:
        if doc_id not in self:
            raise KeyError(doc_id)
        self._touched[doc_id] = None

    def __contains__(self, doc_id: object) -> bool:
        return self._touched[doc_id] is not None if doc_id in self._touched else doc_id in self._rows

    def __iter__(self) -> Iterator[str]:
        yield from (doc_id for doc_id in self._rows if doc_id in self)
        yield from [
            doc_id for doc_id, fields in self._touched.items() if doc_id not in self._rows and fields is not None
        ]

    def __len__(self) -> int:
        return sum(1 for _ in self)

    def changes(self, stamp: str) -> dict[str, Fields | None]:
        """What differs from before, stamped with `created` and `updated`."""
        changed: dict[str, Fields | None] = {}
        for doc_id, fields in self._touched.items():
            before = self._rows.get(doc_id)
            if fields != before:
                created = (before or fields or {}).get("created") or stamp
                changed[doc_id] = None if fields is None else {**fields, "created": created, "updated": stamp}
        return changed


class DocumentTable(Table):
    """A TinyDB table whose ids are UUIDv7 strings and whose documents know when they were made and changed."""

    # TinyDB's annotations speak of int ids; its code takes any class here ("Customization" in tinydb.table).
    document_class = KeptRow
    document_id_class = str  # type: ignore[assignment]

    _storage: SQLiteStorage

    def __init__(self, storage: Any, name: str, cache_size: int = 0, persist_empty: bool = False) -> None:
        # Without TinyDB's cache of results: they differ by thread while a transaction runs, and a rollback would have
        # to empty it.
        super().__init__(storage, name, cache_size, persist_empty)

    def insert(self, document: Mapping[str, Any]) -> str:  # type: ignore[override]
        """Insert a document and return its id."""
        return super().insert(_kept(document))  # type: ignore[return-value]

    def insert_multiple(self, documents: Iterable[Mapping[str, Any]]) -> list[str]:  # type: ignore[override]
        """Insert all documents or, if one is refused, none."""
        return super().insert_multiple([_kept(document) for document in documents])  # type: ignore[return-value]

    def upsert(self, document: Mapping[str, Any], cond: Any = None) -> list[str]:  # type: ignore[override]
        """Update the documents for which `cond` holds, else insert one; both in one transaction."""
        with self._storage.joined():
            return super().upsert(_kept(document), cond)  # type: ignore[return-value]

    def get(self, cond: Any = None, doc_id: Any = None, doc_ids: Any = None) -> Any:
        """As TinyDB's; one id is looked up without a walk through the table."""
        if doc_id is None:
            return super().get(cond, doc_id, doc_ids)
        fields = self._storage.row(self.name, str(doc_id))
        return None if fields is None else KeptRow(fields, str(doc_id))

    def update(self, fields: Any, cond: Any = None, doc_ids: Any = None) -> list[str]:  # type: ignore[override]
        """As TinyDB's; only documents for which `cond` holds are copied."""
        with self._storage.joined():
            return super().update(fields, doc_ids=self._chosen(cond, doc_ids))  # type: ignore[return-value]

    def remove(self, cond: Any = None, doc_ids: Any = None) -> list[str]:  # type: ignore[override]
        """As TinyDB's; only documents for which `cond` holds are looked at twice."""
        with self._storage.joined():
            return super().remove(doc_ids=self._chosen(cond, doc_ids))  # type: ignore[return-value]

    def _chosen(self, cond: Any, doc_ids: Any) -> Any:
        if cond is None or doc_ids is not None:
            return doc_ids
        return [doc_id for doc_id, fields in self._read_table().items() if cond(fields)]

    def _get_next_id(self) -> str:
        return self._storage.new_id()

    def _read_table(self) -> Mapping[str, Fields]:  # type: ignore[override]
        return self._storage.rows(self.name)

    def _update_table(self, updater: Callable[[Any], None]) -> None:
        with self._storage.joined():
            draft = Draft(self._storage.rows(self.name))
            updater(draft)
            self._storage.change(self.name, draft.changes(self._storage.stamp()))


def copied(value: Any) -> Any:
    """A deep copy of JSON values."""
    if isinstance(value, dict):
        return {key: copied(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [copied(inner) for inner in value]
    return value


def _kept(document: Mapping[str, Any]) -> Mapping[str, Any]:
    """TinyDB's own Document carries an id; it is only recognised as this table's class."""
    return KeptRow(document, document.doc_id) if isinstance(document, Row) else document
