"""Tasks: what is kept and what is said."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from services.store.base import Task


@pytest.mark.parametrize(
    ("slots", "reply"),
    [
        (
            {
                "title": "send the quarterly report",
                "assignees": ["Sarah"],
                "when": "Friday at 5 pm",
                "priority": "high priority",
            },
            "Task created: send the quarterly report, for Sarah, due Friday at 5 PM, high priority.",
        ),
        ({"title": "call Anna."}, "Task created: call Anna."),
        ({"title": "pack", "when": "tomorrow", "priority": "urgent"}, "Task created: pack, due tomorrow, urgent."),
        ({"title": "pay rent", "when": "January 5th"}, "Task created: pay rent, due January 5."),
        ({"title": "plan", "assignees": ["Sarah", "Mike", "me"]}, "Task created: plan, for Sarah and Mike."),
        ({"title": "bins out", "recurrence": "every monday"}, "Task created: bins out, due Monday, every Monday."),
    ],
)
def test_create(desk: Any, slots: dict[str, Any], reply: str) -> None:
    assert desk.say("task.create", **slots) == reply


def test_what_is_kept(desk: Any) -> None:
    desk.say("task.create", title="send it", assignees="Sarah", when="Friday at 5 pm", priority="top priority")
    (task,) = desk.store.find(Task)
    assert (task.title, task.assignees, task.priority, task.status) == ("send it", ("Sarah",), "urgent", "todo")
    assert task.due == datetime(2026, 12, 4, 22, tzinfo=UTC)
    assert task.created == "2026-12-02T15:00:00.000+00:00"


@pytest.mark.parametrize(
    ("slots", "code"),
    [
        ({}, "task.no_title"),
        ({"title": "x", "when": "gobbledygook"}, "task.when"),
        ({"title": "x", "when": "yesterday at 5 pm"}, "task.past"),
    ],
)
def test_what_is_missing_is_asked_for(desk: Any, slots: dict[str, Any], code: str) -> None:
    assert desk.say("task.create", **slots).endswith("?")
    assert desk.awaits
    assert desk.codes == [code]
    assert desk.store.find(Task) == []


def test_complete_by_a_loose_title(desk: Any) -> None:
    desk.say("task.create", title="send the quarterly report to Sarah")
    desk.say("task.create", title="call the dentist")
    assert (
        desk.say("task.complete", title="sending the quarterly report") == "Done: send the quarterly report to Sarah."
    )
    assert (
        desk.say("task.complete", title="sending the quarterly report")
        == "Send the quarterly report to Sarah is done already."
    )


def test_complete_asks_when_two_fit(desk: Any) -> None:
    desk.say("task.create", title="call the dentist")
    desk.say("task.create", title="call Mike")
    assert desk.say("task.complete", title="call") in (
        "Two tasks fit: call Mike and call the dentist. Which one?",
        "Two tasks fit: call the dentist and call Mike. Which one?",
    )
    assert desk.awaits and desk.codes == ["task.ambiguous"]


def test_completing_a_repeated_task_makes_the_next(desk: Any) -> None:
    desk.say("task.create", title="bins out", recurrence="every Monday")
    assert desk.say("task.complete", title="bins out") == "Done: bins out. The next is due December 14."
    assert [(task.status, task.due and task.due.day) for task in desk.store.find(Task)] == [("done", 7), ("todo", 14)]
    assert desk.say("control.undo") == "Undone: task completed: bins out."
    assert [task.status for task in desk.store.find(Task)] == ["todo"]


@pytest.fixture
def busy(desk: Any) -> Any:
    desk.say("task.create", title="send the report", assignees=["Sarah"], when="Friday at 5 pm", priority="high")
    desk.say("task.create", title="call Anna", when="today at 11 am")
    desk.say("task.create", title="book flights", priority="low")
    desk.say("task.create", title="water the plants", when="today")
    desk.later(hours=2)
    return desk


@pytest.mark.parametrize(
    ("slots", "reply"),
    [
        (
            {},
            "Four tasks, one overdue. The first three: call Anna, due today at 11 AM; water the plants, due today; "
            "send the report, for Sarah, due Friday at 5 PM, high priority.",
        ),
        (
            {"when": "today"},
            "Two tasks due today, one overdue: call Anna, due today at 11 AM; water the plants, due today.",
        ),
        ({"assignees": ["sara"]}, "One task for Sara: send the report, due Friday at 5 PM, high priority."),
        ({"priority": "low"}, "One low priority task: book flights."),
        ({"status": "overdue"}, "One overdue task: call Anna, due today at 11 AM."),
        ({"title": "flights"}, "Book flights: to do, low priority."),
        ({"when": "tomorrow"}, "You have no tasks due tomorrow."),
        ({"status": "done"}, "You have no done tasks."),
    ],
)
def test_query(busy: Any, slots: dict[str, Any], reply: str) -> None:
    assert busy.say("task.query", **slots) == reply
    assert busy.outcomes[0].ok and not busy.outcomes[0].changed


def test_a_task_for_a_day_is_overdue_only_when_the_day_is_over(desk: Any) -> None:
    desk.say("task.create", title="water the plants", when="today")
    desk.later(hours=13.9)
    assert desk.say("task.query", status="overdue") == "You have no overdue tasks."
    desk.later(hours=0.2)
    assert desk.say("task.query", status="overdue") == "One overdue task: water the plants, due yesterday."
