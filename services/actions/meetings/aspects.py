"""What is asked of one meeting: when, where, with whom, how long."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from services.actions.call import Call
from services.actions.meetings.calendar import Occurrence
from services.actions.meetings.wording import lasts, named
from services.actions.wording import clock, listed


def time_of(call: Call, each: Occurrence) -> str:
    verb = "was" if each.end <= call.now else "is"
    whole = each.meeting.whole_day
    place = f", {each.meeting.location}" if each.meeting.location else ""
    again = ", and again after that" if each.meeting.rrule and not call.text("when") else ""
    return (
        f"{named(each.meeting)} {verb}"
        f" {call.say(each.start, whole_day=whole)}{', all day' if whole else ''}{place}{again}"
    )


def place_of(_: Call, each: Occurrence) -> str:
    place = each.meeting.location
    return f"{named(each.meeting)}: {place}" if place else f"Nothing is said of where {named(each.meeting)} is"


def people_of(call: Call, each: Occurrence) -> str:
    comers = each.meeting.attendees
    when = call.say(each.start, whole_day=each.meeting.whole_day)
    if not comers:
        return f"Nobody is named for {named(each.meeting)} {when}"
    return (
        f"{listed(comers)}, {each.meeting.title} {when}"
        if len(comers) > 1
        else f"{comers[0]}: {each.meeting.title} {when}"
    )


def length_of(_: Call, each: Occurrence) -> str:
    end = "" if each.meeting.whole_day else f", {clock(each.start)} to {clock(each.end)}"
    return f"{named(each.meeting)} lasts {lasts(each)}{end}"


ASPECTS: Mapping[str, Callable[[Call, Occurrence], str]] = {
    r"how long|duration|(?<!the )(?<!my )(?<!our )lasts?|take(?! place)|until when|till when|(?<!the )ends?"
    r"|finish(?:ed|es)?|over|done|(?:be|are we) (?:out|through)": length_of,
    "where|location|place|which room|what room|address|venue": place_of,
    "who|whom|who's|how many (?:people|of us|guests|are coming)|attendees"
    "|attending|participants|invited|invitees|guests": people_of,
    "when|what time|which day|what day|what date|date|at what": time_of,
}
"""Words of the question → answer; the first that fits counts."""
