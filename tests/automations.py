"""Carries out automations of Home Assistant and flows of Node-RED, as far as docs/automation.md uses them, with a
client at a real broker. What they would do elsewhere (lamps) is noted. By hand from the documentation of both; no code
of theirs.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from types import SimpleNamespace
from typing import Any

from services.sync.base import MqttMessage
from services.sync.topics import fits
from tests.broker import Client
from tests.home_assistant import HomeAssistant, Shown, render

_SET = {"switch.turn_on": "ON", "switch.turn_off": "OFF", "button.press": "PRESS"}

FIELDS = {
    kind: set(names.split())
    for kind, names in {
        "tab": "label disabled info env",
        "tls-config": "name cert key ca certname keyname caname servername verifyservercert alpnprotocol",
        "mqtt-broker": (
            "name broker port tls clientid autoConnect usetls protocolVersion keepalive cleansession autoUnsubscribe"
            " birthTopic birthQos birthRetain birthPayload birthMsg closeTopic closeQos closeRetain closePayload"
            " closeMsg willTopic willQos willRetain willPayload willMsg userProps sessionExpiry"
        ),
        "mqtt in": "name topic qos datatype broker nl rap rh inputs x y z wires",
        "mqtt out": "name topic qos retain respTopic contentType userProps correl expiry broker x y z wires",
        "inject": "name props repeat crontab once onceDelay topic payload payloadType x y z wires",
        "switch": "name property propertyType rules checkall repair outputs x y z wires",
        "change": "name rules action property from to reg x y z wires",
        "debug": "name active tosidebar console tostatus complete targetType statusVal statusType x y z wires",
    }.items()
}
"""What Node-RED 4 writes of a node when it is exported (the defaults of each node type in its source)."""


@dataclass
class Automations:
    """Those of one YAML file, with the entities that were discovered."""

    all: Sequence[Mapping[str, Any]]
    assistant: HomeAssistant
    client: Client
    now: datetime
    """What `now()` is in templates."""
    elsewhere: list[tuple[str, Any]] = field(default_factory=list)
    """Actions on what is no entity of ours, with their target."""

    def happens(self, entity: str = "", *, at: str = "") -> None:
        """Something of the house changes, or a time has come: each automation that waits for it runs."""
        for each in self.all:
            for trigger in each["triggers"]:
                if (entity and trigger.get("entity_id") == entity) or (at and trigger.get("at") == at):
                    self._run(each, None)

    def comes(self, message: MqttMessage) -> None:
        """A message of the device: automations run that wait for it, by topic or by the entity that reads it."""
        payload = json.loads(message.payload)
        for each in self.all:
            for trigger in each["triggers"]:
                if trigger["trigger"] == "mqtt" and fits(trigger["topic"], message.topic):
                    self._run(each, SimpleNamespace(topic=message.topic, payload_json=SimpleNamespace(**payload)))
                entity = self._ours(trigger.get("entity_id", ""))
                if entity and entity.platform == "event" and entity.config["state_topic"] == message.topic:
                    attributes = SimpleNamespace(**json.loads(entity.state(message.payload)))
                    assert attributes.event_type in entity.config["event_types"]
                    self._run(each, SimpleNamespace(to_state=SimpleNamespace(attributes=attributes)))

    def _ours(self, entity_id: str) -> Shown | None:
        return next(
            (each for each in self.assistant.shown.values() if each.config.get("default_entity_id") == entity_id), None
        )

    def _run(self, automation: Mapping[str, Any], trigger: Any) -> None:
        for condition in automation.get("conditions", ()):
            assert condition["condition"] == "template"
            if render(condition["value_template"], trigger=trigger) != "True":
                return
        for action in automation["actions"]:
            self._act(action["action"], action.get("target", {}).get("entity_id", ""), action.get("data", {}))

    def _act(self, action: str, target: str, data: Mapping[str, Any]) -> None:
        if action == "mqtt.publish":
            self.client.publish(data["topic"], render(data["payload"], now=lambda: self.now), qos=1)
            return
        entity = self._ours(target)
        if entity is None:
            self.elsewhere.append((action, target))
            return
        assert action.split(".", maxsplit=1)[0] == entity.platform
        said = _SET.get(action) or data.get("message") or data["value"]
        self.client.publish(*entity.command(str(said)), qos=1)


@dataclass
class Flow:
    """A flow of Node-RED."""

    nodes: Mapping[str, Mapping[str, Any]]
    client: Client
    shown: list[Any] = field(default_factory=list)
    """What its debug nodes have shown."""

    @classmethod
    def imported(cls, text: str, client: Client) -> Flow:
        """As exported: a list of nodes. Asserts that all its wires lead somewhere."""
        nodes = {node["id"]: node for node in json.loads(text)}
        flow = cls(nodes, client)
        for node in nodes.values():
            assert all(to in nodes for output in node.get("wires", ()) for to in output)
            assert set(node) >= FIELDS[node["type"]] | {"id"}, "Node-RED marks what lacks fields as not set up"
            assert node["type"] in ("tab", "mqtt-broker", "tls-config") or nodes[node["z"]]["type"] == "tab"
            assert not node["type"].startswith("mqtt ") or nodes[node["broker"]]["type"] == "mqtt-broker"
            assert not node.get("usetls") or nodes[node["tls"]]["type"] == "tls-config"
        return flow

    @property
    def topics(self) -> list[str]:
        """What its nodes subscribe to."""
        return [node["topic"] for node in self.nodes.values() if node["type"] == "mqtt in"]

    def press(self, name: str) -> None:
        """The button of an inject node."""
        node = next(node for node in self.nodes.values() if node["type"] == "inject" and node["name"] == name)
        assert node["payloadType"] == "str"
        self._pass_on(node, node["payload"])

    def comes(self, message: MqttMessage) -> None:
        """A message that its nodes may wait for."""
        for node in self.nodes.values():
            if node["type"] == "mqtt in" and fits(node["topic"], message.topic):
                assert node["datatype"] == "json"
                self._pass_on(node, json.loads(message.payload))

    def _pass_on(self, node: Mapping[str, Any], payload: Any) -> None:
        for to in node["wires"][0]:
            self._take(self.nodes[to], payload)

    def _take(self, node: Mapping[str, Any], payload: Any) -> None:
        match node["type"]:
            case "switch":
                (rule,) = node["rules"]
                assert rule["t"] == "eq" and node["propertyType"] == "msg"
                if _property(node["property"], payload) == rule["v"]:
                    self._pass_on(node, payload)
            case "change":
                (rule,) = node["rules"]
                assert (rule["t"], rule["p"], rule["tot"]) == ("set", "payload", "json")
                self._pass_on(node, json.loads(rule["to"]))
            case "mqtt out":
                said = payload if isinstance(payload, str) else json.dumps(payload)
                self.client.publish(node["topic"], said, qos=int(node["qos"]), retain=node["retain"] == "true")
            case "debug":
                self.shown.append(_property(node["complete"], payload))
            case kind:
                raise AssertionError(f"no {kind} is known here")


def _property(path: str, payload: Any) -> Any:
    """payload.event_type"""
    first, *rest = path.split(".")
    assert first == "payload"
    for name in rest:
        payload = payload[name]
    return payload
