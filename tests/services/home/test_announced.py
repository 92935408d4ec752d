"""Lights and switches as Zigbee2MQTT, Tasmota and ESPHome announce them: read, commanded, heard."""

from __future__ import annotations

import json
import threading
import time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.home.announced.configs import announced, tasmota
from services.home.announced.lamp import Lamp
from services.home.announced.messages import heard, sent
from services.home.announced.part import AnnouncedHouse
from services.home.base import HomeAway, HomeRefused, HomeSilent, ServiceCall
from services.sync.base import Connected, MqttMessage

ZIGBEE = {
    "availability": [{"topic": "zigbee2mqtt/bridge/state", "value_template": "{{ value_json.state }}"}],
    "brightness": True,
    "brightness_scale": 254,
    "command_topic": "zigbee2mqtt/desk_lamp/set",
    "device": {"identifiers": ["zigbee2mqtt_0x1"], "name": "Desk Lamp", "suggested_area": "Office"},
    "name": None,
    "object_id": "desk_lamp",
    "schema": "json",
    "state_topic": "zigbee2mqtt/desk_lamp",
    "supported_color_modes": ["xy", "color_temp"],
    "unique_id": "0x1_light_zigbee2mqtt",
}
PLUG = {
    "command_topic": "zigbee2mqtt/plug/set",
    "device": {"name": "Coffee Machine"},
    "name": None,
    "payload_off": "OFF",
    "payload_on": "ON",
    "state_topic": "zigbee2mqtt/plug",
    "value_template": "{{ value_json.state }}",
}
ESPHOME = {
    "schema": "json", "name": "Hall Light", "stat_t": "~/state", "cmd_t": "~/command", "~": "hall/light/hall_light",
    "brightness": True, "color_mode": True, "sup_clrm": ["brightness"], "dev": {"ids": "a1", "name": "hall"},
}  # fmt: skip
OLD_TASMOTA = {
    "name": "Shelf", "cmd_t": "~cmnd/POWER", "stat_t": "~tele/STATE", "val_tpl": "{{value_json.POWER}}",
    "pl_off": "OFF", "pl_on": "ON", "bri_cmd_t": "~cmnd/Dimmer", "bri_stat_t": "~tele/STATE", "bri_scl": 100,
    "bri_val_tpl": "{{value_json.Dimmer}}", "~": "shelf/",
}  # fmt: skip
TASMOTA = {
    "dn": "Bench", "fn": ["Bench Light", "Bench Plug", None], "t": "tasmota_AB", "ft": "%prefix%/%topic%/",
    "tp": ["cmnd", "stat", "tele"], "rl": [2, 1, 0], "state": ["OFF", "ON", "TOGGLE", "HOLD"],
}  # fmt: skip
ON, OFF = (ServiceCall("light", service, ("x",)) for service in ("turn_on", "turn_off"))


def one(topic: str, row: dict[str, Any]) -> Lamp:
    (lamp,) = announced(topic, json.dumps(row).encode(), "homeassistant") or []
    return lamp


ZIGBEE_LAMP = one("homeassistant/light/0x1/light/config", ZIGBEE)
PLUG_LAMP = one("homeassistant/switch/0x2/switch/config", PLUG)
ESPHOME_LAMP = one("homeassistant/light/hall/hall_light/config", ESPHOME)
SHELF = one("homeassistant/light/shelf/config", OLD_TASMOTA)
BENCH, BENCH_PLUG = tasmota(json.dumps(TASMOTA).encode())


def test_what_is_announced() -> None:
    told = [
        (lamp.id, lamp.name, lamp.room) for lamp in (ZIGBEE_LAMP, PLUG_LAMP, ESPHOME_LAMP, SHELF, BENCH, BENCH_PLUG)
    ]
    assert told == [
        ("light.0x1_light", "Desk Lamp", "Office"),
        ("switch.0x2_switch", "Coffee Machine", ""),
        ("light.hall_hall_light", "Hall Light", ""),
        ("light.shelf", "Shelf", ""),
        ("light.tasmota_ab_1", "Bench Light", ""),
        ("switch.tasmota_ab_2", "Bench Plug", ""),
    ]


