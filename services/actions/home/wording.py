"""What is said of the house: which things did what, as Home Assistant tells it. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from services.actions.execution.outside import Had
from services.actions.wording import counted, listed
from services.home.base import Home, HouseEntity, Way

_NOUNS = {
    "light": "light",
    "switch": "switch",
    "fan": "fan",
    "cover": "cover",
    "lock": "lock",
    "media_player": "player",
    "climate": "thermostat",
}
_MOST = 3
"""So many are told by their names; of more, how many there are."""
_DONE: Mapping[Way, Mapping[str, str]] = {
    "on": {"scene": "set", "script": "started", "vacuum": "started", "button": "pressed", "input_button": "pressed"},
    "off": {"vacuum": "sent back", "script": "stopped"},
    "lock": {"cover": "closed", "alarm_control_panel": "armed"},
    "unlock": {"cover": "opened", "alarm_control_panel": "disarmed"},
}
_USUAL: Mapping[Way, str] = {
    "on": "turned on",
    "off": "turned off",
    "open": "opened",
    "close": "closed",
    "lock": "locked",
    "unlock": "unlocked",
}
_UNDER_WAY = {
    "opening": "is opening",
    "closing": "is closing",
    "locking": "is locking",
    "unlocking": "is unlocking",
    "arming": "is arming",
}
_ALREADY = {
    "on": ("on", frozenset(("on", "open"))),
    "off": ("off", frozenset(("off",))),
    "open": ("open", frozenset(("open",))),
    "close": ("closed", frozenset(("closed",))),
    "lock": ("locked", frozenset(("locked",))),
    "unlock": ("unlocked", frozenset(("unlocked",))),
}
_WORDS = {"not_home": "away", "heat_cool": "on automatic", "unavailable": "not answering", "unknown": "not known"}
_MEDIA = {
    "pause": "paused",
    "play": "playing",
    "next": "at the next one",
    "previous": "at the one before",
    "mute": "muted",
    "unmute": "no longer muted",
}


def names_of(entities: Sequence[HouseEntity]) -> str:
    """Kitchen Lights; Ceiling Light and Floor Lamp; six lights."""
    if len(entities) <= _MOST:
        return listed([each.name for each in entities])
    domains = {each.domain for each in entities}
    noun = _NOUNS.get(domains.pop(), "thing") if len(domains) == 1 else "thing"
    return counted(len(entities), noun, "switches" if noun == "switch" else "")


def state_told(entity: HouseEntity) -> str:
    """On, closed, 23.4 degrees."""
    unit = str(entity.attributes.get("unit_of_measurement") or "")
    if entity.domain == "sensor" and entity.state not in _WORDS:
        return measured(entity.state, unit)
    return _WORDS.get(entity.state, entity.state.replace("_", " "))


def measured(value: Any, unit: str) -> str:
    """21.5 degrees, 61 percent, 230 W."""
    try:
        told = f"{float(value):.1f}".removesuffix(".0")
    except (TypeError, ValueError):
        return str(value)
    words = {"°C": "degrees", "°F": "degrees Fahrenheit", "%": "percent"}.get(unit, unit)
    return f"{told} {words}".strip()


def became(way: Way, entities: Sequence[HouseEntity], had: Had) -> str:
    """Kitchen Lights turned on; the Garage Door is opening. Those that did not do it are told, too."""
    done = [each for each in entities if each.id not in had.missed]
    if not done:
        return ""
    states = {had.after.entities[each.id].state if each.id in had.after.entities else "" for each in done}
    told = _told(way, done, had, states.pop() if len(states) == 1 else "")
    if not had.missed:
        return told
    left = [had.after.entities[id_] for id_ in sorted(had.missed)]
    return f"{told}, but {names_of(left)} {'is' if len(left) == 1 else 'are'} still {state_told(left[0])}"


def _told(way: Way, done: Sequence[HouseEntity], had: Had, state: str) -> str:
    names = names_of(done)
    if state in _UNDER_WAY:
        words = _UNDER_WAY[state]
        return f"{names} {words if len(done) == 1 else words.replace('is', 'are', 1)}"
    word, states = _ALREADY.get(way, ("", frozenset()))
    if word and had.after is not had.before and all(each.state in states for each in done):
        return f"{names} {'was' if len(done) == 1 and not done[0].name.endswith('s') else 'were'} {word} already"
    domains = {each.domain for each in done}
    verb = _DONE.get(way, {}).get(domains.pop()) if len(domains) == 1 else None
    return f"{names} {verb or _USUAL[way]}"


def unmoved(who: str, entities: Sequence[HouseEntity], after: Home) -> str:
    """Home Assistant took it, but the Kitchen Lights are still off."""
    there = [after.entities.get(each.id, each) for each in entities]
    are = "is" if len(there) == 1 and not there[0].name.endswith("s") else "are"
    return f"{who} took it, but {names_of(there)} {are} still {state_told(there[0])}"


def set_told(slot: str, value: str, entities: Sequence[HouseEntity], after: Home) -> str:
    """Ceiling Light at 30 percent: as it is afterwards, where it tells."""
    told = after.entities.get(entities[0].id, entities[0]).attributes
    names, relative = names_of(entities), value[:1] in "+-"
    if slot == "brightness" and relative:
        level = told.get("brightness") if len(entities) == 1 else None
        at = f", at {round(level / 2.55)} percent" if level is not None else ""
        words = f"{'brighter' if value[0] == '+' else 'dimmed'}{at}"
    elif slot == "kelvin" and relative:
        kelvin = told.get("color_temp_kelvin")
        words = f"{'cooler' if value[0] == '+' else 'warmer'}{'' if kelvin is None else f', at {kelvin} kelvin'}"
    elif slot == "speed" and relative:
        speed = told.get("percentage")
        words = f"{'faster' if value[0] == '+' else 'slower'}{'' if speed is None else f', at {speed} percent'}"
    elif slot == "temperature":
        shown = told["temperature"] if relative and told.get("temperature") is not None else value.lstrip("+")
        words = f"set to {measured(shown, '°C')}"
    elif slot == "volume":
        level = told.get("volume_level")
        words = f"at {value if level is None else round(level * 100)} percent"
    else:
        words = {"color": value, "kelvin": f"at {value} kelvin", "mode": f"on {value}"}.get(slot, f"at {value} percent")
    return f"{names} {words}"


def media_told(way: str, entities: Sequence[HouseEntity]) -> str:
    """TV paused."""
    return f"{names_of(entities)} {_MEDIA[way]}"
