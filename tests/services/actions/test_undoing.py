"""Undo of several commands: one transaction, told in order, stopped honestly."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from services.store.base import Item, Task, TodoList


def test_the_last_three(desk: Any) -> None:
    for title in ("one", "two", "three", "four"):
        desk.say("task.create", title=title)
    reply = desk.say("control.undo", count="three")
    assert reply == "Undone, three commands: task created: four; task created: three; task created: two."
    assert [task.title for task in desk.store.find(Task)] == ["one"]
    assert desk.say("control.undo") == "Undone: task created: one."


def test_more_than_there_is(desk: Any) -> None:
    desk.say("task.create", title="one")
    assert (
        desk.say("control.undo", count="3") == "Undone, one command: task created: one. There is nothing more to undo."
    )
    assert desk.say("control.undo", count="3") == "There is nothing to undo."
    assert desk.codes == ["undo.nothing"]


def test_it_stops_where_something_was_built_upon(desk: Any) -> None:
    desk.say("list.create", list="shopping")
    desk.say("task.create", title="one")
    with desk.store.transaction("another device", now=desk.now, undoable=False) as tx:
        there = tx.find(TodoList)[0]
        tx.put(TodoList(id=there.id, created=there.created, name="groceries"))
    reply = desk.say("control.undo", count="two")
    assert (
        reply
        == "Undone, one command: task created: one. I can't undo that (list created: shopping): it was changed since."
    )
    assert desk.store.find(Task) == []
    assert [each.name for each in desk.store.find(TodoList)] == ["groceries"]


def test_many_are_asked_about(desk: Any) -> None:
    for number in range(7):
        desk.say("task.create", title=f"task {number}")
    assert desk.say("control.undo", count="six") == "Undo the last six commands?"
    assert desk.codes == ["confirm"] and len(desk.store.find(Task)) == 7
    assert desk.agree().startswith("Undone, six commands")
    assert len(desk.store.find(Task)) == 1


def test_it_is_asked_first_where_that_is_asked_for(desk: Any) -> None:
    desk.say("task.create", title="one")
    desk.say("task.create", title="two")
    assert desk.say("control.undo", ask="first") == "Undo task created: two?"
    assert desk.codes == ["confirm"] and len(desk.store.find(Task)) == 2
    assert desk.agree() == "Undone: task created: two."
    assert [task.title for task in desk.store.find(Task)] == ["one"]


def test_nothing_to_undo_is_not_asked_about(desk: Any) -> None:
    assert desk.say("control.undo", ask="first") == "There is nothing to undo."


@pytest.mark.parametrize("count", ["zero", "many", "0", "1000", "9" * 5000])
def test_no_number(desk: Any, count: str) -> None:
    desk.say("task.create", title="one")
    assert desk.say("control.undo", count=count) == "How many commands shall I undo?"
    assert desk.codes == ["undo.count"]


@settings(max_examples=40, suppress_health_check=list(HealthCheck))
@given(
    added=st.lists(st.sampled_from(["milk", "eggs", "bread", "tea"]), min_size=1, max_size=5), back=st.integers(1, 5)
)
def test_undoing_n_gives_back_the_state_of_n_commands_ago(desk: Any, added: list[str], back: int) -> None:
    def state() -> list[tuple[str, bool]]:
        return sorted((item.name, item.done) for item in desk.store.find(Item))

    states = [state()]
    for name in added:
        action = "list.complete" if (name, False) in states[-1] else "list.add"
        desk.say(action, items=[name], list="shopping")
        states.append(state())
    count = min(back, len(added))
    desk.say("control.undo", count=str(count))
    assert state() == states[-1 - count]
    while desk.say("control.undo").startswith("Undone"):
        pass


def test_of_another_day(desk: Any) -> None:
    desk.say("task.create", title="one")
    desk.later(days=1, hours=2)
    assert desk.say("control.undo") == "Undone: task created: one, from yesterday at 10 AM."


def test_what_was_built_on_it_is_named_with_its_day(desk: Any) -> None:
    desk.say("task.create", title="one")
    desk.client = "phone"
    desk.say("task.complete", title="one")
    desk.client = "test"
    assert (
        desk.say("control.undo")
        == "I can't undo that (task created: one): a later command built on it (task completed: one)."
    )
    desk.later(days=1)
    reply = desk.say("control.undo")
    assert (
        reply
        == "I can't undo that (task created: one): a later command built on it (task completed: one, yesterday at 10"
        " AM)."
    )
    assert desk.codes == ["undo.blocked"]


def test_of_others_only_after_a_yes_or_if_said(desk: Any) -> None:
    desk.client = "phone"
    desk.say("task.create", title="one")
    desk.say("task.create", title="two")
    desk.client = "test"
    question = (
        "There is nothing left here to undo. The last command came from elsewhere: task created: two, at 10 AM. Undo"
        " that?"
    )
    assert desk.say("control.undo") == question
    assert desk.codes == ["confirm"] and len(desk.store.find(Task)) == 2
    assert desk.agree() == "Undone: task created: two."
    assert desk.say("control.undo", "undo the last command") == "Undone: task created: one."
    assert desk.say("control.undo") == "There is nothing to undo."


def test_of_ones_own_first(desk: Any) -> None:
    desk.say("task.create", title="mine")
    desk.client = "phone"
    desk.say("task.create", title="theirs")
    desk.client = "test"
    assert desk.say("control.undo", "undo the last command") == "Undone: task created: mine."
    assert desk.say("control.undo", count="two") == "There is nothing to undo."
    assert [task.title for task in desk.store.find(Task)] == ["theirs"]
