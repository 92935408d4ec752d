"""Which meetings are meant: by reference, title, attendees and time."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime, time, timedelta

from services.actions.base import Choice, Refused, Unanswered
from services.actions.call import Call
from services.actions.matching import closest
from services.actions.meetings.calendar import Occurrence, first_each, occurrences, planned
from services.actions.meetings.times import AHEAD, ALL_DAY, has_clock, window
from services.actions.people.group import people
from services.actions.wording import listed, proper, spoken
from services.store.base import Meeting
from services.understanding.base import Found

_GENERIC = re.compile(
    r"\b(?:meetings?|mtgs?|events?|appointments?|appts?|appt|calendar|schedule|agenda|plans?|commitments?|engagements?|entry|entries|things?|"
    r"anything|something|everything|else|stuff|items?|all|every|both|any|my|the|our|a|an|next|first|last|upcoming|scheduled|planned|of|on|in|"
    r"series|whole|entire|booked|call|calls|sync|session|to be|other|free|available|busy|time|slot|slots)\b",
    re.IGNORECASE,
)
"""Words that don't tell meetings apart."""
_HONORIFIC = re.compile(r"^(?:mr|mrs|ms|miss|dr|doctor|prof|professor|herr|frau)\.? (?=\w)", re.IGNORECASE)
_KINDS_OF = re.compile(r"\b(?:call|sync|session)\b", re.IGNORECASE)
"""Words that tell none apart beside a time or people, and else name one by its kind: "call the sync off"."""
_CLOCK = re.compile(r"(?:at |the |my )*(?:[\d:.]+|[a-z]+)\s*(?:a\.?m\.?|p\.?m\.?|o'?clock)?", re.IGNORECASE)
"""A time of day without its day."""
_AFTERNOON = re.compile(r"\bafternoon\b", re.IGNORECASE)
_AFTERNOON_ENDS = 18
"""Who asks what is on in the afternoon means until the evening, whatever hours it has in sums of time."""
_READ_ALOUD = 3


def title(call: Call) -> str:
    """The distinctive words: "my next dentist appointment" → dentist; empty where there are none."""
    words = spoken(call.text("title"))
    return " ".join(_GENERIC.sub(" ", ALL_DAY.sub(" ", words).replace("'s", " ")).split()).strip(" ,.")


def within(call: Call, found: Found | None, among: Sequence[Meeting] | None = None) -> list[Occurrence]:
    """What takes place in the time asked for; without one, the next time of each. `among`: of these meetings only."""
    if found is None or found.kind == "recurrence":
        coming = first_each(_between(call, call.now, call.now + AHEAD, among))
        return coming if found is None else [each for each in coming if each.meeting.rrule]
    start, end = window(call, found)
    if found.grain == "part" and _AFTERNOON.search(call.text("when")):
        end = max(end, end.replace(hour=_AFTERNOON_ENDS, minute=0))
    there = _between(call, start, end, among)
    if found.kind == "instant" and found.grain in ("minute", "hour", "second") and found.start is not None:
        return _at(there, found.start.astimezone(call.zone))
    return there


def past(call: Call, among: Sequence[Meeting] | None = None) -> list[Occurrence]:
    """Of each meeting the last time it took place."""
    return first_each(reversed(_between(call, call.now - AHEAD, call.now, among)))


def _between(call: Call, start: datetime, end: datetime, among: Sequence[Meeting] | None) -> list[Occurrence]:
    return occurrences(planned(call.tx, start, end) if among is None else among, start, end, call.zone)


def fitting(call: Call, when: str, *, by_people: bool = True, over: bool = False) -> list[Occurrence]:
    """The meetings meant; slot `when` tells their time. `by_people`: attendees count; `over`: those that are past."""
    known = dict.fromkeys(ref.id for ref in call.meant("title") if ref.kind == Meeting.kind and ref.id)
    spoken_of = [
        meeting for id_ in known if (meeting := call.tx.get(Meeting, id_)) is not None and meeting.status == "planned"
    ]
    if spoken_of:
        return within(call, call.found(when), spoken_of) or within(call, None, spoken_of) or past(call, spoken_of)
    there = past(call) if over else within(call, call.found(when)) or _by_clock(call, when) or _on_its_day(call, when)
    if by_people:
        there = [each for each in there if _attended(call, each.meeting)]
    if wanted := title(call):
        there = _titled(wanted, there)
    elif (kind := _KINDS_OF.search(call.text("title"))) and not (call.text(when) or call.texts("attendees")):
        there = _titled(kind[0], there)
    return there


