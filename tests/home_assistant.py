"""Home Assistant as its documentation and its source have it, as far as MQTT discovery goes: what it accepts, what
becomes of it, and how it reads and writes topics. Made by hand from home-assistant.io/integrations/mqtt, the pages
<platform>.mqtt there, and homeassistant/components/mqtt of its core (2024.11 to 2025.10); no code of theirs.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from typing import Any

import jinja2

from services.sync.base import MqttMessage


def _keys(names: str) -> frozenset[str]:
    return frozenset(names.split())


EVERYWHERE = _keys(
    "availability availability_mode availability_template availability_topic default_entity_id device"
    " enabled_by_default encoding entity_category entity_picture icon json_attributes_template json_attributes_topic"
    " name origin payload_available payload_not_available qos unique_id"
)
"""Keys of every entity."""

PLATFORMS: dict[str, tuple[str, str]] = {
    "sensor": (
        "state_topic",
        (
            "device_class expire_after force_update last_reset_value_template options state_class"
            " suggested_display_precision unit_of_measurement value_template"
        ),
    ),
    "binary_sensor": (
        "state_topic",
        "device_class expire_after force_update off_delay payload_off payload_on value_template",
    ),
    "switch": (
        "command_topic",
        (
            "command_template device_class optimistic payload_off payload_on retain state_off state_on state_topic"
            " value_template"
        ),
    ),
    "number": (
        "command_topic",
        (
            "command_template device_class max min mode optimistic payload_reset retain state_topic step"
            " unit_of_measurement value_template"
        ),
    ),
    "select": ("command_topic options", "command_template optimistic retain state_topic value_template"),
    "button": ("command_topic", "command_template device_class payload_press retain"),
    "event": ("state_topic event_types", "device_class value_template"),
    "notify": ("command_topic", "command_template retain"),
    "device_automation": ("automation_type topic type subtype", "payload qos value_template"),
    "text": ("command_topic", "command_template max min mode optimistic pattern retain state_topic value_template"),
    "update": (
        "state_topic",
        (
            "command_topic device_class display_precision latest_version_template latest_version_topic payload_install"
            " release_summary release_url retain title value_template"
        ),
    ),
}
"""Platform: the keys it needs, and those it may have, beside those of every entity."""

CLASSES: dict[str, dict[str, tuple[str | None, ...]]] = {
    "sensor": {
        "enum": (None,),
        "timestamp": (None,),
        "duration": ("s", "min", "h", "d", "ms"),
        "temperature": ("°C", "°F", "K"),
    },
    "binary_sensor": {"problem": (None,)},
    "button": {"identify": (None,), "restart": (None,), "update": (None,)},
    "event": {"button": (None,), "doorbell": (None,), "motion": (None,)},
    "switch": {"outlet": (None,), "switch": (None,)},
}
"""Device classes that are used here, with the units they may have."""

DEVICE = _keys(
    "configuration_url connections hw_version identifiers manufacturer model model_id name serial_number suggested_area"
    " sw_version via_device"
)
SHARED = _keys(
    "availability availability_mode availability_template availability_topic command_topic payload_available"
    " payload_not_available state_topic"
)
"""What components have from the message as a whole, if they do not say otherwise."""
ROOT = SHARED | {"device", "origin", "components", "qos", "encoding"}
LONGEST_STATE = 255
_TOPIC = re.compile(r"(\w+)/(?:([a-zA-Z0-9_-]+)/)?([a-zA-Z0-9_-]+)/config")


def check(platform: str, config: dict[str, Any]) -> None:
    """Asserts that Home Assistant takes this as an entity of a platform."""
    needs, may = map(_keys, PLATFORMS[platform])
    keys = frozenset(config)
    if platform == "device_automation":  # a trigger: no entity, so it takes of what all have the device alone
        assert needs <= keys <= needs | may | SHARED | {"device", "origin"} and config["automation_type"] == "trigger"
        assert config["device"]["identifiers"] and config["topic"] and not set("#+") & set(config["topic"])
        return
    assert needs <= keys, f"{platform} lacks {sorted(needs - keys)}"
    assert keys <= needs | may | EVERYWHERE, f"{platform} does not know {sorted(keys - needs - may - EVERYWHERE)}"
    assert isinstance(config["unique_id"], str) and config["device"]["identifiers"]
    assert isinstance(config["name"], str) and config["name"]
    assert config.get("default_entity_id", f"{platform}.").startswith(f"{platform}.")
    assert config.get("entity_category", "config") in ("config", "diagnostic")
    assert platform not in ("sensor", "binary_sensor") or config.get("entity_category") != "config"
    for key, value in config.items():
        if key.endswith("_topic"):
            assert isinstance(value, str) and 0 < len(value) < 65_536 and not set("#+\0") & set(value), key
        if key.endswith("_template"):
            render(value, value="x", value_json=_Anything())
    _check_values(platform, config)


def _check_values(platform: str, config: dict[str, Any]) -> None:
    kind, unit = config.get("device_class"), config.get("unit_of_measurement")
    if kind is not None:
        assert unit in CLASSES[platform][kind], f"{kind} in {unit}"
    if platform == "sensor":
        assert ("options" in config) == (kind == "enum")
        assert not ("options" in config or kind == "timestamp") or not {"state_class", "unit_of_measurement"} & set(
            config
        )
        assert config.get("state_class", "measurement") in ("measurement", "total", "total_increasing")
    if platform == "number":
        assert config["min"] < config["max"] and config["step"] >= 0.001 and config["mode"] in ("auto", "box", "slider")
    if platform == "text":
        assert 0 <= config["min"] < config["max"] <= LONGEST_STATE
    for key in ("options", "event_types"):
        assert all(isinstance(each, str) for each in config.get(key, ())) and config.get(key) != []


class _Anything:
    """Whatever a template asks for."""

    def __getattr__(self, _: str) -> str:
        return "x"


def render(template: str, **values: Any) -> str:
    """As Home Assistant renders a value or command template, with the filters that are used here."""
    environment = jinja2.Environment(undefined=jinja2.StrictUndefined)
    environment.filters["to_json"] = lambda value: json.dumps(value, default=str)
    return str(environment.from_string(template).render(**values))


@dataclass
class Shown:
    """An entity that Home Assistant has loaded."""

    platform: str
    config: dict[str, Any]
    topic: str

    def state(self, payload: bytes) -> str:
        """What it shows of a message on its state topic."""
        text = payload.decode()
        if template := self.config.get("value_template"):
            text = render(template, value=text, value_json=json.loads(text))
        if self.platform == "sensor" and self.config.get("options"):
            assert text in self.config["options"]
        assert self.platform == "event" or len(text) <= LONGEST_STATE
        return text

    def command(self, value: str) -> tuple[str, bytes]:
        """Topic and payload of what it publishes when it is set to that, or pressed."""
        template = self.config.get("command_template")
        return self.config["command_topic"], (render(template, value=value) if template else value).encode()


@dataclass
class HomeAssistant:
    """Takes discovery messages in the order in which they come."""

    prefix: str = "homeassistant"
    shown: dict[tuple[str, str], Shown] = field(default_factory=dict)
    """By platform and discovery id."""
    known: dict[str, str] = field(default_factory=dict)
    """Unique id → platform: what it remembers with all that people have set."""
    forgotten: list[str] = field(default_factory=list)
    """Unique ids that were taken away for good, in order."""
    problems: list[str] = field(default_factory=list)
    """What it would have logged as a warning or an error."""

    def take(self, message: MqttMessage) -> None:
        """One message under its prefix."""
        found = _TOPIC.fullmatch(message.topic.removeprefix(f"{self.prefix}/"))
        assert found, f"{message.topic} is no discovery topic"
        component, node, name = found[1], found[2] or "", found[3]
        tree = json.loads(message.payload) if message.payload else {}
        if component == "device":
            assert not node
            self._device(message.topic, name, tree)
        else:
            assert component in PLATFORMS
            assert "platform" not in tree
            self._part(message.topic, component, f"{node} {name}".strip(), tree)

    def by_id(self, entity_id: str) -> Shown:
        """The entity of that name."""
        return next(each for each in self.shown.values() if each.config.get("default_entity_id") == entity_id)

    def triggered(self, message: MqttMessage) -> set[tuple[str, str]]:
        """Type and subtype of each trigger of the device that a message sets off."""
        text = message.payload.decode()
        found = set()
        for (platform, _), each in self.shown.items():
            if platform == "device_automation" and each.config["topic"] == message.topic:
                template = each.config.get("value_template")
                said = render(template, value=text, value_json=json.loads(text)) if template else text
                if each.config.get("payload", said) == said:
                    found.add((each.config["type"], each.config["subtype"]))
        return found

    def _device(self, topic: str, node: str, tree: dict[str, Any]) -> None:
        if not tree or "migrate_discovery" in tree:
            for platform, found in list(self.shown):
                if found.split(" ")[0] == node:
                    self._part(topic, platform, found, dict(tree))
            return
        assert {"device", "origin", "components"} <= set(tree) <= ROOT
        assert tree["device"]["identifiers"] and set(tree["device"]) <= DEVICE
        assert tree["origin"]["name"] and set(tree["origin"]) <= {"name", "sw_version", "support_url"}
        common = {option: tree[option] for option in SHARED & set(tree)}
        for key, config in tree["components"].items():
            platform = config.pop("platform")
            whole = {**common, **config, "device": tree["device"], "origin": tree["origin"]} if config else {}
            self._part(topic, platform, f"{node} {key}", whole)

    def _part(self, topic: str, platform: str, found: str, config: dict[str, Any]) -> None:
        before = self.shown.get((platform, found))
        if not config or "migrate_discovery" in config:
            if before and before.topic == topic:
                del self.shown[platform, found]
                if not config:
                    self.forgotten.append(_id(before.config, found))
                    del self.known[_id(before.config, found)]
            return
        check(platform, config)
        if before and before.topic != topic:
            self.problems.append(f"{found} comes from {topic} and from {before.topic}")
            return
        twin = [
            key
            for key, each in self.shown.items()
            if _id(each.config, key[1]) == _id(config, found) and key != (platform, found)
        ]
        if twin:
            self.problems.append(f"{_id(config, found)} is not unique")
            return
        self.known[_id(config, found)] = platform
        self.shown[platform, found] = Shown(platform, config, topic)


def _id(config: dict[str, Any], found: str) -> str:
    """What it is known by; a trigger has its discovery id alone."""
    return str(config.get("unique_id", found.replace(" ", "_")))
