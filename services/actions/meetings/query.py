"""Questions about the calendar: what is on; when, where, with whom, how long; when there is room."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import combinations
from typing import NamedTuple

from services.actions.call import Call, Done
from services.actions.meetings.aspects import ASPECTS, length_of, place_of, time_of
from services.actions.meetings.calendar import FreeStretch, Occurrence, occurrences, planned
from services.actions.meetings.day import rest_of
from services.actions.meetings.times import USUAL, Times, has_clock, lasting, said, stretches, window
from services.actions.meetings.which import fitting, title
from services.actions.meetings.wording import clashes, lasts, listing, named
from services.actions.people.group import speaker
from services.actions.people.speaker import asks_of_own, takes_part
from services.actions.wording import be, clock, counted, duration, enumerated, listed, paged, proper, sentence, whether
from services.store.base import Document, Meeting
from services.understanding.base import Found

_MYSELF = re.compile(r"\b(?:i|we|our|my|me and|and me|us and|with)\b", re.IGNORECASE)
"""With these words the owner's own time counts too: "when are Sarah and I free", "a slot with Sarah"."""
_READ_ALOUD = 5
_OFFERED = 3
_FREE = re.compile(
    r"\b(?:free|available|availability|unavailable|busy|booked|occupied|open (?:slots?|times?)"
    r"|(?:have|any|enough|got) (?:\w+ )?(?:time|slots?)|tied up|openings?|gaps?|in between)\b",
    re.IGNORECASE,
)
_ROOM_FOR = re.compile(
    r"(?<!what )(?<!which )\b(?:time|room|space|gaps?|slots?) (?:[\w ]+ )?(?:for|to)\b", re.IGNORECASE
)
"""What it would be for is no meeting yet."""
_NEXT = re.compile(r"\bnext\b(?! (?:week|month|year|quarter|mon|tues|wednes|thurs|fri|satur|sun))", re.IGNORECASE)
_FIRST = re.compile(r"\bfirst\b", re.IGNORECASE)
_LAST = re.compile(r"\blast\b(?! (?:week|month|year|mon|tues|wednes|thurs|fri|satur|sun))", re.IGNORECASE)
_ON = re.compile(r"^on (?=today\b|tomorrow\b|tonight\b|yesterday\b|this\b|next\b|last\b|the day\b)", re.IGNORECASE)
"""What's on tomorrow: nothing is on it."""
_WHEN_AND_WHERE = re.compile(r"\b(?:when|what time)\b.*\bwhere\b|\bwhere\b.*\b(?:when|what time)\b", re.IGNORECASE)
_SOMEBODY = re.compile(r"(?:patient|client|customer|visitor|guest|caller|applicant|candidate|viewer)s?", re.IGNORECASE)
"""Who comes, whatever they are there: "who's the last patient today"."""
_BETWEEN = re.compile(r"\bbetween\b", re.IGNORECASE)
_COUNT = re.compile(r"\bhow many\b(?! (?:people|of us|guests|are coming))", re.IGNORECASE)
_CLASH = re.compile(
    r"\b(?:clash\w*|collid\w*|conflict\w*|overlap\w*|double[- ]booked|at the same time|in the way"
    r"|else on (?:then|at that time))\b",
    re.IGNORECASE,
)


def query(call: Call) -> Done:
    """Slots: title, attendees, when, duration, location. The words tell what is asked of them."""
    found = call.found("when")
    if (_FREE.search(call.said) and not title(call)) or _ROOM_FOR.search(call.said):
        return _room(call, found)
    return _whether(call) or _told_of(call, found)


def _told_of(call: Call, found: Found | None) -> Done:
    there = _asked_for(call)
    if _CLASH.search(call.said):
        return _clashing(call, there)
    if _BETWEEN.search(call.said) and len(call.meant("title")) > 1 and len(there) > 1:
        return _between(there)
    bare = not (title(call) or call.texts("attendees") or call.text("location") or _single(call))
    more, others = rest_of(call, found) if bare and not _COUNT.search(call.said) else ("", ())
    if not there:
        return _none(call, more, others)
    if _COUNT.search(call.said):
        return Done(f"{counted(len(there), 'meeting')}{_when(call)}", about=_documents(there))
    if answer := _of_one(call, there):
        return Done(answer, about=(there[0].meeting,))
    told = _listed(call, there)
    return Done(f"{told}. {more}" if more else told, about=(*_documents(there), *others))


