"""Putting something into the calendar, and changing it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, time, timedelta

from services.actions.base import Refused, Unanswered
from services.actions.call import Call, Done
from services.actions.meetings.calendar import Occurrence, rule_from
from services.actions.meetings.times import ALL_DAY, USUAL, Times, has_clock, lasting, told
from services.actions.meetings.which import fitting, one, within
from services.actions.meetings.wording import clashes, described, named
from services.actions.people.group import Assignee, among, given, of, people, speaker_name, without
from services.actions.rings.ring import heard, moved
from services.actions.wording import listed, proper, sentence, spoken
from services.store.base import Meeting

_ASK = "To when?"
_OFF = frozenset(("remove", "off", "from", "out"))
_SHIFTS = frozenset(("later", "earlier", "sooner", "back", "forward", "up", "ahead", "before", "after"))
_LONGER = frozenset(("longer", "more", "add"))
_SHORTER = frozenset(("shorter", "less"))
_LEFT_OVER = re.compile(r"^(?:long )?(?:(?:event|meeting|appointment)\s+(?=\S))?", re.IGNORECASE)
"""Left over of "an all day event conference"."""
_DAY_TOLD = re.compile(
    r"day\b|\btomorrow\b|\btonight\b|\bthis\b|\bnext\b|week|month|\d(?:st|nd|rd|th)\b|[/.]\d"
    r"|\b(?:jan|feb|mar|apr|may|june?|july?|aug|sep|oct|nov|dec)",
    re.IGNORECASE,
)
_DAYS = re.compile(
    r"\b(?:every|each|daily|weekly|monthly|yearly|annually|biweekly|weekdays?|other"
    r"|(?:mon|tues|wednes|thurs|fri|satur|sun)days)\b.*",
    re.IGNORECASE,
)


def create(call: Call) -> Done:
    """Slots: title, attendees, when, recurrence, duration (half an hour), location. Overlaps are told, not refused."""
    title = _title(call)
    times = _before(call) or told(call, title)
    meeting = Meeting(title=title, start=times.start, end=times.end, whole_day=times.whole_day, rrule=times.rule)
    meeting = replace(
        given(meeting, people(call, "attendees")), location=spoken(call.text("location")), created_by=speaker_name(call)
    )
    meeting = call.tx.add(meeting)
    again = _DAYS.search(call.text("recurrence") or call.text("when")) if times.rule else None
    said = sentence(f"Scheduled: {described(call, meeting, times, proper(again[0]) if again else '')}")
    return Done(f"{said} {clashes(call, meeting)}".strip(), f"scheduled: {meeting.title}", (meeting,))


def _before(call: Call) -> Times | None:
    """The hour before another meeting, where `when` refers to one."""
    of = next((ref for ref in call.meant("when") if ref.kind == Meeting.kind and ref.id), None)
    meeting = call.tx.get(Meeting, of.id) if of and of.id else None
    length = lasting(call)
    if meeting is None or length is None:
        return None
    coming = within(call, None, [meeting])
    start = (coming[0].start if coming else meeting.start.astimezone(call.zone)) - length
    if start <= call.now:
        raise call.passed("meeting.past", start, _ASK)
    return Times(start, start + length, whole_day=False)


def update(call: Call) -> Done:
    """Slots: title, old_when (which one); attendees with direction (add, remove), when, recurrence, duration (its
    length; with direction later or earlier, how far it moves), location, new_title. Of a repetition, with old_when:
    only that one.
    """
    with_them = not call.text("direction") and bool(call.texts("attendees")) and call.text("when") != ""
    with_them = with_them and bool(fitting(call, "old_when"))  # "move the lunch with Anke to Wednesday": which one
    found = one(call, "old_when", by_people=with_them)
    if with_them:
        call = replace(call, slots={slot: value for slot, value in call.slots.items() if slot != "attendees"})
    if not any(
        call.text(slot) for slot in ("attendees", "when", "recurrence", "duration", "location", "new_title")
    ) and not _all_day(call):
        raise Unanswered("meeting.no_change", f"What shall I change about {named(found.meeting)}?")
    meeting = _single(call, found)
    meeting, people_told = _attended(call, meeting)
    meeting = _timed(call, meeting)
    meeting = replace(
        meeting,
        title=spoken(call.text("new_title")) or meeting.title,
        location=spoken(call.text("location")) or meeting.location,
    )
    meeting = call.tx.put(meeting) if meeting.id else call.tx.add(meeting)
    label = f"changed: {meeting.title}"
    only_people = not any(
        call.text(slot) for slot in ("when", "recurrence", "duration", "location", "new_title")
    ) and not _all_day(call)
    if only_people:
        return Done(people_told, label, (meeting,))
    start, end = (at.astimezone(call.zone) for at in (meeting.start, meeting.end))
    said = sentence(f"Changed: {described(call, meeting, Times(start, end, meeting.whole_day))}")
    clash = clashes(call, meeting) if (start, end) != (found.start, found.end) else ""
    return Done(f"{said} {clash}".strip(), label, (meeting,))


def _single(call: Call, found: Occurrence) -> Meeting:
    """The meeting. One of a series meant alone is taken out of it; a series is moved from its next time on."""
    meeting = found.meeting
    if meeting.rrule is None:
        return meeting
    if not call.text("old_when"):
        return replace(meeting, start=found.start, end=found.end)
    call.tx.put(replace(meeting, skipped=(*meeting.skipped, found.start)))
    return replace(meeting, id="", created="", updated="", start=found.start, end=found.end, rrule=None, skipped=())


def _attended(call: Call, meeting: Meeting) -> tuple[Meeting, str]:
    """The meeting with its new attendees, and what is said of them."""
    group = people(call, "attendees")
    if not group:
        return meeting, ""
    before = of(meeting)
    if call.text("direction").casefold() in _OFF:
        gone = among(before, group)
        if not gone:
            raise Refused("meeting.not_coming", f"{_names(group)} doesn't come to {named(meeting)}")
        return given(meeting, without(before, group)), f"{_names(gone)} taken off {named(meeting)}"
    new = without(group, before)
    if not new:
        return meeting, f"{_names(group)} comes to {named(meeting)} already"
    return given(meeting, [*before, *new]), f"{_names(new)} added to {named(meeting)}"


def _timed(call: Call, meeting: Meeting) -> Meeting:
    """With its new time and length."""
    old_start, old_end = (at.astimezone(call.zone) for at in (meeting.start, meeting.end))
    length = old_end - old_start
    if call.text("recurrence") and (again := _again(call, old_start)):
        start, rule = again
        return replace(meeting, start=start, end=start + length, rrule=rule, skipped=())
    if call.text("recurrence"):
        times = told(replace(call, slots={"duration": "", **call.slots}), meeting.title)
        return replace(
            meeting,
            start=times.start,
            end=times.start + length,
            rrule=times.rule,
            whole_day=times.whole_day,
            skipped=(),
        )
    if _all_day(call):
        start = datetime.combine(old_start.date(), time(), call.zone)
        meeting = replace(meeting, start=start, end=_next_day(start), whole_day=True)
        return _moved(call, meeting, start, timedelta(days=1)) if call.text("when") else meeting
    if call.text("direction").casefold() in _SHIFTS and call.text("duration"):
        return _moved(call, meeting, old_start, length)
    return _placed(call, _lengthened(call, meeting, old_start), old_start)


def _lengthened(call: Call, meeting: Meeting, old_start: datetime) -> Meeting:
    """With the length, or the end, that was told."""
    length = meeting.end.astimezone(call.zone) - old_start
    if (told_length := lasting(call)) is not None:
        length = _length(call, length, told_length)
        whole_day = meeting.whole_day and not told_length % timedelta(days=1)
        return replace(meeting, end=old_start + length, whole_day=whole_day)
    end = _until(call, old_start)
    return replace(meeting, end=end) if end else meeting


def _placed(call: Call, meeting: Meeting, old_start: datetime) -> Meeting:
    """At the time that was told, unless that is its end."""
    if not call.text("when") or _until(call, old_start):
        return meeting
    length = meeting.end.astimezone(call.zone) - old_start
    return _moved(replace(call, slots={**call.slots, "duration": ""}), meeting, old_start, length)


def _until(call: Call, start: datetime) -> datetime | None:
    """Only its end is told: "till three"."""
    found = call.found("when")
    if (
        found is None
        or found.kind != "interval"
        or found.start is not None
        or found.end is None
        or not has_clock(found)
    ):
        return None
    end = datetime.combine(start.date(), found.end.astimezone(call.zone).time(), call.zone)
    end = end if end > start else end + timedelta(hours=12)
    if end <= start or end.date() != start.date():
        raise Unanswered("meeting.length", "Then nothing would be left of it. How long shall it be?")
    return end


def _again(call: Call, old: datetime) -> tuple[datetime, str] | None:
    """Every two weeks, every Monday: at the time of day it had; None where another was told."""
    found = call.occasion()
    if found is None or found.rrule is None or has_clock(found) or call.text("when"):
        return None
    on = found.start.astimezone(call.zone).date() if found.start and "BY" in found.rrule else old.date()
    start = datetime.combine(on, old.time(), call.zone)
    return start, rule_from(found.rrule, start)


def _moved(call: Call, meeting: Meeting, old: datetime, length: timedelta) -> Meeting:
    found = heard(call, call.now)
    clocked = found is not None and has_clock(found)
    if found and clocked and found.kind == "interval" and found.start and found.end:
        start, length = found.start.astimezone(call.zone), found.end - found.start
        start = start if _DAY_TOLD.search(call.text("when")) else datetime.combine(old.date(), start.time(), call.zone)
    else:
        start = moved(call, old, _ASK, "meeting").astimezone(call.zone)
    if meeting.whole_day and not clocked:
        start = datetime.combine(start.date(), time(), call.zone)
    elif meeting.whole_day:
        meeting, length = replace(meeting, whole_day=False), USUAL
    rule = rule_from(meeting.rrule, start) if meeting.rrule else None
    return replace(meeting, start=start, end=start + length, rrule=rule)


def _length(call: Call, old: timedelta, told_length: timedelta) -> timedelta:
    way = call.text("direction").casefold()
    if way in _LONGER and not call.texts("attendees"):  # who is added, and how long it lasts then
        return old + told_length
    if way in _SHORTER and told_length >= old:
        raise Unanswered("meeting.length", "Then nothing would be left of it. How long shall it be?")
    return old - told_length if way in _SHORTER else told_length


def _all_day(call: Call) -> bool:
    return ALL_DAY.search(call.said) is not None


def _names(group: Sequence[Assignee]) -> str:
    return listed([each.name for each in group])


def _next_day(start: datetime) -> datetime:
    return datetime.combine(start.date() + timedelta(days=1), time(), start.tzinfo)


def _title(call: Call) -> str:
    """The title without "all day"."""
    title = spoken(call.text("title"))
    if ALL_DAY.search(title):
        title = _LEFT_OVER.sub("", ALL_DAY.sub("", title).strip()).strip()
    title = re.sub(r"^at (?:an? )(?=\w)", "", title, flags=re.IGNORECASE)  # "I'm at a course"
    return title or "meeting"
