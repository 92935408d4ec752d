"""The kinds of documents, one dataclass each. Plain values: validated where they enter and leave the store
(sqlite/codec.py).

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
Status = Literal["todo", "in_progress", "blocked", "done", "cancelled"]
Text = Annotated[str, StringConstraints(max_length=20_000)]
Short = Annotated[str, StringConstraints(strip_whitespace=True, max_length=200)]
Currency = Annotated[str, StringConstraints(pattern=r"^[A-Z]{3}$")]
"""ISO 4217."""


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

    kind: ClassVar[str] = "template"

    name: Name
    parts: tuple[TemplatePart, ...]
    """The task itself comes first."""


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
    unheard: bool = False
    """It rang and nobody stopped it: to be told when somebody is there."""
    steady: bool = False
    """Told as a length ("in ten minutes"): it keeps that, should the clock be set."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Timer(Document):
    """Rings when its seconds are over."""

    kind: ClassVar[str] = "timer"

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


@dataclass(frozen=True, slots=True, kw_only=True)
class Person(Document):
    """Somebody who can be named: owns tasks, comes to meetings, gets messages."""

    kind: ClassVar[str] = "person"

    name: Name
    nicknames: tuple[Name, ...] = ()
    role: Short = ""
    team: Short = ""
    phone: Short = ""
    email: Short = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Project(Document):
    """What tasks belong to."""

    kind: ClassVar[str] = "project"

    name: Name
    description: Text = ""
    status: Literal["open", "on_hold", "done", "cancelled", "archived"] = "open"
    private: bool = False
    """For the people in it, those of its channels and those of its tasks."""
    members: tuple[str, ...] = ()
    """Ids of people who are in it beside these; where it is private, at least who made it."""
    due: Instant | None = None
    due_grain: Grain = "day"


@dataclass(frozen=True, slots=True, kw_only=True)
class Channel(Document):
    """Where people talk about one thing."""

    kind: ClassVar[str] = "channel"

    name: Name
    purpose: Short = ""
    """What sort of channel it is, if it was told: team, project, announcements, support."""
    private: bool = False
    status: Literal["open", "archived"] = "open"
    members: tuple[str, ...] = ()
    """Ids of people."""
    project_id: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Message(Document):
    """What was said to a person or in a channel."""

    kind: ClassVar[str] = "message"

    content: Text
    sender: Name = "owner"
    channel_id: str | None = None
    person_id: str | None = None
    """Whom it is for; in a channel, everybody."""
    mentions: tuple[str, ...] = ()
    """Ids of the members of the channel whom it names."""
    file_id: str | None = None
    """The file that it brings."""
    send_at: Instant | None = None
    """Nobody sees it before."""
    read: bool = False
    """By the owner of this device; what the owner wrote is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Meeting(Document):
    """People at a time."""

    kind: ClassVar[str] = "meeting"

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


@dataclass(frozen=True, slots=True, kw_only=True)
class Version:
    """The content of a file at one time; a value, no document of its own."""

    sha256: Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
    bytes: Annotated[int, Field(ge=0)]
    media_type: Short = "application/octet-stream"
    """RFC 6838."""
    at: Instant
    """Since when it is the current one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SharedFile(Document):
    """A file by its content, and what it belongs to."""

    kind: ClassVar[str] = "file"

    name: Short
    """With its suffix: brand-guidelines_v2.pdf."""
    description: Text = ""
    versions: tuple[Version, ...] = ()
    """The oldest first; the last one is what the file is now."""
    shared_by: Name = "owner"
    channel_ids: tuple[str, ...] = ()
    task_ids: tuple[str, ...] = ()
    person_ids: tuple[str, ...] = ()
    """Whom it was sent to."""
    private: bool = False
    """It tells of what is private: only for those it was sent to, and where it is shared."""
    project_id: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Note(Document):
    """Words to keep."""

    kind: ClassVar[str] = "note"

    content: Text


@dataclass(frozen=True, slots=True, kw_only=True)
class Customer(Document):
    """Whose money the ledger tells of."""

    kind: ClassVar[str] = "customer"

    name: Name


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerEntry(Document):
    """One movement of money; never changed, and a balance is their sum."""

    kind: ClassVar[str] = "entry"

    customer_id: str
    minor: int
    """Minor units of the currency (cents, paise): positive adds to the customer's balance."""
    currency: Currency
    """XXX, as ISO 4217 has it, where no currency is involved: plain credits."""
    reason: Literal["credit", "debit", "payment", "reversal"]
    customer: Short = ""
    """The customer's name at that time, so that the entry can be read without the customer."""
    reverses: str | None = None
    """Id of the entry that this one takes back."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RoutineStep:
    """One command of a routine; a value, no document of its own."""

    id: Short
    do: Title
    """The command as spoken."""
    after: tuple[Short, ...] = ()
    """Ids of the steps that must be done before it."""
    gate: Short = ""
    """What must hold before it (services/actions/routines/gates.py); empty: nothing."""
    critical: bool = True
    """Whether the others fail with it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Routine(Document):
    """Commands under one name."""

    kind: ClassVar[str] = "routine"

    name: Name
    steps: tuple[Title, ...]
    """Commands as spoken."""
    plan: tuple[RoutineStep, ...] = ()
    """The same with what they wait for; empty: one after the other, all of them or none."""
    said: tuple[Name, ...] = ()
    """Other words that run it."""
    due: Instant | None = None
    """When it begins by itself next."""
    rrule: Rule | None = None
    """RFC 5545 rule, in the wall-clock time of the device: it begins by itself again and again."""
    first: Instant | None = None
    """With a rule: where it counts from (its DTSTART)."""
    source: Short = ""
    """The file it is written in; empty where it was told."""
    by: Short = ""
    """Who had it begin by itself: as whom it runs then."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RunStep(RoutineStep):
    """What became of a step; a value, no document of its own."""

    status: Literal["todo", "done", "failed", "skipped"] = "todo"
    words: Text = ""
    """What it did, or why it failed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RoutineRun(Document):
    """One time that a routine was carried out: no task of anybody's."""

    kind: ClassVar[str] = "run"

    routine_id: str
    name: Name
    """Of the routine, at that time."""
    steps: tuple[RunStep, ...]
    """As they were when it began."""
    by: Short = ""
    """Who started it: as whom it goes on."""
    status: Literal["waiting", "done", "failed", "cancelled"] = "waiting"
    started: Instant
    ended: Instant | None = None


def utc(instant: datetime) -> str:
    """ISO 8601 in UTC, to the millisecond: sorts as text."""
    return instant.astimezone(UTC).isoformat(timespec="milliseconds")
