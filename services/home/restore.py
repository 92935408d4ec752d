"""Which services put things back as they were. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from services.home.things import Home, HouseEntity, ServiceCall

_COLOURS = {
    "hs": "hs_color",
    "xy": "xy_color",
    "rgb": "rgb_color",
    "rgbw": "rgbw_color",
    "rgbww": "rgbww_color",
    "color_temp": "color_temp_kelvin",
}
"""A light's mode of colour → its attribute that says which, as turn_on takes it."""


def restoring(calls: Sequence[ServiceCall], before: Home) -> list[ServiceCall]:
    """What undoes these calls on a house that was like that; nothing for what can't be put back: a script that ran, a
    song that was skipped, a lock. A scene is put back as far as the house tells which things are in it.
    """
    return [back for call in calls for id_ in call.entities for back in _of(call, id_, before)]


def _of(call: ServiceCall, id_: str, before: Home) -> Iterator[ServiceCall]:
    entity = before.entities.get(id_)
    if entity is None:
        return
    if entity.domain == "scene":
        members: Any = entity.attributes.get("entity_id") or ()
        for member in members:
            if (there := before.entities.get(member)) and there.domain in _BACK:
                yield from _BACK[there.domain](there, call)
    elif entity.domain in _BACK and entity.answers:
        yield from _BACK[entity.domain](entity, call)


def _one(entity: HouseEntity, service: str, data: Mapping[str, Any] | None = None) -> ServiceCall:
    return ServiceCall(entity.domain, service, (entity.id,), data or {})


def _light(entity: HouseEntity, _: ServiceCall) -> Iterator[ServiceCall]:
    if entity.state != "on":
        yield _one(entity, "turn_off")
        return
    told = entity.attributes
    colour = _COLOURS.get(str(told.get("color_mode")))
    data = {name: told[name] for name in ("brightness", colour) if name and told.get(name) is not None}
    if colour and colour.startswith("rgb") and colour in data:
        # Home Assistant tells parts of -8 and takes 0 to 255.
        data[colour] = [min(max(int(part), 0), 255) for part in data[colour]]
    yield _one(entity, "turn_on", data)


def _switched(entity: HouseEntity, _: ServiceCall) -> Iterator[ServiceCall]:
    yield _one(entity, "turn_off" if entity.state == "off" else "turn_on")


def _fan(entity: HouseEntity, _: ServiceCall) -> Iterator[ServiceCall]:
    speed = entity.attributes.get("percentage")
    if entity.state == "off":
        yield _one(entity, "turn_off")
    else:
        yield _one(entity, "turn_on", {"percentage": speed} if speed else {})


def _cover(entity: HouseEntity, _: ServiceCall) -> Iterator[ServiceCall]:
    position = entity.attributes.get("current_position")
    if position is not None:
        yield _one(entity, "set_cover_position", {"position": position})
    elif entity.state in ("open", "opening"):
        yield _one(entity, "open_cover")
    elif entity.state in ("closed", "closing"):
        yield _one(entity, "close_cover")


def _climate(entity: HouseEntity, call: ServiceCall) -> Iterator[ServiceCall]:
    told = entity.attributes
    if call.service == "set_temperature":
        names = ("temperature", "target_temp_low", "target_temp_high")
        if data := {name: told[name] for name in names if told.get(name) is not None}:
            yield _one(entity, "set_temperature", data)
    elif call.service == "set_fan_mode":
        if told.get("fan_mode"):
            yield _one(entity, "set_fan_mode", {"fan_mode": told["fan_mode"]})
    else:
        yield _one(entity, "set_hvac_mode", {"hvac_mode": entity.state})


def _player(entity: HouseEntity, call: ServiceCall) -> Iterator[ServiceCall]:
    volume = entity.attributes.get("volume_level")
    match call.service:
        case "volume_set" if volume is not None:
            yield _one(entity, "volume_set", {"volume_level": volume})
        case "volume_mute":
            yield _one(entity, "volume_mute", {"is_volume_muted": not call.data.get("is_volume_muted")})
        case "media_pause" if entity.state == "playing":
            yield _one(entity, "media_play")
        case "media_play" if entity.state == "paused":
            yield _one(entity, "media_pause")
        case "turn_on" | "turn_off":
            yield from _switched(entity, call)


def _valve(entity: HouseEntity, _: ServiceCall) -> Iterator[ServiceCall]:
    yield _one(entity, "open_valve" if entity.state in ("open", "opening") else "close_valve")


_BACK: Mapping[str, Callable[[HouseEntity, ServiceCall], Iterator[ServiceCall]]] = {
    "light": _light,
    "switch": _switched,
    "input_boolean": _switched,
    "humidifier": _switched,
    "fan": _fan,
    "cover": _cover,
    "valve": _valve,
    "climate": _climate,
    "media_player": _player,
}
