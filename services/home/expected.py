"""Which states tell that a service did what it was called for. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from services.home.things import Home, ServiceCall

_STATES: Mapping[str, frozenset[str]] = {
    "turn_off": frozenset(("off",)),
    "open_cover": frozenset(("open", "opening")),
    "close_cover": frozenset(("closed", "closing")),
    "open_valve": frozenset(("open", "opening")),
    "close_valve": frozenset(("closed", "closing")),
    "lock": frozenset(("locked", "locking")),
    "unlock": frozenset(("unlocked", "unlocking", "open", "opening")),
    "alarm_disarm": frozenset(("disarmed",)),
    "alarm_arm_home": frozenset(("arming", "armed_home")),
    "alarm_arm_away": frozenset(("arming", "armed_away")),
    "alarm_arm_night": frozenset(("arming", "armed_night")),
}
_NEVER_ON = frozenset(("scene", "script", "button", "input_button"))
"""Domains whose entities are not `on` once they were turned on."""
_OFF = frozenset(("off", "unavailable", "unknown"))


def shows(call: ServiceCall) -> bool:
    """Whether a state tells that this service was done, and nothing else of it is to be told."""
    return call.domain not in _NEVER_ON and not call.data and (call.service == "turn_on" or call.service in _STATES)


def settled(call: ServiceCall, home: Home) -> bool:
    """Whether the house shows that this was done, of what shows anything."""
    return not missed(call, home)


def missed(call: ServiceCall, home: Home) -> Sequence[str]:
    """The entities of a call that are not as it wanted them; none where its service shows in no state. What can be on
    in several ways (a thermostat heats, a player plays) is on as soon as it is not off.
    """
    states = _STATES.get(call.service)
    there = [home.entities[each] for each in call.entities if each in home.entities]
    if call.service == "turn_on" and call.domain not in _NEVER_ON:
        return [entity.id for entity in there if entity.domain not in _NEVER_ON and entity.state in _OFF]
    if states is None or call.domain in _NEVER_ON:
        return []
    return [entity.id for entity in there if entity.state not in states]