def _whether(call: Call) -> Done | None:
    """Of the one spoken of: whether they come, it is there, or takes so long."""
    whom, place, long = call.texts("attendees"), call.text("location"), lasting(call)
    there = fitting(replace(call, slots={"title": call.slots.get("title", "")}), "when") if call.meant("title") else []
    if not there or not (whom or place or long):
        return None
    meeting = there[0].meeting
    if whom:
        come = [each for each in whom if each in meeting.attendees]
        others = [each for each in whom if each not in come]
        answer = whether(
            f"{listed(come)} {be(come)} down for {named(meeting)}" if come else "",
            f"{listed(others)} {be(others)} not down for {named(meeting)}" if others else "",
        )
    elif place:
        yes = place.casefold() in meeting.location.casefold()
        answer = f"{'Yes' if yes else 'No'}. {sentence(place_of(call, there[0])).rstrip('.')}"
    else:
        yes = long == there[0].end - there[0].start
        answer = f"{'Yes' if yes else 'No'}. {sentence(length_of(call, there[0])).rstrip('.')}"
    return Done(answer, about=(meeting,))


def _clashing(call: Call, there: list[Occurrence]) -> Done:
    """Which of them take place at the same time; of one, with what."""
    if _single(call) and there:
        at = there[0]
        clash = clashes(call, replace(at.meeting, start=at.start, end=at.end, rrule=None))
        return Done(clash or f"No, nothing else is on while {named(at.meeting)} is", about=(at.meeting,))
    timed = [each for each in there if not each.meeting.whole_day]
    pairs = [(one, other) for one, other in combinations(timed, 2) if other.start < one.end and one.start < other.end]
    if not pairs:
        return Done(f"No, nothing overlaps{_when(call)}")
    told = listed(
        [f"{named(one.meeting)} with {named(other.meeting)} {call.say(other.start)}" for one, other in pairs[:2]]
    )
    return Done(f"Yes, {told}", about=_documents([each for pair in pairs for each in pair]))


def _between(there: list[Occurrence]) -> Done:
    """How long it is from the end of one to the next."""
    one, other = sorted(there, key=lambda each: each.start)[:2]
    names = f"{named(one.meeting)} and {named(other.meeting)}"
    if other.start <= one.end:
        return Done(f"There is no time between {names}", about=_documents(there))
    gap = duration((other.start - one.end).total_seconds())
    return Done(f"{gap} between {names}, {clock(one.end)} to {clock(other.start)}", about=_documents(there))


def _asked_for(call: Call) -> list[Occurrence]:
    there = fitting(call, "when")
    if not (title(call) or call.texts("attendees")) and (me := asks_of_own(call)):
        there = [each for each in there if takes_part(me, each.meeting)]
    if wanted := call.text("location").casefold():
        there = [each for each in there if wanted in each.meeting.location.casefold()]
    if not there and _SOMEBODY.fullmatch(title(call)):
        there = fitting(replace(call, slots={**call.slots, "title": ""}), "when")
    if not there and not call.text("when") and (title(call) or call.texts("attendees")):
        there = fitting(call, "when", over=True)
    if _NEXT.search(call.said):
        there = [each for each in there if each.start > call.now] or there
    if _LAST.search(call.said):
        there = there[-1:]
    return there


def _none(call: Call, more: str, others: tuple[Document, ...]) -> Done:
    nothing = "No meetings" + _when(call) if more else _nothing(call)
    if next_one := _next_time(call):
        return Done(f"{nothing}. {sentence(time_of(call, next_one)).rstrip('.')}", about=(next_one.meeting,))
    return Done(f"{nothing}. {more}" if more else nothing, about=others)


def _of_one(call: Call, there: list[Occurrence]) -> str:
    """What is asked of one meeting; empty where what there is is asked."""
    one = _single(call) and not _several(call, there)
    if (one or len(there) == 1) and not _WHEN_AND_WHERE.search(call.said):
        for words, answer in ASPECTS.items():
            if re.search(rf"\b(?:{words})\b", call.said, re.IGNORECASE):
                return answer(call, there[0])
    return time_of(call, there[0]) if one else ""


def _several(call: Call, there: list[Occurrence]) -> bool:
    """ "Which viewings have I got": all that are one."""
    noun = title(call).casefold().rpartition(" ")[2]
    titles = " ".join(each.meeting.title.casefold() for each in there).split()
    return len(there) > 1 and noun.endswith("s") and noun not in titles and noun.removesuffix("s") in titles


def _next_time(call: Call) -> Occurrence | None:
    """Of what is asked for by name and is not on that day: when it is."""
    if not (title(call) or call.texts("attendees")) or not call.text("when") or _COUNT.search(call.said):
        return None
    there = fitting(call, "")
    return there[0] if len({each.meeting.id for each in there}) == 1 else None


def _single(call: Call) -> bool:
    """Whether one meeting is asked about, not what there is."""
    return bool(
        title(call)
        or _NEXT.search(call.said)
        or _FIRST.search(call.said)
        or _LAST.search(call.said)
        or call.meant("title")
    ) or (
        bool(call.texts("attendees"))
        and re.search(r"\bmeetings|events|appointments\b", call.said, re.IGNORECASE) is None
    )


