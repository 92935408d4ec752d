"""What Home Assistant shows of the appliance: an entity for each thing that the device has. Pure.

States come from what the appliance publishes of itself anyway (docs/mqtt.md), else from `ha/<what>` of its own:

    ha/dials     how it is turned: one field for each dial
    ha/counts    open_tasks, overdue_tasks, next_reminder, next_alarm
    ha/last      the last command, without words: actions, result, code, client, total_s
    ha/heard     word and score of the last wake word, near_misses_per_hour
    ha/version   installed_version, latest_version; in_progress and release_summary where updates can be installed
    ha/button    gestures of the talk button; not retained

What was refused comes from `error`, and what a command was answered from `reply[/<user>]`.

Platforms and their keys: home-assistant.io/integrations/<platform>.mqtt.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from services.sync.topics import Topics

GESTURES = ("press", "double_press", "triple_press", "hold")
"""Of the talk button."""
TRIGGER = "device_automation"
"""Platform of what has no state and begins automations: found there among the triggers of the device."""
SECOND = "s"
ICONS: Mapping[str, str] = {
    "last_command": "comment-check-outline",
    "answer": "comment-quote-outline",
    "wake_score": "ear-hearing",
    "near_misses": "ear-hearing-off",
    "microphone_level": "waveform",
    "open_tasks": "checkbox-marked-circle-outline",
    "overdue_tasks": "calendar-alert",
    "next_reminder": "bell-outline",
    "next_alarm": "alarm",
    "queue_depth": "tray-full",
    "backlog": "sync",
    "muted": "microphone-off",
    "mute": "microphone-off",
    "wake_sound": "music-note",
    "do_not_disturb": "bell-sleep-outline",
    "volume": "volume-high",
    "alarm_volume": "alarm",
    "beep_volume": "music-note",
    "wake_sensitivity": "ear-hearing",
    "wake_word": "account-voice",
    "listen": "microphone-message",
    "stop": "stop",
    "announce": "bullhorn-outline",
    "command": "keyboard-outline",
    "wake": "account-voice",
    "alarm": "alarm",
    "refused": "cancel",
}
"""Of Material Design; what is missing has one by its device class."""
JSON_TEXT = "{{ {'text': value} | to_json }}"
"""Words as they are, also where they begin with a brace."""


@dataclass(frozen=True, slots=True)
class HomeEntity:
    """One thing with a state, or to be pressed."""

    key: str
    """Never changes: Home Assistant knows it by this."""
    platform: str
    """sensor, switch, …"""
    name: str
    config: Mapping[str, Any]
    """The keys of its platform; topics in full."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Features:
    """What this device has, and may be asked for."""

    phases: tuple[str, ...]
    """All that the appliance can be doing."""
    microphone: bool = True
    speaker: bool = True
    thermometer: bool = True
    button: bool = False
    """A talk button, whose gestures are told."""
    synchronised: bool = True
    """Changes go to other devices."""
    dials: frozenset[str] = frozenset()
    """What can be turned: volume, alarm_volume, beep_volume, wake_sound, do_not_disturb, wake_sensitivity, wake_word.
    """
    bounds: Mapping[str, tuple[int, int]] = field(default_factory=dict)
    """The least and the most of the volumes, percent."""
    words: tuple[str, ...] = ()
    """Wake words to choose from."""
    restart: bool = False
    """Somebody starts it again when it ends."""
    update: bool = False
    """A newer release can be installed when that is asked for."""
    may: frozenset[str] = field(default=frozenset(("say", "listen", "stop", "mute", "command", "settings")))
    """What Home Assistant may do here; the rest is not shown."""


def entities(features: Features, topics: Topics, *, user: str = "") -> list[HomeEntity]:
    """All that there are on this device. `user`: Home Assistant's name at the broker, which proves who it is; empty:
    not told.
    """
    sending = f"/{user}" if user else ""

    def to(what: str) -> str:
        return f"{topics.own(what)}{sending}"

    return [
        *_sensors(features, topics),
        *_faults(features, topics),
        *_switches(features, topics, to),
        *_dials(features, topics, to),
        *_actions(features, to),
        *_events(features, topics),
        _update(features, topics, to),
        *_told_back(features, topics, sending),
        *_triggers(features, topics),
    ]


def _value(of: str) -> str:
    return f"{{{{ value_json.{of} }}}}"


def _on(of: str) -> str:
    return f"{{{{ 'ON' if value_json.{of} else 'OFF' }}}}"


