"""How Home Assistant is told what there is, so that the device appears there by itself: its MQTT discovery. Pure.

device form       <prefix>/device/<node>/config               one message with all components (Home Assistant 2024.11
and later) component form    <prefix>/<platform>/<node>/<key>/config     one message for each component

Retained. A component goes away when it is told once with nothing but its platform (device form) or nothing at all
(component form). From one form to the other: `{"migrate_discovery": true}` where the old one stands, which unloads its
entities and keeps what people have set of them; the new form; nothing where the old one stood. Source:
home-assistant.io/integrations/mqtt, “MQTT discovery”.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple

from services.sync.base import MqttMessage
from services.sync.home_assistant.entities import ICONS, TRIGGER, HomeEntity
from services.sync.topics import Topics

Form = Literal["device", "component", "none"]
"""none: whatever stands there is taken away."""
Found = Mapping[str, bytes]
"""Discovery messages by their topics."""

EXPOSED = "homeassistant://config/voice-assistants/expose"
"""The page of Home Assistant on which it is chosen what the device may command: it has none of its own to be linked."""
MIGRATE = b'{"migrate_discovery": true}'


@dataclass(frozen=True, slots=True)
class DeviceInfo:
    """The device itself."""

    id: str
    """Stays when the device gets another name, and when its store is restored."""
    name: str
    version: str
    model: str = ""
    """Of the machine."""
    serial: str = ""
    """Likewise."""
    area: str = ""
    """The room it is proposed for, as Home Assistant calls it."""
    page: str = ""
    """What Home Assistant opens for who wants to set it up."""

    @property
    def node(self) -> str:
        """It in topics and unique ids: letters, digits, _ and - only."""
        return f"equerry_{re.sub(r'[^A-Za-z0-9_-]', '_', self.id)}"


class _Place(NamedTuple):
    platform: str
    """device: all of them."""
    key: str


def filters(prefix: str, node: str) -> list[str]:
    """Where discovery messages of this device may stand, of either form."""
    return [f"{prefix}/device/{node}/config", f"{prefix}/+/{node}/+/config"]


def wanted(
    each: Sequence[HomeEntity],
    about: DeviceInfo,
    topics: Topics,
    *,
    prefix: str = "homeassistant",
    form: Form = "device",
) -> Found:
    """All messages that are to stand there."""
    if form == "none" or not each:
        return {}
    common = _common(about, topics)
    configs = [(entity, _config(entity, about, topics)) for entity in each]
    if form == "device":
        components = {entity.key: {"platform": entity.platform, **config} for entity, config in configs}
        return {f"{prefix}/device/{about.node}/config": _encoded({**common, "components": components})}
    return {
        f"{prefix}/{one.platform}/{about.node}/{one.key}/config": _encoded({**common, **config})
        for one, config in configs
    }


def change(found: Found, new: Found, *, prefix: str, node: str) -> list[MqttMessage]:
    """What to publish, in this order, so that `new` stands where `found` did, and Home Assistant forgets what is
    gone.
    """
    device = f"{prefix}/device/{node}/config"
    old_parts = {
        topic: place for topic in found if found[topic] and (place := _place(topic, prefix, node)) and topic != device
    }
    old = _components(found.get(device, b""))
    if device in new:
        return list(_to_device(device, new[device], old, old_parts))
    return list(_to_components(device, new, old, old_parts, found.get(device, b"")))


def _to_device(
    device: str, payload: bytes, old: Mapping[str, str], old_parts: Mapping[str, _Place]
) -> Iterator[MqttMessage]:
    components = _components(payload)
    staying = {topic for topic, place in old_parts.items() if components.get(place.key) == place.platform}
    yield from (_retained(topic, b"") for topic in old_parts if topic not in staying)
    yield from (MqttMessage(topic, MIGRATE, qos=1) for topic in old_parts if topic in staying)
    gone = {key: platform for key, platform in old.items() if components.get(key) != platform}
    if gone:
        yield MqttMessage(device, _without(payload, gone), qos=1)
    yield _retained(device, payload)
    yield from (_retained(topic, b"") for topic in old_parts if topic in staying)


def _to_components(
    device: str, new: Found, old: Mapping[str, str], old_parts: Mapping[str, _Place], was: bytes
) -> Iterator[MqttMessage]:
    staying = {(topic.split("/")[-2], topic.split("/")[-4]) for topic in new}
    gone = {key: platform for key, platform in old.items() if (key, platform) not in staying}
    if gone and len(gone) < len(old):
        yield MqttMessage(device, _without(was, gone), qos=1)
    if len(gone) < len(old):
        yield MqttMessage(device, MIGRATE, qos=1)
    yield from (_retained(topic, b"") for topic in old_parts if topic not in new)
    if was and len(gone) == len(old):
        yield _retained(device, b"")
    yield from (_retained(topic, payload) for topic, payload in new.items())
    if was and len(gone) < len(old):
        yield _retained(device, b"")


def _common(about: DeviceInfo, topics: Topics) -> dict[str, Any]:
    device = {"identifiers": [about.node], "name": about.name, "manufacturer": "Equerry", "sw_version": about.version}
    more = {"model": about.model, "serial_number": about.serial, "suggested_area": about.area}
    more |= {"configuration_url": about.page}
    device |= {key: value for key, value in more.items() if value}
    origin = {"name": "Equerry", "sw_version": about.version}
    return {"device": device, "origin": origin, "availability_topic": topics.own("availability")}


def _config(entity: HomeEntity, about: DeviceInfo, topics: Topics) -> dict[str, Any]:
    if entity.platform == TRIGGER:  # no entity: it has neither a name nor an id
        return dict(entity.config)
    shown = re.sub(r"[^a-z0-9]+", "_", topics.device.casefold()).strip("_")
    ids = {"unique_id": f"{about.node}_{entity.key}", "default_entity_id": f"{entity.platform}.{shown}_{entity.key}"}
    icon = {"icon": f"mdi:{ICONS[entity.key]}"} if entity.key in ICONS else {}
    return {"name": entity.name, **ids, **icon, **entity.config}


def _encoded(tree: Mapping[str, Any]) -> bytes:
    return json.dumps(tree, ensure_ascii=False, separators=(",", ":")).encode()


def _retained(topic: str, payload: bytes) -> MqttMessage:
    return MqttMessage(topic, payload, qos=1, retain=True)


def _place(topic: str, prefix: str, node: str) -> _Place | None:
    """Which component a topic is of; None for one that is none of this device."""
    rest = topic.removeprefix(f"{prefix}/").split("/") if topic.startswith(f"{prefix}/") else []
    return _Place(rest[0], rest[2]) if len(rest) == 4 and rest[1] == node and rest[3] == "config" else None


def _components(payload: bytes) -> dict[str, str]:
    """Key → platform of a message of the device form; empty for what is none: whoever may write there can have written
    anything.
    """
    try:
        tree = json.loads(payload or b"{}")
        components = tree.get("components", {}).items()
        return {str(key): each["platform"] for key, each in components if isinstance(each["platform"], str)}
    except (ValueError, AttributeError, TypeError, KeyError, RecursionError):
        return {}


def _without(payload: bytes, gone: Mapping[str, str]) -> bytes:
    """The same message, in which these have nothing but their platform: Home Assistant takes them away."""
    tree = json.loads(payload)
    tree["components"] |= {key: {"platform": platform} for key, platform in gone.items()}
    return _encoded(tree)
