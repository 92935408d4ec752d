"""Which services of Home Assistant do what is asked of things of the house. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from services.actions.base import Refused
from services.home.base import HouseEntity, ServiceCall, Way

_BY_DOMAIN: Mapping[Way, Mapping[str, str]] = {
    "on": {"vacuum": "start", "button": "press", "input_button": "press", "lawn_mower": "start_mowing"},
    "off": {"vacuum": "return_to_base", "lawn_mower": "dock"},
    "open": {"cover": "open_cover", "valve": "open_valve"},
    "close": {"cover": "close_cover", "valve": "close_valve"},
    "lock": {"lock": "lock", "cover": "close_cover"},
    "unlock": {"lock": "unlock", "cover": "open_cover", "alarm_control_panel": "alarm_disarm"},
}
_USUAL: Mapping[Way, str] = {"on": "turn_on", "off": "turn_off"}
_ARMED = {"": "alarm_arm_away", "away": "alarm_arm_away", "home": "alarm_arm_home", "night": "alarm_arm_night"}
_MEDIA: Mapping[str, tuple[str, Mapping[str, Any]]] = {
    "pause": ("media_pause", {}),
    "play": ("media_play", {}),
    "next": ("media_next_track", {}),
    "previous": ("media_previous_track", {}),
    "mute": ("volume_mute", {"is_volume_muted": True}),
    "unmute": ("volume_mute", {"is_volume_muted": False}),
}
SET_BY = {
    "brightness": ("light",),
    "color": ("light",),
    "kelvin": ("light",),
    "temperature": ("climate",),
    "mode": ("climate",),
    "speed": ("fan",),
    "position": ("cover", "valve"),
    "volume": ("media_player",),
}
"""A slot of home.set → the domains that have such a thing."""
_NUMBERED = {
    "brightness": ("turn_on", "brightness_pct"),
    "brightness_step": ("turn_on", "brightness_step_pct"),
    "kelvin": ("turn_on", "color_temp_kelvin"),
    "speed": ("set_percentage", "percentage"),
}
_NUMBER = re.compile(r"[+-]?\d+(?:[.,]\d+)?")


def switching(way: Way, entities: Sequence[HouseEntity], mode: str = "") -> list[ServiceCall]:
    """On, off, open, close, lock, unlock: one call for each domain. `mode`: how an alarm is armed."""
    calls = []
    for domain in dict.fromkeys(each.domain for each in entities):
        ids = tuple(each.id for each in entities if each.domain == domain)
        service = _BY_DOMAIN[way].get(domain) or _USUAL.get(way, "")
        if domain == "alarm_control_panel" and way == "lock":
            service = _ARMED.get(mode, "alarm_arm_away")
        if not service or (domain in ("scene", "button", "input_button") and way == "off"):
            raise Refused("home.way", f"{entities[0].name} can't be turned {way}")
        calls.append(ServiceCall(domain, service, ids))
    return calls


def playing(way: str, entities: Sequence[HouseEntity]) -> list[ServiceCall]:
    """Pause, play, next, previous, mute, unmute."""
    if way not in _MEDIA:
        raise Refused("home.media", "A player can be paused, resumed, skipped, muted and unmuted")
    service, data = _MEDIA[way]
    return [ServiceCall("media_player", service, tuple(each.id for each in entities), data)]


def setting(slot: str, value: str, entities: Sequence[HouseEntity]) -> list[ServiceCall]:
    """One value of things that have it; "+20" and "-1.5" are added to what each has. Raises Refused."""
    if slot in ("color", "mode"):
        name = "color_name" if slot == "color" else "fan_mode"
        service = "turn_on" if slot == "color" else "set_fan_mode"
        return [_call(entities, service, {name: value})]
    number = _number(slot, value)
    relative = value.strip()[:1] in "+-"
    if slot == "kelvin" and relative:
        entities = [each for each in entities if each.attributes.get("min_color_temp_kelvin")] or entities
    if slot in _ADDED and (relative or slot in ("volume", "temperature")):
        return [_ADDED[slot](each, number, relative) for each in entities]
    if slot == "position":
        return [_call([each], f"set_{each.domain}_position", {"position": round(number)}) for each in entities]
    service, name = _NUMBERED[f"{slot}_step" if relative and slot == "brightness" else slot]
    return [_call(entities, service, {name: round(number)})]


def _call(entities: Sequence[HouseEntity], service: str, data: Mapping[str, Any]) -> ServiceCall:
    return ServiceCall(entities[0].domain, service, tuple(each.id for each in entities), data)


def _volume(entity: HouseEntity, number: float, relative: bool) -> ServiceCall:
    now = entity.attributes.get("volume_level")
    if relative and now is None:
        raise Refused("home.volume", f"{entity.name} does not tell how loud it is")
    level = (float(now or 0) if relative else 0.0) + number / 100
    return _call([entity], "volume_set", {"volume_level": round(min(max(level, 0.0), 1.0), 2)})


def _warmth(entity: HouseEntity, number: float, relative: bool) -> ServiceCall:
    told = entity.attributes
    now = told.get("temperature")
    if relative and now is None:
        raise Refused("home.temperature", f"{entity.name} does not tell what it is set to")
    wanted = (float(now or 0) if relative else 0.0) + number
    least, most = told.get("min_temp"), told.get("max_temp")
    if (least is not None and wanted < least) or (most is not None and wanted > most):
        raise Refused("home.temperature", f"{entity.name} goes from {least:g} to {most:g} degrees")
    return _call([entity], "set_temperature", {"temperature": round(wanted, 1)})


def _tint(entity: HouseEntity, number: float, _: bool) -> ServiceCall:
    """Of the light that it gives; less is warmer. One that is off, or coloured, is in the middle of what it can do."""
    told = entity.attributes
    least, most = told.get("min_color_temp_kelvin"), told.get("max_color_temp_kelvin")
    if not least or not most:
        raise Refused("home.kelvin", f"{entity.name} can't be made warmer or cooler")
    wanted = (told.get("color_temp_kelvin") or (least + most) / 2) + number
    return _call([entity], "turn_on", {"color_temp_kelvin": round(min(max(wanted, least), most))})


def _speed(entity: HouseEntity, number: float, _: bool) -> ServiceCall:
    """One step of it at least, and never so slow that it stops."""
    told = entity.attributes
    step = max(float(told.get("percentage_step") or 1), abs(number))
    wanted = float(told.get("percentage") or 0) + (step if number > 0 else -step)
    least = float(told.get("percentage_step") or 1)
    return _call([entity], "set_percentage", {"percentage": round(min(max(wanted, least), 100.0))})


_ADDED: Mapping[str, Callable[[HouseEntity, float, bool], ServiceCall]] = {
    "volume": _volume,
    "temperature": _warmth,
    "kelvin": _tint,
    "speed": _speed,
}
"""A slot → what adds to it; volume and temperature are set by it, too."""


def _number(slot: str, value: str) -> float:
    if (found := _NUMBER.search(value)) is None:
        raise Refused(f"home.{slot}", f"To which {slot}?", awaits=True)
    return float(found[0].replace(",", "."))