def test_a_device_that_announces_all_of_itself() -> None:
    row = {
        "dev": {"name": "Strip"},
        "cmps": {"a": {"p": "switch", "name": "Left", "cmd_t": "strip/a"}, "b": {"p": "sensor"}},
    }
    lamp = one("homeassistant/device/strip/config", row)
    assert (lamp.id, lamp.name, lamp.command) == ("switch.strip_a", "Strip Left", "strip/a")


@pytest.mark.parametrize(
    ("lamp", "call", "messages"),
    [
        (ZIGBEE_LAMP, ON, [("zigbee2mqtt/desk_lamp/set", '{"state": "ON"}')]),
        (ZIGBEE_LAMP, OFF, [("zigbee2mqtt/desk_lamp/set", '{"state": "OFF"}')]),
        (
            ZIGBEE_LAMP,
            ServiceCall("light", "turn_on", ("x",), {"brightness_pct": 50}),
            [("zigbee2mqtt/desk_lamp/set", '{"state": "ON", "brightness": 127}')],
        ),
        (
            ZIGBEE_LAMP,
            ServiceCall("light", "turn_on", ("x",), {"color_name": "red"}),
            [("zigbee2mqtt/desk_lamp/set", '{"state": "ON", "color": {"r": 255, "g": 0, "b": 0}}')],
        ),
        (PLUG_LAMP, ON, [("zigbee2mqtt/plug/set", "ON")]),
        (PLUG_LAMP, ServiceCall("switch", "turn_on", ("x",), {"brightness_pct": 50}), []),
        (ESPHOME_LAMP, ON, [("hall/light/hall_light/command", '{"state": "ON"}')]),
        (ESPHOME_LAMP, ServiceCall("light", "turn_on", ("x",), {"color_name": "red"}), []),
        (
            SHELF,
            ServiceCall("light", "turn_on", ("x",), {"brightness_step_pct": 20}),
            [("shelf/cmnd/POWER", "ON"), ("shelf/cmnd/Dimmer", "59")],
        ),
        (BENCH, OFF, [("cmnd/tasmota_AB/POWER1", "OFF")]),
        (BENCH_PLUG, ON, [("cmnd/tasmota_AB/POWER2", "ON")]),
    ],
)
def test_what_is_sent(lamp: Lamp, call: ServiceCall, messages: list[tuple[str, str]]) -> None:
    assert [(topic, payload.decode()) for topic, payload in sent(lamp, call, 100)] == messages


@pytest.mark.parametrize(
    ("lamp", "topic", "payload", "state", "brightness"),
    [
        (ZIGBEE_LAMP, "zigbee2mqtt/desk_lamp", '{"state": "ON", "brightness": 127}', "on", 128),
        (PLUG_LAMP, "zigbee2mqtt/plug", '{"state": "OFF", "power": 0}', "off", None),
        (SHELF, "shelf/tele/STATE", '{"POWER": "ON", "Dimmer": 40}', "on", 102),
        (BENCH, "stat/tasmota_AB/RESULT", '{"POWER1": "ON", "Dimmer": 100}', "on", 255),
        (BENCH, "stat/tasmota_AB/RESULT", '{"POWER2": "ON"}', "unknown", None),
        (PLUG_LAMP, "zigbee2mqtt/plug", "no JSON", "unknown", None),
    ],
)
def test_what_is_heard(lamp: Lamp, topic: str, payload: str, state: str, brightness: int | None) -> None:
    now = heard(lamp, topic, payload.encode(), {"state": "unknown", "attributes": {}})
    assert (now["state"], now["attributes"].get("brightness")) == (state, brightness)


