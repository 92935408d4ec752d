"""One document as a calendar server hands it out (RFC 4791, 4.1): a VCALENDAR of its own, with what other programs said
of it that means nothing here. Of a document and what is known of it the text is always the same, to the byte.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Any

from icalendar import Alarm, Event, Timezone, Todo, vText

from services.exchange.calendar_lines import MARK, folded, lines_of
from services.exchange.calendar_write import (
    CalendarText,
    Zone,
    add_people,
    add_time,
    begin,
    event_of,
    marked,
    rule_of,
    todo_of,
)
from services.store.base import Document, Item, Meeting, Reminder, Task

_SHOWN = timedelta(minutes=15)
"""How long a reminder is in a calendar: some show one without an end for a whole day."""
_BACK, _YEARS = 5, 15
"""Years before and after a document was written in which its VTIMEZONE tells when the clocks change."""


@dataclass(frozen=True, slots=True)
class ResourceFacts:
    """What is known of a document beside its fields."""

    uid: str
    kept: str = ""
    """Lines of other programs, as services.exchange.calendar_lines.foreign gave them."""
    ahead: tuple[float, ...] = ()
    """How long before it a reminder rings, seconds."""
    uid_of: Callable[[str], str] = str
    """The UID of another document of its kind, by id."""


def component_of(kind: type[Document]) -> str:
    """What documents of a kind are in a calendar. Raises KeyError for what no calendar holds."""
    return {Task: "VTODO", Item: "VTODO", Meeting: "VEVENT", Reminder: "VEVENT"}[kind]


def resource(document: Document, told: ResourceFacts, zone: Zone) -> str:
    """The text of a task, an item, a meeting or a reminder."""
    match document:
        case Task():
            part: Any = _task(document, told, zone)
        case Item():
            part = _item(document)
        case Meeting():
            part = event_of(document, zone)
        case Reminder():
            part = _reminder(document, zone)
        case _:
            raise TypeError(f"{document.kind} is in no calendar")
    part["UID"] = vText(told.uid)
    part.add("dtstamp", datetime.fromisoformat(document.updated))
    for seconds in told.ahead:
        part.add_component(_alarm(document.called, timedelta(seconds=-seconds), MARK))
    text = part.to_ical().decode().replace("TRIGGER:P0D", "TRIGGER:PT0S")  # as phones write it
    if told.kept:
        end = text.rindex("END:")
        text = text[:end] + "".join(map(folded, _fitting(told.kept, part))) + text[end:]
    zones = _time_zone(zone.zone, zone.name, datetime.fromisoformat(document.updated).year) if ";TZID=" in text else ""
    head = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//Equerry//Equerry//EN\r\n"
    return f"{head}{zones}{text}END:VCALENDAR\r\n"


def words_of(item: Item) -> str:
    """How an item of a list is told in one line."""
    return f"{item.quantity} {item.name}" if item.quantity else item.name


def _task(task: Task, told: ResourceFacts, zone: Zone) -> Todo:
    # Of what is done only the one that follows repeats, and that is a task of its own here.
    over = task.status in ("done", "cancelled")
    known = replace(
        task,
        parent_id=told.uid_of(task.parent_id) if task.parent_id else None,
        blocked_by=tuple(told.uid_of(id_) for id_ in task.blocked_by),
        rrule=None if over else task.rrule,
    )
    part = todo_of(known, zone, {})
    if task.priority == "normal":
        del part["priority"]  # else a phone marks nearly every task with its priority
    return part


def _item(item: Item) -> Todo:
    part = Todo()
    begin(part, item, words_of(item))
    part.add("status", "COMPLETED" if item.done else "NEEDS-ACTION")
    return part


def _reminder(reminder: Reminder, zone: Zone) -> Event:
    part = Event()
    begin(part, reminder, reminder.title)
    part.add("status", "CANCELLED" if reminder.status == "cancelled" else "CONFIRMED")
    repeats = reminder.rrule is not None
    start = (reminder.first if repeats else None) or reminder.due
    add_time(part, "dtstart", start, zone, whole_day=False, wall=repeats)
    part.add("duration", _SHOWN)
    if reminder.rrule:
        part.add("rrule", rule_of(reminder.rrule, zone, whole_day=False))
    add_people(part, reminder.people)
    if reminder.status != "cancelled":
        part.add_component(_alarm(reminder.title, timedelta(0), MARK))
    return part


def _alarm(words: str, trigger: timedelta, mark: str) -> Alarm:
    alarm = Alarm()
    alarm.add("action", "DISPLAY")
    alarm.add("description", CalendarText(marked(words)))
    alarm.add("trigger", trigger)
    alarm.add(mark, "1")
    return alarm


def _fitting(kept: str, part: Any) -> Sequence[str]:
    """Without a line that the part has by itself, such as of a program that is older than a field here."""
    depth, found = 0, []
    for line in kept.split("\n"):
        name = lines_of(line)[0].name if line else ""
        depth += name == "BEGIN"
        if line and (depth or name not in part):
            found.append(line)
        depth -= name == "END"
    return found


@lru_cache(maxsize=8)
def _time_zone(zone: Any, name: str, year: int) -> str:
    made = Timezone.from_tzinfo(zone, name, first_date=date(year - _BACK, 1, 1), last_date=date(year + _YEARS, 1, 1))
    return str(made.to_ical().decode())
