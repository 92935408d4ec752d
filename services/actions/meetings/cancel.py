"""Taking something off the calendar."""

from __future__ import annotations

import re
from dataclasses import replace

from services.actions.call import Call, Done
from services.actions.meetings.calendar import Occurrence
from services.actions.meetings.which import ambiguous, fitting, title, unknown
from services.actions.meetings.wording import named
from services.actions.wording import counted, listed, proper
from services.store.base import Meeting

_ALL = re.compile(
    r"\b(?:all|every|everything|each|both|clear|empty|wipe|any|anything|meetings|events|appointments)\b", re.IGNORECASE
)
_CRIED_OFF = re.compile(r"\b(?:have|has) (?:(?:all|just) )*(?:cried|pulled|called|backed|cancell?ed)\b")
"""One of several may stay away without the others."""
_SERIES = re.compile(r"\b(?:series|every|each|all|whole|recurring)\b", re.IGNORECASE)
_READ_ALOUD = 3


def cancel(call: Call) -> Done:
    """Slots: title ("all" too), attendees, when. Asks which one, or before cancelling several. Of a series, with a time
    only that one, without a time all of it after a yes.
    """
    there = fitting(call, "when")
    if not there:
        raise unknown(call, "when")
    if len(there) > 1 and len({each.meeting.id for each in there}) == 1 and not call.text("when"):
        there = there[:1]
    if len(there) > 1:
        return _several(call, there)
    one = there[0]
    if _CRIED_OFF.search(call.said) and len(one.meeting.attendees) > 1:
        call.confirm(f"Cancel {named(one.meeting)} with {listed(one.meeting.attendees)}?")
    if one.meeting.rrule and not call.text("when"):
        if not _SERIES.search(call.said):
            call.confirm(f"Cancel {named(one.meeting)} for good, each time it comes? For one of them, say which day")
        gone = call.tx.put(replace(one.meeting, status="cancelled"))
        return Done(f"Cancelled: {named(gone)}, each time it comes", f"cancelled: {gone.title}", (gone,))
    gone = call.tx.put(_without(one.meeting, one))
    when = call.say(one.start, whole_day=one.meeting.whole_day)
    return Done(f"Cancelled: {named(gone)} {when}", f"cancelled: {gone.title}", (gone,))


def _several(call: Call, there: list[Occurrence]) -> Done:
    wants_all = _ALL.search(f"{call.text('title')} {call.said}") is not None
    if not wants_all or (title(call) and not _ALL.search(call.text("title"))):
        raise ambiguous(call, there)
    when = f" {proper(call.text('when'))}" if call.text("when") else ""
    count = counted(len(there), "meeting")
    shown = [each.meeting.title for each in there[:_READ_ALOUD]] + (["more"] if len(there) > _READ_ALOUD else [])
    call.confirm(f"Cancel {'both' if len(there) == 2 else f'all {count}'}{when}: {listed(shown)}?")
    gone: dict[str, Meeting] = {each.meeting.id: each.meeting for each in there}
    for each in there:
        gone[each.meeting.id] = _without(gone[each.meeting.id], each)
    kept = tuple(call.tx.put(meeting) for meeting in gone.values())
    return Done(f"{count} cancelled{when}", f"{count} cancelled", kept)


def _without(meeting: Meeting, one: Occurrence) -> Meeting:
    """The meeting, not taking place then."""
    if meeting.rrule is None:
        return replace(meeting, status="cancelled")
    return replace(meeting, skipped=(*meeting.skipped, one.start))
