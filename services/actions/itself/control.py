"""Reserved words. They act on the appliance once all is committed (Done.after); what stop, cancel and repeat mean for a
talk with the microphone, device/turn/machine.py takes from the command.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import partial

from services.actions.base import Appliance, Refused
from services.actions.call import Action, Call, Done, family
from services.actions.itself.undo import undo
from services.actions.itself.volume import volume

_HELP = (
    "You can say, for example: create a task to call Anna by Friday. Add milk to the shopping list. "
    "Remind me tomorrow at nine to water the plants. Set a timer for ten minutes. What is due today? Or: undo"
)


def saying(words: str) -> Action:
    """Does nothing, and says this."""
    return lambda _: Done(words)


def stop(call: Call) -> Done:
    """Stops what is said and rung."""
    return _doing(call, lambda appliance: appliance.hush())


def mute(call: Call) -> Done:
    """Slots: duration. Raises Refused where one is told: nothing would end it."""
    if call.text("duration"):
        raise Refused(
            "control.no_end",
            "I can't mute for a length of time. Say mute, and press the button when I shall listen again",
        )
    return _doing(call, lambda appliance: appliance.mute(True))


def unmute(call: Call) -> Done:
    """Raises Refused where a switch closed the microphone."""
    if call.appliance and call.appliance.switched_off:
        raise Refused("control.switched_off", "The switch on the device keeps the microphone closed")
    return _doing(call, lambda appliance: appliance.mute(False))


def setup(call: Call) -> Done:
    """Slots: way (continue, start, skip). Raises Refused where the appliance does not run."""
    if call.works is None:
        raise Refused("control.no_guide", "I am not running, so I can't guide you by voice. Type: equerry setup")
    way = call.text("way") or "continue"
    return _doing(call, lambda appliance: appliance.guide(way), "All right")


_TAKES_NOTE = re.compile(
    r"\W*(?:(?:ok|okay|right|fine|good|great|alright|all right|got it|sounds good)\W*)+", re.IGNORECASE
)


def confirm(call: Call) -> Done:
    """A yes where no question awaits one. "Okay" takes note of what was said, and needs no answer."""
    return Done("" if _TAKES_NOTE.fullmatch(call.said) else "There is nothing to confirm")


ACTIONS: Mapping[str, Action] = {
    **family("control", confirm, mute, unmute, undo, volume, setup, stop),
    "control.help": saying(_HELP),
    "control.repeat": saying("I have said nothing yet"),
    **dict.fromkeys(("control.cancel", "control.deny"), saying("")),
}
"""A yes or a no comes here where no question awaits it, "repeat" where there is no last reply."""


def _doing(call: Call, act: Callable[[Appliance], None], words: str = "") -> Done:
    return Done(words, after=(partial(act, call.appliance),) if call.appliance else ())
