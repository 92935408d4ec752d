"""Reserved words. What they do to the appliance itself is done once all is committed (Done.after); what they say of a
talk with the microphone (stop, cancel, repeat), device/turn/machine.py hears from the command.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial

from services.actions.base import Refused
from services.actions.call import Action, Call, Done
from services.actions.itself.undo import undo
from services.actions.itself.volume import volume

_HELP = (
    "You can say, for example: create a task to call Anna by Friday. Add milk to the shopping list. "
    "Remind me tomorrow at nine to water the plants. Set a timer for ten minutes. What is due today? Or: undo"
)


def help_(_: Call) -> Done:
    """What one can say."""
    return Done(_HELP)


def passed_on(_: Call) -> Done:
    """Nothing to do and nothing to say."""
    return Done("")


def stop(call: Call) -> Done:
    """Stops what is said and rung."""
    return Done("", after=(call.appliance.hush,) if call.appliance else ())


def mute(call: Call) -> Done:
    """Slots: duration. Raises Refused where one is told: nothing would end it."""
    if call.text("duration"):
        raise Refused(
            "control.no_end",
            "I can't mute for a length of time. Say mute, and press the button when I shall listen again",
        )
    return Done("", after=(partial(call.appliance.mute, True),) if call.appliance else ())


def unmute(call: Call) -> Done:
    """Raises Refused where a switch closed the microphone."""
    if call.appliance and call.appliance.switched_off:
        raise Refused("control.switched_off", "The switch on the device keeps the microphone closed")
    return Done("", after=(partial(call.appliance.mute, False),) if call.appliance else ())


def setup(call: Call) -> Done:
    """Slots: way (continue, start, skip). Raises Refused where the appliance does not run."""
    if call.works is None:
        raise Refused("control.no_guide", "I am not running, so I can't guide you by voice. Type: equerry setup")
    way = call.text("way") or "continue"
    return Done("All right", after=(partial(call.appliance.guide, way),) if call.appliance else ())


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
    "control.stop": stop,
    **dict.fromkeys(("control.cancel", "control.deny"), passed_on),
}
