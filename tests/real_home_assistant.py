"""A real Home Assistant with its demo, in an environment of its own (scripts/house), for tests of the house."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.request import Request, urlopen

from websockets.sync.client import connect

HASS = Path(__file__).resolve().parents[1] / "var" / "house" / "bin" / "hass"
WHY = "no Home Assistant is installed for the tests; scripts/house does that"
_PATIENCE_S = 90.0
_SETTINGS = """
homeassistant: {{name: Test, latitude: 52.5, longitude: 13.4, elevation: 30, unit_system: metric, time_zone: UTC}}
http: {{server_host: 127.0.0.1, server_port: {port}}}
api:
websocket_api:
config:
conversation:
device_automation:
demo:
script:
  bed_time:
    alias: Bed Time
    sequence: [{{service: light.turn_off, target: {{entity_id: light.bed_light}}}}]
scene:
  - name: Movie Night
    entities: {{light.ceiling_lights: {{state: "on", brightness: 20}}, light.kitchen_lights: "off"}}
template:
  - sensor:
      - name: Attic Temperature
        unique_id: attic
        state: "19.5"
        device_class: temperature
        unit_of_measurement: "°C"
logger: {{default: warning}}
"""


@dataclass
class RealHomeAssistant:
    """One that runs, or can be run again with what it had."""

    folder: Path
    port: int
    token: str
    _process: subprocess.Popen[bytes] | None = None
    _calls: int = 0
    version: str = ""
    rooms: dict[str, str] = field(default_factory=dict)

    @property
    def url(self) -> str:
        """Where it is."""
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        """Until it answers. A few seconds."""
        self._process = subprocess.Popen(
            [str(HASS), "--config", str(self.folder), "--skip-pip"],
            stdout=(self.folder / "out.log").open("ab"),
            stderr=subprocess.STDOUT,
        )
        until = time.monotonic() + _PATIENCE_S
        while True:
            try:
                config = self.ask("get_config")
                if config["state"] == "RUNNING":
                    self.version = config["version"]
                    return
            except (OSError, EOFError, RuntimeError):
                pass
            assert self._process.poll() is None, (self.folder / "out.log").read_text()[-2000:]
            assert time.monotonic() < until, "Home Assistant did not start"
            time.sleep(0.3)

    def stop(self) -> None:
        """At once."""
        if self._process is not None:
            self._process.terminate()
            try:
                self._process.wait(30)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait(10)
            self._process = None

    def ask(self, kind: str, **fields: Any) -> Any:
        """One request of its WebSocket API, on a connection of its own. Raises RuntimeError where it says no."""
        address = f"ws://127.0.0.1:{self.port}/api/websocket"
        with connect(address, open_timeout=5, max_size=None, proxy=None) as wire:
            wire.recv(timeout=5)
            wire.send(json.dumps({"type": "auth", "access_token": self.token}))
            if json.loads(wire.recv(timeout=5))["type"] != "auth_ok":
                raise RuntimeError("the token is not taken")
            wire.send(json.dumps({"id": 1, "type": kind, **fields}))
            told = json.loads(wire.recv(timeout=10))
        if not told["success"]:
            raise RuntimeError(str(told["error"]))
        return told["result"]

    def call(self, service: str, entity_id: str, **data: Any) -> None:
        """One of its services, such as light.turn_on. Raises RuntimeError where it says no."""
        domain, _, name = service.partition(".")
        self.ask("call_service", domain=domain, service=name, service_data=data, target={"entity_id": entity_id})

    def post(self, path: str, **fields: Any) -> Any:
        """To its REST API. Raises HTTPError where it says no."""
        body = json.dumps(fields).encode()
        head = {"Authorization": f"Bearer {self.token}", "Content-Type": "application/json"}
        with urlopen(Request(f"{self.url}/api/{path}", body, head), timeout=60) as told:
            return json.load(told)

    def integrate(self, name: str, **answers: Any) -> None:
        """Set an integration up, as one does in its settings. Raises AssertionError where it asks further."""
        flow = self.post("config/config_entries/flow", handler=name)
        done = self.post(f"config/config_entries/flow/{flow['flow_id']}", **answers)
        assert done["type"] == "create_entry", done

    @contextmanager
    def triggers(self, *wanted: dict[str, Any]) -> Iterator[Callable[[], str]]:
        """Waits for triggers of automations, as they stand in one: the id of each that was set off, in order."""
        with connect(f"ws://127.0.0.1:{self.port}/api/websocket", open_timeout=5, max_size=None, proxy=None) as wire:
            wire.recv(timeout=5)
            wire.send(json.dumps({"type": "auth", "access_token": self.token}))
            wire.recv(timeout=5)
            wire.send(json.dumps({"id": 1, "type": "subscribe_trigger", "trigger": wanted}))
            assert json.loads(wire.recv(timeout=10))["success"]
            yield lambda: json.loads(wire.recv(timeout=20))["event"]["variables"]["trigger"]["id"]

    def state(self, id_: str) -> dict[str, Any]:
        """As it has it, asked beside the link."""
        return next(each for each in self.ask("get_states") if each["entity_id"] == id_)

    def furnish(self) -> None:
        """Rooms, other names, and a lock that is exposed."""
        for name, things in (
            ("Bedroom", ["light.bed_light"]),
            ("Kitchen", ["light.kitchen_lights"]),
            ("Den", ["light.ceiling_lights", "climate.heatpump"]),
        ):
            there = {each["name"]: each["area_id"] for each in self.ask("config/area_registry/list")}
            area = there.get(name) or self.ask("config/area_registry/create", name=name)["area_id"]
            self.rooms[name] = area
            for each in things:
                self.ask("config/entity_registry/update", entity_id=each, area_id=area)
        self.ask("config/entity_registry/update", entity_id="light.bed_light", aliases=["reading light"])
        self.ask(
            "homeassistant/expose_entity",
            assistants=["conversation"],
            entity_ids=[
                "lock.front_door",
                "script.bed_time",
                "scene.movie_night",
                "sensor.attic_temperature",
                "media_player.walkman",
            ],
            should_expose=True,
        )


@contextmanager
def real_home_assistant(folder: Path, *, more: str = "") -> Iterator[RealHomeAssistant]:
    """In a folder of its own, with an administrator whose long-lived token is known. `more`: of its configuration."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    (folder / ".storage").mkdir(parents=True)
    (folder / "configuration.yaml").write_text(_SETTINGS.format(port=port) + more, encoding="utf-8")
    (folder / ".storage" / "auth").write_text(json.dumps(_accounts()), encoding="utf-8")
    (folder / ".storage" / "onboarding").write_text(json.dumps(_ONBOARDED), encoding="utf-8")
    there = RealHomeAssistant(folder, port, _token())
    try:
        there.start()
        there.furnish()
        yield there
    finally:
        there.stop()


