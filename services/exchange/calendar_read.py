"""iCalendar (RFC 5545) into tasks, reminders and meetings: what `calendar_written` wrote, and the calendars of other
programs.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from pathlib import Path
from typing import Any

from dateutil.rrule import rrulestr

from services.exchange.base import EntryNotUnderstood, Incoming, Read, document_id
from services.exchange.calendar_parts import CalendarPart, parts
from services.exchange.calendar_write import STATUSES
from services.store.base import Meeting, Reminder, Task

_TODO_STATUS = {**{status: name for name, status in STATUSES.items() if name != "blocked"}}
_OFTEN = re.compile(r"FREQ=SECONDLY|BYSECOND")
_LONGEST_RULE = 500
_BY_DAY = re.compile(r"BY(?:DAY|MONTHDAY|HOUR|MINUTE|YEARDAY|WEEKNO)=")


def read(text: str, path: Path, zone: tzinfo) -> Read:
    """What it tells of tasks, reminders and meetings; what else it tells is left out, with a note. Raises
    NotUnderstood, TooMuch.
    """
    incoming: dict[str, Incoming] = {}
    notes: list[str] = []
    for part in parts(text, path):
        reading = _Reading(part, path, zone, notes)
        try:
            found = reading.todo() if part.name == "VTODO" else reading.meeting()
        except (ValueError, TypeError, KeyError, AttributeError, OverflowError) as error:
            raise reading.refused(str(error).partition("\n")[0][:200] or "it can't be read") from error
        incoming[found.document.id] = found
    return Read(tuple(_without_moved(incoming)), tuple(notes[:20]))


def _without_moved(incoming: Mapping[str, Incoming]) -> list[Incoming]:
    """A meeting of a series that was moved is one of its own here; the series leaves it out."""
    moved: dict[str, list[datetime]] = {}
    for id_ in incoming:
        series, separator, at = id_.partition("\0")
        if separator:
            moved.setdefault(series, []).append(datetime.fromisoformat(at))
    return [_settled(each, moved.get(id_, [])) for id_, each in incoming.items()]


def _settled(incoming: Incoming, moved: list[datetime]) -> Incoming:
    document = replace(incoming.document, id=document_id(incoming.document.id))
    if isinstance(document, Meeting) and moved:
        document = replace(document, skipped=(*document.skipped, *moved))
    return replace(incoming, document=document)


@dataclass(frozen=True, slots=True)
class _Reading:
    """One part being read."""

    part: CalendarPart
    path: Path
    zone: tzinfo
    notes: list[str]

    def todo(self) -> Incoming:
        """A task, or a reminder of ours."""
        if self._text("X-EQUERRY-KIND") == "reminder":
            return self._reminder()
        status = (
            "blocked"
            if self._text("X-EQUERRY-STATUS") == "blocked" and self._text("STATUS").upper() in ("", "NEEDS-ACTION")
            else _TODO_STATUS.get(self._text("STATUS").upper(), "todo")
        )
        due, whole_day = self._due()
        rule = self._rule() if due is not None else None
        values: dict[str, Any] = {
            "title": self._title(),
            "status": status,
            "state": self._text("X-EQUERRY-STATE")[:200],
            "priority": self._priority(),
            "assignees": self._people(),
            "parent_id": next(iter(self._related("PARENT")), None),
            "blocked_by": self._related("DEPENDS-ON"),
            "tags": self._tags(),
            "due": due,
            "due_grain": "day" if whole_day else "minute",
            "rrule": rule,
            "first": self._first(due) if rule else None,
            "completed": self._instant("COMPLETED")[0] if status == "done" else None,
        }
        return self._incoming(
            Task(id=self._id(), created=self._created(), **values),
            values,
            project=self._text("X-EQUERRY-PROJECT")[:100],
        )

    def _reminder(self) -> Incoming:
        due, _ = self._due()
        if due is None:
            raise self.refused("a reminder needs its DUE")
        rule = self._rule()
        statuses = {"COMPLETED": "rung", "CANCELLED": "cancelled"}
        rung = self._text("X-EQUERRY-RUNG")
        values: dict[str, Any] = {
            "title": self._title(),
            "due": due,
            "people": self._people(),
            "rrule": rule,
            "first": self._first(due) if rule else None,
            "status": statuses.get(self._text("STATUS").upper(), "pending"),
            "rung": datetime.fromisoformat(rung) if rung else None,
        }
        return self._incoming(Reminder(id=self._id(), created=self._created(), **values), values)

    def meeting(self) -> Incoming:
        """A VEVENT."""
        start, whole_day = self._instant("DTSTART")
        if start is None:
            raise self.refused("an event needs its DTSTART")
        end, _ = self._instant("DTEND")
        lasting = self._duration() or (timedelta(days=1) if whole_day else timedelta(0))
        rule = self._rule()
        values: dict[str, Any] = {
            "title": self._title(),
            "start": start,
            "end": end if end is not None and end > start else self._later(start, lasting),
            "whole_day": whole_day,
            "attendees": self._people(),
            "location": self._text("LOCATION")[:200],
            "rrule": rule,
            "skipped": self._skipped() if rule else (),
            "status": "cancelled" if self._text("STATUS").upper() == "CANCELLED" else "planned",
        }
        id_ = self._id()
        if "RECURRENCE-ID" in self.part.properties:
            moved, _ = self._instant("RECURRENCE-ID")
            id_ = f"{id_}\0{moved.isoformat() if moved else '1970-01-01'}"
        if "RDATE" in self.part.properties:
            self._note("further dates (RDATE) are left out")
        return self._incoming(Meeting(id=id_, created=self._created(), **values), values)

    # --- properties

    def _incoming(self, document: Task | Reminder | Meeting, values: Mapping[str, Any], project: str = "") -> Incoming:
        return Incoming(document, self.part.where, frozenset(values), project)

    def _id(self) -> str:
        uid = self._text("UID")
        if not uid:
            raise self.refused("it has no UID")
        return document_id(uid)

    def _title(self) -> str:
        title = " ".join(self._text("SUMMARY").split())
        if not title:
            raise self.refused("it has no SUMMARY")
        return title[:500]

    def _text(self, name: str) -> str:
        value = self.part.properties.get(name, "")
        return str(value[0] if isinstance(value, list) and value else value)

    def _created(self) -> str:
        at, _ = self._instant("CREATED")
        return at.isoformat() if at else ""

    def _several(self, name: str) -> list[Any]:
        value = self.part.properties.get(name, [])
        return value if isinstance(value, list) else [value]

    def _priority(self) -> str:
        found = int(self._text("PRIORITY") or 0)
        return "normal" if found in (0, 5, 6) else "urgent" if found <= 2 else "high" if found <= 4 else "low"

    def _people(self) -> tuple[str, ...]:
        """By the names that are told, else what stands before the @."""
        found: list[str] = []
        for each in self._several("ATTENDEE"):
            name = (
                str(getattr(each, "params", {}).get("CN", ""))
                or str(each).partition(":")[2].partition("@")[0]
                or str(each)
            )
            name = " ".join(name.split())[:100]
            if name and name not in found:
                found.append(name)
        return tuple(found)

    def _tags(self) -> tuple[str, ...]:
        named = (
            str(tag).strip()[:100] for each in self._several("CATEGORIES") for tag in getattr(each, "cats", [each])
        )
        return tuple(dict.fromkeys(tag for tag in named if tag))

    def _related(self, relation: str) -> tuple[str, ...]:
        related = self._several("RELATED-TO")
        return tuple(
            document_id(str(each)) for each in related if str(each.params.get("RELTYPE", "PARENT")).upper() == relation
        )

    # --- times

    def refused(self, reason: str) -> EntryNotUnderstood:
        """With the place."""
        return EntryNotUnderstood(path=self.path, where=self.part.where, reason=reason)

    def _note(self, reason: str) -> None:
        self.notes.append(f"{self.part.where.capitalize()}, {self._text('SUMMARY')[:60]}: {reason}.")

    def _instant(self, name: str) -> tuple[datetime | None, bool]:
        """In UTC, and whether it is a whole day: then its midnight where the device stands."""
        if name not in self.part.properties:
            return None, False
        value = self.part.properties.decoded(name)
        return self._of(value[0] if isinstance(value, list) else value)

    def _of(self, value: Any) -> tuple[datetime, bool]:
        if isinstance(value, datetime):
            return (value if value.tzinfo else value.replace(tzinfo=self.zone)).astimezone(UTC), False
        if isinstance(value, date):
            return datetime.combine(value, time(), self.zone).astimezone(UTC), True
        raise self.refused(f"{str(value)[:60]!r} is no time")

    def _due(self) -> tuple[datetime | None, bool]:
        due, whole_day = self._instant("DUE")
        if due is None and (lasting := self._duration()) is not None:
            start, whole_day = self._instant("DTSTART")
            due = self._later(start, lasting) if start else None
        return due, whole_day

    def _duration(self) -> timedelta | None:
        value = self.part.properties.decoded("DURATION") if "DURATION" in self.part.properties else None
        return value if isinstance(value, timedelta) and value >= timedelta(0) else None

    def _later(self, start: datetime, lasting: timedelta) -> datetime:
        """Days are days on the wall, also when the clocks change."""
        wall = start.astimezone(self.zone).replace(tzinfo=None) + timedelta(days=lasting.days)
        return wall.replace(tzinfo=self.zone).astimezone(UTC) + timedelta(seconds=lasting.seconds)

    def _first(self, due: datetime | None) -> datetime | None:
        ours = self._text("X-EQUERRY-FIRST")
        return datetime.fromisoformat(ours) if ours else self._instant("DTSTART")[0] or due

    def _skipped(self) -> tuple[datetime, ...]:
        return tuple(self._of(each.dt)[0] for dates in self._several("EXDATE") for each in dates.dts)

    def _rule(self) -> str | None:
        """In the device's wall-clock time; None where there is none, or none that can be had here, which is noted."""
        rules = self._several("RRULE")
        if not rules:
            return None
        rule = re.sub(r"UNTIL=([0-9TZ]+)", self._until, rules[0].to_ical().decode())
        anchor = "DTSTART" if "DTSTART" in self.part.properties else "DUE"
        start = self.part.properties.decoded(anchor)
        if len(rules) > 1 or _OFTEN.search(rule) or len(rule) > _LONGEST_RULE:
            self._note("how it repeats is left out, which is too much for me")
            return None
        there = start.replace(tzinfo=None) if isinstance(start, datetime) and start.tzinfo else None
        if there and _BY_DAY.search(rule) and there != self._of(start)[0].astimezone(self.zone).replace(tzinfo=None):
            self._note("how it repeats is left out: it does so by the clock of another zone")
            return None
        rrulestr(rule, dtstart=datetime(2026, 1, 1), ignoretz=True)
        return rule

    def _until(self, found: re.Match[str]) -> str:
        text = found[1]
        if not text.endswith("Z"):
            return f"UNTIL={text}" if "T" in text else f"UNTIL={text}T235959"
        at = datetime.strptime(text, "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
        return f"UNTIL={at.astimezone(self.zone):%Y%m%dT%H%M%S}"
