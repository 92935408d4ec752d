"""Real jobs on a real store, told over a real broker: the events of a command in their order, and what becomes of them
without a broker.
"""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from pydantic import TypeAdapter

from device.commands.directory import StoreDirectory
from device.commands.responder import Responder
from device.jobs.job import Pace
from device.jobs.jobs import Jobs
from device.messages.base import payload_of
from device.messages.events import MESSAGES
from device.mqtt.commands import Commands
from device.mqtt.health import Checkup
from device.mqtt.publisher import Publisher
from device.mqtt.thread import Bridge
from device.turn import events as on
from device.turn.machine import Session
from firmware.readings import Readings
from services.actions.execution.executor import Executor
from services.store.store import Store
from services.sync.broker.link import Backoff, MqttLink
from services.sync.topics import Topics
from services.understanding.parser import CommandParser
from services.understanding.slots.amounts import amount_of
from services.understanding.when import find
from tests.broker import Broker, Client

ROOT = Path(__file__).parents[3]
ZONE = ZoneInfo("Europe/Berlin")
PATIENCE_S = 20.0
UNBOUND = Pace(6_000, 1_000, 6_000, 1_000)
ORDER = [
    "job/queued",
    "job/started",
    "command/started",
    "step/started",
    "step/completed",
    "command/completed",
    "job/completed",
]


def now() -> datetime:
    return datetime.now(ZONE)


class Device:
    """Jobs, store and the thread `mqtt`, as device/wiring wires them."""

    def __init__(self, broker: Broker, store: Store, parser: CommandParser, *, transcripts: bool = False) -> None:
        topics = Topics("desk")
        executor = Executor(store, find_when=find, zone=ZONE, read_amount=amount_of, clock=now)
        self.jobs = Jobs(Responder(parser, executor, now, directory=StoreDirectory(store)), now=now, pace=UNBOUND)
        link = MqttLink(broker.host, broker.port, client_id="desk", backoff=Backoff(lambda: 0.0))
        self.telling = Publisher(
            topics,
            link.publish,
            link.wake,
            now=now,
            stats=self.jobs.stats,
            health=Checkup(Readings(), store.path.parent, now=now),
            transcripts=transcripts,
        )
        commands = Commands(
            topics,
            publish=link.publish,
            wake=link.wake,
            jobs=self.jobs,
            put=lambda _: None,
            demand=lambda *_: None,
            now=now,
        )
        self.jobs.watch(self.telling.job)
        self.jobs.follow(self.telling.progress)
        self._unwatch = store.watch(self.telling.changed)
        self.telling.watch(on.Ready(), Session("idle"))
        self.changed = threading.Condition()
        self.bridge = Bridge(link, [commands, self.telling], now=now, changed=lambda _: self._note())
        self.thread = threading.Thread(target=self.bridge.run, name="mqtt", daemon=True)

    def _note(self) -> None:
        with self.changed:
            self.changed.notify_all()

    def until(self, holds: Callable[[], bool]) -> None:
        with self.changed:
            assert self.changed.wait_for(holds, PATIENCE_S)

    def __enter__(self) -> Device:
        self.jobs.start()
        self.thread.start()
        self.until(lambda: self.bridge.status.connected)
        return self

    def __exit__(self, *_: object) -> None:
        self.jobs.close()
        self._unwatch()
        self.bridge.stop()
        self.thread.join(PATIENCE_S)
        assert not self.thread.is_alive()


@pytest.fixture(scope="module")
def parser() -> CommandParser:
    return CommandParser(ROOT / "config" / "sentences")


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store(tmp_path / "store" / "equerry.db") as opened:
        yield opened


@pytest.fixture
def phone(broker: Broker) -> Client:
    client = broker.client("phone")
    client.subscribe("equerry/desk/#")
    return client


def told(client: Client, start: str) -> list[str]:
    topics = [message.topic.removeprefix("equerry/desk/") for message in client.heard]
    return [topic for topic in topics if topic.startswith(start)]


