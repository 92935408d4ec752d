"""How a running appliance takes a changed setting: the one table. Every key stands in it exactly once, by itself or
with its section.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Any, Literal

from device.configuration.schema import SettingKey, keys
from device.configuration.settings import Settings

Way = Literal[
    "process",
    "inbox",
    "bucket",
    "upkeep",
    "volume",
    "wake words",
    "wake threshold",
    "barging",
    "endpoint",
    "earcons",
    "ringing",
    "deadlines",
    "clock",
    "pace",
    "targets",
    "transcripts",
    "sessions",
    "telling",
    "broker",
    "brightness",
    "lights",
    "microphone",
    "loudspeaker",
    "voice",
]
"""`process` ends the process, once nothing goes on, to be started anew; inbox, bucket and upkeep do so with one thread;
the others turn
something while it runs."""

WAYS: Mapping[str, Way] = {
    "device": "process",
    "paths": "process",
    "files.inbox": "process",
    "files.largest_mib": "process",
    "files.poll": "inbox",
    "files.announce": "inbox",
    "bucket": "bucket",
    "backup": "upkeep",
    "retention": "upkeep",
    "insight.transcripts": "transcripts",
    "insight.one_s": "targets",
    "insight.several_s": "targets",
    "microphone.name": "microphone",
    "microphone.channel": "microphone",
    "microphone.silent_s": "process",
    "speaker.name": "loudspeaker",
    "speaker.volume": "volume",
    "speaker.floor": "volume",
    "speaker.ceiling": "volume",
    "board": "process",
    "lights.kind": "lights",
    "lights.leds": "lights",
    "lights.pins": "lights",
    "lights.brightness": "brightness",
    "lights.quiet_brightness": "brightness",
    "button": "process",
    "wake.words": "wake words",
    "wake.threshold": "wake threshold",
    "wake.patience": "process",
    "wake.refractory_s": "process",
    "wake.preroll_s": "process",
    "wake.second_look": "process",
    "barge": "barging",
    "endpoint": "endpoint",
    "session.open_s": "deadlines",
    "session.keep_days": "sessions",
    "partials": "process",
    "finals": "process",
    "language_model": "process",
    "when": "process",
    "voice": "voice",
    "earcons.enabled": "earcons",
    "earcons.volume": "volume",
    "earcons.floor": "volume",
    "earcons.ceiling": "volume",
    "ring.volume": "volume",
    "ring.floor": "volume",
    "ring.ceiling": "volume",
    "ring.limit_s": "deadlines",
    "ring.before_meetings_min": "ringing",
    "ring.before_tasks_min": "ringing",
    "ring.clock_wait_s": "clock",
    "quiet": "ringing",
    "routines": "ringing",
    "jobs.running": "pace",
    "jobs.most": "process",
    "jobs.queued": "pace",
    "jobs.kept_s": "pace",
    "jobs.per_minute": "pace",
    "jobs.burst": "pace",
    "jobs.customer_per_minute": "pace",
    "jobs.customer_burst": "pace",
    "guide": "process",
    "mqtt.host": "process",
    "mqtt.port": "broker",
    "mqtt.version": "broker",
    "mqtt.username": "broker",
    "mqtt.tls": "broker",
    "mqtt.ca": "broker",
    "mqtt.certificate": "broker",
    "mqtt.key": "broker",
    "mqtt.keep_alive_s": "broker",
    "mqtt.prefix": "process",
    "mqtt.topic": "process",
    "mqtt.site": "process",
    "mqtt.publish_transcripts": "telling",
    "mqtt.health_s": "telling",
    "sync": "process",
    "home_assistant": "process",
}

THREADS: Collection[Way] = ("inbox", "bucket", "upkeep")
"""Ways that begin a thread anew."""


def rows_of(key: SettingKey) -> Iterator[str]:
    """The rows of the table that speak of a key."""
    yield from (row for row in (str(key), key.section) if row in WAYS)


def way_of(key: SettingKey) -> Way:
    """How a change of it is taken."""
    return WAYS[next(rows_of(key))]


def words_of(way: Way) -> str:
    """For `equerry config explain`."""
    if way == "process":
        return "a running appliance starts itself anew for it, as soon as nothing goes on"
    if way in THREADS:
        return "a running appliance takes it at once, and begins that part of its work anew"
    return "a running appliance takes it at once"


def changed(old: Settings, new: Settings) -> list[SettingKey]:
    """Keys that are not as they were."""
    return [key for key in keys().values() if _value(old, key) != _value(new, key)]


def _value(settings: Settings, key: SettingKey) -> Any:
    return getattr(getattr(settings, key.section), key.name)
