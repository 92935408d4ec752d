"""Rings ahead of something: reminders attached to a meeting or a task, and warnings wanted by the settings. Their times
are not kept but derived from the meeting or the task, so that they move with it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo
from typing import Any, NamedTuple

from services.actions.meetings.calendar import Occurrence, occurrences, planned
from services.actions.tasks.rows import OPEN
from services.store.base import Meeting, Reader, Reminder, Task

FAR = timedelta(days=366)
"""How far a repetition is looked along."""
_BACK = timedelta(days=1)
"""A warning missed for longer is of no use."""


class Coming(NamedTuple):
    """A meeting that begins, or a task that is due."""

    kind: str
    id: str
    title: str
    at: datetime
    warns: datetime
    place: str = ""


@dataclass(frozen=True, slots=True)
class Warnings:
    """Warning time before meetings, and before tasks due at a time of day; None: no warning."""

    meetings: timedelta | None = None
    tasks: timedelta | None = None


def target(reader: Reader, reminder: Reminder, zone: tzinfo) -> Coming | None:
    """What a reminder rings ahead of, and when; None where that is gone, done or over."""
    ahead = timedelta(seconds=reminder.ahead_s)
    since = reminder.rung or datetime.fromisoformat(reminder.created)
    if reminder.of_kind == Task.kind:
        task = reader.get(Task, reminder.of_id)
        if task is None or task.due is None or task.status not in OPEN or task.due - ahead <= since:
            return None
        return Coming(Task.kind, task.id, task.title, task.due, task.due - ahead)
    meeting = reader.get(Meeting, reminder.of_id)
    if meeting is None or meeting.status != "planned":
        return None
    return next(
        (coming for each in _from(meeting, since, zone) if (coming := _coming(each, ahead)).warns > since), None
    )


def following(reader: Reader, reminder: Reminder, zone: tzinfo) -> datetime | None:
    """When a reminder of a repeated meeting rings next; None for others."""
    meeting = reader.get(Meeting, reminder.of_id) if reminder.of_kind == Meeting.kind else None
    if meeting is None or meeting.rrule is None:
        return None
    coming = target(reader, reminder, zone)
    return coming.warns if coming else None


def warnings(reader: Reader, warn: Warnings, now: datetime, within: timedelta, zone: tzinfo) -> list[Coming]:
    """What to warn of, from a day ago until `within` ahead, and not yet warned of; own reminders take precedence."""
    if warn.meetings is None and warn.tasks is None:
        return []
    start, end = now - _BACK, now + within
    found = [*_meetings(reader, warn.meetings, start, end, zone), *_tasks(reader, warn.tasks, start, end)]
    own = reader.find(Reminder, lambda row: bool(row.get("of_id")))
    taken = {(each.of_kind, each.of_id) for each in own if each.status == "pending"}
    over = {
        (one.of_kind, one.of_id, one.due + timedelta(seconds=one.ahead_s)) for one in own if one.status != "pending"
    }
    return [
        each
        for each in found
        if (each.kind, each.id) not in taken and not {(each.kind, each.id, at) for at in (each.warns, each.at)} & over
    ]


def _meetings(
    reader: Reader, ahead: timedelta | None, start: datetime, end: datetime, zone: tzinfo
) -> Iterator[Coming]:
    if ahead is None:
        return
    there = [meeting for meeting in planned(reader, start, end + ahead) if not meeting.whole_day]
    for each in occurrences(there, start, end + ahead, zone):
        coming = _coming(each, ahead)
        if start <= coming.warns < end and coming.warns > datetime.fromisoformat(each.meeting.created):
            yield coming


def _tasks(reader: Reader, ahead: timedelta | None, start: datetime, end: datetime) -> Iterator[Coming]:
    if ahead is None:
        return
    first, last = (at.astimezone(UTC).isoformat()[:19] for at in (start, end + ahead))

    def fits(value: Mapping[str, Any]) -> bool:
        due = value.get("due")
        return (
            due is not None and value["status"] in OPEN and value["due_grain"] == "minute" and first <= due[:19] <= last
        )

    for task in reader.find(Task, fits):
        assert task.due is not None
        if task.due - ahead > datetime.fromisoformat(task.created):
            yield Coming(Task.kind, task.id, task.title, task.due, task.due - ahead)


def _from(meeting: Meeting, since: datetime, zone: tzinfo) -> list[Occurrence]:
    """Its occurrences from then on; of one that does not repeat, also if it was moved to before."""
    if meeting.rrule is None:
        return [Occurrence(meeting.start.astimezone(zone), meeting.end.astimezone(zone), meeting)]
    return occurrences([meeting], since, since + FAR, zone)


def _coming(each: Occurrence, ahead: timedelta) -> Coming:
    at = each.start.astimezone(UTC)  # within a zone the hands of its clocks are subtracted, not the hours that pass
    return Coming(Meeting.kind, each.meeting.id, each.meeting.title, at, at - ahead, each.meeting.location)
