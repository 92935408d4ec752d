"""Calls that go on: begun and ended by voice, button, terminal or from afar."""

from __future__ import annotations

from functools import partial

from services.actions.base import Refused
from services.actions.call import Call, Done
from services.actions.calls.which import going_on

NO_SOUND = (
    "To follow a call I would have to hear the other side, too. Name the device that has its sound in line of [calls],"
    " and start me anew. A recording of a call can be followed without: equerry call replay"
)


def start(call: Call) -> Done:
    """Slots: name (who is on the other side). Raises Refused where one goes on, or the other side can't be heard."""
    follower, running = call.appliance.calls if call.appliance else None, going_on(call)
    if (follower and follower.who) or running:
        who = follower.who if follower and follower.who else running.who if running else ""
        raise Refused("call.running", f"A call with {who} is going on")
    if follower is None:
        raise Refused("call.no_sound", NO_SOUND)
    if reason := follower.lacking():
        raise Refused("call.lacking", reason)
    who = call.text("name")
    return Done(f"I follow the call with {who}" if who else "I follow the call", after=(partial(follower.begin, who),))


def end(call: Call) -> Done:
    """Raises Refused where no call goes on, or another program follows it."""
    follower, running = call.appliance.calls if call.appliance else None, going_on(call)
    if follower and follower.who:
        return Done(f"The call with {follower.who} is over", after=(follower.end,))
    if running is None:
        raise Refused("call.none", "No call is going on")
    raise Refused("call.elsewhere", f"The call with {running.who} is played from a file, and ends with it")
