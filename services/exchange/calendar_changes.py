"""What a calendar program sent, as changes of what is there: of each field that it tells otherwise than it was told.

So nothing is lost that such a program does not know: it is compared with what it had, read in the same way, not with
what is kept here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, time, tzinfo
from pathlib import Path

from icalendar import vText

from services.exchange import calendar_read
from services.exchange.base import EntryNotUnderstood, Incoming
from services.exchange.calendar_lines import LONGEST, foreign, joined, marked_as_ours, value_of, without_ours
from services.exchange.calendar_write import Zone
from services.store.base import Document, Item, Meeting, Reminder, Task

HOUR_OF_A_DAY = time(9)
"""When a reminder rings that a phone has for a whole day."""
_DROPPED = {"ATTENDEE": {"assignees", "attendees", "people"}, "DEPENDS-ON": {"blocked_by"}}
"""What many programs drop. That it is nowhere in the text does not mean that it is to go."""


@dataclass(frozen=True, slots=True)
class Sent:
    """A resource that was understood."""

    incoming: tuple[Incoming, ...]
    """The document itself first; behind it the meetings of its series that were moved. `given`: what is to change."""
    uid: str
    kept: str
    """What else it says, to be kept for it."""
    notes: tuple[str, ...]
    """What is left out, a sentence each."""


@dataclass(frozen=True, slots=True)
class There:
    """The document that it replaces."""

    document: Document
    text: str
    """As it was handed out."""
    kept: str


def understood(text: str, kind: type[Document], name: str, zone: Zone, *, now: datetime, there: There | None) -> Sent:
    """A resource called `name` that is to be of a kind. Raises EntryNotUnderstood, TooMuch."""
    path = Path(name)
    found = calendar_read.read(text, path, zone.zone)
    if not found.incoming:
        raise EntryNotUnderstood(path=path, where="all of it", reason="there is no task and no event in it")
    told = [replace(each, document=_of_kind(each, kind, path, zone.zone, now)) for each in found.incoming]
    if kind is not Meeting and len(told) > 1:
        raise EntryNotUnderstood(path=path, where=told[1].where, reason="one entry is expected, and here is another")
    told.sort(key=lambda each: there is not None and each.document.id != there.document.id)
    first = told[0]
    given = _given(first.document)
    if there is not None:
        given = _changed(first.document, _base(text, there, path, zone, now), text, there.document)
        first = replace(first, document=_spared(first.document, there.document, given))
    kept = joined(foreign(text, kind, there.text if there else ""), there.kept if there else "")
    if len(kept) > LONGEST:
        reason = f"its notes and what else I keep for you are longer than {LONGEST:,} characters"
        raise EntryNotUnderstood(path=path, where=first.where, reason=reason)
    rest = [replace(each, given=_given(each.document)) for each in told[1:]]
    return Sent((replace(first, given=given, project=""), *rest), _uid(text), kept, found.notes)


def _base(text: str, there: There, path: Path, zone: Zone, now: datetime) -> Document:
    """What there is, read as the program would give it back unchanged."""
    ours = there.text if marked_as_ours(text) else without_ours(there.text)
    read = calendar_read.read(ours, path, zone.zone).incoming[0]
    return _of_kind(read, type(there.document), path, zone.zone, now)


def _changed(told: Document, base: Document, text: str, there: Document) -> frozenset[str]:
    given = {name for name in _given(told) if getattr(told, name) != getattr(base, name)}
    for said, names in _DROPPED.items():
        if said not in text.upper():
            given -= names
    if isinstance(told, Task):
        given |= {"inferred"} if "priority" in given else set()
        if "status" not in given:
            given.discard("completed")  # a program that wrote another second is not believed to mean it
        elif isinstance(there, Task) and told.status != "blocked":
            given.add("state")
        if {"due", "first"} <= given and isinstance(there, Task) and there.rrule is None and told.rrule is None:
            given.discard("first")
    if isinstance(told, Reminder) and {"first", "rrule"} & given:
        given |= {"due", "status"}
    if isinstance(told, Reminder) and "due" in given:
        given.add("status")
    return frozenset(given)


def _spared(told: Document, there: Document, given: frozenset[str]) -> Document:
    """An item whose quantity is still told before its name keeps it; what was said of a status goes with it."""
    if isinstance(told, Task) and isinstance(there, Task) and "status" in given and told.state == there.state:
        return replace(told, state="")
    if isinstance(told, Item) and isinstance(there, Item) and there.quantity:
        prefix = f"{there.quantity} "
        if told.name.startswith(prefix) and told.name != prefix:
            return replace(told, name=told.name.removeprefix(prefix), quantity=there.quantity)
    return told


_FIELDS: Mapping[type[Document], frozenset[str]] = {
    Task: frozenset(
        (
            *("title", "status", "state", "priority", "assignees", "parent_id", "blocked_by", "tags"),
            *("due", "due_grain", "rrule", "first", "completed"),
        )
    ),
    Item: frozenset(("name", "quantity", "done")),
    Meeting: frozenset(("title", "start", "end", "whole_day", "attendees", "location", "rrule", "skipped", "status")),
    Reminder: frozenset(("title", "due", "people", "rrule", "first", "status")),
}


def _given(document: Document) -> frozenset[str]:
    """The fields that a calendar tells of such a document."""
    return _FIELDS[type(document)]


def _of_kind(incoming: Incoming, kind: type[Document], path: Path, zone: tzinfo, now: datetime) -> Document:
    """What was read, as the kind that the collection has. Raises EntryNotUnderstood for one that it can't hold."""
    match incoming.document:
        case Task() as task if kind is Task:
            return task
        case Task() as task if kind is Item:
            return Item(
                id=task.id, created=task.created, list_id="", name=task.title, done=task.status in ("done", "cancelled")
            )
        case Meeting() as meeting if kind is Meeting:
            return meeting
        case Meeting() as meeting if kind is Reminder:
            return _reminder(meeting, zone, now)
        case _:
            holds = "tasks" if kind in (Task, Item) else "events"
            raise EntryNotUnderstood(path=path, where=incoming.where, reason=f"this collection holds {holds}")


def _reminder(meeting: Meeting, zone: tzinfo, now: datetime) -> Reminder:
    at = meeting.start
    if meeting.whole_day:
        at = datetime.combine(at.astimezone(zone).date(), HOUR_OF_A_DAY, zone).astimezone(at.tzinfo)
    over = at <= now and meeting.rrule is None
    return Reminder(
        id=meeting.id,
        created=meeting.created,
        title=meeting.title,
        due=at,
        people=meeting.attendees,
        rrule=meeting.rrule,
        first=at if meeting.rrule else None,
        status="cancelled" if meeting.status == "cancelled" else "rung" if over else "pending",
    )


def _uid(text: str) -> str:
    return str(vText.from_ical(value_of(text, "UID") or ""))
