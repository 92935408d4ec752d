"""Transactions, documents, undo, outbox."""

from __future__ import annotations

import threading
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tinydb import where

from services.store.base import DocumentInvalid, NothingToUndo, Task, Timer, TodoList, UndoBlocked
from services.store.ids import Ids
from services.store.store import Store

NOW = datetime(2026, 12, 2, 9, tzinfo=UTC)


def titles(store: Store) -> list[str]:
    return [task.title for task in store.find(Task)]


def add(store: Store, title: str, *, label: str = "", now: datetime = NOW, undoable: bool = True) -> Task:
    with store.transaction(label or f"task created: {title}", now=now, undoable=undoable) as tx:
        return tx.add(Task(title=title))


def test_a_document_comes_back_as_it_was_put_also_after_a_restart(path: Path) -> None:
    there = timezone(timedelta(hours=5, minutes=30))
    with Store(path) as store, store.transaction("", now=NOW) as tx:
        made = tx.add(
            Task(
                title="  send the report ",
                priority="high",
                assignees=("Sarah", "Zoë 🙂"),
                due=datetime(2026, 12, 4, 17, tzinfo=there),
            )
        )
    assert made.title == "send the report"
    assert made.due is not None and made.due.utcoffset() == timedelta(0)
    assert made.created == made.updated == "2026-12-02T09:00:00.000+00:00"
    with Store(path) as store:
        assert store.find(Task) == [made]
        assert store.get(Task, made.id) == made
        assert store.get(TodoList, made.id) is None


def test_put_changes_updated_and_keeps_created_and_what_a_newer_program_wrote(store: Store) -> None:
    task = add(store, "one")
    store.table("task").update({"mood": "sunny"}, doc_ids=[task.id])
    with store.transaction("", now=NOW + timedelta(hours=1)) as tx:
        changed = tx.put(replace(task, title="two"))
    assert (changed.title, changed.created, changed.updated) == ("two", task.created, "2026-12-02T10:00:00.000+00:00")
    assert store.table("task").get(doc_id=task.id)["mood"] == "sunny"


def test_putting_what_is_not_there_is_a_bug(store: Store) -> None:
    with pytest.raises(KeyError), store.transaction("") as tx:
        tx.put(Task(id="nowhere", title="x"))


@pytest.mark.parametrize(
    ("document", "field"),
    [
        (Task(title="  "), "title"),
        (Task(title="x" * 501), "title"),
        (Task(title="x", priority="soonish"), "priority"),  # type: ignore[arg-type]
        (Task(title="x", due=datetime(2026, 1, 1)), "due"),
        (Task(title="x", assignees=("",)), "assignees"),
        (Task(title="lone \ud800 surrogate"), "title"),
        (Timer(seconds=0, due=NOW), "seconds"),
        (Timer(seconds=86_401, due=NOW), "seconds"),
        (Timer(seconds=float("nan"), due=NOW), "seconds"),
    ],
)
def test_what_is_not_valid_is_refused_by_name(store: Store, document: Task, field: str) -> None:
    with pytest.raises(DocumentInvalid, match=field), store.transaction("") as tx:
        tx.add(document)
    assert store.find(type(document)) == []


def test_an_exception_rolls_everything_back(store: Store, path: Path) -> None:
    kept = add(store, "kept")
    with pytest.raises(ZeroDivisionError), store.transaction("") as tx:
        tx.add(Task(title="new"))
        tx.put(replace(kept, title="changed"))
        tx.remove(kept)
        assert titles(store) == ["new"]
        _ = 1 / 0
    assert store.find(Task) == [kept]
    assert len(store.outbox()) == 1


def test_transactions_do_not_nest(store: Store) -> None:
    with (
        pytest.raises(RuntimeError, match="inside transaction 'outer'"),
        store.transaction("outer"),
        store.transaction("inner"),
    ):
        pass
    add(store, "afterwards it works")


def test_other_threads_see_what_was_committed_and_wait_for_nothing(store: Store) -> None:
    task = add(store, "one")
    seen: list[list[str]] = []
    with store.transaction("", now=NOW) as tx:
        tx.put(replace(task, title="changed"))
        tx.add(Task(title="two"))
        reader = threading.Thread(target=lambda: seen.append(titles(store)))
        reader.start()
        reader.join(10)
    assert seen == [["one"]]
    assert titles(store) == ["changed", "two"]


