"""iCalendar (RFC 5545) out of the store: tasks and reminders as VTODO, meetings as VEVENT; the UID is the id."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, tzinfo
from typing import Any

from icalendar import Alarm, Calendar, Event, Timezone, Todo, vCalAddress, vCategory, vRecur, vText

from services.store.base import Document, Meeting, Project, Reader, Reminder, Task

KINDS = (Task.kind, Reminder.kind, Meeting.kind)
"""What a calendar can hold."""
PRIORITIES = {"urgent": 1, "high": 3, "normal": 5, "low": 9}
STATUSES = {
    "todo": "NEEDS-ACTION",
    "in_progress": "IN-PROCESS",
    "blocked": "NEEDS-ACTION",
    "done": "COMPLETED",
    "cancelled": "CANCELLED",
}
NOBODY = "invalid:nomail"
"""The address of somebody who has none, as other programs write it."""


class CalendarText(vText):
    """TEXT of RFC 5545 (section 3.3.11) as it is: icalendar takes a backslash before an N for the end of a line."""

    def to_ical(self) -> bytes:
        """Escaped."""
        return rb"\\N".join(vText(part).to_ical() for part in self.split(r"\N"))


@dataclass(frozen=True, slots=True)
class Zone:
    """The device's zone, by the name that other programs know."""

    zone: tzinfo
    name: str
    """Europe/Berlin."""

    def local(self, instant: datetime) -> datetime:
        """The wall clock's time."""
        return instant.astimezone(self.zone)

    def day(self, instant: datetime) -> date:
        """The wall clock's date."""
        return self.local(instant).date()


def written(reader: Reader, kinds: Collection[str], zone: Zone, now: datetime) -> bytes:
    """One VCALENDAR with the documents of the kinds task, reminder and meeting, and the VTIMEZONE of the device where a
    rule needs it.
    """
    calendar = Calendar()
    calendar.add("prodid", "-//Equerry//Equerry//EN")
    calendar.add("version", "2.0")
    projects = {id_: row["name"] for id_, row in reader.rows(Project).items()}
    parts: list[Any] = []
    if Task.kind in kinds:
        parts += [todo_of(task, zone, projects) for task in reader.find(Task)]
    if Reminder.kind in kinds:
        parts += [_reminder(reminder, zone) for reminder in reader.find(Reminder)]
    if Meeting.kind in kinds:
        parts += [event_of(meeting, zone) for meeting in reader.find(Meeting)]
    if any("RRULE" in part for part in parts):
        calendar.add_component(Timezone.from_tzinfo(zone.zone, zone.name, last_date=date(now.year + 20, 1, 1)))
    for part in parts:
        part.add("dtstamp", now)
        calendar.add_component(part)
    return bytes(calendar.to_ical())


def todo_of(task: Task, zone: Zone, projects: Mapping[str, str]) -> Todo:
    """A task. `projects`: names by id."""
    todo = Todo()
    begin(todo, task, task.title)
    todo.add("status", STATUSES[task.status])
    todo.add("priority", PRIORITIES[task.priority])
    if task.tags:
        categories = vCategory(list(task.tags))
        categories.cats = [CalendarText(tag) for tag in (marked(task.tags[0]), *task.tags[1:])]
        todo.add("categories", categories)
    if task.due:
        _add_times(todo, task.due, zone, rule=task.rrule, whole_day=task.due_grain == "day", first=task.first)
    if task.completed:
        todo.add("completed", task.completed)
    add_people(todo, task.assignees)
    for relation, ids in (("PARENT", [task.parent_id] if task.parent_id else []), ("DEPENDS-ON", task.blocked_by)):
        for id_ in ids:
            todo.add("related-to", id_, parameters={"RELTYPE": relation})
    extra = {
        "STATUS": "blocked" if task.status == "blocked" else "",
        "STATE": task.state,
        "PROJECT": projects.get(task.project_id or "", ""),
    }
    for name, value in extra.items():
        if value:
            todo.add(f"X-EQUERRY-{name}", marked(value))
    return todo