def _sensors(features: Features, topics: Topics) -> Iterator[HomeEntity]:
    def sensor(key: str, name: str, topic: str, of: str, **more: Any) -> HomeEntity:
        return HomeEntity(key, "sensor", name, {"state_topic": topics.own(topic), "value_template": _value(of), **more})

    told = {"entity_category": "diagnostic"}
    measured = {"state_class": "measurement"}
    seconds = {"device_class": "duration", "unit_of_measurement": SECOND, "suggested_display_precision": 2}
    last = topics.own("ha/last")
    actions = "{{ (value_json.actions | join(', ') or value_json.result)[:255] }}"
    yield sensor("phase", "Phase", "state", "phase", device_class="enum", options=list(features.phases))
    yield HomeEntity(
        "last_command",
        "sensor",
        "Last command",
        {"state_topic": last, "value_template": actions, "json_attributes_topic": last},
    )
    yield sensor("latency", "Latency", "ha/last", "total_s", **seconds, **measured, **told)
    if features.microphone:
        yield sensor("wake_score", "Wake score", "ha/heard", "score", suggested_display_precision=2, **measured, **told)
        yield sensor("near_misses", "Near misses per hour", "ha/heard", "near_misses_per_hour", **measured, **told)
        yield sensor(
            "microphone_level",
            "Microphone level",
            "health",
            "level_dbfs",
            unit_of_measurement="dBFS",
            **measured,
            **told,
        )
    if features.thermometer:
        celsius = {"device_class": "temperature", "unit_of_measurement": "°C", "suggested_display_precision": 0}
        yield sensor("temperature", "Temperature", "health", "temperature_celsius", **celsius, **measured, **told)
    yield sensor("open_tasks", "Open tasks", "ha/counts", "open_tasks", **measured)
    yield sensor("overdue_tasks", "Overdue tasks", "ha/counts", "overdue_tasks", **measured)
    yield sensor("next_reminder", "Next reminder", "ha/counts", "next_reminder", device_class="timestamp")
    yield sensor("next_alarm", "Next alarm", "ha/counts", "next_alarm", device_class="timestamp")
    yield sensor("queue_depth", "Queue depth", "queue/status", "queued", **measured, **told)
    if features.synchronised:
        yield sensor("backlog", "Backlog", "health", "backlog", **measured, **told)


def _faults(features: Features, topics: Topics) -> Iterator[HomeEntity]:
    def fault(key: str, name: str, **more: Any) -> HomeEntity:
        return HomeEntity(
            key, "binary_sensor", name, {"state_topic": topics.own("state"), "value_template": _on(key), **more}
        )

    problem = {"device_class": "problem", "entity_category": "diagnostic"}
    if features.microphone:
        yield fault("muted", "Muted")
    yield fault(
        "microphone_fault", "Microphone fault", **problem
    )  # also where none is there: one that broke may not be found at all
    yield fault("store_fault", "Store fault", **problem)


def _switches(features: Features, topics: Topics, to: Any) -> Iterator[HomeEntity]:
    if features.microphone and "mute" in features.may:
        # What it shows is what is: the switch of the device itself is not lifted from here, and the state says so.
        config = {"state_topic": topics.own("state"), "value_template": _on("muted"), "command_topic": to("mute")}
        yield HomeEntity("mute", "switch", "Mute", config)


def _dials(features: Features, topics: Topics, to: Any) -> Iterator[HomeEntity]:
    if "settings" not in features.may:
        return

    def dial(key: str, platform: str, name: str, template: str, **more: Any) -> HomeEntity:
        config = {"state_topic": topics.own("ha/dials"), "value_template": template, "command_topic": to(f"set/{key}")}
        return HomeEntity(key, platform, name, {**config, "entity_category": "config", **more})

    if "wake_sound" in features.dials:
        yield dial("wake_sound", "switch", "Wake sound", _on("wake_sound"))
    if "do_not_disturb" in features.dials:
        yield dial("do_not_disturb", "switch", "Do not disturb", _on("do_not_disturb"))
    for key, name in (("volume", "Volume"), ("alarm_volume", "Alarm volume"), ("beep_volume", "Beep volume")):
        if key in features.dials:
            least, most = features.bounds.get(key, (0, 100))
            percent = {"min": least, "max": most, "step": 1, "unit_of_measurement": "%", "mode": "slider"}
            yield dial(key, "number", name, _value(key), **percent)
    if "wake_sensitivity" in features.dials:
        steps = {"min": 0.01, "max": 0.95, "step": 0.01, "mode": "slider"}
        yield dial("wake_sensitivity", "number", "Wake sensitivity", _value("wake_sensitivity"), **steps)
    if "wake_word" in features.dials and features.words:
        yield dial("wake_word", "select", "Wake word", _value("wake_word"), options=list(features.words))


