"""Undo after a merge: what a command changed and nobody changed since is put back, as a new change; the rest is left
alone.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from services.store.base import Item, Message, Person, Task, TodoList, UndoBlocked
from services.store.store import Store
from tests.joining import join
from tests.replicas import stamps_of, tombstones

NOW = datetime(2026, 12, 2, 9, 0, tzinfo=UTC)


@pytest.fixture
def other(tmp_path: Path) -> Iterator[Store]:
    with Store(tmp_path / "other.db") as opened:
        yield opened


class Pair:
    """A store and another device's, a second later with each thing that is done."""

    def __init__(self, here: Store, there: Store) -> None:
        self.here, self.there, self.now = here, there, NOW

    def do(self, store: Store, *documents: Any, label: str = "", undoable: bool = True) -> list[Any]:
        """Keep these, new or changed, in one command."""
        self.now += timedelta(seconds=1)
        with store.transaction(label or "command", now=self.now, undoable=undoable) as tx:
            return [
                tx.put(each) if each.id and tx.get(type(each), each.id) else tx.keep(each) if each.id else tx.add(each)
                for each in documents
            ]

    def remove(self, store: Store, *documents: Any) -> None:
        self.now += timedelta(seconds=1)
        with store.transaction("deleted", now=self.now) as tx:
            for each in documents:
                tx.remove(each)

    def exchange(self) -> None:
        for one, other in ((self.here, self.there), (self.there, self.here)):
            keys = sorted(one.known(["task", "list", "item", "message", "person"]))
            other.merge([found for key in keys if (found := one.replica(*key))], join, now=self.now)

    def undo(self) -> str:
        self.now += timedelta(seconds=1)
        with self.here.transaction("", now=self.now) as tx:
            return tx.undo_last().label

    def task(self, task: Task) -> Task:
        found = self.here.get(Task, task.id)
        assert found is not None
        return found


@pytest.fixture
def pair(store: Store, other: Store) -> Pair:
    return Pair(store, other)


def test_what_others_changed_beside_it_stays(pair: Pair) -> None:
    (task,) = pair.do(pair.here, Task(title="paint the fence"))
    pair.do(pair.here, replace(task, priority="high", title="paint the gate"), label="changed")
    pair.exchange()
    pair.do(pair.there, replace(pair.task(task), status="done"))
    pair.exchange()
    before = stamps_of(pair.here, "task", task.id)
    assert pair.undo() == "changed"
    found, after = pair.task(task), stamps_of(pair.here, "task", task.id)
    assert (found.title, found.priority, found.status) == ("paint the fence", "normal", "done")
    assert before is not None
    assert after is not None
    assert {name for name in after if after[name] != before[name]} == {"title", "priority"}
    assert after["title"] > max(before.values())
    pair.exchange()
    assert pair.there.find(Task) == [found]


def test_the_same_field_stays_as_the_later_one_has_it(pair: Pair) -> None:
    (task,) = pair.do(pair.here, Task(title="one"))
    pair.do(pair.here, replace(task, title="two", priority="low"))
    pair.exchange()
    pair.do(pair.there, replace(pair.task(task), title="three"))
    pair.exchange()
    pair.undo()
    assert (pair.task(task).title, pair.task(task).priority) == ("three", "normal")


def test_where_nothing_of_it_is_left_it_is_said(pair: Pair) -> None:
    (task,) = pair.do(pair.here, Task(title="one"))
    pair.do(pair.here, replace(task, title="two"), label="renamed")
    pair.exchange()
    pair.do(pair.there, replace(pair.task(task), title="three"))
    pair.exchange()
    with pytest.raises(UndoBlocked, match=r"I can't undo that \(renamed\): it was changed since"):
        pair.undo()
    assert pair.task(task).title == "three"


def test_commands_before_it_can_be_undone_too(pair: Pair) -> None:
    (task,) = pair.do(pair.here, Task(title="one"), undoable=False)
    for title in ("two", "three", "four"):
        (task,) = pair.do(pair.here, replace(task, title=title), label=title)
        (task,) = pair.do(
            pair.here, replace(task, priority="low" if task.priority == "high" else "high"), label=f"{title}, priority"
        )
    pair.exchange()
    pair.do(pair.there, replace(task, status="done", priority="urgent"))
    pair.exchange()
    labels = []
    titles = []
    for _ in range(5):
        try:
            labels.append(pair.undo())
        except UndoBlocked:
            break
        titles.append(pair.task(task).title)
    assert (labels, titles) == ([], [])  # the last one changed the priority, which is theirs now
    (task,) = pair.do(pair.here, replace(pair.task(task), title="five"), label="five")
    assert pair.undo() == "five"
    assert (pair.task(task).title, pair.task(task).priority) == ("four", "urgent")


def test_a_chain_of_commands_is_undone_one_after_the_other(pair: Pair) -> None:
    (task,) = pair.do(pair.here, Task(title="one"), undoable=False)
    for title in ("two", "three", "four"):
        (task,) = pair.do(pair.here, replace(task, title=title), label=title)
    pair.exchange()
    for status in ("in_progress", "done"):
        pair.do(pair.there, replace(pair.task(task), status=status))
        pair.exchange()
    for label, title in (("four", "three"), ("three", "two"), ("two", "one")):
        assert pair.undo() == label
        assert (pair.task(task).title, pair.task(task).status) == (title, "done")


