"""The configuration and the access list that we hand out (config/mosquitto), on a real broker: who can do what, and who
can't.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from pydantic import SecretStr

from device.messages.events import MESSAGES
from services.sync.base import (
    Acknowledged,
    Arrived,
    BrokerRefused,
    BrokerUnreachable,
    Connected,
    Disconnected,
    LinkEvent,
    MqttMessage,
    Rejected,
)
from services.sync.broker.link import MqttLink, Tls
from tests.broker import Broker, Certificates, Client, Refused

EXAMPLE = Path(__file__).resolve().parents[3] / "config" / "mosquitto"
USERS = {
    name: f"secret of {name}" for name in ("desk", "kitchen", "homeassistant", "taskbot", "anna", "ben", "node-red")
}
TASK = "equerry/home/store/task/t1"


@pytest.fixture
def known(tmp_path: Path) -> Certificates:
    """Who signs."""
    return Certificates(tmp_path / "ca")


@pytest.fixture
def house(brokers: Callable[..., Broker], known: Certificates, tmp_path: Path) -> Broker:
    """With our example, but for where its files are."""
    acl = tmp_path / "equerry.acl"
    shutil.copy(EXAMPLE / "equerry.acl", acl)
    acl.chmod(0o600)
    certificate, key = known.signed("broker")
    text = (EXAMPLE / "equerry.conf").read_text(encoding="utf-8")
    assert not set("{}") & set(text)
    text = re.sub(r"^listener 8883$", "listener {port}", text, flags=re.MULTILINE)
    for name, path in {
        "certs/ca.crt": known.ca,
        "certs/broker.crt": certificate,
        "certs/broker.key": key,
        "equerry.acl": acl,
    }.items():
        text = text.replace(f"/etc/mosquitto/{name}", str(path))
    text = text.replace("/etc/mosquitto/equerry.passwords", "{passwords}")
    return brokers(users=USERS, whole=f"persistence true\npersistence_location {{folder}}/\n{text}")


@pytest.fixture
def user(house: Broker, known: Certificates) -> Callable[[str], Client]:
    """Connects as somebody."""
    return lambda name: house.client(f"{name}-program", username=name, password=USERS[name], ca=known.ca)


def test_nobody_anonymous(house: Broker, known: Certificates) -> None:
    """Neither without a name, nor with one and no password, nor without TLS; so neither to read nor to command."""
    for version, options in (
        ("5", {}),
        ("3.1.1", {"username": "anna"}),
        ("5", {"username": "anna", "password": "guess"}),
    ):
        with pytest.raises(Refused):
            house.client("x", ca=known.ca, version=version, **options)
    for tls, kind in ((Tls(known.ca), BrokerRefused), (None, BrokerUnreachable)):
        link = MqttLink("127.0.0.1", house.port, client_id="x", tls=tls)
        events: list[LinkEvent] = []
        while not events:
            events = link.turn(1)
        link.close()
        assert isinstance(events[0], Disconnected)
        assert isinstance(events[0].error, kind)


def test_commands_only_under_ones_own_name(user: Callable[[str], Client]) -> None:
    """That is what proves the name to the device."""
    desk, anna = user("desk"), user("anna")
    desk.subscribe("equerry/desk/#")
    for verb in ("command", "say", "listen", "stop", "mute", "ask"):
        for topic in (verb, f"{verb}/ben", f"{verb}/+", f"{verb}/anna/ben"):
            if "+" not in topic:
                anna.publish(f"equerry/desk/{topic}", b"forged", qos=1)
        anna.publish(f"equerry/desk/{verb}/anna", b"proved", qos=1)
        assert desk.wait_for("#") == MqttMessage(f"equerry/desk/{verb}/anna", b"proved", 1)


def test_replies_are_ones_own(user: Callable[[str], Client]) -> None:
    """Ben hears none of Anna's, nor the events of the device."""
    desk, anna, ben = user("desk"), user("anna"), user("ben")
    for each in (anna, ben):
        each.subscribe("#", "equerry/#", "equerry/desk/reply/anna/1")
    for topic in ("reply/anna/1", "reply", "command/completed", "final", "state"):
        desk.publish(f"equerry/desk/{topic}", b"x", qos=1)
    desk.publish("equerry/desk/availability", b"online", qos=1)
    for each, heard in ((anna, {"reply/anna/1", "availability"}), (ben, {"availability"})):
        each.wait_for("equerry/desk/availability")
        assert {message.topic.removeprefix("equerry/desk/") for message in each.heard} == heard


