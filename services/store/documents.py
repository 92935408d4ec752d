"""The kinds of documents, one dataclass each. Plain values: validated where they enter and leave the store (codec.py).

Instants are zone-aware and kept in UTC; words are kept as they were spoken.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Annotated, ClassVar, Literal

from pydantic import AfterValidator, AwareDatetime, Field, StringConstraints

Title = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=500)]
Name = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=100)]
Rule = Annotated[str, StringConstraints(min_length=1, max_length=500)]
Instant = Annotated[AwareDatetime, AfterValidator(lambda instant: instant.astimezone(UTC))]

Priority = Literal["low", "normal", "high", "urgent"]
Grain = Literal["day", "minute"]
"""How exact a due time was said: a whole day, or a time of day."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """What every document has; the store fills it in."""

    kind: ClassVar[str]
    """The name of its table."""

    id: str = ""
    """UUIDv7."""
    created: str = ""
    """ISO 8601 in UTC."""
    updated: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Task(Document):
    """Something to do."""

    kind: ClassVar[str] = "task"

    title: Title
    status: Literal["todo", "in_progress", "blocked", "done", "cancelled"] = "todo"
    priority: Priority = "normal"
    assignees: tuple[Name, ...] = ()
    due: Instant | None = None
    """With grain `day`: midnight at the start of that day, where the device stands."""
    due_grain: Grain = "minute"
    rrule: Rule | None = None
    """RFC 5545 rule, in the wall-clock time of the device: completing this task makes the next."""
    first: Instant | None = None
    """With a rule: where it counts from (its DTSTART)."""
    completed: Instant | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TodoList(Document):
    """A list of items, such as the shopping list."""

    kind: ClassVar[str] = "list"

    name: Name


@dataclass(frozen=True, slots=True, kw_only=True)
class Item(Document):
    """One line of a list; a document of its own, so that two devices may add at the same time."""

    kind: ClassVar[str] = "item"

    list_id: str
    name: Title
    quantity: Annotated[str, StringConstraints(max_length=50)] = ""
    done: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Reminder(Document):
    """Rings at a time, with words; with a rule it rings again and again."""

    kind: ClassVar[str] = "reminder"

    title: Title
    due: Instant
    """When it rings next."""
    people: tuple[Name, ...] = ()
    """Whom it is for; nobody named: who set it."""
    rrule: Rule | None = None
    """RFC 5545 rule, in the wall-clock time of the device."""
    first: Instant | None = None
    """With a rule: where it counts from (its DTSTART)."""
    status: Literal["pending", "rung", "cancelled"] = "pending"
    rung: Instant | None = None
    """When it rang last."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Alarm(Document):
    """Rings at a time of day, once or again and again."""

    kind: ClassVar[str] = "alarm"

    name: Annotated[str, StringConstraints(max_length=100)] = ""
    due: Instant
    """When it rings next."""
    rrule: Rule | None = None
    """RFC 5545 rule, in the wall-clock time of the device."""
    first: Instant | None = None
    """With a rule: where it counts from (its DTSTART)."""
    status: Literal["pending", "rung", "cancelled"] = "pending"
    rung: Instant | None = None
    """When it rang last."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Timer(Document):
    """Rings when its seconds are over."""

    kind: ClassVar[str] = "timer"

    name: Annotated[str, StringConstraints(max_length=100)] = ""
    seconds: Annotated[float, Field(gt=0, le=86_400)]
    due: Instant
    status: Literal["running", "rung", "cancelled"] = "running"
    rung: Instant | None = None


def utc(instant: datetime) -> str:
    """ISO 8601 in UTC, to the millisecond: sorts as text."""
    return instant.astimezone(UTC).isoformat(timespec="milliseconds")