def test_a_change_that_undo_does_not_know_of_still_stands_in_the_way(pair: Pair) -> None:
    (task,) = pair.do(pair.here, Task(title="one"))
    (task,) = pair.do(pair.here, replace(task, title="two"))
    pair.do(pair.here, replace(task, tags=("x",)), undoable=False)
    pair.exchange()
    pair.do(pair.there, replace(pair.task(task), status="done"))
    pair.exchange()
    with pytest.raises(UndoBlocked):
        pair.undo()


def test_what_was_made_here_and_changed_elsewhere_is_not_deleted(pair: Pair) -> None:
    (task,) = pair.do(pair.here, Task(title="one"), label="made")
    pair.exchange()
    pair.do(pair.there, replace(task, title="two"))
    pair.exchange()
    pair.do(pair.there, replace(task, title="one"))  # and back again
    pair.exchange()
    with pytest.raises(UndoBlocked, match="it was changed since"):
        pair.undo()
    assert pair.task(task).title == "one"


def test_what_was_made_here_and_only_seen_elsewhere_is_deleted(pair: Pair) -> None:
    (task,) = pair.do(pair.here, Task(title="one"), label="made")
    pair.exchange()
    assert pair.undo() == "made"
    pair.exchange()
    assert pair.there.find(Task) == []
    assert task.id in {each.id for each in tombstones(pair.there)}


def test_of_several_one_may_be_deleted_elsewhere(pair: Pair) -> None:
    tasks = pair.do(pair.here, *(Task(title=title) for title in ("one", "two", "three")))
    pair.do(pair.here, *(replace(each, status="done") for each in tasks), label="all done")
    pair.exchange()
    pair.remove(pair.there, tasks[1])
    pair.exchange()
    assert pair.undo() == "all done"
    assert {each.title: each.status for each in pair.here.find(Task)} == {"one": "todo", "three": "todo"}


def test_of_several_that_were_made_or_deleted_one_may_be_deleted_or_wanted_elsewhere(pair: Pair) -> None:
    tasks = pair.do(pair.here, *(Task(title=title) for title in ("one", "two")), label="made")
    pair.exchange()
    pair.remove(pair.there, tasks[0])
    pair.exchange()
    assert pair.undo() == "made"
    assert pair.here.find(Task) == []
    tasks = pair.do(pair.here, *(Task(title=title) for title in ("three", "four")), label="made")
    pair.exchange()
    pair.remove(pair.here, *tasks)
    pair.do(pair.there, replace(tasks[0], title="three after all"))
    pair.exchange()
    assert pair.undo() == "deleted"
    assert {each.title for each in pair.here.find(Task)} == {"three after all", "four"}
    with pytest.raises(UndoBlocked):
        pair.undo()


def test_what_others_put_into_it_keeps_it(pair: Pair) -> None:
    (shopping,) = pair.do(pair.here, TodoList(name="shopping"))
    pair.exchange()
    pair.do(pair.there, Item(list_id=shopping.id, name="milk"))
    pair.exchange()
    with pytest.raises(UndoBlocked, match="it was changed since"):
        pair.undo()
    (person,) = pair.do(pair.here, Person(name="Anna"))
    pair.do(pair.here, Message(content="hello", person_id=person.id), undoable=False)
    pair.undo()  # what merely arrived here keeps nothing


def test_a_field_that_was_not_there_before_is_put_back_to_its_default(pair: Pair) -> None:
    (task,) = pair.do(pair.here, Task(title="one"), undoable=False)
    with pair.here.transaction("old", now=pair.now, undoable=False):  # as a program wrote it that knew no such field
        fields = {name: value for name, value in pair.here.storage.rows("task")[task.id].items() if name != "state"}
        pair.here.storage.change("task", {task.id: fields})
    pair.do(pair.here, replace(task, state="on hold"))
    pair.exchange()
    pair.undo()
    pair.exchange()
    assert pair.task(task).state == pair.there.find(Task)[0].state == ""


def test_a_record_that_is_damaged_is_left_as_it_is(pair: Pair) -> None:
    (task,) = pair.do(pair.here, Task(title="one"))
    (task,) = pair.do(pair.here, replace(task, title="two"))
    pair.exchange()
    connection = pair.here.storage.file.connection
    connection.execute("UPDATE undo SET images = replace(images, 'one', 'eno')")
    before = connection.execute("SELECT images FROM undo").fetchall()
    pair.do(pair.there, replace(pair.task(task), status="done"))
    pair.exchange()
    assert pair.task(task).status == "done"
    assert connection.execute("SELECT images FROM undo").fetchall() == before


def test_of_a_run_the_rest_is_put_back(pair: Pair) -> None:
    (task,) = pair.do(pair.here, Task(title="one"), undoable=False)
    for change in ({"title": "two"}, {"priority": "high"}, {"status": "done"}):
        pair.do(pair.here, replace(pair.task(task), **change), label=str(change))  # type: ignore[arg-type]
    pair.exchange()
    pair.do(pair.there, replace(pair.task(task), priority="urgent"))
    pair.exchange()
    with pair.here.transaction("", now=pair.now) as tx:
        assert len(tx.undo_all("task", task.id)) == 2
    found = pair.task(task)
    assert (found.title, found.priority, found.status) == ("one", "urgent", "todo")


def test_what_is_kept_once_more_is_nothing_to_undo(pair: Pair) -> None:
    (task,) = pair.do(pair.here, Task(title="one"), label="made")
    pair.here.sent(pair.here.outbox())
    pair.do(pair.here, replace(task, created="", updated=""), label="kept")
    assert pair.here.outbox() == []
    assert pair.task(task) == task
    assert pair.undo() == "made"
