"""Which settings a running appliance takes while it runs: the one table. All others wait for a new start at rest."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

from device.configuration.schema import SettingKey, keys
from device.configuration.settings import Settings

Live = Literal["volume", "wake words", "wake threshold", "wake sound", "brightness", "ringing", "broker"]

LIVE: Mapping[str, Live] = {
    "speaker.volume": "volume",
    "speaker.floor": "volume",
    "speaker.ceiling": "volume",
    "earcons.enabled": "wake sound",
    "earcons.volume": "volume",
    "earcons.floor": "volume",
    "earcons.ceiling": "volume",
    "ring.volume": "volume",
    "ring.floor": "volume",
    "ring.ceiling": "volume",
    "ring.before_meetings_min": "ringing",
    "ring.before_tasks_min": "ringing",
    "quiet.hours": "ringing",
    "quiet.weekdays": "ringing",
    "quiet.chime": "ringing",
    "routines.grace_min": "ringing",
    "wake.words": "wake words",
    "wake.threshold": "wake threshold",
    "lights.brightness": "brightness",
    "lights.quiet_brightness": "brightness",
    "mqtt.port": "broker",
    "mqtt.version": "broker",
    "mqtt.username": "broker",
    "mqtt.tls": "broker",
    "mqtt.ca": "broker",
    "mqtt.certificate": "broker",
    "mqtt.key": "broker",
    "mqtt.keep_alive_s": "broker",
}
"""What somebody may want to try out while the appliance runs, and what dials turn while it does."""


def live(key: SettingKey) -> Live | None:
    """What a change of it turns while the appliance runs; None: it waits for a new start."""
    return LIVE.get(str(key))


def words_of(key: SettingKey) -> str:
    """How a change of it is taken, for `equerry config explain`."""
    if live(key):
        return "a running appliance takes it at once"
    return (
        "a running appliance takes it when it starts anew: as a service by itself, as soon as nothing goes on; else"
        " start it anew"
    )


def changed(old: Settings, new: Settings) -> list[SettingKey]:
    """Keys that are not as they were."""
    return [key for key in keys().values() if _value(old, key) != _value(new, key)]


def _value(settings: Settings, key: SettingKey) -> Any:
    return getattr(getattr(settings, key.section), key.name)
