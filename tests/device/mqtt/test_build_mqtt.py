"""The broker as the appliance is built with it: what can't be used is shown and done without; secrets are nowhere."""

from __future__ import annotations

import json
import logging
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from device.commands.directory import StoreDirectory
from device.commands.responder import Responder
from device.configuration.load import load
from device.configuration.roles import load as load_roles
from device.configuration.settings import Settings
from device.control.facts import Facts
from device.dials.base import Dials
from device.jobs.jobs import Jobs
from device.turn import events as on
from device.wiring.mind import build_clock
from device.wiring.outside.mqtt import Mqtt, MqttBody, build_mqtt
from services.actions.execution.executor import Executor
from services.actions.policy.policy import Policy
from services.actions.policy.roles import Identity
from services.store.store import Store
from services.sync.base import MqttMessage
from services.understanding.parser import CommandParser
from services.understanding.when import find
from tests.broker import Broker, Client

ROOT = Path(__file__).parents[3]
PASSWORD, TOKEN, WRONG = "correct-horse-battery", "6f1c2a77c0f9d3b1e84a", "b2a9e6d4f87c1a035d62"


@pytest.fixture
def secrets(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of systemd's credentials."""
    folder = tmp_path / "credentials"
    folder.mkdir()
    monkeypatch.setenv("CREDENTIALS_DIRECTORY", str(folder))
    return folder


def settings_of(folder: Path, **mqtt: Any) -> Settings:
    environ = {f"EQUERRY_MQTT__{name.upper()}": str(value) for name, value in mqtt.items()}
    return load(
        {"EQUERRY_CONFIG": "", "EQUERRY_PATHS__DATA": str(folder / "data"), "EQUERRY_DEVICE__NAME": "Desk", **environ}
    )


@contextmanager
def built(settings: Settings, policy: Policy | None = None) -> Iterator[tuple[Mqtt, list[on.Event | on.Crashed]]]:
    """Running, with jobs of its own on a store of its own; and what it puts into the inbox."""
    put: list[on.Event | on.Crashed] = []
    with Store(settings.paths.data / "equerry.db") as store:
        clock = build_clock(settings, store)
        policy = policy or Policy(load_roles({"EQUERRY_ROLES": ""})[0])
        executor = Executor(store, policy=policy, find_when=find, zone=UTC)
        responder = Responder(
            CommandParser(ROOT / "config" / "sentences"),
            executor,
            clock.read,
            directory=StoreDirectory(store),
            policy=policy,
        )
        with Jobs(responder, now=clock.read, was_done=store.done) as jobs:
            dials = Dials(settings.paths.data / "dials.json", [])
            body = MqttBody(jobs, policy, clock, UTC, dials, (), level=lambda: None, near_misses=lambda: 0)
            mqtt = build_mqtt(settings, store, body, put.append)
            threads = [threading.Thread(target=each.run) for each in mqtt.beside]
            for thread in threads:
                thread.start()
            try:
                yield mqtt, put
            finally:
                for each in mqtt.beside:
                    each.stop()
                for thread in threads:
                    thread.join(10)


def facts_of(mqtt: Mqtt) -> dict[str, Any]:
    return Facts(datetime.now(UTC), mqtt.sections)()


def test_without_a_broker_there_is_nothing_of_it(tmp_path: Path) -> None:
    with built(settings_of(tmp_path)) as (mqtt, put):
        assert not mqtt.beside and not mqtt.watchers and not put
        assert not mqtt.site.claim_turn(1)
        assert not {"broker", "sync", "site"} & facts_of(mqtt).keys()


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("mqtt-tokens", f"node-red {TOKEN}\n", "mqtt.tokens"),
        ("mqtt-password", "", "secret.unreadable"),
        ("", "", "mqtt.topic"),
    ],
)
def test_what_can_t_be_used_is_shown_and_done_without(
    tmp_path: Path, secrets: Path, caplog: pytest.LogCaptureFixture, name: str, content: str, code: str
) -> None:
    if name:
        (secrets / name).write_text(content)
    settings = settings_of(tmp_path, host="127.0.0.1")
    if not name:
        settings = settings.model_copy(update={"device": settings.device.model_copy(update={"name": "###"})})
    with built(settings) as (mqtt, put):
        assert not mqtt.beside
        told = facts_of(mqtt)["broker"]
    assert (told["connected"], told["code"]) == (False, code)
    assert [event.connected for event in put if isinstance(event, on.BrokerChanged)] == [False]
    assert "The broker is not used" in caplog.text
    assert TOKEN not in caplog.text + json.dumps(told)