def test_a_command_from_outside_is_told_of_from_beginning_to_end(
    broker: Broker, phone: Client, store: Store, parser: CommandParser
) -> None:
    with Device(broker, store, parser):
        phone.publish("equerry/desk/command", "create a task to tune the xylophone", qos=1)
        phone.wait_for("equerry/desk/job/completed")
        changed = phone.wait_for("equerry/desk/changed/task/+")
        phone.wait_for("equerry/desk/queue/status", lambda each: json.loads(each.payload)["completed"] == 1)
        sequence = [topic for topic in told(phone, "") if topic in ORDER]
        assert sequence == ORDER
        ids = {
            json.loads(each.payload).get("job") or json.loads(each.payload).get("command")
            for each in phone.heard
            if "job/" in each.topic
        }
        assert json.loads(changed.payload)["command"] in ids and len(ids) == 1
        later = broker.client("later")
        later.subscribe("equerry/desk/#")
        kept = {later.wait_for(f"equerry/desk/{topic}").retain for topic in ("state", "health", "queue/status")}
        assert kept == {True}
        later.round_trip()
        assert not told(later, "job") and not told(later, "changed")
    events = [each for each in phone.heard if not each.topic.endswith(("/reply", "/command"))]
    assert not [each for each in events if b"xylophone" in each.payload]
    for message in events:
        kind = next(
            kind
            for kind in MESSAGES
            if kind.topic.partition("{")[0].rstrip("/") in message.topic and _levels(kind.topic, message.topic)
        )
        assert payload_of(TypeAdapter(kind).validate_json(message.payload, strict=True)) == message.payload


def _levels(pattern: str, topic: str) -> bool:
    wanted, given = pattern.split("/"), topic.removeprefix("equerry/desk/").split("/")
    return len(wanted) == len(given) and all(a == b or a.startswith("{") for a, b in zip(wanted, given, strict=True))


def test_what_fails_and_what_is_cancelled(broker: Broker, phone: Client, store: Store, parser: CommandParser) -> None:
    with Device(broker, store, parser) as device:
        device.jobs.submit("delete the task xylophone", client="console")
        failed = json.loads(phone.wait_for("equerry/desk/job/failed").payload)
        assert failed["code"] and failed["text"] is failed["reply"] is None
        blocked = device.jobs.submit("create a task to call Anna", client="console", after=[failed["job"]])
        cancelled = json.loads(
            phone.wait_for(
                "equerry/desk/job/cancelled", lambda each: json.loads(each.payload)["job"] == blocked.id
            ).payload
        )
        assert cancelled["code"] == "jobs.in_vain"


def test_a_broker_that_was_away_hears_how_things_are_and_that_documents_changed(
    broker: Broker, phone: Client, store: Store, parser: CommandParser
) -> None:
    with Device(broker, store, parser) as device:
        phone.wait_for("equerry/desk/state")
        broker.kill()
        device.until(lambda: not device.bridge.status.connected)
        done = threading.Event()
        device.jobs.submit("create a task to tune the xylophone", client="console", done=lambda _: done.set())
        assert done.wait(PATIENCE_S)
        device.telling.watch(on.Ready(), Session("muted", muted=True))
        broker.start()
        again = broker.client("again")
        again.subscribe("equerry/desk/#")
        device.until(lambda: device.bridge.status.connected)
        assert json.loads(again.wait_for("equerry/desk/state").payload)["phase"] == "muted"
        assert json.loads(again.wait_for("equerry/desk/changed/task").payload)["count"] == 1
        again.wait_for("equerry/desk/job/completed")  # a few seconds ago, it is still news


def test_jobs_never_wait_for_a_broker_that_hangs(
    brokers: Callable[..., Broker], store: Store, parser: CommandParser
) -> None:
    broker = brokers(max_queued=10_000)  # by itself, Mosquitto drops what a client has not taken beyond 1,000
    phone = broker.client("phone")
    phone.subscribe("equerry/desk/#")
    with Device(broker, store, parser) as device:
        phone.wait_for("equerry/desk/state")
        broker.pause()
        try:
            done = threading.Semaphore(0)
            for number in range(200):
                device.jobs.submit(
                    f"create a task to call number {number}", client=f"mqtt:{number % 9}", done=lambda _: done.release()
                )
            began = time.monotonic()
            for _ in range(200):
                assert done.acquire(timeout=PATIENCE_S - (time.monotonic() - began))
        finally:
            broker.resume()
        phone.wait_for(
            "equerry/desk/queue/status", lambda each: json.loads(each.payload)["completed"] == 200, within=PATIENCE_S
        )
        count = 0
        while count < 200:
            phone.wait_for("equerry/desk/job/completed", within=PATIENCE_S)
            count += 1
