"""Commands through a real Mosquitto to a real store: whoever asks is answered, once, with their role, whatever else
comes.
"""

from __future__ import annotations

import json
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr

from device.commands.directory import StoreDirectory
from device.configuration.load import load
from device.configuration.places import ROOT
from device.jobs.job import Pace
from device.jobs.jobs import Jobs
from device.mqtt.commands import Commands
from device.mqtt.thread import Bridge
from device.mqtt.tokens import tokens_of
from device.turn import events as on
from device.wiring.basis import build_policy, clock_of
from device.wiring.commands import build_parser, build_responder
from services.actions.policy.policy import Policy
from services.store.base import Task
from services.store.store import Store
from services.sync.base import MqttMessage
from services.sync.broker.link import MqttLink
from services.sync.topics import Topics
from services.understanding.names.names import Names
from services.understanding.parser import CommandParser
from tests.broker import Broker, Client, Refused
from tests.own_roles import environ_with_roles

TOKEN = "0123456789abcdef0123"
ACL = (ROOT / "config" / "mosquitto" / "equerry.acl").read_text(encoding="utf-8")
"""That of the documentation."""
ROLES = """
[clients]
"mqtt:anna" = "member"
"mqtt:ben" = "guest"
"mqtt:node-red" = "owner"
"mqtt:anyone" = "automation"
"""


class Here:
    """The store that is open."""

    directory: StoreDirectory

    @classmethod
    def names(cls) -> Names:
        return cls.directory.names()


