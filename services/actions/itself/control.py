"""Reserved words. Help and undo are answered here; what the appliance itself does (stop, mute, repeat) only passes
through.
"""

from __future__ import annotations

from collections.abc import Mapping

from services.actions.base import Refused
from services.actions.call import Action, Call, Done
from services.actions.execution.undo import undo
from services.actions.itself.volume import volume

_HELP = (
    "You can say, for example: create a task to call Anna by Friday. Add milk to the shopping list. "
    "Remind me tomorrow at nine to water the plants. Set a timer for ten minutes. What is due today? Or: undo"
)


def help_(_: Call) -> Done:
    """What one can say."""
    return Done(_HELP)


def passed_on(_: Call) -> Done:
    """Nothing to do in the store and nothing to say: device/turn/machine.py does it."""
    return Done("")


def mute(call: Call) -> Done:
    """Slots: duration. Raises Refused where one is told: nothing would end it."""
    if call.text("duration"):
        raise Refused(
            "control.no_end",
            "I can't mute for a length of time. Say mute, and press the button when I shall listen again",
        )
    return Done("")


def unmute(call: Call) -> Done:
    """Raises Refused where a switch closed the microphone."""
    if call.appliance and call.appliance.switched_off:
        raise Refused("control.switched_off", "The switch on the device keeps the microphone closed")
    return Done("")


def setup(call: Call) -> Done:
    """Slots: way (continue, start, skip). The guide, device/guide, sees that it was asked for. Raises Refused where
    there is none.
    """
    if call.works is None:
        raise Refused("control.no_guide", "I am not running, so I can't guide you by voice. Type: equerry setup")
    return Done("All right")


def confirm(_: Call) -> Done:
    """A yes that no question awaits."""
    return Done("There is nothing to confirm")


def repeat(_: Call) -> Done:
    """Spoken only where the appliance has no last reply to repeat."""
    return Done("I have said nothing yet")


ACTIONS: Mapping[str, Action] = {
    "control.help": help_,
    "control.mute": mute,
    "control.unmute": unmute,
    "control.undo": undo,
    "control.volume": volume,
    "control.setup": setup,
    "control.confirm": confirm,
    "control.repeat": repeat,
    **dict.fromkeys(("control.stop", "control.cancel", "control.deny"), passed_on),
}
