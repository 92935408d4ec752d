"""How far a task is: todo, in progress, blocked, done, cancelled; and what is said of it beyond that (on hold, in
review).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TypedDict

from services.actions.base import Refused
from services.actions.call import Call, Done
from services.actions.people.known import values
from services.actions.tasks.complete import completed
from services.actions.tasks.people import given, of, people, same
from services.actions.tasks.rows import OPEN
from services.actions.tasks.which import several
from services.actions.tasks.wording import blocked_words, names, state
from services.actions.wording import day, spoken
from services.store.base import Status, Task

_WORDS: Mapping[Status, tuple[str, ...]] = {
    "todo": (
        *("to do", "todo", "open", "reopened", "not started", "pending"),
        *("not done", "undone", "unfinished", "incomplete", "outstanding"),
    ),
    "in_progress": (
        "in progress",
        "started",
        "underway",
        "under way",
        "active",
        "ongoing",
        "progress",
        "on track",
        "working",
        "current",
    ),
    "blocked": ("blocked", "stuck"),
    "done": ("done", "complete", "completed", "finished", "closed", "resolved", "ready"),
    "cancelled": ("cancelled", "canceled", "dropped", "obsolete", "abandoned"),
}
_MORE: Mapping[Status, tuple[str, ...]] = {
    "in_progress": ("in review", "under review", "ready for review", "review", "in testing", "testing", "qa"),
    "blocked": ("on hold", "on ice", "waiting", "paused", "postponed", "delayed", "at risk"),
}
"""Words that say more than the status they come under: they are kept."""
STATUSES: Mapping[str, Status] = {
    word: status for table in (_WORDS, _MORE) for status, words in table.items() for word in words
}
_KEPT = frozenset(word for words in _MORE.values() for word in words)
_SAID = {"review": "in review", "testing": "in testing", "qa": "in testing"}
_CHOICE = "A task can be to do, in progress, in review, blocked, on hold, done or cancelled"


class StatusChange(TypedDict):
    """What a task's fields become."""

    status: Status
    state: str


def said_status(words: str) -> StatusChange:
    """What the words for a status mean. Raises Refused for others."""
    said = spoken(words).casefold().replace("-", " ")
    if said not in STATUSES:
        raise Refused("task.status", f"{_CHOICE}. Which is it?", awaits=True)
    return StatusChange(status=STATUSES[said], state=_SAID.get(said, said) if said in _KEPT else "")


def status(call: Call) -> Done:
    """Slots: title, status, assignees (who is at it), when (until then)."""
    if not values(call, "title"):
        raise Refused("task.no_title", "Which task?", awaits=True)
    if not call.text("status"):
        raise Refused("task.no_status", f"{_CHOICE}. Which is it?", awaits=True)
    change = said_status(call.text("status"))
    tasks = several(call, closed=True)
    if change["status"] == "done":
        return completed(call, tasks)
    if change["state"] and (found := call.found("when")) and (until := found.start or found.end):
        change["state"] += f" until {day(until.astimezone(call.zone).date(), type(until.date()).min)}"
    changed = tuple(call.tx.put(_with(call, task, change)) for task in tasks)
    now = state(changed[0])
    held = blocked_words(call, changed[0]) if change["status"] == "in_progress" and len(changed) == 1 else ""
    but = f", though {held}" if held else ""
    return Done(f"{now} now: {names(changed)}{but}", f"task {now}: {names(changed)}", changed)


def _with(call: Call, task: Task, change: StatusChange) -> Task:
    group = of(task)
    told = [person for person in people(call) if not any(same(person, other) for other in group)]
    if told:
        task = given(task, [*group, *told])
    if task.status not in OPEN:
        task = replace(task, completed=None)
    return replace(task, **change)
