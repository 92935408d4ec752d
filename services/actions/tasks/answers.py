"""Answers about one task: who, when, whether, or all that counts."""

from __future__ import annotations

import re

from services.actions.call import Call, Done
from services.actions.people.known import values
from services.actions.tasks.people import of, people, same
from services.actions.tasks.status import STATUSES
from services.actions.tasks.wording import blocked_words, described, due_words, is_overdue, open_blockers, state
from services.actions.wording import listed
from services.store.base import Status, Task

_WHO = re.compile(r"^(?:(?:and|so|tell me)\s+)?(?:who|whose|which of us)\b", re.IGNORECASE)
_WHEN = re.compile(r"\b(?:when|deadline|due date|by when)\b", re.IGNORECASE)
_WHETHER = re.compile(r"^(?:(?:and|so)\s+)?(?:is|are|was|has|have|did|do|does)\b", re.IGNORECASE)
_THERE = re.compile(r"\b(?:on|in)\s+(?:my|the|our)\b|\bthere\b|\bhave (?:we|i)\b|\bdo (?:we|i)\b", re.IGNORECASE)
_LATE = re.compile(r"\b(?:overdue|late|delayed|behind)\b", re.IGNORECASE)
_ON_TIME = re.compile(r"\bon (?:time|schedule|track)\b", re.IGNORECASE)


def about_one(call: Call, task: Task) -> Done:
    """What was asked of this task."""
    return Done(_answer(call, task), about=(task,))


def _answer(call: Call, task: Task) -> str:
    if _WHO.search(call.said):
        return _who(task)
    if _WHETHER.search(call.said):
        return _whether(call, task)
    if _WHEN.search(call.said):
        return _when(call, task)
    return described(call, task)


def _who(task: Task) -> str:
    if not task.assignees:
        return f"Nobody is assigned to {task.title}"
    return f"{listed(task.assignees)} {'is' if len(task.assignees) == 1 else 'are'} responsible for {task.title}"


def _when(call: Call, task: Task) -> str:
    if task.status == "done" and task.completed:
        return f"{task.title} is done since {call.say(task.completed)}"
    if task.due is None:
        return f"{task.title} has no deadline"
    return f"{task.title} {'was' if is_overdue(call, task) else 'is'} due {due_words(call, task)}"


def _whether(call: Call, task: Task) -> str:
    """Yes or no, and how it is."""
    wanted = _wanted(call)
    late = task.status not in ("done", "cancelled") and is_overdue(call, task)
    if _LATE.search(call.said) or _ON_TIME.search(call.said):
        good = late if _LATE.search(call.said) else not late
        return f"{_yes(good)}, {_when(call, task)}"
    if wanted == "blocked":
        held = bool(open_blockers(call, task)) and task.status not in ("done", "cancelled")
        return f"{_yes(held or task.status == 'blocked')}, {task.title} is {blocked_words(call, task) or state(task)}"
    if wanted is None and _THERE.search(call.said):
        return (
            f"Yes: {described(call, task)}"
            if task.status not in ("done", "cancelled")
            else f"{task.title} is {state(task)} already"
        )
    if wanted is None:
        return described(call, task)
    yes = task.status == wanted
    if yes and (doers := people(call)) and not all(any(same(person, other) for other in of(task)) for person in doers):
        return f"{_yes(yes)}, {task.title} is {state(task)}. It is assigned to {listed(task.assignees) or 'nobody'}"
    when = f", since {call.say(task.completed)}" if task.status == "done" and task.completed else ""
    due = f", due {due_words(call, task)}" if task.due and task.status != "done" else ""
    return f"{_yes(yes)}, {task.title} is {blocked_words(call, task) or state(task)}{when}{due}"


def _wanted(call: Call) -> Status | None:
    """The status that is asked about."""
    said = call.text("status").casefold() or call.said.casefold()
    words = sorted((word for word in STATUSES if re.search(rf"\b{re.escape(word)}\b", said)), key=len)
    if words:
        return STATUSES[words[-1]]
    return (
        "done"
        if re.search(r"\b(?:finish|complete|do)\b", said) and values(call, "assignees")
        else "in_progress"
        if "start" in said
        else None
    )


def _yes(so: bool) -> str:
    return "Yes" if so else "No"
