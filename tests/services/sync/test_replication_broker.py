"""Three devices and a real Mosquitto that is killed and started again in the middle of 2,000 edits; one of the devices,
too.
"""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import pytest

from device.mqtt.thread import Bridge
from services.store.base import Change, Customer, LedgerEntry, Status, Task, Transaction
from services.store.store import Store
from services.sync.base import LinkStatus
from services.sync.broker.link import Backoff, MqttLink
from services.sync.payload import written
from services.sync.replication import Replication
from services.sync.topics import Topics
from tests.broker import Broker
from tests.simulated_broker import KINDS

EDITS = 2000
STATUS: tuple[Status, ...] = ("todo", "in_progress", "done")
PATIENCE_S = 60.0
"""A deadline, not a pause."""


class Desk:
    """A device: store, replication, link, and the thread that turns them."""

    def __init__(self, name: str, broker: Broker, path: Path) -> None:
        self.name = name
        self.broker = broker
        self.path = path
        self.begin()

    def begin(self) -> None:
        """The process starts."""
        self.store = Store(self.path)
        self.store.open()
        self.news = threading.Event()
        self.link = MqttLink(
            "127.0.0.1", self.broker.port, client_id=f"equerry-{self.name}", backoff=Backoff(lambda: 0.0)
        )
        self.sync = Replication(
            self.store,
            Topics(self.name),
            KINDS,
            publish=self.link.publish,
            subscribe=self.link.subscribe,
            now=lambda: datetime.now(UTC),
            clock=time.monotonic,
            wake=self.link.wake,
        )
        self._unwatch = self.store.watch(self._changed)
        self.bridge = Bridge(self.link, [self.sync], now=lambda: datetime.now(UTC), changed=self._told)
        self._thread = threading.Thread(target=self.bridge.run, name=f"mqtt-{self.name}", daemon=True)
        self._thread.start()

    def end(self) -> None:
        """And ends; whatever is under way stays in the outbox."""
        self.bridge.stop()
        self._thread.join(10)
        assert not self._thread.is_alive()
        self.store.close()

    def do(self, what: Callable[[Transaction], object]) -> None:
        with self.store.transaction("test") as transaction:
            what(transaction)

    def dump(self) -> dict[tuple[str, str], bytes]:
        found = {key: self.store.replica(*key) for key in sorted(self.store.known(KINDS))}
        return {key: written(replica) for key, replica in found.items() if replica is not None}

    def _changed(self, changes: list[Change]) -> None:  # type: ignore[override]
        self.sync.changed(changes)
        self.news.set()

    def _told(self, _: LinkStatus) -> None:
        self.news.set()

    def until(self, holds: Callable[[], bool], what: str) -> None:
        end = time.monotonic() + PATIENCE_S
        while not holds():
            self.news.clear()
            assert time.monotonic() < end, (
                f"{self.name} waited in vain until {what}: {self.bridge.status} {self.sync.status}"
            )
            self.news.wait(0.1)


@pytest.fixture
def house(brokers: Callable[..., Broker], tmp_path: Path) -> Iterator[tuple[Broker, list[Desk]]]:
    broker = brokers(persistence=True)
    desks = [Desk(name, broker, tmp_path / f"{name}.db") for name in ("desk", "hall", "kitchen")]
    yield broker, desks
    for each in desks:
        each.end()


def settle(desks: list[Desk]) -> None:
    """Until nobody has anything to send, and all have the same."""
    for each in desks:
        each.until(lambda each=each: each.sync.status.filled and not each.store.outbox(1, KINDS), "all is sent")  # type: ignore[misc]
    desks[0].until(lambda: len({str(each.dump()) for each in desks}) == 1, "all have the same")


def edit(transaction: Transaction, *, doc_id: str, kind: float, number: int) -> None:
    """One of three, where the task is still there."""
    task = transaction.get(Task, doc_id)
    if task is None:
        return
    if kind < 0.15:
        transaction.remove(task)
    elif kind < 0.5:
        transaction.put(replace(task, status=STATUS[number % 3]))
    else:
        transaction.put(replace(task, title=f"Edit {number}"))


def test_a_broker_and_a_device_that_fail_in_the_middle_lose_nothing(house: tuple[Broker, list[Desk]]) -> None:
    broker, desks = house
    chance = random.Random(5)
    desks[0].do(lambda each: each.keep(Customer(id="c-1", name="Henderson")))
    made = [f"task-{number}" for number in range(100)]
    for doc_id in made:
        desks[0].do(lambda each, doc_id=doc_id: each.keep(Task(id=doc_id, title="Call Anna")))  # type: ignore[misc]
    settle(desks)
    booked = 0
    for number in range(EDITS):
        if number == EDITS // 3:
            broker.kill()
        if number == EDITS // 2:
            broker.start()
        if number == EDITS * 3 // 4:
            desks[2].end()
            desks[2].begin()
        desk, doc_id, kind = chance.choice(desks), chance.choice(made), chance.random()
        if kind < 0.1:
            entry = LedgerEntry(customer_id="c-1", minor=number + 1, currency="EUR", reason="credit")
            desk.do(lambda each, entry=entry: each.add(entry))  # type: ignore[misc]
            booked += number + 1
        else:
            desk.do(partial(edit, doc_id=doc_id, kind=kind, number=number))
    settle(desks)
    for each in desks:
        assert sum(entry.minor for entry in each.store.find(LedgerEntry)) == booked
    broker.kill()
    (broker.folder / "mosquitto.db").unlink(missing_ok=True)
    broker.start()
    witness = broker.client("witness")
    witness.subscribe("equerry/home/store/#")

    def kept() -> dict[tuple[str, ...], bytes]:
        return {tuple(each.topic.split("/")[-2:]): each.payload for each in witness.all("equerry/home/store/#")}

    desks[0].until(lambda: kept() == desks[0].dump(), "the broker has again what it had lost")
    settle(desks)
