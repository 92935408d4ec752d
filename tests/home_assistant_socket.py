"""A small server that speaks Home Assistant's WebSocket protocol, as a 2025.4 was heard to: what it asks and answers is
written down from that. For tests of the link, over a real socket.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from websockets.exceptions import ConnectionClosed
from websockets.sync.server import Server, ServerConnection, serve

TOKEN = "a-long-lived-token"
AREAS = [
    {"aliases": ["lounge"], "area_id": "living_room", "floor_id": "ground", "name": "Living Room"},
    {"aliases": [], "area_id": "kitchen", "floor_id": None, "name": "Kitchen"},
]
FLOORS = [{"aliases": ["downstairs"], "floor_id": "ground", "level": 0, "name": "Ground Floor"}]
DEVICES = [{"area_id": "kitchen", "id": "device1", "name": "Kitchen ceiling"}]
ENTRIES: dict[str, dict[str, Any]] = {
    "light.kitchen": {"area_id": None, "device_id": "device1", "aliases": ["big light"], "original_device_class": None},
    "light.floor_lamp": {"area_id": "living_room", "device_id": None, "aliases": [], "original_device_class": None},
    "assist_satellite.voice": {"area_id": None, "device_id": "device1", "aliases": []},
    "assist_satellite.phone": {"area_id": None, "device_id": None, "aliases": []},
    "sensor.sun": {"area_id": None, "device_id": None, "aliases": [], "entity_category": "diagnostic"},
}
STATES: dict[str, dict[str, Any]] = {
    "light.kitchen": {"s": "off", "a": {"friendly_name": "Kitchen Light", "supported_features": 44}},
    "light.floor_lamp": {"s": "on", "a": {"friendly_name": "Floor Lamp", "brightness": 128}},
    "sensor.sun": {"s": "up", "a": {"friendly_name": "Sun"}},
}
LISTED = {"light.kitchen": {"conversation": True}, "light.floor_lamp": {"conversation": True, "cloud.alexa": False}}


@dataclass
class HomeAssistantSocket:
    """What it knows, was asked, and how it misbehaves."""

    admin: bool = True
    silent: bool = False
    """Never answers call_service."""
    can_not: frozenset[str] = frozenset()
    """Entities that no service can be called on."""
    entries: dict[str, dict[str, Any]] = field(
        default_factory=lambda: {id_: dict(each) for id_, each in ENTRIES.items()}
    )
    states: dict[str, dict[str, Any]] = field(default_factory=lambda: {id_: dict(each) for id_, each in STATES.items()})
    asked: list[Mapping[str, Any]] = field(default_factory=list)
    url: str = ""
    _wires: list[ServerConnection] = field(default_factory=list)
    _subscribed: dict[str, tuple[ServerConnection, int]] = field(default_factory=dict)
    _server: Server | None = None

    def rename(self, id_: str, name: str, alias: str) -> None:
        """Somebody renames a thing in Home Assistant."""
        self.entries[id_]["aliases"] = [alias]
        self._event("subscribe_entities", {"c": {id_: {"+": {"a": {"friendly_name": name}}}}})
        self.states[id_]["a"] = {**self.states[id_]["a"], "friendly_name": name}
        self._event("entity_registry_updated", {"event_type": "entity_registry_updated", "data": {"action": "update"}})

    def hang_up(self) -> None:
        """It is started anew."""
        for wire in self._wires:
            wire.close()
        self._wires.clear()

    def serve_one(self, wire: ServerConnection) -> None:
        """One connection, to its end."""
        self._wires.append(wire)
        try:
            _say(wire, {"type": "auth_required", "ha_version": "2025.4.4"})
            if json.loads(wire.recv()).get("access_token") != TOKEN:
                _say(wire, {"type": "auth_invalid", "message": "Invalid access token or password"})
                return
            _say(wire, {"type": "auth_ok", "ha_version": "2025.4.4"})
            for said in wire:
                message = json.loads(said)
                self.asked.append(message)
                self._answer(wire, message)
        except ConnectionClosed:
            return

    def _answer(self, wire: ServerConnection, message: Mapping[str, Any]) -> None:
        id_, kind = message["id"], message["type"]
        if kind == "call_service":
            self._call(wire, message)
            return
        if kind == "homeassistant/expose_entity/list" and not self.admin:
            _say(
                wire,
                {
                    "id": id_,
                    "type": "result",
                    "success": False,
                    "error": {"code": "unauthorized", "message": "Unauthorized"},
                },
            )
            return
        _say(wire, {"id": id_, "type": "result", "success": True, "result": self._result(kind, message)})
        if kind == "subscribe_entities":
            self._subscribed[kind] = wire, id_
            wanted = {each: self.states[each] for each in message["entity_ids"] if each in self.states}
            _say(wire, {"id": id_, "type": "event", "event": {"a": wanted}})
        if kind == "subscribe_events":
            self._subscribed[message["event_type"]] = wire, id_

    def _result(self, kind: str, message: Mapping[str, Any]) -> Any:
        rows = [{"entity_id": id_, **each} for id_, each in self.entries.items()]
        answers: dict[str, Callable[[], Any]] = {
            "config/area_registry/list": lambda: AREAS,
            "config/floor_registry/list": lambda: FLOORS,
            "config/device_registry/list": lambda: DEVICES,
            "config/entity_registry/list": lambda: rows,
            "config/entity_registry/get_entries": lambda: {each: self.entries[each] for each in message["entity_ids"]},
            "homeassistant/expose_entity/list": lambda: {"exposed_entities": LISTED},
            "get_states": lambda: [{"entity_id": id_, "state": each["s"]} for id_, each in self.states.items()],
            "conversation/process": lambda: {
                "response": {
                    "speech": {"plain": {"speech": "It is ten.", "extra_data": None}},
                    "response_type": "query_answer",
                    "data": {"targets": []},
                },
                "conversation_id": "c1",
                "continue_conversation": False,
            },
        }
        return answers.get(kind, lambda: None)()

    def _call(self, wire: ServerConnection, message: Mapping[str, Any]) -> None:
        if self.silent:
            return
        if message["service_data"].get("brightness_pct", 0) > 100:
            error = {"code": "invalid_format", "message": "value must be at most 100"}
            _say(wire, {"id": message["id"], "type": "result", "success": False, "error": error})
            return
        if refused := self.can_not & set(message["target"]["entity_id"]):
            (id_,) = refused
            error = {
                "code": "service_validation_error",
                "message": f"Validation error: Entity {id_} does not support action light.{message['service']}.",
                "translation_key": "service_not_supported",
                "translation_placeholders": {"entity_id": id_},
            }
            _say(wire, {"id": message["id"], "type": "result", "success": False, "error": error})
            return
        state = {"turn_on": "on", "turn_off": "off"}[message["service"]]
        for id_ in message["target"]["entity_id"]:
            self.states[id_]["s"] = state
            self._event("subscribe_entities", {"c": {id_: {"+": {"s": state, "c": "01M8"}}}})
        _say(wire, {"id": message["id"], "type": "result", "success": True, "result": {"context": {"id": "01M8"}}})

    def _event(self, name: str, event: Mapping[str, Any]) -> None:
        if name in self._subscribed:
            wire, id_ = self._subscribed[name]
            _say(wire, {"type": "event", "event": event, "id": id_})


def _say(wire: ServerConnection, message: Mapping[str, Any]) -> None:
    wire.send(json.dumps(message))


@contextmanager
def listening(socket: HomeAssistantSocket, port: int = 0) -> Iterator[HomeAssistantSocket]:
    """On this machine, for as long as this lasts."""
    with serve(socket.serve_one, "127.0.0.1", port) as server:
        thread = threading.Thread(target=server.serve_forever, name="home-assistant", daemon=True)
        thread.start()
        socket.url = f"http://127.0.0.1:{server.socket.getsockname()[1]}"
        try:
            yield socket
        finally:
            socket.hang_up()
            server.shutdown()
            thread.join(5)