@pytest.mark.parametrize("name", ["homeassistant", "node-red"])
def test_automations_hear_what_happens_and_nothing_of_what_others_ask(user: Callable[[str], Client], name: str) -> None:
    """All that a device tells of itself (docs/mqtt.md), and what they are answered themselves."""
    desk, hears = user("desk"), user(name)
    hears.subscribe("equerry/#")
    told = {re.sub(r"{\w+}", "completed", each.topic) for each in MESSAGES}
    told |= {"availability", "about", "error", "ha/dials", f"reply/{name}", f"reply/{name}/1"}
    verbs = ("command", "say", "listen", "stop", "mute", "ask", "reply")
    for topic in (*(f"{verb}{behind}" for verb in verbs for behind in ("", "/anna", "/anna/1")), "set/volume/anna"):
        desk.publish(f"equerry/desk/{topic}", b"x", qos=1)
    for topic in told:
        desk.publish(f"equerry/desk/{topic}", b"x", qos=1)
    for topic in told:
        hears.wait_for(f"equerry/desk/{topic}")
    assert {message.topic.removeprefix("equerry/desk/") for message in hears.heard} == told


def test_documents_are_for_devices(user: Callable[[str], Client]) -> None:
    """Others neither write nor read them; a device does, as does one that comes later."""
    desk, kitchen = user("desk"), user("kitchen")
    outsiders = [user("anna"), user("homeassistant"), user("node-red")]
    kitchen.subscribe("equerry/home/store/task/+", "equerry/home/claim/#")
    for each in outsiders:
        each.subscribe("equerry/#", TASK)
        each.publish(TASK, b"forged", qos=1, retain=True)
        each.publish("equerry/home/claim/wake", b"forged", qos=1)
    desk.publish("equerry/home/claim/wake", b"desk", qos=1)
    assert kitchen.wait_for("#").payload == b"desk"
    desk.publish(TASK, b"desk's", qos=1, retain=True)
    assert kitchen.wait_for("#").payload == b"desk's"
    assert [message for each in outsiders for message in each.all("equerry/home/#")] == []
    late = user("kitchen")
    late.subscribe("equerry/home/store/#")
    assert late.wait_for(TASK).retain


def test_flows_hear_what_happens_and_turn_nothing(user: Callable[[str], Client]) -> None:
    """As docs/automation.md has it: the talk button, commands that are done; asked for under their own name."""
    desk, flows = user("desk"), user("node-red")
    flows.subscribe("equerry/desk/ha/button", "equerry/desk/job/completed")
    desk.subscribe("equerry/desk/set/#", "equerry/desk/say/#", "equerry/desk/command/#")
    for topic in ("ha/button", "job/completed"):
        desk.publish(f"equerry/desk/{topic}", b"{}", qos=1)
        assert flows.wait_for("#").topic == f"equerry/desk/{topic}"
    for topic in ("set/volume/node-red", "set/volume/homeassistant", "command/anna"):
        flows.publish(f"equerry/desk/{topic}", b"30", qos=1)
    flows.publish("equerry/desk/say/node-red", b"Dinner is ready.", qos=1)
    assert desk.wait_for("#").topic == "equerry/desk/say/node-red"


