"""Questions about tasks: any mix of what may be told, answers that are short to hear."""

from __future__ import annotations

from typing import Any

import pytest

from services.actions.tasks.urgency import priority_of
from services.store.base import Channel, Project, Task


@pytest.fixture
def office(desk: Any) -> Any:
    """Seven tasks of two people, one done, one held up, one overdue by noon."""
    with desk.store.transaction("places") as tx:
        project = tx.add(Project(name="shop"))
        tx.add(Channel(name="marketing", project_id=project.id))
        tx.add(Project(name="fair"))
    desk.say("task.create", title="send the report", assignees=["Sarah"], when="Friday at 5 pm", priority="high")
    desk.say("task.create", title="call Anna", when="today at 11 am")
    desk.say(
        "task.create",
        title="build the shop",
        assignees=["Mike"],
        project="shop",
        tags=["web"],
        when="Monday",
        status="in progress",
    )
    desk.say(
        "task.create",
        title="test the shop",
        assignees=["Mike", "Sarah"],
        project="shop",
        tags=["web", "qa"],
        blocked_by=["build"],
    )
    desk.say("task.create", title="print flyers", channel="marketing", priority="low", status="on hold")
    desk.say("task.create", title="cut the flyers", parent="print flyers")
    desk.say("task.create", title="book a stand", assignees=["Sarah"])
    desk.say("task.complete", title="book a stand")
    desk.later(hours=2)
    return desk


@pytest.mark.parametrize(
    ("said", "slots", "reply"),
    [
        (
            "what is Sarah working on",
            {"assignees": ["Sarah"]},
            (
                "Two tasks for Sarah: send the report, due Friday at 5 PM, high priority; test the shop, blocked by"
                " build the shop."
            ),
        ),
        (
            "what is Mike working on today",
            {"assignees": ["Mike"], "when": "today"},
            "Two tasks for Mike: build the shop, in progress, due Monday; test the shop, blocked by build the shop.",
        ),
        (
            "tasks in the shop project",
            {"project": "shop"},
            (
                "Four tasks in the shop project. The first three: build the shop, in progress, for Mike, due Monday; "
                "test the shop, for Mike and Sarah, blocked by build the shop; cut the flyers."
            ),
        ),
        (
            "tasks in marketing",
            {"channel": "marketing"},
            "Two tasks in the marketing channel: cut the flyers; print flyers, on hold, low priority.",
        ),
        (
            "tasks in shop",
            {"channel": "shop", "assignees": ["Sarah"]},
            "One task for Sarah in the shop project: test the shop, blocked by build the shop.",
        ),
        (
            "tasks tagged web",
            {"tags": ["web"]},
            (
                "Two tasks tagged web: build the shop, in progress, for Mike, due Monday; "
                "test the shop, for Mike and Sarah, blocked by build the shop."
            ),
        ),
        (
            "tasks tagged QA for Sarah",
            {"tags": ["QA"], "assignees": ["Sarah"]},
            "One task for Sarah tagged qa: test the shop, blocked by build the shop.",
        ),
        ("the subtasks of print flyers", {"parent": "print flyers"}, "One task under print flyers: cut the flyers."),
        (
            "what is blocked",
            {"status": "blocked"},
            (
                "Two blocked tasks: test the shop, for Mike and Sarah, blocked by build the shop; print flyers, low"
                " priority."
            ),
        ),
        ("what is on hold", {"status": "on hold"}, "One task on hold: print flyers, low priority."),
        (
            "what is in progress",
            {"status": "in progress"},
            "One task in progress: build the shop, for Mike, due Monday.",
        ),
        ("what is overdue", {"status": "overdue"}, "One overdue task: call Anna, due today at 11 AM."),
        (
            "show open high priority tasks",
            {"status": "open", "priority": "high"},
            (
                "Two high priority tasks, one overdue: call Anna, due today at 11 AM; send the report, for Sarah, due"
                " Friday at 5 PM."
            ),
        ),
        (
            "what did we finish today",
            {"status": "done", "when": "today"},
            "One done task today: book a stand, for Sarah.",
        ),
        ("what did we finish last week", {"status": "done", "when": "last week"}, "You have no done tasks last week."),
        (
            "what is due",
            {},
            (
                "Three tasks with a deadline, one overdue: call Anna, due today at 11 AM; send the report, for Sarah,"
                " due Friday at 5 PM, high priority; build the shop, in progress, for Mike, due Monday."
            ),
        ),
        ("how many tasks do I have", {}, "You have six tasks, one overdue."),
        (
            "which tasks are mine",
            {"assignees": ["me"]},
            (
                "Three tasks for you, one overdue: call Anna, due today at 11 AM; cut the flyers; print flyers, on"
                " hold, low priority."
            ),
        ),
        ("who has the most tasks", {}, "Sarah has two tasks and Mike has two tasks."),
        ("who has overdue tasks", {"status": "overdue"}, "Nobody has overdue tasks."),
        ("who has no tasks", {}, "Everybody I know has tasks."),
        ("who has the fewest tasks", {}, "Sarah has two tasks and Mike has two tasks."),
        (
            "which tasks have nobody on them",
            {},
            (
                "Three tasks without anybody on them, one overdue: call Anna, due today at 11 AM; cut the flyers; print"
                " flyers, on hold, low priority."
            ),
        ),
        ("what is everyone working on", {"status": "in progress"}, "Mike: build the shop."),
        ("what should I do next", {}, "Next: call Anna, due today at 11 AM."),
        (
            "what is blocking the shop test",
            {"blocks": ["test the shop"]},
            "Test the shop is blocked by build the shop, in progress, for Mike, due Monday.",
        ),
        ("what is blocking the report", {"blocks": ["report"]}, "Nothing blocks send the report."),
        ("what waits for build", {"blocked_by": ["build"]}, "Test the shop waits for build the shop."),
        ("what waits for the report", {"blocked_by": ["report"]}, "Nothing waits for send the report."),
        (
            "find tasks about flyers",
            {"title": "flyers"},
            "Two tasks about flyers: cut the flyers; print flyers, on hold, low priority.",
        ),
        (
            "show flyers",
            {"title": "flyers"},
            "Two tasks about flyers: cut the flyers; print flyers, on hold, low priority.",
        ),
        ("who is responsible for the report", {"title": "report"}, "Sarah is responsible for send the report."),
        (
            "who is responsible for the shop test",
            {"title": "test the shop"},
            "Mike and Sarah are responsible for test the shop.",
        ),
        ("who calls Anna", {"title": "call Anna"}, "Nobody is assigned to call Anna."),
        ("when is the report due", {"title": "report"}, "Send the report is due Friday at 5 PM."),
        ("when is call Anna due", {"title": "call Anna"}, "Call Anna was due today at 11 AM."),
        ("when are the flyers cut", {"title": "cut the flyers"}, "Cut the flyers has no deadline."),
        ("when was the stand booked", {"title": "book a stand"}, "Book a stand is done since today at 10 AM."),
        (
            "is the stand booked",
            {"title": "book a stand", "status": "done"},
            "Yes, book a stand is done, since today at 10 AM.",
        ),
        ("is the report done", {"title": "report"}, "No, send the report is to do, due Friday at 5 PM."),
        (
            "has Mike finished the shop test",
            {"title": "test the shop", "assignees": ["Mike"]},
            "No, test the shop is blocked by build the shop.",
        ),
        (
            "has Mike finished the stand",
            {"title": "stand", "assignees": ["Mike"]},
            "Yes, book a stand is done. It is assigned to Sarah.",
        ),
        (
            "is the shop test blocked",
            {"title": "test the shop", "status": "blocked"},
            "Yes, test the shop is blocked by build the shop.",
        ),
        ("is the report blocked", {"title": "report", "status": "blocked"}, "No, send the report is to do."),
        ("is call Anna overdue", {"title": "call Anna"}, "Yes, call Anna was due today at 11 AM."),
        ("is the report on schedule", {"title": "report"}, "Yes, send the report is due Friday at 5 PM."),
        (
            "is the report on my list",
            {"title": "report"},
            "Yes: send the report: to do, for Sarah, due Friday at 5 PM, high priority.",
        ),
        (
            "what is the status of print flyers",
            {"title": "print flyers"},
            "Print flyers: on hold, low priority, in shop. It has one subtask, none done.",
        ),
        (
            "what about the shop test",
            {"title": "test the shop"},
            "Test the shop: blocked by build the shop, for Mike and Sarah, in shop.",
        ),
        ("tasks in the fair project", {"project": "fair"}, "You have no tasks in the fair project."),
    ],
)
def test_answers(office: Any, said: str, slots: dict[str, Any], reply: str) -> None:
    before = office.store.find(Task)
    assert office.say("task.query", said=said, **slots) == reply
    assert office.outcomes[0].ok and not office.outcomes[0].changed
    assert office.store.find(Task) == before


