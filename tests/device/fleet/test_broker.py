"""equerry fleet status --mqtt with a real Mosquitto and our access list; no device is connected to."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.broker import Broker, Client
from tests.fleet_desk import ROOT, FleetDesk, needs_sshd

pytestmark = needs_sshd
ACL = (ROOT / "config" / "mosquitto" / "equerry.acl").read_text(encoding="utf-8")
USERS = {"desk": "a", "kitchen": "b", "fleet": "c", "anna": "d"}
STATE = {
    "at": "2026-11-23T09:30:12.345000+01:00", "phase": "idle", "muted": False, "switched_off": False,
    "microphone_fault": None, "store_fault": None, "ringing": None, "running": 0, "turn": 3,
}  # fmt: skip
HEALTH = {
    "temperature_celsius": 51.5,
    "disk_free_bytes": 20 << 30,
    "disk_total_bytes": 32 << 30,
    "under_voltage": False,
}


@pytest.fixture
def house(brokers: Callable[..., Broker]) -> Broker:
    return brokers(users=USERS, acl=ACL)


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[FleetDesk]:
    one = FleetDesk(tmp_path / "desk", ["desk", "shop"])  # its sshd is not opened: whoever connects fails
    yield one


def tell(client: Client, name: str, **told: object) -> None:
    """What a device has the broker keep."""
    for what, payload in told.items():
        text = payload if isinstance(payload, str) else json.dumps(payload)
        client.publish(f"equerry/{name}/{what}", text.encode(), qos=1, retain=True)


def told(desk: FleetDesk, house: Broker, *words: str, user: str = "fleet") -> dict[str, object]:
    secrets = desk.folder / ".config" / "equerry" / "secrets"
    secrets.mkdir(parents=True, exist_ok=True)
    (secrets / "mqtt-password").write_text(USERS[user])
    (secrets / "mqtt-password").chmod(0o600)
    result = desk.fleet(
        "status", *words, "--mqtt", "--json", EQUERRY_MQTT__HOST=house.host, EQUERRY_MQTT__PORT=str(house.port),
        EQUERRY_MQTT__USERNAME=user, EQUERRY_DEVICE__NAME="admin",
    )  # fmt: skip
    assert result.stdout, result.stderr
    found: dict[str, object] = {each["device"]: each for each in json.loads(result.stdout)["devices"]}
    return found


def test_what_devices_tell_of_themselves(desk: FleetDesk, house: Broker) -> None:
    one, other = (house.client(name, username=name, password=USERS[name]) for name in ("desk", "kitchen"))
    about = {"version": "0.2.0", "site": "home", "name": "Desk"}
    tell(one, "desk", availability="online", about=about, state=STATE, health={**HEALTH, "under_voltage": True})
    tell(other, "kitchen", availability="offline", about={**about, "version": "0.1.0"}, state=STATE, health="{nonsense")
    found = told(desk, house)
    assert list(found) == ["desk", "shop", "kitchen"], "those of the fleet file, then whoever else is there"
    assert found["desk"] == {
        "device": "desk", "well": False, "state": "running", "version": "0.2.0", "look": {},
        "amiss": {"supply": "gives too little; use the board's own power supply"},
    }  # fmt: skip
    assert found["shop"] == {"device": "shop", "well": False, "state": "unknown", "code": "fleet.not_announced",
                             "text": "The broker knows no device of this name."}  # fmt: skip
    assert found["kitchen"] == {
        "device": "kitchen", "well": False, "state": "offline", "version": "0.1.0", "look": {},
        "amiss": {"equerry": "offline; its last word was at 2026-11-23 09:30"},
    }  # fmt: skip
    assert list(told(desk, house, "desk")) == ["desk"]
    desk.file.unlink()
    assert list(told(desk, house)) == ["desk", "kitchen"], "without a fleet file"


def test_who_may_not_read_it_is_told_what_helps(desk: FleetDesk, house: Broker) -> None:
    client = house.client("desk", username="desk", password="a")
    tell(client, "desk", about={"version": "0.2.0"}, state=STATE)
    result = desk.fleet("status", "--mqtt", EQUERRY_MQTT__HOST=house.host, EQUERRY_MQTT__PORT=str(house.port))
    assert result.returncode == 1 and "refuses us" in result.stderr
    secrets = desk.folder / ".config" / "equerry" / "secrets"
    secrets.mkdir(parents=True)
    (secrets / "mqtt-password").write_text("d")
    (secrets / "mqtt-password").chmod(0o600)
    result = desk.fleet(
        "status",
        "--mqtt",
        EQUERRY_MQTT__HOST=house.host,
        EQUERRY_MQTT__PORT=str(house.port),
        EQUERRY_MQTT__USERNAME="anna",
    )
    assert (
        result.returncode == 1 and "The broker tells of no device. May this user read equerry/+/about" in result.stderr
    )


def test_nothing_is_published_and_no_secret_is_asked_for(desk: FleetDesk, house: Broker) -> None:
    one = house.client("desk", username="desk", password="a")
    tell(one, "desk", availability="online", about={"version": "0.2.0"}, state=STATE, health=HEALTH)
    told(desk, house)
    assert house.log.count("Received PUBLISH from equerry-admin-fleet") == 0
    assert "Received SUBSCRIBE from equerry-admin-fleet" in house.log


def test_without_a_broker(desk: FleetDesk) -> None:
    result = desk.fleet("status", "--mqtt")
    assert result.returncode == 1 and "name no broker. Set it: equerry config set mqtt.host NAME" in result.stderr
