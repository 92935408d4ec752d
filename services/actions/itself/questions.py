"""Questions about no document: time and date."""

from __future__ import annotations

from collections.abc import Mapping

from services.actions.base import Refused
from services.actions.call import Action, Call, Done
from services.actions.wording import clock, day, full_date


def datetime_query(call: Call) -> Done:
    """Slots: when (the date of that day), place (declined). What is asked for, time or date, is told by the words."""
    if call.text("place") or call.text("location"):
        raise Refused("datetime.place", "I only know the time here")
    if found := call.found("when"):
        asked = (found.start or found.end or call.now).astimezone(call.zone).date()
        if asked != call.now.date():
            relative = day(asked, call.now.date())
            near = relative in ("yesterday", "tomorrow")
            return Done(
                f"{relative} {'was' if asked < call.now.date() else 'is'} {full_date(asked)}"
                if near
                else f"That is {full_date(asked)}"
            )
    if call.appliance is not None and not call.appliance.clock_set:
        raise Refused("datetime.clock", "My clock isn't set yet, so I don't know what time it is")
    words = f"{call.text('what')} {call.said}".casefold().split()
    of_day = any(word.startswith(("date", "day", "month", "year", "week", "today")) for word in words)
    of_clock = any(word.startswith(("time", "clock", "hour", "late")) for word in words)
    date_said, clock_said = f"Today is {full_date(call.now)}", f"It's {clock(call.now)}"
    if of_day and of_clock:
        return Done(f"{clock_said}, {full_date(call.now)}")
    return Done(date_said if of_day else clock_said)


ACTIONS: Mapping[str, Action] = {"datetime.query": datetime_query}
