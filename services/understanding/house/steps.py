"""From a sentence that fits to the step it asks for. Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from hassil.recognize import RecognizeResult

from services.understanding.base import Step

_ON_OFF: Mapping[str, Mapping[str, str]] = {
    "HassTurnOn": {"cover": "home.open", "valve": "home.open", "lock": "home.lock"},
    "HassTurnOff": {"cover": "home.close", "valve": "home.close", "lock": "home.unlock"},
}
_WHERE = ("name", "area", "floor")
_MEDIA = {
    "HassMediaPause": "pause",
    "HassMediaUnpause": "play",
    "HassMediaNext": "next",
    "HassMediaPrevious": "previous",
    "HassMediaPlayerMute": "mute",
    "HassMediaPlayerUnmute": "unmute",
}
_DOMAINS = {
    "HassLightSet": "light",
    "HassFanSetSpeed": "fan",
    "HassClimateSetTemperature": "climate",
    "HassClimateSetFanMode": "climate",
    "HassSetVolume": "media_player",
    "HassSetVolumeRelative": "media_player",
    "HassVacuumStart": "vacuum",
    "HassVacuumReturnToBase": "vacuum",
    **dict.fromkeys(_MEDIA, "media_player"),
}
_SIGNS = {"up": "+10", "down": "-10"}


def step_of(found: RecognizeResult) -> Step:
    """What it asks for; its slots have the names as the house has them."""
    told = {name: _plain(entity.value) for name, entity in found.entities.items()}
    where = {slot: str(told[slot]) for slot in _WHERE if told.get(slot)}
    domain = str(told.get("domain") or found.context.get("domain") or _DOMAINS.get(found.intent.name, ""))
    where |= {"domain": domain} if domain else {}
    where |= {"class": str(told["device_class"])} if told.get("device_class") else {}
    return _READ[found.intent.name](found, told, where)


def _plain(value: Any) -> Any:
    """50.0 is 50."""
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _switched(found: RecognizeResult, _: Mapping[str, Any], where: dict[str, str]) -> Step:
    ways = _ON_OFF[found.intent.name]
    usual = "home.on" if found.intent.name == "HassTurnOn" else "home.off"
    return Step(ways.get(where.get("domain", ""), usual), where)


def _light(_: RecognizeResult, told: Mapping[str, Any], where: dict[str, str]) -> Step:
    values = {"brightness": "brightness", "color": "color", "temperature": "kelvin"}
    set_to = {slot: str(told[name]) for name, slot in values.items() if name in told}
    by = {"brightness": f"{told['by']:+d}"} if "by" in told else {}
    return Step("home.set", where | set_to | by)


def _warmth(_: RecognizeResult, told: Mapping[str, Any], where: dict[str, str]) -> Step:
    if "step" in told:
        return Step("home.set", where | {"temperature": f"{told['step']}{told.get('degrees', 1)}"})
    return Step("home.set", where | {"temperature": str(told["temperature"])})


def _value(name: str, slot: str) -> Callable[[RecognizeResult, Mapping[str, Any], dict[str, str]], Step]:
    return lambda _, told, where: Step("home.set", where | {slot: str(told[name])})


def _louder(_: RecognizeResult, told: Mapping[str, Any], where: dict[str, str]) -> Step:
    step = told["volume_step"]
    return Step("home.set", where | {"volume": f"{step:+d}" if isinstance(step, int) else _SIGNS.get(step, str(step))})


def _media(found: RecognizeResult, _: Mapping[str, Any], where: dict[str, str]) -> Step:
    return Step("home.media", where | {"way": _MEDIA[found.intent.name]})


def _asked(found: RecognizeResult, told: Mapping[str, Any], where: dict[str, str]) -> Step:
    how = {"how": found.response} if found.response in ("any", "all", "which", "how_many", "one_yesno") else {}
    return Step("home.query", where | ({"state": str(told["state"])} if "state" in told else {}) | how)


def _warm(_: RecognizeResult, __: Mapping[str, Any], where: dict[str, str]) -> Step:
    return Step("home.query", where | {"about": "temperature"})


_READ: Mapping[str, Callable[[RecognizeResult, Mapping[str, Any], dict[str, str]], Step]] = {
    "HassTurnOn": _switched,
    "HassTurnOff": _switched,
    "HassLightSet": _light,
    "HassSetPosition": _value("position", "position"),
    "HassClimateSetTemperature": _warmth,
    "HassClimateSetFanMode": _value("fan_mode", "mode"),
    "HassFanSetSpeed": _value("percentage", "speed"),
    "HassSetVolume": _value("volume_level", "volume"),
    "HassSetVolumeRelative": _louder,
    **dict.fromkeys(_MEDIA, _media),
    "HassVacuumStart": lambda _, __, where: Step("home.on", where),
    "HassVacuumReturnToBase": lambda _, __, where: Step("home.off", where),
    "HassClimateGetTemperature": _warm,
    "HassGetState": _asked,
    "EquerryArm": lambda _, told, where: Step(
        "home.lock", where | {"domain": "alarm_control_panel"} | ({"way": str(told["way"])} if "way" in told else {})
    ),
    "EquerryDisarm": lambda _, __, where: Step("home.unlock", where | {"domain": "alarm_control_panel"}),
}
