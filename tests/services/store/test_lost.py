"""What a store has lost since a copy of it was made: never what somebody deleted."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest

from services.store.backups.snapshot import snapshot
from services.store.base import StoreDamaged, Task, Timer
from services.store.sqlite.read_only import lost
from services.store.store import Store

DUE = datetime(2026, 11, 26, 12, tzinfo=UTC)


def test_what_was_deleted_is_not_lost_and_what_is_gone_is(path: Path, store: Store, tmp_path: Path) -> None:
    with store.transaction("made") as tx:
        call, water = tx.add(Task(title="call the bank")), tx.add(Task(title="water the plants"))
        rings, runs = (tx.add(Timer(seconds=300, due=DUE)) for _ in range(2))
    before = tmp_path / "before.db"
    snapshot(path, before)
    with store.transaction("deleted") as tx:
        tx.remove(call)
        tx.remove(rings)
        tx.add(Task(title="buy milk"))
    assert lost(path, before) == {}
    store.close()
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("DELETE FROM documents WHERE id IN (?, ?)", (water.id, runs.id))
    assert lost(path, before) == {"task": 1, "timer": 1}
    before.write_bytes(b"nothing of a store" * 100)
    with pytest.raises(StoreDamaged):
        lost(path, before)
