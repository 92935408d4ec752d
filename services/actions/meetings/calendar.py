"""When meetings take place, and when there is free time. Pure. A repetition follows the wall clock of the device (RFC
5545, section 3.3.10): 9 AM stays 9 AM when daylight saving begins.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta, tzinfo
from typing import Any, NamedTuple

from dateutil.rrule import rrulestr

from services.store.base import Meeting, Reader

_MOST = 1_000
"""Occurrences of one repetition that are looked at; a rule by the minute has more in a year."""
_DAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")


class Occurrence(NamedTuple):
    """One occurrence of a meeting, in the device's zone."""

    start: datetime
    end: datetime
    meeting: Meeting


class FreeStretch(NamedTuple):
    """Time with nothing in it."""

    start: datetime
    end: datetime


def planned(reader: Reader, start: datetime, end: datetime) -> list[Meeting]:
    """Meetings not cancelled that may take place then. By stored fields: years of a calendar don't become documents."""
    first, last = (at.astimezone(UTC).isoformat()[:19] for at in (start, end))

    def fits(value: Mapping[str, Any]) -> bool:
        if value["status"] != "planned" or value["start"][:19] > last:
            return False
        return bool(value.get("rrule")) or value["end"][:19] >= first

    return reader.find(Meeting, fits)


def occurrences(meetings: Iterable[Meeting], start: datetime, end: datetime, zone: tzinfo) -> list[Occurrence]:
    """All that take place at least partly from `start` until before `end`, the earliest first."""
    found = (each for meeting in meetings for each in _of(meeting, start, end, zone))
    return sorted(found, key=lambda each: (each.start, each.end, each.meeting.id))


def first_each(found: Iterable[Occurrence]) -> list[Occurrence]:
    """Of each meeting only the first."""
    kept: dict[str, Occurrence] = {}
    for each in found:
        kept.setdefault(each.meeting.id, each)
    return list(kept.values())


def free(taken: Sequence[Occurrence], start: datetime, end: datetime, at_least: timedelta) -> list[FreeStretch]:
    """The stretches between `start` and `end` in which nothing takes place. Whole-day events take no time."""
    gaps: list[FreeStretch] = []
    reached = start
    for each in sorted(
        (each for each in taken if not each.meeting.whole_day and each.end > each.start), key=lambda each: each.start
    ):
        if each.start - reached >= at_least:
            gaps.append(FreeStretch(reached, min(each.start, end)))
        reached = max(reached, each.end)
    if end - reached >= at_least:
        gaps.append(FreeStretch(reached, end))
    return [gap for gap in gaps if gap.end - gap.start >= at_least]


def rule_from(rule: str, start: datetime) -> str:
    """The rule for a repetition from `start` on: with its time of day and, if the rule has only one, its weekday."""
    bare = re.sub(r";BY(?:HOUR|MINUTE|SECOND)=\d+(?=;|$)", "", rule)
    return re.sub(r"(?<=BYDAY=)(?:MO|TU|WE|TH|FR|SA|SU)(?=;|$)", _DAYS[start.weekday()], bare)


def _of(meeting: Meeting, start: datetime, end: datetime, zone: tzinfo) -> Iterator[Occurrence]:
    lasting = meeting.end - meeting.start
    for at in _starts(meeting, start - lasting, end, zone):
        until = _same_wall(at, meeting, zone) if meeting.whole_day else at + lasting
        if at < end and (until > start or at == until == start):
            yield Occurrence(at, until, meeting)


def _starts(meeting: Meeting, start: datetime, end: datetime, zone: tzinfo) -> Iterator[datetime]:
    first = meeting.start.astimezone(zone)
    if meeting.rrule is None:
        yield first
        return
    try:
        rules = rrulestr(meeting.rrule, dtstart=first.replace(tzinfo=None), ignoretz=True)
    except ValueError:  # another program's, which never comes from there
        yield first
        return
    earliest = start.astimezone(zone).replace(tzinfo=None)
    for wall in rules.xafter(earliest, count=_MOST, inc=True):
        at = wall.replace(tzinfo=zone)
        if at >= end:
            return
        if at not in meeting.skipped:
            yield at


def _same_wall(at: datetime, meeting: Meeting, zone: tzinfo) -> datetime:
    """When whole days end: at midnight, though a day may have 23 hours."""
    days = round((meeting.end - meeting.start) / timedelta(days=1))
    return (at.replace(tzinfo=None) + timedelta(days=days)).replace(tzinfo=zone)
