"""Gates: what is one, what it waits for."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from services.actions.routines.gates import blockers, gate_of, gates_of
from services.understanding.when import find

NOW = datetime(2026, 12, 2, 10, tzinfo=ZoneInfo("America/New_York"))


@pytest.mark.parametrize(
    ("text", "kind", "name"),
    [
        ("all tasks of the project Launch are done", "tasks", "Launch"),
        ("All tasks in Launch are done.", "tasks", "Launch"),
        ("every task of the Launch project is done", "tasks", "Launch"),
        ("all my tasks are done", "tasks", ""),
        ("all open tasks are finished", "tasks", ""),
        ("the project Launch is finished", "project", "Launch"),
        ("the Launch project is done", "project", "Launch"),
        ("the task print the flyers is done", "task", "print the flyers"),
        ("the report is done", "task", "report"),
        ("the shopping list is empty", "list", "shopping"),
        ("it is after 9 am", "after", "9 am"),
        ("it's past noon", "after", "noon"),
        ("before 17:30", "before", "17:30"),
        ("it is a weekday", "day", "weekday"),
        ("it's Monday", "day", "monday"),
    ],
)
def test_gates(text: str, kind: str, name: str) -> None:
    gate = gate_of(text, find, NOW)
    assert gate is not None and (gate.kind, gate.name) == (kind, name)


@pytest.mark.parametrize(
    "text", ["", "the moon is blue", "it is after the meeting", "before", "all tasks", "it is after tomorrow", "done"]
)
def test_no_gates(text: str) -> None:
    assert gate_of(text, find, NOW) is None and gates_of(text, find, NOW) == ()


def test_several() -> None:
    both = gates_of("all tasks in Launch are done and it is after 9 am", find, NOW)
    assert [gate.kind for gate in both] == ["tasks", "after"]
    assert gates_of("all tasks in Launch are done and the moon is blue", find, NOW) == ()
    assert [gate.name for gate in gates_of("all tasks of Bread and Butter are done", find, NOW)] == ["Bread and Butter"]


def test_what_they_wait_for(desk: Any) -> None:
    def waits(text: str, now: datetime = NOW) -> list[str]:
        return blockers(text, desk.store, now, find)

    assert waits("all tasks in Launch are done") == ["a project Launch, which there is not"]
    desk.say("project.create", name="Launch")
    assert waits("all tasks in Launch are done") == []
    for title in ("print flyers", "book the room"):
        desk.say("task.create", title=title, project="Launch")
    assert waits("all tasks in Launch are done") == ["two open tasks in Launch: print flyers and book the room"]
    assert waits("the task print the flyers is done") == ["the task print flyers"]
    desk.say("task.complete", title="print flyers")
    assert waits("the task print the flyers is done") == []
    assert waits("all tasks in Launch are done") == ["one open task in Launch: book the room"]
    desk.say("task.complete", title="book the room")
    assert waits("all tasks in Launch are done") == [] and waits("all tasks are done") == []
    assert waits("the project Launch is done") == ["the project Launch, which is not done"]
    desk.say("list.add", items=["milk", "bread"])
    assert waits("the shopping list is empty") == ["two items on the shopping list"]
    assert waits("it is after 11 am") == ["11 AM"]
    assert waits("it is after 9:30") == [] and waits("it is before noon") == []
    assert waits("it is before 9 am") == ["tomorrow, for it is past 9 AM"]
    assert (
        waits("it is a weekday") == []
        and waits("it is a weekend") == ["a weekend"]
        and waits("it is Monday") == ["Monday"]
    )
    assert waits("the moon is blue") == ["“the moon is blue”, which I don't understand"]