def _reminder(reminder: Reminder, zone: Zone) -> Todo:
    todo = Todo()
    begin(todo, reminder, reminder.title)
    todo.add("X-EQUERRY-KIND", "reminder")
    todo.add("status", {"pending": "NEEDS-ACTION", "rung": "COMPLETED", "cancelled": "CANCELLED"}[reminder.status])
    _add_times(todo, reminder.due, zone, rule=reminder.rrule, whole_day=False, first=reminder.first)
    add_people(todo, reminder.people)
    if reminder.rung:
        todo.add("X-EQUERRY-RUNG", reminder.rung.isoformat())
    alarm = Alarm()
    alarm.add("action", "DISPLAY")
    alarm.add("description", CalendarText(marked(reminder.title)))
    alarm.add("trigger", timedelta(0), parameters={"RELATED": "END"})
    todo.add_component(alarm)
    return todo


def event_of(meeting: Meeting, zone: Zone) -> Event:
    """A meeting."""
    event = Event()
    begin(event, meeting, meeting.title)
    event.add("status", "CANCELLED" if meeting.status == "cancelled" else "CONFIRMED")
    for name, instant in (("dtstart", meeting.start), ("dtend", meeting.end)):
        add_time(event, name, instant, zone, whole_day=meeting.whole_day, wall=meeting.rrule is not None)
    if meeting.rrule:
        event.add("rrule", rule_of(meeting.rrule, zone, whole_day=meeting.whole_day))
        for skipped in meeting.skipped:
            add_time(event, "exdate", skipped, zone, whole_day=meeting.whole_day, wall=True)
    if meeting.location:
        event.add("location", CalendarText(marked(meeting.location)))
    add_people(event, meeting.attendees)
    return event


def begin(part: Any, document: Document, summary: str) -> None:
    """What all parts begin with."""
    part.add("uid", document.id)
    part.add("summary", CalendarText(marked(summary)))
    for name, at in (("created", document.created), ("last-modified", document.updated)):
        if at:
            part.add(name, datetime.fromisoformat(at))


def marked(text: str) -> str:
    """With one more byte order mark where it begins with one: icalendar takes the first of a value away."""
    return f"\ufeff{text}" if text.startswith("\ufeff") else text


def _add_times(
    todo: Todo, due: datetime, zone: Zone, *, rule: str | None, whole_day: bool, first: datetime | None
) -> None:
    """Due; with a rule also the start that it needs. What the rule counts from, if it is earlier, only we can read."""
    if rule is None:
        add_time(todo, "due", due, zone, whole_day=whole_day, wall=False)
        return
    add_time(todo, "dtstart", due, zone, whole_day=whole_day, wall=True)
    add_time(todo, "due", due, zone, whole_day=whole_day, wall=True)
    todo.add("rrule", rule_of(rule, zone, whole_day=whole_day))
    if first:
        todo.add("X-EQUERRY-FIRST", first.isoformat())


def add_time(part: Any, name: str, instant: datetime, zone: Zone, *, whole_day: bool, wall: bool) -> None:
    """A time. `wall`: by the clock on the wall, which a rule follows through daylight saving; else in UTC."""
    if whole_day:
        part.add(name, zone.day(instant))
    elif wall:
        part.add(name, zone.local(instant).replace(tzinfo=None), parameters={"TZID": zone.name})
    else:
        part.add(name, instant)


def rule_of(rule: str, zone: Zone, *, whole_day: bool) -> vRecur:
    """Ours ends by the clock on the wall; RFC 5545 wants UTC there (section 3.3.10), or a date where the start is
    one.
    """

    def end(found: re.Match[str]) -> str:
        until = datetime.strptime(found[1] if "T" in found[1] else f"{found[1][:8]}T235959", "%Y%m%dT%H%M%S")
        if whole_day:
            return f"UNTIL={until:%Y%m%d}"
        return f"UNTIL={until.replace(tzinfo=zone.zone).astimezone(UTC):%Y%m%dT%H%M%SZ}"

    kept: vRecur = vRecur.from_ical(re.sub(r"UNTIL=(\d{8}(?:T\d{6})?)Z?", end, rule))
    return kept


def add_people(part: Any, names: Collection[str]) -> None:
    """As attendees."""
    for name in names:
        person = vCalAddress(NOBODY)
        # RFC 5545 has no way to escape in parameters, and yet icalendar takes backslashes before signs out when it
        # reads them; one at the end would escape the colon behind it, unless it is quoted, which a blank brings about.
        told = name.replace("\\", "\\\\")
        person.params["cn"] = vText(f"{told} " if told.endswith("\\") else told)
        part.add("attendee", person)