def test_writers_take_turns(store: Store) -> None:
    made = add(store, "0")

    def count() -> None:
        for _ in range(25):
            with store.transaction("") as tx:
                task = tx.get(Task, made.id)
                assert task is not None
                tx.put(replace(task, title=str(int(task.title) + 1)))

    threads = [threading.Thread(target=count) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert titles(store) == ["100"]


def test_what_is_handed_out_can_be_altered_without_altering_the_store(store: Store) -> None:
    store.table("note").insert({"tags": ["a"]})
    row = store.table("note").all()[0]
    row["tags"].append("b")
    handed_in = {"tags": ["c"]}
    store.table("note").insert(handed_in)
    handed_in["tags"].append("d")
    assert [row["tags"] for row in store.table("note").all()] == [["a"], ["c"]]


def test_undo_goes_back_command_by_command(store: Store) -> None:
    first = add(store, "first")
    with store.transaction("both", now=NOW) as tx:
        tx.put(replace(first, title="renamed"))
        tx.add(Task(title="second"))
    with store.transaction("removed", now=NOW) as tx:
        tx.remove(first)
    labels, states = [], []
    for _ in range(3):
        with store.transaction("undo", now=NOW) as tx:
            labels.append(tx.undo_last().label)
        states.append(sorted(titles(store)))
    assert labels == ["removed", "both", "task created: first"]
    assert states == [["renamed", "second"], ["first"], []]
    with pytest.raises(NothingToUndo), store.transaction("undo") as tx:
        tx.undo_last()


def test_undo_survives_a_restart(path: Path) -> None:
    with Store(path) as store:
        add(store, "one")
    with Store(path) as store:
        with store.transaction("undo") as tx:
            assert tx.undo_last().label == "task created: one"
        assert titles(store) == []


def test_undo_refuses_where_something_was_built_on_it(store: Store) -> None:
    task = add(store, "one")
    with store.transaction("rung", undoable=False) as tx:
        tx.put(replace(task, title="two"))
    with pytest.raises(UndoBlocked, match="task created: one"), store.transaction("undo") as tx:
        tx.undo_last()
    assert titles(store) == ["two"]


def test_an_undo_that_is_rolled_back_can_be_done_again(store: Store) -> None:
    add(store, "one")
    with pytest.raises(ZeroDivisionError), store.transaction("undo") as tx:
        tx.undo_last()
        _ = 1 / 0
    assert titles(store) == ["one"]
    with store.transaction("undo") as tx:
        tx.undo_last()
    assert titles(store) == []


def test_a_transaction_without_changes_leaves_nothing_to_undo(store: Store) -> None:
    task = add(store, "one")
    with store.transaction("nothing") as tx:
        gone = tx.add(Task(title="two"))
        tx.remove(gone)
    with store.transaction("looked", now=NOW) as tx:
        tx.put(task)
    with store.transaction("undo") as tx:
        assert tx.undo_last().label == "task created: one"


def test_the_outbox_holds_the_latest_state_of_what_changed(store: Store) -> None:
    one, two = add(store, "one"), add(store, "two")
    with store.transaction("") as tx:
        tx.put(replace(one, title="again"))
    assert [row.id for row in store.outbox()] == [two.id, one.id]
    stale = store.outbox()[0]
    with store.transaction("") as tx:
        tx.remove(two)
    store.sent([stale])
    store.sent([store.outbox()[0]])
    assert [(row.id, row.deleted) for row in store.outbox()] == [(two.id, True)]


def test_a_closed_store_says_so(path: Path) -> None:
    store = Store(path)
    with pytest.raises(RuntimeError, match="not open"):
        store.find(Task)
    store.open()
    store.close()
    store.close()
    with pytest.raises(RuntimeError, match="not open"):
        store.find(Task, where("title") == "x")


@given(st.lists(st.datetimes(min_value=datetime(1970, 1, 2), max_value=datetime(2200, 1, 1)), min_size=2, max_size=50))
def test_ids_ascend_whatever_the_clock_does(times: list[datetime]) -> None:
    ids = Ids()
    made = [ids.new(at.replace(tzinfo=UTC)) for at in times]
    assert made == sorted(made)
    assert len(set(made)) == len(made)
    assert all(len(each) == 36 and each[14] == "7" and each[19] in "89ab" for each in made)


def test_an_id_begins_with_its_millisecond() -> None:
    assert int(Ids().new(NOW).replace("-", "")[:12], 16) == int(NOW.timestamp() * 1000)
