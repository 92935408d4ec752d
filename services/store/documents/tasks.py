"""Tasks, what they belong to, and tasks to be made again."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, ClassVar, Literal

from pydantic import Field

from services.store.documents.fields import Grain, Instant, Name, Priority, Rule, Short, Status, Text, Title
from services.store.kinds import Document, Kind


@dataclass(frozen=True, slots=True, kw_only=True)
class Task(Document):
    """Something to do."""

    about: ClassVar[Kind] = Kind(
        "task",
        nouns=("task", "todo", "item"),
        plural="tasks",
        title="title",
        searched=("assignees", "tags", "state"),
        at="due",
        by_day=True,
        shared=True,
        spoken="title",
        asked_as=("task", "todo", "to do", "ticket"),
        open=("todo", "in_progress", "blocked"),
        refers={
            "assignee_ids": ("person",),
            "project_id": ("project",),
            "channel_id": ("channel",),
            "parent_id": ("task",),
            "blocked_by": ("task",),
        },
        within=("project_id", "channel_id"),
    )

    title: Title
    status: Status = "todo"
    state: Short = ""
    """What was said of its status where that says more: on hold, in review."""
    priority: Priority = "normal"
    inferred: Literal["", "words", "deadline"] = ""
    """From what the priority was inferred, if nobody told it."""
    assignees: tuple[Name, ...] = ()
    """As they were named; who is in the contacts also by id, below."""
    assignee_ids: tuple[str, ...] = ()
    """In the order of the names; empty in place of somebody who is in no contacts."""
    project_id: str | None = None
    channel_id: str | None = None
    parent_id: str | None = None
    """The task this one is a part of."""
    blocked_by: tuple[str, ...] = ()
    """Ids of tasks that must be done before it."""
    tags: tuple[Name, ...] = ()
    due: Instant | None = None
    """With grain `day`: midnight at the start of that day, where the device stands."""
    due_grain: Grain = "minute"
    rrule: Rule | None = None
    """RFC 5545 rule, in the wall-clock time of the device: completing this task makes the next."""
    first: Instant | None = None
    """With a rule: where it counts from (its DTSTART)."""
    completed: Instant | None = None
    created_by: Short = ""
    """Whose voice made it, by name; empty: no voice was known."""
    completed_by: Short = ""
    """Who did it: whom it was told of, else whose voice said so."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TemplatePart:
    """One task of a template; a value, no document of its own."""

    title: Title
    priority: Priority = "normal"
    tags: tuple[Name, ...] = ()
    assignees: tuple[Name, ...] = ()
    assignee_ids: tuple[str, ...] = ()
    """One for each of the names; empty for somebody who is in no contacts."""
    below: Annotated[int, Field(ge=0)] = 0
    """The place of the part that it is a part of; of no account for the first."""
    waits_for: tuple[int, ...] = ()
    """Places of the parts that must be done before it, all of them earlier ones."""
    days_before: int | None = None
    """How long before the whole it is due."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskTemplate(Document):
    """A task with its parts, to be made again."""

    about: ClassVar[Kind] = Kind(
        "template", nouns=("template",), plural="templates", title="name", searched=None, shared=True, spoken=""
    )

    name: Name
    parts: tuple[TemplatePart, ...]
    """The task itself comes first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Project(Document):
    """What tasks belong to."""

    about: ClassVar[Kind] = Kind(
        "project",
        nouns=("project",),
        plural="projects",
        title="name",
        searched=("description",),
        shared=True,
        spoken="name",
        indexed=True,
        resolved=True,
        unknown="There is no project {}",
        open=("open", "on_hold"),
    )

    name: Name
    description: Text = ""
    status: Literal["open", "on_hold", "done", "cancelled", "archived"] = "open"
    private: bool = False
    """For the people in it, those of its channels and those of its tasks."""
    members: tuple[str, ...] = ()
    """Ids of people who are in it beside these; where it is private, at least who made it."""
    due: Instant | None = None
    due_grain: Grain = "day"
