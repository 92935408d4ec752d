"""What takes place or rings at a time."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, ClassVar, Literal

from pydantic import Field, StringConstraints

from services.store.documents.fields import Instant, Name, Rule, Short, Title
from services.store.kinds import Document, Kind


@dataclass(frozen=True, slots=True, kw_only=True)
class Meeting(Document):
    """People at a time."""

    about: ClassVar[Kind] = Kind(
        "meeting",
        nouns=("meeting", "appointment", "event"),
        plural="meetings",
        title="title",
        searched=("attendees", "location"),
        at="start",
        shared=True,
        spoken="title",
        asked_as=("meeting", "calendar", "appointment", "event", "schedule"),
        open=("planned",),
        refers={"attendee_ids": ("person",)},
    )

    title: Title
    start: Instant
    end: Instant
    whole_day: bool = False
    attendees: tuple[Name, ...] = ()
    """As they were named; who is in the contacts also by id, below."""
    attendee_ids: tuple[str, ...] = ()
    location: Short = ""
    rrule: Rule | None = None
    """RFC 5545 rule, in the wall-clock time of the device, counted from `start`."""
    skipped: tuple[Instant, ...] = ()
    """With a rule: starts of those that do not take place (its EXDATE)."""
    status: Literal["planned", "cancelled"] = "planned"
    created_by: Short = ""
    """Whose voice made it, by name; empty: no voice was known."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reminder(Document):
    """Rings at a time, with words; with a rule it rings again and again."""

    about: ClassVar[Kind] = Kind(
        "reminder",
        nouns=("reminder",),
        plural="reminders",
        title="title",
        searched=("people",),
        at="due",
        shared=True,
        spoken="title",
        open=("pending",),
        refers={"of_id": ("task", "meeting")},
    )

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
    unheard: bool = False
    """It rang and nobody stopped it: to be told when somebody is there."""
    steady: bool = False
    """Told as a length ("in ten minutes"): it keeps that, should the clock be set."""
    urgent: bool = False
    """Rings in quiet hours, too."""
    of_kind: Literal["", "meeting", "task"] = ""
    of_id: str = ""
    """What it rings ahead of; `due` is only when that was when it was set."""
    ahead_s: float = 0.0
    """How long before, seconds; negative: after the midnight at which its day begins."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Alarm(Document):
    """Rings at a time of day, once or again and again."""

    about: ClassVar[Kind] = Kind(
        "alarm",
        nouns=("alarm",),
        plural="alarms",
        title="name",
        searched=(),
        at="due",
        shared=False,  # it rings where it was set
        spoken="name",
    )

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
    unheard: bool = False
    """It rang and nobody stopped it: to be told when somebody is there."""
    steady: bool = False
    """Told as a length ("in ten minutes"): it keeps that, should the clock be set."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Timer(Document):
    """Rings when its seconds are over."""

    about: ClassVar[Kind] = Kind(
        "timer",
        nouns=("timer",),
        plural="timers",
        title="name",
        searched=(),
        at="due",
        shared=False,  # it rings where it was set
        spoken="name",
        light=True,
    )

    name: Annotated[str, StringConstraints(max_length=100)] = ""
    seconds: Annotated[float, Field(gt=0, le=86_400)]
    due: Instant
    """When it rings; of no account while it is paused."""
    status: Literal["running", "paused", "rung", "cancelled"] = "running"
    left: Annotated[float, Field(ge=0)] = 0.0
    """Seconds that were left when it was paused."""
    rung: Instant | None = None
    unheard: bool = False
    """It rang and nobody stopped it: to be told when somebody is there."""