def _actions(features: Features, to: Any) -> Iterator[HomeEntity]:
    if features.microphone and "listen" in features.may:
        yield HomeEntity("listen", "button", "Listen", {"command_topic": to("listen")})
    if "stop" in features.may:
        yield HomeEntity("stop", "button", "Stop", {"command_topic": to("stop")})
    if features.restart and "settings" in features.may:
        restart = {"command_topic": to("set/restart"), "device_class": "restart", "entity_category": "config"}
        yield HomeEntity("restart", "button", "Restart", restart)
    if features.speaker and "say" in features.may:
        yield HomeEntity("announce", "notify", "Announce", {"command_topic": to("say"), "command_template": JSON_TEXT})
    if "command" in features.may:
        config = {"command_topic": to("command"), "command_template": JSON_TEXT, "min": 1, "max": 255}
        yield HomeEntity("command", "text", "Command", config)


def _events(features: Features, topics: Topics) -> Iterator[HomeEntity]:
    if features.button:
        gestures = {"state_topic": topics.own("ha/button"), "event_types": list(GESTURES), "device_class": "button"}
        yield HomeEntity("talk_button", "event", "Talk button", gestures)
    if features.microphone:
        woken = "{{ {'event_type': 'heard', 'word': value_json.word, 'score': value_json.score} | to_json }}"
        yield HomeEntity(
            "wake",
            "event",
            "Wake",
            {"state_topic": topics.own("wake"), "event_types": ["heard"], "value_template": woken},
        )
    rings = (
        "{{ {'event_type': value_json.event, 'kind': value_json.kind, 'id': value_json.id, 'due': value_json.due} |"
        " to_json }}"
    )
    kinds = {"event_types": ["begins", "ends"], "value_template": rings}
    yield HomeEntity("alarm", "event", "Alarm", {"state_topic": topics.own("ring"), **kinds})


def _update(features: Features, topics: Topics, to: Any) -> HomeEntity:
    shown = {"state_topic": topics.own("ha/version"), "title": "Equerry"}
    installs = features.update and "update" in features.may
    press = {"command_topic": to("set/update"), "payload_install": "install"} if installs else {}
    category = "config" if installs else "diagnostic"
    return HomeEntity("update", "update", "Update", {**shown, **press, "entity_category": category})


def _told_back(features: Features, topics: Topics, sending: str) -> Iterator[HomeEntity]:
    """What came of what was asked from there: nothing else shows it, for a switch that was refused just turns back."""
    code = "'code': value_json.code, 'text': value_json.text, 'topic': value_json.topic"
    refused = f"{{{{ {{'event_type': 'refused', {code}}} | to_json }}}}"
    config = {"state_topic": topics.own("error"), "event_types": ["refused"], "value_template": refused}
    yield HomeEntity("refused", "event", "Refused", {**config, "entity_category": "diagnostic"})
    if "command" in features.may:
        reply = topics.own(f"reply{sending}")
        shown = {"value_template": "{{ value_json.text[:255] }}", "json_attributes_topic": reply}
        yield HomeEntity("answer", "sensor", "Answer", {"state_topic": reply, **shown})


def _triggers(features: Features, topics: Topics) -> Iterator[HomeEntity]:
    """Types and subtypes that Home Assistant knows have words in its languages; the others are shown as they are."""

    def trigger(key: str, type_: str, subtype: str, topic: str, **more: str) -> HomeEntity:
        what = {"automation_type": "trigger", "type": type_, "subtype": subtype, "topic": topics.own(topic)}
        return HomeEntity(key, TRIGGER, "", {**what, **more})

    presses = ("button_short_press", "button_double_press", "button_triple_press", "button_long_press")
    for gesture, press in zip(GESTURES, presses, strict=True):
        if features.button:
            told = {"payload": gesture, "value_template": _value("event_type")}
            yield trigger(f"when_{gesture}", press, "talk_button", "ha/button", **told)
    if features.microphone:
        yield trigger("when_wake", "heard", "wake_word", "wake")
    for event in ("begins", "ends"):
        yield trigger(f"when_ring_{event}", event, "ring", "ring", payload=event, value_template=_value("event"))