_ONBOARDED = {"version": 4, "key": "onboarding", "data": {"done": ["user", "core_config", "analytics", "integration"]}}
"""Who opens a page of it is not asked where the house is."""
_KEY, _SESSION, _USER = "k" * 128, "5e55" * 8, "05e7" * 8


def _accounts() -> dict[str, Any]:
    """Home Assistant's own file of users and their tokens."""
    groups = [
        {"id": "system-admin", "name": "Administrators"},
        {"id": "system-users", "name": "Users"},
        {"id": "system-read-only", "name": "Read Only"},
    ]
    user = {
        "id": _USER, "group_ids": ["system-admin"], "is_owner": True, "is_active": True, "name": "Test",
        "system_generated": False, "local_only": False,
    }  # fmt: skip
    session = {
        "id": _SESSION, "user_id": _USER, "client_id": None, "client_name": "equerry", "client_icon": None,
        "token_type": "long_lived_access_token", "created_at": "2026-01-01T00:00:00+00:00",
        "access_token_expiration": 315360000.0, "token": "t" * 128, "jwt_key": _KEY, "last_used_at": None,
        "last_used_ip": None, "expire_at": None, "credential_id": None, "version": "2024.3.3",
    }  # fmt: skip
    data = {"users": [user], "groups": groups, "credentials": [], "refresh_tokens": [session]}
    return {"version": 1, "minor_version": 1, "key": "auth", "data": data}


def _token() -> str:
    """A JSON web token (RFC 7519), signed with the key of the session."""
    now = int(time.time())
    head, body = (
        _web(json.dumps(each).encode())
        for each in ({"alg": "HS256", "typ": "JWT"}, {"iss": _SESSION, "iat": now - 10, "exp": now + 86_400})
    )
    signed = hmac.new(_KEY.encode(), f"{head}.{body}".encode(), hashlib.sha256).digest()
    return f"{head}.{body}.{_web(signed)}"


def _web(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()