def test_a_program_adds_tasks_and_reads_none(user: Callable[[str], Client]) -> None:
    """And only tasks."""
    desk, bot = user("desk"), user("taskbot")
    desk.subscribe("equerry/home/store/#")
    bot.subscribe("#", "equerry/home/store/#")
    bot.publish("equerry/home/store/person/p1", b"forged", qos=1)
    bot.publish("equerry/home/store/task/t1/x", b"forged", qos=1)
    bot.publish(TASK, b"{}", qos=1, retain=True)
    assert desk.wait_for("#") == MqttMessage(TASK, b"{}", 1)
    assert bot.heard == []


def test_a_device_is_no_other(user: Callable[[str], Client]) -> None:
    """It neither tells nor hears what another one does, but that it is there."""
    desk, kitchen = user("desk"), user("kitchen")
    desk.subscribe("equerry/desk/#")
    kitchen.subscribe("equerry/#")
    for topic in ("state", "availability", "reply/anna/1", "command/anna"):
        kitchen.publish(f"equerry/desk/{topic}", b"forged", qos=1)
    for topic in ("state", "about"):
        desk.publish(f"equerry/desk/{topic}", b"desk's", qos=1)
    assert desk.wait_for("#").payload == b"desk's"
    assert kitchen.wait_for("#").topic == "equerry/desk/about"


def test_home_automation(user: Callable[[str], Client]) -> None:
    """Hears events, turns dials as itself, is told of the device; nobody else turns them."""
    desk, house, anna = user("desk"), user("homeassistant"), user("anna")
    desk.subscribe("equerry/desk/#", "homeassistant/#")
    house.subscribe("equerry/#", "homeassistant/#")
    anna.publish("equerry/desk/set/volume/homeassistant", b"forged", qos=1)
    anna.publish("equerry/desk/set/volume/anna", b"forged", qos=1)
    house.publish("equerry/desk/set/volume/homeassistant", b"50", qos=1)
    assert desk.wait_for("#").topic == "equerry/desk/set/volume/homeassistant"
    house.publish("homeassistant/status", b"online", qos=1)
    assert desk.wait_for("homeassistant/#").payload == b"online"
    for topic in (
        "equerry/desk/state",
        "homeassistant/device/equerry_1/config",
        "homeassistant/sensor/equerry_1/phase/config",
    ):
        desk.publish(topic, b"x", qos=1)
        assert house.wait_for(topic)


def test_the_link_under_our_configuration(house: Broker, known: Certificates) -> None:
    """Connects as a device, is told what it may not, and gets 3,000 documents whole, of which Mosquitto by itself would
    keep some back.
    """
    events: list[LinkEvent] = []

    def reach(client_id: str) -> MqttLink:
        password = SecretStr(USERS["desk"])
        return MqttLink(
            "127.0.0.1", house.port, client_id=client_id, username="desk", password=password, tls=Tls(known.ca)
        )

    def turn_until(link: MqttLink, holds: Callable[[], bool]) -> None:
        for _ in range(20_000):
            if holds():
                return
            events.extend(link.turn(1))
        raise AssertionError(events[-10:])

    first = reach("desk")
    turn_until(first, lambda: any(isinstance(each, Connected) for each in events))
    for number in range(3000):
        first.publish(MqttMessage(f"equerry/home/store/task/{number}", bytes(300), 1, True))
    first.publish(MqttMessage("equerry/kitchen/state", b"forged", 1))
    first.publish(MqttMessage("equerry/desk/state", b"idle", 1))
    turn_until(first, lambda: sum(isinstance(each, Acknowledged | Rejected) for each in events) == 3002)
    assert [each.reason for each in events if isinstance(each, Rejected)] == ["not authorised"]
    first.close()
    assert not [each for each in events if isinstance(each, Disconnected)]
    second = reach("desk-2")
    second.subscribe([("equerry/home/store/task/+", 1)])
    turn_until(second, lambda: sum(isinstance(each, Arrived) for each in events) == 3000)
    second.close()
