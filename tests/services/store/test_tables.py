"""TinyDB's interface on the store: its queries and operations, and what they cost."""

from __future__ import annotations

from pathlib import Path

import pytest
from tinydb import Query, TinyDB, where
from tinydb.operations import increment
from tinydb.table import Document

from services.store.sqlite.storage import SQLiteStorage
from services.store.sqlite.tables import DocumentTable
from services.store.store import Store


@pytest.fixture
def table(store: Store) -> DocumentTable:
    return store.table("thing")


def plain(table: DocumentTable) -> list[dict[str, object]]:
    return [{name: value for name, value in row.items() if name not in ("created", "updated")} for row in table.all()]


def rows_written(store: Store) -> int:
    """How many rows of documents the next statements have written."""
    return store.storage.file.connection.total_changes


def test_queries(table: DocumentTable) -> None:
    table.insert_multiple([{"n": n, "tags": ["even"] if n % 2 == 0 else []} for n in range(6)])
    thing = Query()
    assert [row["n"] for row in table.search((thing.n > 1) & (thing.tags.any(["even"])))] == [2, 4]
    assert table.count(thing.n >= 3) == 3
    assert table.contains(thing.n == 5)
    assert table.get(thing.n == 9) is None
    assert len(table) == 6


def test_a_search_is_true_also_after_a_change(table: DocumentTable) -> None:
    assert table.search(where("n") == 1) == []
    table.insert({"n": 1})
    assert len(table.search(where("n") == 1)) == 1


def test_update_remove_upsert_truncate(table: DocumentTable) -> None:
    ids = table.insert_multiple([{"n": 1}, {"n": 2}, {"n": 3}])
    assert table.update({"big": True}, where("n") >= 2) == ids[1:]
    assert table.update(increment("n"), doc_ids=[ids[0]]) == [ids[0]]
    assert plain(table) == [{"n": 2}, {"n": 2, "big": True}, {"n": 3, "big": True}]
    assert table.upsert({"n": 3, "seen": 1}, where("n") == 3) == [ids[2]]
    assert len(table.upsert({"n": 7}, where("n") == 7)) == 1
    assert table.remove(where("n") == 2) == ids[:2]
    assert [row["n"] for row in table] == [3, 7]
    table.update({"all": 1})
    assert all(row["all"] == 1 for row in table)
    table.truncate()
    assert plain(table) == []


def test_a_document_may_bring_its_id(table: DocumentTable) -> None:
    assert table.insert(Document({"n": 1}, "mine")) == "mine"  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="already exists"):
        table.insert(Document({"n": 2}, "mine"))  # type: ignore[arg-type]
    found = table.get(doc_id="mine")
    assert found["n"] == 1 and found.doc_id == "mine"


def test_an_operation_that_fails_halfway_changes_nothing(table: DocumentTable) -> None:
    table.insert_multiple([{"n": 1}, {"n": "a word"}])
    with pytest.raises(TypeError):
        table.update(increment("n"))
    assert plain(table) == [{"n": 1}, {"n": "a word"}]


def test_what_json_cannot_hold_is_refused(table: DocumentTable) -> None:
    for value in (float("nan"), object(), b"bytes"):
        with pytest.raises((ValueError, TypeError)):
            table.insert({"x": value})
    assert len(table) == 0


def test_an_empty_document_is_a_document(path: Path) -> None:
    with tinydb_on(path) as db:
        db.table("thing").insert({})
    with tinydb_on(path) as db:
        assert db.table("thing").all() == [{}]


def test_only_changed_documents_are_written(store: Store, table: DocumentTable) -> None:
    ids = table.insert_multiple([{"n": n} for n in range(500)])
    before = rows_written(store)
    with store.transaction("one of 500", undoable=False):
        table.update({"seen": True}, where("n") == 77)
        table.update({"n": 3}, doc_ids=[ids[3]])  # as it was: not a change
    assert rows_written(store) - before == 4  # the document, its outbox row, two counters


def tinydb_on(path: Path) -> TinyDB:
    return TinyDB(path, storage=SQLiteStorage)


def test_tinydb_itself_runs_on_the_storage(path: Path) -> None:
    with tinydb_on(path) as db:
        assert db.tables() == set()
        db.insert({"n": 1})
        db.table("other").insert_multiple([{"n": n, "tags": ["x"]} for n in range(100)])
        assert db.table("other").update({"seen": 1}, where("n") == 7) == [8]
        db.table("other").remove(doc_ids=[1])
    with tinydb_on(path) as db:
        assert db.tables() == {"_default", "other"}
        assert db.all() == [{"n": 1}]
        assert db.table("other").get(where("seen") == 1) == {"n": 7, "tags": ["x"], "seen": 1}
        assert len(db.table("other")) == 99
        before = db.storage.file.connection.total_changes
        db.table("other").update({"seen": 2}, doc_ids=[8])
        assert db.storage.file.connection.total_changes - before == 4
        db.drop_table("other")
        assert db.tables() == {"_default"}
        db.drop_tables()
    with tinydb_on(path) as db:
        assert db.storage.read() is None