def _titled(wanted: str, there: list[Occurrence]) -> list[Occurrence]:
    """Those of that title; else those that are called so by who comes or where: "Sarah's review", "the Nadia one"."""
    meetings, wanted = [each.meeting for each in there], _HONORIFIC.sub("", wanted)
    named = closest(wanted, meetings, lambda meeting: meeting.title)
    if named:
        titles = {meeting.title.casefold() for meeting in named}
        return [each for each in there if each.meeting.title.casefold() in titles]
    wider = closest(wanted, meetings, lambda meeting: " ".join((meeting.title, *meeting.attendees, meeting.location)))
    ids = {meeting.id for meeting in wider}
    return [each for each in there if each.meeting.id in ids]


def _on_its_day(call: Call, when: str) -> list[Occurrence]:
    """ "What time's training tonight", where it is in the afternoon: what is asked for by name is that day's."""
    found = call.found(when)
    named = title(call) or call.texts("attendees")
    if found is None or found.grain != "part" or found.start is None or not named:
        return []
    midnight = datetime.combine(found.start.astimezone(call.zone).date(), time(), call.zone)
    return _between(call, midnight, midnight + timedelta(days=1), None)


def _by_clock(call: Call, when: str) -> list[Occurrence]:
    """ "My 3 o'clock" on whatever day it is next, where nothing is at three today."""
    found = call.found(when)
    if found is None or found.start is None or not has_clock(found) or not _CLOCK.fullmatch(call.text(when)):
        return []
    return _at(within(call, None), found.start.astimezone(call.zone))


def one(call: Call, when: str, *, by_people: bool = True) -> Occurrence:
    """The one that is meant. Raises Refused."""
    there = fitting(call, when, by_people=by_people)
    if not there:
        raise unknown(call, when)
    if len(there) > 1:
        raise ambiguous(call, there)
    return there[0]


def unknown(call: Call, when: str) -> Refused:
    """Nothing fits."""
    if all(row["status"] != "planned" for row in call.tx.rows(Meeting).values()):
        return Refused("meeting.none", "There is nothing on your calendar")
    wanted = (spoken(call.text("title")) if title(call) else "") or "meeting"
    whom = f" with {listed(call.texts('attendees'))}" if call.texts("attendees") else ""
    at = f" {proper(call.text(when))}" if call.text(when) else ""
    return Refused("meeting.unknown", f"I found no {wanted}{whom}{at} on your calendar")


def ambiguous(call: Call, there: list[Occurrence]) -> Refused:
    """Several fit."""
    told = [
        (each, f"{each.meeting.title} {call.say(each.start, whole_day=each.meeting.whole_day)}")
        for each in there[:_READ_ALOUD]
    ]
    words = call.slots.get("title")
    choice = None
    if isinstance(words, str) and words and len({each.meeting.id for each in there}) == len(there):
        choice = Choice("title", words, tuple((Meeting.kind, each.meeting.id, name) for each, name in told))
    return Unanswered("meeting.ambiguous", f"Which one: {listed([name for _, name in told], 'or')}?", choice=choice)


def _at(there: list[Occurrence], clock: datetime) -> list[Occurrence]:
    """Those that begin then; else in the other half of the day ("my 3 o'clock"); else those under way then."""
    timed = [each for each in there if not each.meeting.whole_day]
    exact = [each for each in timed if each.start == clock]
    other = [each for each in timed if (each.start.hour % 12, each.start.minute) == (clock.hour % 12, clock.minute)]
    return exact or other or [each for each in timed if each.start <= clock < each.end]


def _attended(call: Call, meeting: Meeting) -> bool:
    """Whether everybody named attends, or is named in the title."""
    return all(
        (person.id and person.id in meeting.attendee_ids)
        or closest(person.name, [*meeting.attendees, meeting.title], str)
        for person in people(call, "attendees")
    )
