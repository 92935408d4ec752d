"""A part of a transaction that fails alone."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.store.base import Task
from services.store.store import Store
from services.store.transaction import StoreTransaction

NOW = datetime(2026, 12, 2, 9, tzinfo=UTC)


class Failed(Exception):
    """On purpose."""


def titles(store: Store) -> list[str]:
    return [task.title for task in store.find(Task)]


def test_what_fails_alone_leaves_the_rest(store: Store) -> None:
    with store.transaction("there before", now=NOW) as tx:
        kept, gone = tx.add(Task(title="kept")), tx.add(Task(title="gone"))
    with store.transaction("both", now=NOW) as tx:
        tx.add(Task(title="before"))
        with pytest.raises(Failed), tx.savepoint():
            tx.add(Task(title="within"))
            tx.put(replace(kept, title="changed"))
            tx.remove(gone)
            tx.label = "wrong"
            assert [task.title for task in tx.find(Task)] == ["changed", "before", "within"]
            raise Failed
        assert tx.label == "both"
        with tx.savepoint():
            tx.add(Task(title="after"))
    assert titles(store) == ["kept", "gone", "before", "after"]
    with store.transaction("", now=NOW) as tx:
        assert tx.undo_last().label == "both"
    assert titles(store) == ["kept", "gone"]


def test_an_undo_that_fails_alone_is_none(store: Store) -> None:
    with store.transaction("made", now=NOW) as tx:
        made = tx.add(Task(title="made"))
    with store.transaction("not undone", now=NOW) as tx:
        with pytest.raises(Failed), tx.savepoint():
            tx.undo_last()
            assert tx.get(Task, made.id) is None
            raise Failed
        tx.add(Task(title="instead"))
    assert titles(store) == ["made", "instead"]
    for label in ("not undone", "made"):
        with store.transaction("", now=NOW) as tx:
            assert tx.undo_last().label == label
    assert titles(store) == []


STEPS = st.lists(st.tuples(st.sampled_from(("add", "change", "remove")), st.booleans()), max_size=12)


def do(tx: StoreTransaction, what: str, number: int) -> None:
    tasks = tx.find(Task)
    if what == "add" or not tasks:
        tx.add(Task(title=f"task {number}"))
    elif what == "change":
        tx.put(replace(tasks[number % len(tasks)], title=f"changed {number}"))
    else:
        tx.remove(tasks[number % len(tasks)])


@settings(max_examples=40)
@given(steps=STEPS)
def test_a_transaction_is_what_its_parts_that_held_would_have_been(
    tmp_path_factory: pytest.TempPathFactory, steps: list[tuple[str, bool]]
) -> None:
    folder: Path = tmp_path_factory.mktemp("stores")
    with Store(folder / "one.db") as store, Store(folder / "other.db") as plain:
        with store.transaction("", now=NOW) as tx, plain.transaction("", now=NOW) as other:
            for number, (what, holds) in enumerate(steps):
                try:
                    with tx.savepoint():
                        do(tx, what, number)
                        if not holds:
                            raise Failed
                except Failed:
                    continue
                do(other, what, number)
        assert titles(store) == titles(plain)
