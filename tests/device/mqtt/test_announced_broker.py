"""A lamp that announced itself at a real broker, switched and asked about by words."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from device.commands.directory import StoreDirectory
from device.commands.responder import Responder
from device.configuration.load import load
from device.mqtt.thread import Bridge
from device.wiring.commands import build_parser, build_responder
from device.wiring.outside.home import build_home
from services.store.store import Store
from services.sync.broker.link import Backoff, MqttLink
from tests.broker import Broker, Client
from tests.services.home.test_announced import ZIGBEE

PATIENCE_S = 20.0


class Lamp:
    """What answers for Zigbee2MQTT: tells the state that it is given."""

    def __init__(self, client: Client) -> None:
        self.client = client
        self.client.subscribe("zigbee2mqtt/desk_lamp/set")
        self.client.publish("homeassistant/light/0x1/light/config", json.dumps(ZIGBEE), qos=1, retain=True)
        self.client.publish("zigbee2mqtt/desk_lamp", '{"state": "OFF"}', qos=1, retain=True)
        threading.Thread(target=self.answer, daemon=True).start()

    def answer(self) -> None:
        for _ in range(3):
            told = self.client.wait_for("zigbee2mqtt/desk_lamp/set", within=PATIENCE_S)
            self.client.publish("zigbee2mqtt/desk_lamp", told.payload, qos=1, retain=True)


def until(true: Callable[[], object]) -> None:
    end = time.monotonic() + PATIENCE_S
    while not true():
        assert time.monotonic() < end, "it did not come"
        time.sleep(0.01)


@pytest.fixture
def responder(broker: Broker, tmp_path: Path) -> Iterator[Responder]:
    (tmp_path / "equerry.toml").write_text("[language_model]\nenabled = false\n", encoding="utf-8")
    settings = load(
        {
            "EQUERRY_CONFIG": str(tmp_path / "equerry.toml"),
            "EQUERRY_PATHS__DATA": str(tmp_path / "data"),
            "EQUERRY_MQTT__HOST": broker.host,
            "EQUERRY_HOME_ASSISTANT__BROKER_LIGHTS": "true",
        }
    )
    house = build_home(settings).announced
    assert house is not None
    link = MqttLink(broker.host, broker.port, client_id="desk", backoff=Backoff(lambda: 0.0))
    house.join(publish=link.publish, subscribe=link.subscribe, wake=link.wake)
    bridge = Bridge(link, [house], now=lambda: datetime.now(UTC))
    thread = threading.Thread(target=bridge.run, name="mqtt", daemon=True)
    thread.start()
    with Store(tmp_path / "equerry.db") as store:
        parser = build_parser(settings, controls=house)
        yield build_responder(settings, store, parser, StoreDirectory(store, house), controls=house)
    bridge.stop()
    thread.join(PATIENCE_S)
    assert not thread.is_alive()


def test_a_lamp_at_the_broker(broker: Broker, responder: Responder) -> None:
    def say(text: str) -> str:
        return responder.respond(text, client="console").reply.text

    client = broker.client("zigbee2mqtt")
    Lamp(client)
    until(lambda: say("is the desk lamp on") == "No, Desk Lamp is off.")
    assert say("turn on the desk lamp") == "Desk Lamp turned on."
    assert say("set the desk lamp to 50 percent") == "Desk Lamp at 50 percent."
    assert say("turn off the lights in the office") == "Desk Lamp turned off."
    told = [json.loads(each.payload) for each in client.all("zigbee2mqtt/desk_lamp/set")]
    assert told == [{"state": "ON"}, {"state": "ON", "brightness": 127}, {"state": "OFF"}]


def test_off_unless_asked_for(tmp_path: Path) -> None:
    (tmp_path / "equerry.toml").write_text("[mqtt]\nhost = 'localhost'\n", encoding="utf-8")
    settings = load({"EQUERRY_CONFIG": str(tmp_path / "equerry.toml")})
    assert build_home(settings).controls is None