@pytest.fixture(scope="module")
def environ(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    return environ_with_roles(tmp_path_factory.mktemp("home"), ROLES)


@pytest.fixture(scope="module")
def parser(environ: dict[str, str]) -> CommandParser:
    return build_parser(load(environ), names=Here.names)


@dataclass
class Device:
    """What runs of the appliance."""

    store: Store
    jobs: Jobs
    commands: Commands
    link: MqttLink
    events: list[on.Event] = field(default_factory=list)

    def tasks(self) -> list[str]:
        return sorted(row["title"] for row in self.store.rows(Task).values())


@contextmanager
def running(parser: CommandParser, folder: Path, broker: Broker, **login: Any) -> Iterator[Device]:
    settings = load()
    now = clock_of(settings)
    with ExitStack() as stack:
        store = stack.enter_context(Store(folder / "equerry.db"))
        directory = Here.directory = StoreDirectory(store)
        policy: Policy = build_policy(settings, store)
        responder = build_responder(settings, store, parser, directory, policy=policy)
        jobs = Jobs(
            responder,
            now=now,
            pace=Pace(per_minute=600, burst=60),
            allowance=lambda client: policy.role(client).per_minute,
            was_done=store.done,
        )
        stack.enter_context(jobs)
        link = MqttLink("127.0.0.1", broker.port, client_id="equerry-desk", **login)
        events: list[on.Event] = []
        commands = Commands(
            Topics("desk"),
            publish=link.publish,
            wake=link.wake,
            jobs=jobs,
            put=events.append,
            demand=policy.demand,
            now=now,
            refused=lambda client, code, at: policy.note("refused", client, at, code=code),
            tokens=tokens_of(SecretStr(f"node-red: {TOKEN}")),
        )
        ready = threading.Event()
        bridge = Bridge(link, [commands], now=now, changed=lambda status: ready.set() if status.connected else None)
        thread = threading.Thread(target=bridge.run)
        thread.start()
        try:
            assert ready.wait(10)
            yield Device(store, jobs, commands, link, events)
        finally:
            bridge.stop()
            thread.join(10)
        assert not thread.is_alive()


@pytest.fixture
def start(
    environ: dict[str, str], parser: CommandParser, tmp_path: Path, brokers: object, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Callable[..., Device]]:
    """The device ends before its broker does."""
    for name, value in environ.items():
        monkeypatch.setenv(name, value)
    with ExitStack() as stack:
        yield lambda broker, **login: stack.enter_context(running(parser, tmp_path, broker, **login))


@pytest.fixture
def device(start: Callable[..., Device], broker: Broker) -> Device:
    return start(broker)


@pytest.fixture
def other(device: Device, broker: Broker) -> Client:
    """A second client, which hears the device; the device's subscriptions are there."""
    client = broker.client("other")
    client.subscribe("equerry/#", "answers/#")
    answered(client, "command", "what time is it")
    client.forget()
    return client


def answered(client: Client, what: str, payload: bytes | str | dict[str, Any], **more: Any) -> dict[str, Any]:
    """The reply to a message; sent again until the device has subscribed."""
    _, slash, user = what.partition("/")
    topic = more.get("response_topic", f"equerry/desk/reply{slash}{user}")
    data = json.dumps(payload) if isinstance(payload, dict) else payload
    while True:
        client.publish(f"equerry/desk/{what}", data, qos=1, **more)
        try:
            return fields(client.wait_for(topic, within=2.0))
        except AssertionError:
            assert not client.all(topic)


def until(holds: Callable[[], bool]) -> None:
    """Wait for what comes on another thread, with a deadline."""
    end = time.monotonic() + 30
    while not holds():
        assert time.monotonic() < end
        time.sleep(0.005)


def fields(message: MqttMessage) -> dict[str, Any]:
    told: dict[str, Any] = json.loads(message.payload)
    return told


def test_a_text_is_done(device: Device, other: Client) -> None:
    other.publish("equerry/desk/command", json.dumps({"text": "create a task to call the bank", "token": TOKEN}), qos=1)
    reply = fields(other.wait_for("equerry/desk/reply"))
    assert reply["ok"] and reply["steps"] == [{"action": "task.create", "ok": True, "code": None}], reply
    assert device.tasks() == ["call the bank"] and device.jobs.get(reply["job"])


def test_steps_are_replied_to_where_it_is_wanted(device: Device, other: Client) -> None:
    steps = [{"action": "task.create", "slots": {"title": title}} for title in ("one", "two")]
    other.publish(
        "equerry/desk/command", json.dumps({"steps": steps}), qos=1, response_topic="answers/x", correlation=b"\x01\x02"
    )
    message = other.wait_for("answers/x")
    assert message.correlation == b"\x01\x02" and fields(message)["ok"] and device.tasks() == ["one", "two"]
    assert not other.all("equerry/desk/reply")


def test_an_older_client_is_answered_too(device: Device, other: Client, broker: Broker) -> None:
    old = broker.client("old", version="3.1.1")
    old.subscribe("equerry/desk/reply")
    old.publish("equerry/desk/command", '{"text": "set a timer for 5 minutes", "id": "1"}', qos=1)
    reply = fields(old.wait_for("equerry/desk/reply"))
    assert reply["ok"] and reply["id"] == "1"


def test_brought_twice_it_is_done_once(device: Device, other: Client) -> None:
    command = {"text": "create a task to water the plants", "id": "c-1", "token": TOKEN}
    for _ in range(3):
        other.publish("equerry/desk/command", json.dumps(command), qos=1)
    replies = [other.wait_for("equerry/desk/reply").payload for _ in range(3)]
    assert (
        len(set(replies)) == 1
        and fields(other.all("equerry/desk/reply")[0])["ok"]
        and device.tasks() == ["water the plants"]
    )


def test_brought_again_after_a_restart_it_is_not_done_again(
    parser: CommandParser, environ: dict[str, str], tmp_path: Path, broker: Broker, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in environ.items():
        monkeypatch.setenv(name, value)
    client = broker.client("other")
    client.subscribe("equerry/desk/reply")
    command = {"steps": [{"action": "task.create", "slots": {"title": "once"}}], "id": "c-1"}
    codes = []
    for _ in range(2):
        with running(parser, tmp_path, broker) as device:
            reply = answered(client, "command", command)
            codes.append((reply["ok"], reply.get("code")))
            assert device.tasks() == ["once"]
        client.forget()
    assert codes == [(True, None), (True, "jobs.done_before")]


def test_what_was_meant_for_then_does_not_happen_later(
    parser: CommandParser, environ: dict[str, str], tmp_path: Path, broker: Broker, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A command is kept for a device that is away; words to be said, or an ear to be opened, are not."""
    for name, value in environ.items():
        monkeypatch.setenv(name, value)
    client = broker.client("other")
    client.subscribe("equerry/desk/reply")
    with running(parser, tmp_path, broker):
        answered(client, "command", "what time is it")
    client.forget()
    for what, said in (
        ("say", {"text": "hello"}),
        ("listen", {}),
        ("mute", {"muted": True}),
        ("stop", {}),
        ("ask", {"question": "Shall I?"}),
    ):
        client.publish(f"equerry/desk/{what}", json.dumps({"token": TOKEN, **said}), qos=1)
    client.publish("equerry/desk/command", json.dumps({"text": "create a task to sweep", "token": TOKEN}), qos=1)
    with running(parser, tmp_path, broker) as device:
        assert fields(client.wait_for("equerry/desk/reply"))["ok"] and device.tasks() == ["sweep"]
        assert not device.events


def test_two_conversations_of_one(device: Device, other: Client) -> None:
    def say(conversation: str, text: str) -> str:
        command = {"text": text, "conversation": conversation, "token": TOKEN}
        other.publish("equerry/desk/command", json.dumps(command), qos=1, response_topic=f"answers/{conversation}")
        reply = fields(other.wait_for(f"answers/{conversation}"))
        assert reply["ok"], reply
        return str(reply["text"])

    say("left", "create a task to paint the fence")
    say("right", "create a task to sweep the yard")
    say("left", "mark it as done")
    done = {row["title"] for row in device.store.rows(Task).values() if row["status"] == "done"}
    assert done == {"paint the fence"}
    assert {job.client for job in device.jobs.view()} >= {"mqtt:node-red#left", "mqtt:node-red#right"}


def test_who_is_who(start: Callable[..., Device], brokers: Callable[..., Broker]) -> None:
    users = {"desk": "secret", "anna": "a", "ben": "b"}
    broker = brokers(users=users, acl=ACL)
    device = start(broker, username="desk", password=SecretStr("secret"))
    with pytest.raises(Refused):
        broker.client("nobody")
    anna, ben = (broker.client(name, username=name, password=users[name]) for name in ("anna", "ben"))
    anna.subscribe("equerry/desk/reply/anna")
    ben.subscribe("equerry/desk/reply/ben")
    assert answered(anna, "command/anna", "create a task to buy stamps")["ok"]
    anna.publish("equerry/desk/command/ben", "create a task to spy", qos=1, wait=False)
    anna.publish("equerry/desk/command", "create a task to spy", qos=1, wait=False)
    reply = answered(ben, "command/ben", "create a task to buy bread")
    assert (reply["ok"], reply["code"]) == (False, "policy.role") and reply["text"].startswith("Guests can't")
    reply = answered(ben, "say/ben", "hello")
    assert (reply["ok"], reply["code"]) == (False, "policy.role"), reply
    anna.publish("equerry/desk/say/anna", "hello", qos=1)
    assert answered(anna, "mute/anna", {"muted": True, "id": "1"}) == {"id": "1", "client": "", "ok": True, "text": ""}
    assert device.events == [on.Announced("hello"), on.MuteAsked(True)]
    assert device.tasks() == ["buy stamps"]


def test_an_automation_may_not_everything(device: Device, other: Client) -> None:
    for text in ("delete all tasks", "credit 100 to Karo"):
        other.publish("equerry/desk/command", text, qos=1)
        reply = fields(other.wait_for("equerry/desk/reply"))
        assert not reply["ok"] and reply["code"].startswith("policy."), reply
        error = fields(other.wait_for("equerry/desk/error"))
        assert (error["topic"], error["code"]) == ("equerry/desk/command", reply["code"]), error
        assert text not in error["text"] and "Karo" not in error["text"]
    other.publish("equerry/desk/mute", "off", qos=1)
    assert fields(other.wait_for("equerry/desk/reply"))["code"] == "policy.role" and not device.events


def test_a_question_comes_back_answered(device: Device, other: Client) -> None:
    other.publish(
        "equerry/desk/ask", json.dumps({"question": "Shall I?", "token": TOKEN}), qos=1, response_topic="answers/q"
    )
    until(lambda: bool(device.events))
    asked = device.events[0]
    assert isinstance(asked, on.QuestionAsked) and asked.text == "Shall I?"
    device.commands.answered(asked.id, "yes", 0.9)
    assert fields(other.wait_for("answers/q"))["text"] == "yes"


def test_hostile_messages_are_refused_and_it_listens_on(device: Device, other: Client) -> None:
    hostile = [
        b"\xff\xfe",
        b"{",
        b"[" * 60_000,
        b'{"a":' * 12_000,
        b"x" * 100_000,
        b'{"text": 5}',
        b'{"text": "a", "x": 1}',
        b"\x00",
        b" ",
    ]
    for payload in hostile:
        other.publish("equerry/desk/command", payload, qos=1)
    codes = [fields(other.wait_for("equerry/desk/reply"))["code"] for _ in hostile]
    assert set(codes) == {"mqtt.unreadable", "mqtt.too_long", "mqtt.wrong"}
    assert [fields(other.wait_for("equerry/desk/error"))["code"] for _ in hostile] == codes
    other.publish("equerry/desk/command", b"x" * 1_000_000, qos=1)
    other.publish("equerry/desk/command", "create a task to go on", qos=1)
    assert fields(other.wait_for("equerry/desk/reply"))["ok"] and device.tasks() == ["go on"]


def test_what_is_retained_is_ignored_while_it_is_connected(device: Device, other: Client) -> None:
    other.publish("equerry/desk/command", "create a task to stay", qos=1, retain=True)
    other.publish("equerry/desk/mute/anna", "on", retain=True)
    other.publish("equerry/desk/command", "create a task to go on", qos=1)
    assert fields(other.wait_for("equerry/desk/reply"))["ok"] and device.tasks() == ["go on"]
    assert not device.events


def test_a_command_topic_gets_no_reply(device: Device, other: Client) -> None:
    for topic in ("equerry/desk/command", "equerry/other/command", "equerry/home/store/task/1"):
        other.publish("equerry/desk/command", "create a task to loop", qos=1, response_topic=topic)
        assert fields(other.wait_for("equerry/desk/reply"))["code"] == "mqtt.response_topic"
    assert not device.tasks()


def test_a_flood(device: Device, other: Client) -> None:
    for number in range(3_000):
        steps = [{"action": "task.create", "slots": {"title": f"task {number}"}}]
        other.publish("equerry/desk/command", json.dumps({"steps": steps}))
    other.publish("equerry/desk/say", "I am heard", qos=1)
    until(lambda: device.events == [on.Announced("I am heard")])
    until(lambda: all(job.state not in ("queued", "running") for job in device.jobs.view()))
    done = len(device.tasks())
    until(lambda: sum(fields(each)["ok"] for each in other.all("equerry/desk/reply")) == done)
    codes = Counter(fields(each).get("code") for each in other.all("equerry/desk/reply"))
    assert set(codes) == {None, "jobs.too_many"} and 0 < done < 200
    assert len(other.all("equerry/desk/error")) < 50