@pytest.mark.parametrize(
    ("slots", "code"),
    [
        ({"title": "the moon"}, "task.unknown"),
        ({"project": "moon"}, "project.unknown"),
        ({"channel": "moon"}, "channel.unknown"),
        ({"parent": "moon"}, "task.unknown"),
        ({"blocks": ["moon"]}, "task.unknown"),
    ],
)
def test_what_is_not_there_is_said(office: Any, slots: dict[str, Any], code: str) -> None:
    office.say("task.query", **slots)
    assert office.codes == [code]


def test_more_goes_on_where_the_last_answer_ended(office: Any) -> None:
    assert office.say("task.query").startswith("Six tasks, one overdue. The first three: call Anna")
    first = office.outcomes[0].about
    assert (
        office.say("task.query", skip="3")
        == "The last three of them: test the shop, for Mike and Sarah, blocked by build the shop; cut the flyers; print"
        " flyers, on hold, low priority."
    )
    assert not set(first) & set(office.outcomes[0].about)
    assert office.say("task.query", skip="6") == "That was all."


@pytest.mark.parametrize(
    ("words", "now", "priority"),
    [
        ("urgent", "low", "urgent"),
        ("high priority", "low", "high"),
        ("higher", "high", "urgent"),
        ("higher", "urgent", "urgent"),
        ("lower", "normal", "low"),
        ("so so", "low", None),
    ],
)
def test_priorities(words: str, now: Any, priority: str | None) -> None:
    assert priority_of(words, now) == priority
