"""What is forgotten is gone from the bytes of the files, not only from the tables."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from services.store.backups.snapshot import reading
from services.store.base import Note, NothingToUndo
from services.store.retention import forget
from services.store.store import Store
from tests.replicas import tombstones

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
OLD = NOW - timedelta(days=31)
MONTH = NOW - timedelta(days=30)


def everywhere(path: Path) -> bytes:
    """The bytes of the file and of its log."""
    log = path.with_name(f"{path.name}-wal")
    return path.read_bytes() + (log.read_bytes() if log.exists() else b"")


def forgotten(store: Store) -> None:
    result = forget(store.storage.file, now=NOW, entries={"turn": MONTH, "job": MONTH}, undo=MONTH)
    assert result.whole


def test_old_turns_and_jobs_go_and_newer_ones_and_the_audit_stay(store: Store, path: Path) -> None:
    for kind in ("turn", "job", "audit"):
        store.journal.add(kind, {"text": f"old {kind} zebra"}, at=OLD)
        store.journal.add(kind, {"text": f"new {kind} walrus"}, at=NOW)
    result = forget(store.storage.file, now=NOW, entries={"turn": MONTH, "job": MONTH}, undo=MONTH)
    assert (result.entries, result.whole) == ({"turn": 1, "job": 1}, True)
    for kind in ("turn", "job"):
        assert [entry.fields["text"] for entry in store.journal.rows(kind)] == [f"new {kind} walrus"]
        assert f"old {kind} zebra".encode() not in everywhere(path)
    assert len(store.journal.rows("audit")) == 2
    assert not store.search("zebra")


def test_what_was_said_is_gone_from_the_files_and_the_index(store: Store, path: Path) -> None:
    # Words of many lengths, so that some lie in pages of their own, and some between others.
    words = [f"xylophone{number}x{'y' * (number % 50) * 40}" for number in range(60)]
    for word in words:
        store.journal.add("turn", {"text": word}, at=OLD)
        store.journal.add("turn", {"text": f"kept {len(word)}"}, at=NOW)
    assert b"xylophone" in everywhere(path)
    forgotten(store)
    assert b"xylophone" not in everywhere(path)
    assert len(store.journal.rows("turn")) == 60


def test_a_deleted_document_is_gone_with_what_undo_knew_of_it(store: Store, path: Path) -> None:
    with store.transaction("noted: the secret is marzipan", now=OLD) as tx:
        note = tx.add(Note(content="the secret is marzipan"))
    with store.transaction("deleted the note", now=OLD) as tx:
        tx.remove(note)
    assert b"marzipan" in everywhere(path)  # it could be undone
    forgotten(store)
    assert b"marzipan" not in everywhere(path)
    with pytest.raises(NothingToUndo), store.transaction("") as tx:
        tx.undo_last()


def test_what_was_changed_leaves_no_trace_either(store: Store, path: Path) -> None:
    with store.transaction("noted", now=OLD) as tx:
        note = tx.add(Note(content="call marzipan at once " * 100))
    with store.transaction("changed", now=OLD) as tx:
        tx.put(Note(id=note.id, content="call somebody"))
    forgotten(store)
    assert b"marzipan" not in everywhere(path)
    assert store.find(Note)[0].content == "call somebody"


def test_newer_commands_can_still_be_undone(store: Store) -> None:
    with store.transaction("old", now=OLD) as tx:
        tx.add(Note(content="old"))
    with store.transaction("new", now=NOW) as tx:
        tx.add(Note(content="new"))
    forgotten(store)
    with store.transaction("") as tx:
        tx.undo_last()
    assert [note.content for note in store.find(Note)] == ["old"]


def test_somebody_who_reads_just_then_is_not_waited_for(store: Store, path: Path) -> None:
    store.journal.add("turn", {"text": "zebra"}, at=OLD)
    reader = reading(path)
    reader.execute("BEGIN")
    reader.execute("SELECT count(*) FROM journal").fetchone()
    result = forget(store.storage.file, now=NOW, entries={"turn": MONTH}, undo=MONTH)
    assert not result.whole
    reader.close()
    forgotten(store)
    assert b"zebra" not in everywhere(path)


def test_tombstones_are_kept_for_ninety_days_and_keys_of_commands_for_seven(store: Store) -> None:
    for days, key in ((91, "old"), (89, "new")):
        with store.transaction("noted", now=NOW - timedelta(days=days + 1)) as tx:
            note = tx.add(Note(content=f"{days} days"))
            tx.add(Note(content="kept"))
        with store.transaction("deleted", now=NOW - timedelta(days=days), key=key) as tx:
            tx.remove(note)
    for days, key in ((8, "week"), (6, "days")):
        with store.transaction("noted", now=NOW - timedelta(days=days), key=key) as tx:
            tx.add(Note(content="kept"))
    result = forget(store.storage.file, now=NOW, entries={}, undo=MONTH)
    assert result.tombstones == 1
    assert [stone.id for stone in tombstones(store)] == [note.id]
    waiting = store.outbox()
    assert [each.id for each in waiting if each.deleted] == [note.id]
    assert len(waiting) == 5
    assert all(store.replica(each.kind, each.id) for each in waiting)
    assert {key: store.done(key) for key in ("old", "new", "week", "days")} == {
        "old": False,
        "new": False,
        "week": False,
        "days": True,
    }