def _listed(call: Call, there: list[Occurrence]) -> str:
    found = call.found("when")  # of a week, the day is told even where it is but one
    short = found is not None and found.grain not in ("week", "month", "quarter", "year")
    one_day = short and len({each.start.date() for each in there}) == 1
    told = [listing(call, each, one_day=one_day) for each in there[:_READ_ALOUD]]
    return paged(f"{counted(len(there), 'meeting')}{_when(call)}", told, len(there))


def _nothing(call: Call) -> str:
    wanted = title(call)
    whom = f" with {listed(call.texts('attendees'))}" if call.texts("attendees") else ""
    if not wanted and not whom:
        return f"Nothing is on your calendar{_when(call)}"
    return f"There is no {wanted or 'meeting'}{whom} on your calendar{_when(call)}"


def _when(call: Call) -> str:
    when = _ON.sub("", call.text("when"))
    return f" {proper(when)}" if when else ""


def _documents(there: list[Occurrence]) -> tuple[Meeting, ...]:
    return tuple({each.meeting.id: each.meeting for each in there}.values())


def _room(call: Call, found: Found | None) -> Done:
    """ "When am I free tomorrow afternoon?", "Is Sarah free on Friday at three?" """
    at_least = lasting(call) or USUAL
    whose = _whose(call)
    if found is not None and has_clock(found) and found.start is not None and found.kind == "instant":
        return _free_at(call, whose, found.start.astimezone(call.zone), at_least)
    asked = window(call, found) if found is not None else FreeStretch(call.now, _end_of_day(call.now))
    taken = _taken(call, whose, asked.start, asked.end)
    about = _documents(taken)
    when = _when(call) or " today"
    whole_days = [each for each in taken if each.meeting.whole_day]
    note = f". {sentence(whole_days[0].meeting.title).rstrip('.')} is on all day" if whole_days else ""
    gaps = stretches(call, asked.start, asked.end, at_least, of=whose.attends)
    if not gaps:
        length = f" for {lasts(Times(call.now, call.now + at_least, False))}" if lasting(call) else ""
        return Done(f"No, {whose.have} no time{length}{when}{note}", about=about)
    if not [each for each in taken if not each.meeting.whole_day]:
        return Done(f"{whose.are} free{when}{note or ', nothing is on'}", about=about)
    one_day = asked.end - asked.start <= timedelta(days=1, hours=1)
    told = enumerated([said(call, gap, day=not one_day) for gap in gaps[:_OFFERED]])
    return Done(f"{whose.are} free{when} {told}{note}", about=about)


def _free_at(call: Call, whose: Whose, start: datetime, at_least: timedelta) -> Done:
    there = [each for each in _taken(call, whose, start, start + at_least) if not each.meeting.whole_day]
    when = call.say(start)
    if not there:
        following = [each for each in _taken(call, whose, start, _end_of_day(start)) if not each.meeting.whole_day]
        until = f" until {clock(following[0].start)}" if following else ""
        return Done(f"Yes, {whose.are} free {when}{until}")
    gaps = stretches(call, start, _end_of_day(start), at_least, of=whose.attends)
    room = f". {sentence(whose.are).rstrip('.')} free {said(call, gaps[0], day=False)}" if gaps else ""
    told = listed([f"{named(each.meeting)}, {clock(each.start)} to {clock(each.end)}" for each in there])
    return Done(f"No, {when} there is {told}{room}", about=_documents(there))


class Whose(NamedTuple):
    """Whose time is asked for. The calendar is the owner's; of others it knows the meetings they attend."""

    are: str
    """you are; Sarah Chen is."""
    have: str
    attends: Callable[[Meeting], bool]


def _whose(call: Call) -> Whose:
    others = call.texts("attendees")
    if not others:
        me = speaker(call)
        return Whose("you are", "you have", lambda meeting: me is None or takes_part(me, meeting))
    ids = {ref.id for ref in call.meant("attendees")}
    folded = {name.casefold() for name in others}
    if _MYSELF.search(call.said):
        names = listed(["you", *others])
        return Whose(f"{names} are", f"{names} have", lambda _: True)
    names = listed(others)

    def attends(meeting: Meeting) -> bool:
        return bool(ids & set(meeting.attendee_ids)) or any(name.casefold() in folded for name in meeting.attendees)

    one = len(others) == 1
    return Whose(f"{names} {'is' if one else 'are'}", f"{names} {'has' if one else 'have'}", attends)


def _taken(call: Call, whose: Whose, start: datetime, end: datetime) -> list[Occurrence]:
    return occurrences(list(filter(whose.attends, planned(call.tx, start, end))), start, end, call.zone)


def _end_of_day(at: datetime) -> datetime:
    return at.replace(hour=20, minute=0, second=0, microsecond=0) if at.hour < 20 else at.replace(hour=23, minute=59)
