"""What changes nothing by itself: time and date, help; and undo, which changes things back."""

from __future__ import annotations

from collections.abc import Mapping

from services.actions.base import Refused
from services.actions.call import Action, Call, Done
from services.actions.wording import clock, day, full_date

_HELP = (
    "You can say, for example: create a task to call Anna by Friday. Add milk to the shopping list. "
    "Remind me tomorrow at nine to water the plants. Set a timer for ten minutes. What is due today? Or: undo"
)


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
                f"{relative} {'was' if asked < call.now.date() else 'is'} {full_date(asked)}" if near else f"That is {full_date(asked)}"
            )
    words = f"{call.text('what')} {call.said}".casefold().split()
    of_day = any(word.startswith(("date", "day", "month", "year", "week", "today")) for word in words)
    of_clock = any(word.startswith(("time", "clock", "hour", "late")) for word in words)
    date_said, clock_said = f"Today is {full_date(call.now)}", f"It's {clock(call.now)}"
    if of_day and of_clock:
        return Done(f"{clock_said}, {full_date(call.now)}")
    return Done(date_said if of_day else clock_said)


def control_help(_: Call) -> Done:
    """What one can say."""
    return Done(_HELP)


def control_undo(call: Call) -> Done:
    """Reverse the last command."""
    return Done(f"Undone: {call.tx.undo_last()}")


ACTIONS: Mapping[str, Action] = {"datetime.query": datetime_query, "control.help": control_help, "control.undo": control_undo}