@pytest.mark.parametrize(
    ("topic", "payload", "lamps"),
    [
        ("homeassistant/light/x/config", b"", []),
        ("homeassistant/light/x/config", b"[1]", []),
        ("homeassistant/light/x/config", b'{"command_topic": "a/#"}', []),
        ("homeassistant/sensor/x/config", b'{"command_topic": "a"}', []),
        ("homeassistant/light/x/state", b"{}", None),
        ("other/light/x/config", b'{"command_topic": "a"}', None),
    ],
)
def test_what_announces_nothing(topic: str, payload: bytes, lamps: list[Lamp] | None) -> None:
    assert announced(topic, payload, "homeassistant") == lamps


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["cmd_t", "dev", "cmps", "rl", "t", "tp", "schema", "sup_clrm", "fn", "state", "p", "~"]),
            inner,
        )
    ),
    max_leaves=12,
)


@given(JSON)
def test_whatever_is_announced_is_no_failure(row: Any) -> None:
    payload = json.dumps(row).encode()
    for kind in ("light", "switch", "device"):
        announced(f"homeassistant/{kind}/x/config", payload, "homeassistant")
    tasmota(payload)


class Broker:
    """Carries what is published to whoever is asked to do it, on the thread that stands for `mqtt`."""

    def __init__(self, *, deaf: bool = False) -> None:
        self.house = AnnouncedHouse(prefix="homeassistant", own="equerry", limit_s=0.3)
        self.heard: list[str] = []
        self.published: list[MqttMessage] = []
        self.deaf = deaf
        self.house.join(
            publish=self.publish, subscribe=lambda new: self.heard.extend(t for t, _ in new), wake=self.wake
        )
        self.house.connected(Connected(False, "5"))

    def announce(self, topic: str, row: dict[str, Any]) -> None:
        self.house.arrived(MqttMessage(topic, json.dumps(row).encode(), retain=True))

    def publish(self, message: MqttMessage) -> int:
        self.published.append(message)
        return 1

    def wake(self) -> None:
        threading.Thread(target=self._turn, daemon=True).start()

    def _turn(self) -> None:
        self.house.work()
        for each in list(self.published):
            if not self.deaf and each.topic.endswith("/set"):
                state = each.topic.removesuffix("/set")
                told = each.payload if each.payload.startswith(b"{") else b'{"state": "%s"}' % each.payload
                self.house.arrived(MqttMessage(state, told))


def test_a_house_at_the_broker() -> None:
    broker = Broker()
    broker.announce("homeassistant/light/0x1/light/config", ZIGBEE)
    broker.announce("homeassistant/switch/0x2/switch/config", PLUG)
    broker.announce("homeassistant/switch/mute/config", {"command_topic": "equerry/desk/set/mute", "name": "Mute"})
    house = broker.house
    assert sorted(house.home.entities) == ["light.0x1_light", "switch.0x2_switch"]
    assert broker.heard == ["zigbee2mqtt/desk_lamp", "zigbee2mqtt/plug"]
    after = house.call([ServiceCall("light", "turn_on", ("light.0x1_light",), {"brightness_pct": 50})])
    assert (after.entities["light.0x1_light"].state, house.home.place(after.entities["light.0x1_light"])) == (
        "on",
        "Office",
    )
    house.arrived(MqttMessage("homeassistant/switch/0x2/switch/config", b""))
    assert sorted(house.home.entities) == ["light.0x1_light"]
    house.disconnected()
    assert not house.home
    with pytest.raises(HomeAway):
        house.call([ServiceCall("light", "turn_on", ("light.0x1_light",))])


def test_who_does_not_answer_and_who_can_not() -> None:
    broker = Broker(deaf=True)
    broker.announce("homeassistant/light/0x1/light/config", ZIGBEE)
    broker.announce("homeassistant/switch/0x2/switch/config", {**PLUG, "state_topic": None})
    begun = time.monotonic()
    with pytest.raises(HomeSilent):
        broker.house.call([ServiceCall("light", "turn_on", ("light.0x1_light",))])
    assert time.monotonic() - begun < 5
    with pytest.raises(HomeRefused, match="Coffee Machine"):
        broker.house.call([ServiceCall("switch", "turn_on", ("switch.0x2_switch",), {"brightness_pct": 5})])
    after = broker.house.call([ServiceCall("switch", "turn_on", ("switch.0x2_switch",))])
    assert after.entities["switch.0x2_switch"].state == "on", "what tells no state is taken to be as it was told to be"
