"""Questions about the house, answered from what Home Assistant keeps telling."""

from __future__ import annotations

from collections.abc import Sequence

from services.actions.base import Refused
from services.actions.call import Call, Done
from services.actions.home.which import HERE, house, which
from services.actions.home.wording import measured, names_of, state_told
from services.actions.wording import counted, listed
from services.home.base import UNAVAILABLE, Home, HouseEntity

_ARMED = "armed"
_NOUNS = {
    "light": ("light", "lights"),
    "cover": ("cover", "covers"),
    "lock": ("lock", "locks"),
    "fan": ("fan", "fans"),
    "switch": ("switch", "switches"),
    "binary_sensor": ("sensor", "sensors"),
    "person": ("person", "people"),
}
_MANY = ("any", "all", "which", "how_many")


def query(call: Call) -> Done:
    """Slots: name, area, floor, domain, class; state (on, open, locked …), how (one_yesno, any, all, which, how_many),
    about (temperature).
    """
    home = house(call).home
    if call.text("about") == "temperature":
        return Done(_temperature(call, home))
    found = which(call, home, asleep=True)
    if state := call.text("state"):
        how = call.text("how")
        return Done(_many(how, state, found, call) if how in _MANY else _yes_or_no(state, found[0]))
    if len(found) == 1:
        return Done(_state(found[0]))
    return Done(listed([f"{each.name} is {_value(each)}" for each in found[:5]]))


def _temperature(call: Call, home: Home) -> str:
    """Of a thing, else of a room: by its thermostat, else by its thermometers."""
    found = which(call, home, ("climate", "sensor", "water_heater"), asleep=True)
    if call.text("name"):
        return _state(found[0], warmth=True)
    told = [value for each in found if (value := _warmth(each))]
    if not told:
        raise Refused("home.temperature", f"Nothing tells me how warm it is{_there(call)}")
    return f"It is {listed(list(dict.fromkeys(told)))}{_there(call)}"


def _warmth(entity: HouseEntity) -> str:
    unit = str(entity.attributes.get("unit_of_measurement") or entity.attributes.get("temperature_unit") or "°C")
    value = entity.attributes.get("current_temperature") if entity.domain != "sensor" else entity.state
    if entity.domain == "sensor" and entity.device_class != "temperature":
        return ""
    return "" if value is None or value in UNAVAILABLE else measured(value, unit)


def _state(entity: HouseEntity, *, warmth: bool = False) -> str:
    if entity.state in UNAVAILABLE and entity.domain != "scene":
        return f"{entity.name} does not answer"
    if warmth and (told := _warmth(entity)):
        return f"{entity.name}: {told}"
    return f"{entity.name} {'are' if _is_plural(entity) else 'is'} {_value(entity)}"


def _value(entity: HouseEntity) -> str:
    """Its state, with what else tells how it is."""
    told = entity.attributes
    match entity.domain:
        case "light" if entity.state == "on" and told.get("brightness"):
            return f"on, at {round(told['brightness'] / 2.55)} percent"
        case "cover" if entity.state == "open" and told.get("current_position") not in (None, 100):
            return f"open, at {told['current_position']} percent"
        case "climate" if told.get("temperature") is not None and entity.state != "off":
            warm = told.get("current_temperature")
            now = f", and it is {measured(warm, '°C')}" if warm is not None else ""
            return f"set to {measured(told['temperature'], '°C')}{now}"
        case "media_player" if told.get("volume_level") is not None and entity.state != "off":
            return f"{state_told(entity)}, at {round(told['volume_level'] * 100)} percent"
        case "fan" if entity.state == "on" and told.get("percentage"):
            return f"on, at {told['percentage']} percent"
    return _on_off(entity)


def _on_off(entity: HouseEntity) -> str:
    """Of a sensor that is on or off, what that means."""
    if entity.domain != "binary_sensor":
        return state_told(entity)
    is_on = entity.state == "on"
    if entity.device_class in ("door", "window", "garage_door", "opening"):
        return "open" if is_on else "closed"
    if entity.device_class in ("motion", "occupancy", "presence"):
        return "seeing somebody" if is_on else "seeing nobody"
    return "on" if is_on else "off"


def _yes_or_no(state: str, entity: HouseEntity) -> str:
    if entity.state in UNAVAILABLE:
        return f"{entity.name} does not answer"
    verb = "are" if _is_plural(entity) else "is"
    yes = _is(entity, state)
    return f"{'Yes' if yes else 'No'}, {entity.name} {verb} {_on_off(entity)}"


def _many(how: str, state: str, found: Sequence[HouseEntity], call: Call) -> str:
    so = [each for each in found if _is(each, state)]
    one, many = _NOUNS.get(found[0].domain, ("thing", "things"))
    one, many = (f"{kind}", f"{kind}s") if (kind := call.text("class").replace("_", " ")) else (one, many)
    one, many = ("thing", "things") if call.text("domain") == "all" else (one, many)
    where = _there(call)
    word = _on_off(so[0]) if so else _other(found[0], state)
    if how == "how_many":
        return f"{counted(len(so), one, many)}{where} {'is' if len(so) == 1 else 'are'} {word}"
    if how == "all":
        left = [each for each in found if each not in so]
        if not left:
            all_ = "everything" if one == "thing" else f"all {many}"
            return f"Yes, {all_}{where} {'is' if one == 'thing' else 'are'} {word}"
        return f"No, {names_of(left)} {'is' if len(left) == 1 else 'are'} {_on_off(left[0])}"
    if not so and one == "thing":
        return f"Nothing{where} is {word}"
    if not so:
        return f"No {one}{where} is {word}" if how == "which" else f"No, no {one}{where} is {word}"
    told = f"{names_of(so)} {'is' if len(so) == 1 and not _is_plural(so[0]) else 'are'} {word}"
    return told if how == "which" else f"Yes, {told}"


def _there(call: Call) -> str:
    """in the Kitchen, on the Ground Floor, upstairs: as it stands in a sentence."""
    if (area := call.text("area")) and area != HERE:
        return f" in the {area}"
    floor = call.text("floor")
    if not floor or floor.casefold() in ("upstairs", "downstairs"):
        return f" {floor.casefold()}".rstrip()
    return f" on the {floor}"


def _other(entity: HouseEntity, state: str) -> str:
    """The state that was asked for, as it is said of such things."""
    if entity.domain == "binary_sensor" and entity.device_class in ("motion", "occupancy", "presence"):
        return "seeing anybody"
    return "open" if entity.domain == "binary_sensor" and state == "on" and entity.device_class else state


def _is(entity: HouseEntity, state: str) -> bool:
    if state == _ARMED:
        return entity.state.startswith((_ARMED, "arming"))
    if state == "on" and entity.domain in ("climate", "media_player", "water_heater", "vacuum"):
        return entity.state not in ("off", "standby", "docked", *UNAVAILABLE)
    if entity.domain == "binary_sensor":
        return entity.state == {"open": "on", "closed": "off"}.get(state, state)
    return entity.state == state


def _is_plural(entity: HouseEntity) -> bool:
    return entity.name.casefold().endswith(("lights", "lamps", "blinds", "curtains", "shutters", "fans"))