def test_home_assistant_knows_the_device_again_when_a_backup_was_put_back(tmp_path: Path, broker: Broker) -> None:
    """The restored store has a new name as a device; what Home Assistant calls it stays, so no second one appears
    there.
    """
    assistant = broker.client("assistant")
    assistant.subscribe("homeassistant/device/+/config")
    settings = settings_of(tmp_path, host=broker.host, port=broker.port)
    found = []
    for _ in range(2):
        with built(settings):
            found.append(assistant.wait_for("homeassistant/device/+/config").topic)
        (tmp_path / "data" / "equerry.db").unlink()
        for rest in (tmp_path / "data").glob("equerry.db-*"):
            rest.unlink()
        broker.client("cleaner").publish(found[-1], b"", qos=1, retain=True)
        assistant.wait_for(found[-1], lambda each: not each.payload)
    assert found[0] == found[1]


def test_another_way_to_the_broker_is_taken_while_it_runs(
    tmp_path: Path, brokers: Callable[..., Broker], secrets: Path
) -> None:
    """Port and password: what was published stands at the new one, too, and commands come from there."""
    first, second = brokers(), brokers(users={"desk": PASSWORD, "other": PASSWORD})
    (secrets / "mqtt-password").write_text(PASSWORD)
    settings = settings_of(tmp_path, host=first.host, port=first.port)
    with built(settings) as (mqtt, put):
        online(first.client("other"))
        assert mqtt.relink
        mqtt.relink(settings_of(tmp_path, host=second.host, port=second.port, username="desk"))
        other = second.client("other", username="other", password=PASSWORD)
        online(other)
        other.publish("equerry/desk/command/anna", json.dumps({"text": "add milk", "id": "1"}), qos=1)
        other.wait_for("equerry/desk/reply/#", lambda each: answers("1", each))
    assert [event.connected for event in put if isinstance(event, on.BrokerChanged)] == [True, False, True]


def online(client: Client) -> None:
    client.subscribe("equerry/#")
    client.wait_for("equerry/desk/availability", lambda each: each.payload == b"online")


def answers(id: str, message: MqttMessage) -> bool:
    return bool(json.loads(message.payload)["id"] == id)


@pytest.mark.parametrize("password", [PASSWORD, WRONG])
def test_secrets_are_nowhere(
    tmp_path: Path, secrets: Path, caplog: pytest.LogCaptureFixture, brokers: Callable[..., Broker], password: str
) -> None:
    """Neither in the log, nor in what is published, put into the inbox, told as status, kept in the store, or
    represented.
    """
    caplog.set_level(logging.DEBUG)
    broker = brokers(users={"desk": PASSWORD, "phone": "phone-phone"})
    for name, content in (
        ("mqtt-username", "desk"),
        ("mqtt-password", password),
        ("mqtt-tokens", f"node-red: {TOKEN}\n"),
    ):
        (secrets / name).write_text(content)
    phone = broker.client("phone", username="phone", password="phone-phone")
    phone.subscribe("#")
    settings = settings_of(tmp_path, host=broker.host, port=broker.port)
    with built(settings) as (mqtt, put):
        if password == PASSWORD:
            phone.wait_for("equerry/desk/availability", lambda each: each.payload == b"online")
            for token in (TOKEN, WRONG):
                phone.publish(
                    "equerry/desk/command", json.dumps({"id": token[:4], "text": "what time is it", "token": token})
                )
                phone.wait_for("equerry/desk/reply", partial(answers, token[:4]))
        else:
            until = threading.Event()
            for _ in range(100):
                if any(isinstance(event, on.BrokerChanged) for event in put) or until.wait(0.1):
                    break
        seen = [repr(mqtt), repr(put), repr(mqtt.beside), json.dumps(facts_of(mqtt)), repr(settings)]
    assert put
    kept = b"".join(path.read_bytes() for path in (tmp_path / "data").rglob("*") if path.is_file())
    own = [message for message in phone.heard if not message.topic.endswith("/command")]
    seen += [caplog.text, kept.decode("latin-1"), *(message.payload.decode() for message in own)]
    assert not [each for each in seen for secret in (PASSWORD, TOKEN, WRONG) if secret in each]


def test_home_assistant_shows_what_its_role_may_as_roles_change(tmp_path: Path, broker: Broker) -> None:
    assistant = broker.client("assistant")
    assistant.subscribe("homeassistant/device/+/config")

    roles = load_roles({"EQUERRY_ROLES": ""})[0]
    policy = Policy(roles)
    with built(settings_of(tmp_path, host=broker.host, port=broker.port), policy):
        told = assistant.wait_for("homeassistant/device/+/config").payload
        assert {"stop", "announce", "mute"} <= set(json.loads(told)["components"])
        assistant.forget()
        policy.follow(roles.model_copy(update={"clients": {"mqtt:homeassistant": Identity(role="guest")}}))
        for _ in range(2):  # once with what goes away, once without
            told = assistant.wait_for("homeassistant/device/+/config").payload
        assert not {"stop", "announce", "mute"} & set(json.loads(told)["components"])
