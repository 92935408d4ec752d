"""Calls that go on: begun and ended by voice."""

from __future__ import annotations

from services.actions.base import Refused
from services.actions.call import Call, Done
from services.actions.calls.which import going_on


def start(call: Call) -> Done:
    """Slots: name (who is on the other side). Raises Refused: nothing here hears the other side yet."""
    if (running := going_on(call)) is not None:
        raise Refused("call.running", f"A call with {running.who} is going on")
    raise Refused(
        "call.no_sound",
        "To follow a call I would have to hear the other side, too, and I can't listen to two sides yet."
        " A recording of a call can be followed: equerry call replay",
    )


def end(call: Call) -> Done:
    """Raises Refused where no call goes on, or another program follows it."""
    if (running := going_on(call)) is None:
        raise Refused("call.none", "No call is going on")
    raise Refused("call.elsewhere", f"The call with {running.who} is played from a file, and ends with it")
