"""Gates of routines: what must hold before a step. A small closed set of conditions, in plain words.

all tasks [of the project NAME] are done     the task NAME is done     the project NAME is done     the list NAME is
empty it is after TIME     it is before TIME     it is a weekday | a weekend | MONDAY …
"""

from __future__ import annotations

import re
from calendar import day_name
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, time
from typing import Literal

from services.actions.base import FindWhen
from services.actions.matching import closest
from services.actions.tasks.rows import OPEN
from services.actions.wording import clock, counted, listed
from services.store.base import Item, Project, Reader, Task, TodoList

Kind = Literal["tasks", "task", "project", "list", "after", "before", "day"]
WORDS = (
    "all tasks of the project … are done; the task … is done; the project … is done; the list … is empty; "
    "it is after …; it is before …; it is a weekday, a weekend, or a day such as Monday"
)
"""Told to whoever wrote one that is not understood."""

_DONE = r"(?:is|are|'s) (?:all )?(?:done|complete|completed|finished|closed|over)"
_ALL = r"(?:all|every)(?: of)?(?: the| my| our| open)* tasks?"
_PATTERNS: tuple[tuple[Kind, str], ...] = (
    ("tasks", rf"{_ALL} (?:of|in|on|for) (?:the )?(?:project )?(?P<name>.+?)(?: project)? {_DONE}"),
    ("tasks", rf"{_ALL} {_DONE}"),
    ("project", rf"(?:the )?project (?P<name>.+?) {_DONE}|(?:the )?(?P<name2>.+?) project {_DONE}"),
    ("list", r"(?:the |my |our )?(?:list (?P<name>.+?)|(?P<name2>.+?) list) is (?:empty|done|clear)"),
    ("after", r"(?:it(?: is|'s) )?(?:after|past|not before|later than) (?P<name>.+)"),
    ("before", r"(?:it(?: is|'s) )?(?:before|not after|earlier than) (?P<name>.+)"),
    (
        "day",
        (
            r"(?:it(?: is|'s) )?(?:an?"
            r" )?(?P<name>weekday|weekend|workday|monday|tuesday|wednesday|thursday|friday|saturday|sunday)"
        ),
    ),
    ("task", rf"(?:the )?task (?:to )?(?P<name>.+?) {_DONE}|(?:the |my )?(?P<name2>.+?) {_DONE}"),
)
_DAYS: Mapping[str, frozenset[int]] = {
    "weekday": frozenset(range(5)),
    "workday": frozenset(range(5)),
    "weekend": frozenset((5, 6)),
    **{day.casefold(): frozenset((n,)) for n, day in enumerate(day_name)},
}
_TOLD = 3


@dataclass(frozen=True, slots=True)
class Gate:
    """One condition."""

    kind: Kind
    name: str = ""
    """Of the project, task or list; with `day` the day."""
    at: time | None = None
    """With `after` and `before`: a time of day."""


def gate_of(text: str, find_when: FindWhen, now: datetime) -> Gate | None:
    """The condition in a text; None where it is none."""
    words = " ".join(text.strip().rstrip(".!").split())
    for kind, pattern in _PATTERNS:
        if match := re.fullmatch(pattern, words, re.IGNORECASE):
            groups = match.groupdict()
            name = (groups.get("name") or groups.get("name2") or "").strip(" “”\"'")
            if kind not in ("after", "before"):
                return Gate(kind, name.casefold() if kind == "day" else name)
            at = _clock(name, find_when, now)
            return Gate(kind, name, at) if at else None
    return None


def gates_of(text: str, find_when: FindWhen, now: datetime) -> tuple[Gate, ...]:
    """One condition, or several joined by "and"; none where any part is not understood."""
    if whole := gate_of(text, find_when, now):
        return (whole,)
    parts = [gate_of(part, find_when, now) for part in re.split(r",?\s+and\s+", text)]
    return tuple(part for part in parts if part) if all(parts) else ()


def blockers(text: str, reader: Reader, now: datetime, find_when: FindWhen) -> list[str]:
    """What a gate waits for; empty where it holds. One no longer understood waits for ever, and says so."""
    gates = gates_of(text, find_when, now)
    if not gates:
        return [f"“{text}”, which I don't understand"]
    return [what for gate in gates if (what := _BLOCKERS[gate.kind](gate, reader, now))]


def _clock(name: str, find_when: FindWhen, now: datetime) -> time | None:
    midnight = now.replace(hour=0, minute=0, second=1, microsecond=0)
    for text in (name, f"at {name}"):
        found = find_when(text, midnight)
        at = found[0].start if found and found[0].kind == "instant" else None
        if at is not None and found[0].grain in ("minute", "hour", "second"):
            return at.time()
    return None


def _tasks(gate: Gate, reader: Reader, _: datetime) -> str:
    project = _project(gate.name, reader) if gate.name else None
    if gate.name and project is None:
        return f"a project {gate.name}, which there is not"
    return _open(reader, project)


def _open(reader: Reader, project: Project | None) -> str:
    left = reader.find(
        Task, lambda row: row["status"] in OPEN and (project is None or row.get("project_id") == project.id)
    )
    if not left:
        return ""
    within = f" in {project.name}" if project else ""
    more = f" and {len(left) - _TOLD} more" if len(left) > _TOLD else ""
    names = [task.title for task in left[:_TOLD]]
    return f"{counted(len(left), 'open task')}{within}: {', '.join(names) + more if more else listed(names)}"


def _of_project(gate: Gate, reader: Reader, _: datetime) -> str:
    project = _project(gate.name, reader)
    if project is None:
        return f"a project {gate.name}, which there is not"
    return "" if project.status in ("done", "archived") else f"the project {project.name}, which is not done"


def _task(gate: Gate, reader: Reader, _: datetime) -> str:
    there = closest(
        gate.name, [task for task in reader.find(Task) if task.status != "cancelled"], lambda task: task.title
    )
    if not there:
        return f"a task {gate.name}, which there is not"
    left = [task for task in there if task.status != "done"]
    return f"the task {left[0].title}" if left else ""


def _list(gate: Gate, reader: Reader, _: datetime) -> str:
    there = closest(gate.name, reader.find(TodoList), lambda each: each.name)
    if not there:
        return ""
    left = reader.find(Item, lambda row: row["list_id"] == there[0].id and not row.get("done"))
    return f"{counted(len(left), 'item')} on the {there[0].name} list" if left else ""


def _after(gate: Gate, _: Reader, now: datetime) -> str:
    assert gate.at is not None
    return "" if now.time() >= gate.at else f"{clock(datetime.combine(now.date(), gate.at))}"


def _before(gate: Gate, _: Reader, now: datetime) -> str:
    assert gate.at is not None
    return "" if now.time() < gate.at else f"tomorrow, for it is past {clock(datetime.combine(now.date(), gate.at))}"


def _day(gate: Gate, _: Reader, now: datetime) -> str:
    if now.weekday() in _DAYS[gate.name]:
        return ""
    return f"a {gate.name}" if gate.name in ("weekday", "workday", "weekend") else gate.name.capitalize()


def _project(name: str, reader: Reader) -> Project | None:
    there = [each for each in reader.find(Project) if each.status != "cancelled"]
    return next(iter(closest(name, there, lambda each: each.name)), None)


_BLOCKERS: Mapping[Kind, Callable[[Gate, Reader, datetime], str]] = {
    "tasks": _tasks,
    "task": _task,
    "project": _of_project,
    "list": _list,
    "after": _after,
    "before": _before,
    "day": _day,
}
"""What each waits for ("two open tasks in Launch: print flyers and book the room"); empty where the gate holds.
Now is in the device's zone.
"""
