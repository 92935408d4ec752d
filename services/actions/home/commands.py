"""On, off, open, close, lock, unlock, set, media: commands to the house, told by what became of them."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime, timedelta

from services.actions.base import Refused
from services.actions.call import Call, Done
from services.actions.home.services import SET_BY, playing, setting, switching
from services.actions.home.which import house, is_guarded, which
from services.actions.home.wording import became, media_told, names_of, set_told, unmoved
from services.home.base import HouseEntity, ServiceCall, Way, restoring
from services.store.base import HomeChange, HomeRestore
from services.understanding.base import Command, Step

_SWITCHED = frozenset(
    [
        "light",
        "switch",
        "fan",
        "input_boolean",
        "media_player",
        "climate",
        "humidifier",
        "scene",
        "script",
        "vacuum",
        "button",
        "input_button",
        "group",
        "siren",
        "lawn_mower",
        "water_heater",
        "remote",
    ]
)
_COVERS = ("cover", "valve")
_GUARDED = ("lock", "cover", "alarm_control_panel")
_KEPT = timedelta(days=7)
"""What is older can't be undone any more."""
_VERBS: dict[Way, str] = {"lock": "Lock", "unlock": "Unlock"}
_OTHER_VERBS = {
    "cover": {"lock": "Close", "unlock": "Open"},
    "alarm_control_panel": {"lock": "Arm", "unlock": "Disarm"},
}


def on(call: Call) -> Done:
    """Slots: name, area, floor, domain, class. Scenes are set and scripts run so, too."""
    return _switched(call, "on", _SWITCHED)


def off(call: Call) -> Done:
    """Slots: name, area, floor, domain, class."""
    return _switched(call, "off", _SWITCHED)


def open_(call: Call) -> Done:
    """Slots: name, area, floor, domain, class. What keeps others out is unlocking, with that one's leave."""
    return _moved(call, "open", "home.unlock")


def close(call: Call) -> Done:
    """Slots: name, area, floor, domain, class. What keeps others out is locking, with that one's leave."""
    return _moved(call, "close", "home.lock")


def lock(call: Call) -> Done:
    """Slots: name, area, floor, domain, class; way (away, home, night), of an alarm. After a yes."""
    return _secured(call, "lock")


def unlock(call: Call) -> Done:
    """Slots: name, area, floor, domain, class. After a yes."""
    return _secured(call, "unlock")


def set_(call: Call) -> Done:
    """Slots: name, area, floor, domain, class; brightness, color, kelvin, temperature, speed, position, volume, mode:
    at least one.
    """
    slots = [slot for slot in SET_BY if call.text(slot)]
    if not slots:
        raise Refused("home.value", "To what shall I set it?", awaits=True)
    outside = house(call)
    told, changed, labels = [], [], []
    for slot in slots:
        entities = which(call, outside.home, SET_BY[slot])
        if any(map(is_guarded, entities)):
            raise Refused("home.guarded", f"{entities[0].name} can only be opened or closed")
        calls = setting(slot, call.text(slot), entities)
        entities = [each for each in entities if any(each.id in called.entities for called in calls)]
        had = outside.have(calls)
        changed.append(_kept(call, calls))
        told.append(set_told(slot, call.text(slot), entities, had.after))
        labels.append(f"{names_of(entities)} set")
    return Done("; ".join(told), ", ".join(dict.fromkeys(labels)), tuple(each for each in changed if each))


def media(call: Call) -> Done:
    """Slots: name, area, floor, domain, class; way (pause, play, next, previous, mute, unmute)."""
    outside = house(call)
    entities = which(call, outside.home, ("media_player",))
    if len(entities) > 1 and not call.text("name"):
        entities = [each for each in entities if each.state in ("playing", "paused")] or entities
    calls = playing(call.text("way"), entities)
    outside.have(calls)
    change = _kept(call, calls)
    words = media_told(call.text("way"), entities)
    return Done(words, words if change else "", (change,) if change else ())


def _switched(call: Call, way: Way, domains: Sequence[str] | frozenset[str]) -> Done:
    outside = house(call)
    entities = which(call, outside.home, domains)
    return _have(call, way, entities, switching(way, entities))


def _moved(call: Call, way: Way, guarded: str) -> Done:
    """Covers and valves; those that keep others out by another action, which roles may forbid."""
    outside = house(call)
    entities = which(call, outside.home, _COVERS)
    if not any(map(is_guarded, entities)):
        return _have(call, way, entities, switching(way, entities))
    if not all(map(is_guarded, entities)):
        entities = [each for each in entities if not is_guarded(each)]
        return _have(call, way, entities, switching(way, entities))
    step = Step(guarded, call.slots)
    (done,) = call.carry_out(Command(call.said, (step,), 1.0, "explicit", confirmed=call.confirmed), {})
    return done


def _secured(call: Call, way: Way) -> Done:
    outside = house(call)
    entities = [each for each in which(call, outside.home, _GUARDED) if is_guarded(each)]
    if not entities:
        raise Refused("home.unknown", "There is nothing to lock there")
    verb = _OTHER_VERBS.get(entities[0].domain, {}).get(way) or _VERBS[way]
    call.confirm(f"{verb} the {names_of(entities)}?")
    calls = switching(way, entities, call.text("way"))
    had = outside.have(calls)
    if len(had.missed) == len(entities):
        raise Refused("home.unmoved", unmoved(outside.who, entities, had.after))
    return Done(became(way, entities, had))


def _have(call: Call, way: Way, entities: Sequence[HouseEntity], calls: Sequence[ServiceCall]) -> Done:
    outside = house(call)
    had = outside.have(calls)
    if had.missed and len(had.missed) == len(entities):
        raise Refused("home.unmoved", unmoved(outside.who, entities, had.after))
    change = _kept(call, calls)
    words = became(way, entities, had)
    label = words if words.startswith(entities[0].name) else words[:1].lower() + words[1:]
    return Done(words, label if change else "", (change,) if change else ())


def _kept(call: Call, calls: Sequence[ServiceCall]) -> HomeChange | None:
    """What puts it back, in the undo record of the command; None where nothing does. What is too old goes."""
    for old in call.tx.find(HomeChange):
        if call.now - datetime.fromisoformat(old.created) > _KEPT:
            call.tx.remove(old)
    back = restoring(calls, house(call).home)
    if not back:
        return None
    return call.tx.add(
        HomeChange(
            restores=tuple(
                HomeRestore(
                    service=f"{each.domain}.{each.service}",
                    entity=each.entities[0],
                    data=json.dumps(dict(each.data)) if each.data else "",
                )
                for each in back
            )
        )
    )
