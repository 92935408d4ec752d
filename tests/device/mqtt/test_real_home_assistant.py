"""The device in a real Home Assistant, by its MQTT integration, through a real broker with the access list that we hand
out: it appears, is turned, answers, sets automations off, and is updated from there.

Left out where its environment is not made (scripts/house).
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from pydantic import SecretStr

from device.turn import events as on
from device.upkeep.updates import Updates
from services.store.documents import Task
from services.sync.home_assistant.discovery import EXPOSED, DeviceInfo
from services.sync.home_assistant.entities import ICONS, TRIGGER, entities
from services.sync.topics import Topics
from services.wake.base import Detection
from tests.broker import Broker
from tests.mqtt_desk import FEATURES, ROOT, Desk
from tests.real_home_assistant import HASS, WHY, RealHomeAssistant, real_home_assistant

pytestmark = [pytest.mark.skipif(not HASS.exists(), reason=WHY), pytest.mark.timeout(300)]
PATIENCE_S = 30.0
ACL = (ROOT / "config" / "mosquitto" / "equerry.acl").read_text(encoding="utf-8")
ROLES = """
[clients]
"mqtt:homeassistant" = "home"
[roles.home]
called = "Home Assistant"
may = ["*.query", "task.*", "appliance.*", "!appliance.unmute"]
per_minute = 600
"""
SHOWN = replace(FEATURES, update=True, may=FEATURES.may | {"update"})


class House(NamedTuple):
    """Both, joined."""

    real: RealHomeAssistant
    desk: Desk
    folder: Path
    ids: dict[str, str]
    """Entity ids by our keys."""

    def until(self, key: str, holds: Callable[[dict[str, Any]], bool]) -> dict[str, Any]:
        """The state of an entity, as soon as that is so of it."""
        end = time.monotonic() + PATIENCE_S
        while not holds(state := self.real.state(self.ids[key])):
            assert time.monotonic() < end, state
            time.sleep(0.05)
        return state

    def call(self, service: str, key: str, **data: Any) -> None:
        self.real.call(service, self.ids[key], **data)


def wants(version: str) -> tuple[int, ...]:
    return tuple(int(each) for each in version.split(".")[:2])


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    folder = tmp_path_factory.mktemp("house")
    users = {"desk": "d", "homeassistant": "h"}
    (folder / "roles.toml").write_text(ROLES, encoding="utf-8")
    (folder / "equerry-0.10.0.tar.gz").touch()
    updates = Updates(str(folder / "equerry-{version}.tar.gz"), folder, "0.9.0", told=folder / "state")
    with (
        Broker(folder / "broker", users=users, acl=ACL) as broker,
        real_home_assistant(folder / "config") as real,
    ):
        real.integrate("mqtt", broker=broker.host, port=broker.port, username="homeassistant", password="h")
        wanted = {"form": "device" if wants(real.version) >= (2024, 11) else "component", "updates": updates}
        about = DeviceInfo("d1", "Desk", "0.9.0", "Raspberry Pi 5", "10000000abcd", "Den", EXPOSED)
        login = {"username": "desk", "password": SecretStr("d")}
        roles = {"EQUERRY_ROLES": str(folder / "roles.toml")}
        with Desk(folder, broker, features=SHOWN, roles=roles, login=login, about=about, **wanted) as desk:
            yield House(real, desk, folder, _appeared(real))


def keys(version: str) -> set[str]:
    """Of what this version of Home Assistant has; announcements are there since 2024.5."""
    each = entities(SHOWN, Topics("desk"))
    return {
        one.key for one in each if one.platform != TRIGGER and (one.platform != "notify" or wants(version) > (2024, 4))
    }


def _appeared(real: RealHomeAssistant) -> dict[str, str]:
    end = time.monotonic() + PATIENCE_S
    while True:
        ours = [each for each in real.ask("config/entity_registry/list") if each["platform"] == "mqtt"]
        found = {
            real.ask("config/entity_registry/get", entity_id=each["entity_id"])["unique_id"]: each["entity_id"]
            for each in ours
        }
        ids = {unique.removeprefix("equerry_d1_"): entity for unique, entity in found.items()}
        if set(ids) >= keys(real.version):
            return ids
        assert time.monotonic() < end, keys(real.version) - set(ids)
        time.sleep(0.1)


def device_of(house: House) -> dict[str, Any]:
    devices: list[dict[str, Any]] = house.real.ask("config/device_registry/list")
    return next(each for each in devices if each["manufacturer"] == "Equerry")


def test_everything_appears_with_icons_and_as_one_device(house: House) -> None:
    assert set(house.ids) == keys(house.real.version)
    for key, entity in house.ids.items():
        told = house.real.ask("config/entity_registry/get", entity_id=entity)
        assert told["original_icon"] == (f"mdi:{ICONS[key]}" if key in ICONS else None)
        assert house.until(key, lambda state: state["state"] != "unavailable")
    device = device_of(house)
    assert (device["name"], device["model"], device["sw_version"]) == ("Desk", "Raspberry Pi 5", "0.9.0")
    assert device["serial_number"] == "10000000abcd" and device["configuration_url"] == EXPOSED
    assert device["area_id"] == house.real.rooms["Den"]
    log = (house.real.folder / "out.log").read_text().splitlines()
    complaints = [each for each in log if "homeassistant.components.mqtt" in each]
    if wants(house.real.version) < (2024, 11):  # no notifiers, and a warning for each time that there is none
        complaints = [each for each in complaints if "notify" not in each and "ha/counts" not in each]
    assert not complaints


def test_a_typed_command_is_answered_where_one_sees_it(house: House) -> None:
    house.call("text.set_value", "command", value="create a task to call the bank")
    shown = house.until("answer", lambda state: "call the bank" in state["state"])
    assert shown["attributes"]["ok"] is True
    assert [each.title for each in house.desk.store.find(Task)] == ["call the bank"]
    house.until("open_tasks", lambda state: state["state"] == "1")
    house.until("last_command", lambda state: state["state"] == "task.create")


def test_it_is_turned_and_shows_what_is(house: House) -> None:
    house.call("number.set_value", "volume", value=40)
    house.until("volume", lambda state: float(state["state"]) == 40)
    house.call("switch.turn_on", "do_not_disturb")
    house.until("do_not_disturb", lambda state: state["state"] == "on")
    house.call("select.select_option", "wake_word", option="alexa")
    house.until("wake_word", lambda state: state["state"] == "alexa")
    house.call("switch.turn_on", "mute")
    house.until("muted", lambda state: state["state"] == "on")
    house.call("switch.turn_off", "mute")  # which the role may not
    refused = house.until("refused", lambda state: state["attributes"].get("code") == "policy.role")
    assert (
        "open the microphone" in refused["attributes"]["text"] and house.real.state(house.ids["mute"])["state"] == "on"
    )


def test_what_is_announced_is_said(house: House) -> None:
    if "announce" not in house.ids:
        pytest.skip(f"Home Assistant {house.real.version} has no notify entities of MQTT")
    house.call("switch.turn_off", "do_not_disturb")
    house.until("do_not_disturb", lambda state: state["state"] == "off")
    house.call("notify.send_message", "announce", message='{"odd": words}')
    house.desk.until(lambda: '{"odd": words}' in house.desk.said)


def test_automations_find_the_triggers_of_the_device_and_are_set_off(house: House) -> None:
    device = device_of(house)["id"]
    listed = house.real.ask("device_automation/trigger/list", device_id=device)
    ours = {(each["type"], each["subtype"]): each for each in listed if each["domain"] == "mqtt"}
    assert set(ours) == {
        *((f"button_{press}_press", "talk_button") for press in ("short", "double", "triple", "long")),
        ("heard", "wake_word"),
        ("begins", "ring"),
        ("ends", "ring"),
    }
    wanted = [{**{k: v for k, v in each.items() if k != "metadata"}, "id": each["type"]} for each in ours.values()]
    with house.real.triggers(*wanted) as next_:
        house.desk.home.gesture("press")
        assert next_() == "button_short_press"
        house.desk.home.gesture("hold")
        assert next_() == "button_long_press"
        house.desk.put(on.WakeHeard(1, Detection("hey_jarvis", 0.9, 0.0)))
        assert next_() == "heard"


def test_an_update_is_installed_from_there(house: House) -> None:
    shown = house.until("update", lambda state: state["state"] == "on")["attributes"]
    assert (shown["installed_version"], shown["latest_version"]) == ("0.9.0", "0.10.0")
    house.call("update.install", "update")
    house.desk.until((house.folder / "update" / "wanted").exists)
    progresses = wants(house.real.version) >= (2024, 12)  # those before know of no progress over MQTT
    house.until("update", lambda state: bool(state["attributes"]["in_progress"]) == progresses)
    (house.folder / "state").write_text("failed\n0.10.0\nthe disk is full\n")
    (house.folder / "update" / "wanted").unlink()
    words = "The update to 0.10.0 failed: the disk is full"
    house.until(
        "update",
        lambda state: state["attributes"]["release_summary"] == words and not state["attributes"]["in_progress"],
    )
    house.until("refused", lambda state: state["attributes"].get("text") == words)


def test_it_is_away_and_there_again_with_home_assistant(house: House) -> None:
    house.real.stop()
    house.real.start()
    house.until("phase", lambda state: state["state"] not in ("unavailable", "unknown"))
