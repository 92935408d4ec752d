"""What is sent to a light or switch that announced itself, and how it is by what it tells. Pure."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from typing import Any

from services.home.announced.lamp import Lamp
from services.home.things import ServiceCall

_COLOURS: Mapping[str, tuple[int, int, int]] = {
    "white": (255, 255, 255),
    "red": (255, 0, 0),
    "orange": (255, 165, 0),
    "yellow": (255, 255, 0),
    "green": (0, 128, 0),
    "blue": (0, 0, 255),
    "purple": (128, 0, 128),
    "brown": (165, 42, 42),
    "pink": (255, 192, 203),
    "turquoise": (64, 224, 208),
}
"""As CSS has them (W3C, CSS Color Module Level 4)."""
_FULL = 255
_MIRED = 1_000_000

Message = tuple[str, bytes]
"""Topic and payload."""
State = Mapping[str, Any]
"""{"state", "attributes"}"""


def sent(lamp: Lamp, call: ServiceCall, now: int | None) -> list[Message]:
    """What has it do this; nothing where it can't. `now`: its brightness, of 255, where it is known."""
    data = call.data
    if call.service == "turn_off":
        return [(lamp.command, _json({"state": lamp.off}) if lamp.form == "json" else lamp.off.encode())]
    if call.service != "turn_on":
        return []
    level = _level(data, now)
    if (level is not None and not lamp.brightness) or not _coloured(lamp, data):
        return []
    if lamp.form == "json":
        return [(lamp.command, _json({"state": lamp.on, **_told(lamp, data, level)}))]
    if level is not None and lamp.brightness_command:
        return [
            (lamp.command, lamp.on.encode()),
            (lamp.brightness_command, str(round(level * lamp.scale / _FULL)).encode()),
        ]
    return [(lamp.command, lamp.on.encode())] if level is None else []


def heard(lamp: Lamp, topic: str, payload: bytes, before: State) -> State:
    """How it is, by what it tells on one of its topics."""
    attributes, state = dict(before["attributes"]), before["state"]
    if topic == lamp.state and (told := _value(payload, lamp.reads)) is not None:
        state = {lamp.says_on: "on", lamp.says_off: "off"}.get(str(told), state)
    where = lamp.brightness_state or (lamp.state if lamp.form == "json" else "")
    if topic == where and lamp.brightness and (told := _value(payload, lamp.brightness_reads)) is not None:
        with suppress(TypeError, ValueError):
            attributes["brightness"] = round(float(told) * _FULL / lamp.scale)
    if topic == lamp.state and lamp.form == "json":
        attributes |= dict(_colour(payload))
    return {"state": state, "attributes": attributes}


def _level(data: Mapping[str, Any], now: int | None) -> int | None:
    """Brightness that is wanted, of 255; None where none is told."""
    if "brightness" in data:
        return round(float(data["brightness"]))
    if "brightness_pct" in data:
        return round(float(data["brightness_pct"]) * _FULL / 100)
    if "brightness_step_pct" in data:
        return min(max((now or 0) + int(data["brightness_step_pct"] * _FULL / 100), 1), _FULL)
    return None


def _coloured(lamp: Lamp, data: Mapping[str, Any]) -> bool:
    """Whether it has what is asked of its colour."""
    if "color_name" in data:
        return data["color_name"] in _COLOURS and bool(lamp.colours & {"rgb", "rgbw", "rgbww", "hs", "xy"})
    return "color_temp_kelvin" not in data or "color_temp" in lamp.colours


def _told(lamp: Lamp, data: Mapping[str, Any], level: int | None) -> dict[str, Any]:
    """The rest of the JSON that says how it is to be."""
    told: dict[str, Any] = {}
    if level is not None:
        told["brightness"] = round(level * lamp.scale / _FULL)
    if "color_name" in data:
        red, green, blue = _COLOURS[data["color_name"]]
        told["color"] = {"r": red, "g": green, "b": blue}
    if "color_temp_kelvin" in data:
        told["color_temp"] = round(_MIRED / data["color_temp_kelvin"])
    if "hs_color" in data:
        hue, saturation = data["hs_color"]
        told["color"] = {"h": hue, "s": saturation}
    if "xy_color" in data:
        x, y = data["xy_color"]
        told["color"] = {"x": x, "y": y}
    return told


def _colour(payload: bytes) -> Iterator[tuple[str, Any]]:
    """As undo puts it back: by the mode that it tells."""
    try:
        told = json.loads(payload)
    except (ValueError, RecursionError):
        return
    if not isinstance(told, dict):
        return
    colour: Any = told.get("color") or {}
    match told.get("color_mode"):
        case "color_temp" if isinstance(told.get("color_temp"), int | float) and told["color_temp"]:
            yield from {"color_mode": "color_temp", "color_temp_kelvin": round(_MIRED / told["color_temp"])}.items()
        case "xy" if isinstance(colour, dict) and {"x", "y"} <= colour.keys():
            yield from {"color_mode": "xy", "xy_color": [colour["x"], colour["y"]]}.items()
        case "hs" if isinstance(colour, dict) and {"h", "s"} <= colour.keys():
            yield from {"color_mode": "hs", "hs_color": [colour["h"], colour["s"]]}.items()


def _value(payload: bytes, reads: Sequence[str]) -> Any:
    """What the message tells there; None where it tells nothing."""
    if not reads:
        return payload.decode(errors="replace")
    try:
        told: Any = json.loads(payload)
    except (ValueError, RecursionError):
        return None
    for name in reads:
        if not isinstance(told, dict) or name not in told:
            return None
        told = told[name]
    return told


def _json(told: Mapping[str, Any]) -> bytes:
    return json.dumps(dict(told)).encode()
