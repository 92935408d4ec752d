"""A broker in memory that keeps retained messages, and loses, repeats, reorders and forgets when it is told to; and
devices on it.

broker = SimulatedBroker()
desk, hall = SimulatedDevice("desk", broker, folder / "desk.db"), SimulatedDevice("hall", broker, folder / "hall.db")
desk.connect(); hall.connect()
desk.do(lambda each: each.add(Task(title="Call Anna")))
broker.settle(desk, hall)
"""

from __future__ import annotations

import random
from collections import deque
from collections.abc import Callable, Collection, Sequence
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Literal

from services.store.base import Change
from services.store.base import Transaction as Doing
from services.store.store import Store
from services.sync.base import Acknowledged, Arrived, Connected, MqttMessage
from services.sync.context import Claim
from services.sync.payload import written
from services.sync.replication import Replication
from services.sync.topics import Topics, fits

START = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
KINDS = ("task", "project", "list", "item", "reminder", "meeting", "person", "customer", "entry")


class SimulatedBroker:
    """Takes what devices publish, in the order of each; gives what it likes, when it is asked."""

    def __init__(self, chance: random.Random | None = None) -> None:
        self.chance = chance
        """Repeats and reorders deliveries; None: neither."""
        self.retained: dict[str, MqttMessage] = {}
        self.clients: list[SimulatedDevice] = []
        self.published: list[MqttMessage] = []
        """All that it has taken."""
        self.seconds = 0.0
        """Since START."""
        self.limit = 1 << 30
        """Of messages that wait for a device; more are dropped, and nobody is told."""

    def take(self, sender: SimulatedDevice | None, message: MqttMessage) -> None:
        """As a broker that is reached."""
        self.published.append(message)
        if message.retain:
            if message.payload:
                self.retained[message.topic] = message
            else:
                self.retained.pop(message.topic, None)
        for each in self.clients:
            if each.online and each.hears(message.topic):
                each.put(Arrived(MqttMessage(message.topic, message.payload, 0)))

    def told(self, device: SimulatedDevice, patterns: Collection[str]) -> None:
        """What it keeps of what was subscribed."""
        for topic, message in self.retained.items():
            if any(fits(pattern, topic) for pattern in patterns):
                device.put(Arrived(MqttMessage(topic, message.payload, 0, retain=True)))

    def forget(self) -> None:
        """It is started again, and had kept nothing."""
        self.retained.clear()
        for each in self.clients:
            each.cut()

    def settle(self, *devices: SimulatedDevice, most: int = 500) -> int:
        """Until nobody has anything to say any more; how many messages it took."""
        before = len(self.published)
        for _ in range(most):
            busy = False
            for each in devices or self.clients:
                busy = each.turn() or busy
            self.seconds += 0.25
            if not busy and all(each.quiet for each in devices or self.clients):
                return len(self.published) - before
        raise AssertionError(f"no end: {[(each.name, each.sync.status) for each in devices or self.clients]}")


class SimulatedDevice:
    """A real store and a real Replication on a simulated broker."""

    def __init__(
        self,
        name: str,
        broker: SimulatedBroker,
        path: Path,
        *,
        kinds: Collection[str] = KINDS,
        claim: Claim = lambda _what, _settled: False,
        store: type[Store] = Store,
    ) -> None:
        self.name = name
        self.make = store
        self.broker = broker
        self.path = path
        self.kinds = kinds
        self.claim = claim
        self.topics = Topics(name)
        self.online = False
        self.ready = True
        self.skew = timedelta()
        """Of its wall clock."""
        self.inbound: deque[Arrived | Acknowledged] = deque()
        self._outbound: deque[tuple[int, MqttMessage]] = deque()
        self._tokens = count(1)
        self.local: list[Change] = []
        """What its own commits have changed."""
        self._mine = False
        self.refusals: list[tuple[str, str, str]] = []
        self.slow = False
        """Its link takes nothing more."""
        self.woken = 0
        broker.clients.append(self)
        self._open()

    @property
    def now(self) -> datetime:
        """Of its wall clock."""
        return START + timedelta(seconds=self.broker.seconds) + self.skew

    def _open(self) -> None:
        self.store = self.make(self.path, clock=lambda: self.now)
        self.store.open()
        self.sync = Replication(
            self.store,
            self.topics,
            self.kinds,
            publish=self._publish,
            subscribe=self._subscribe,
            now=lambda: self.now,
            clock=lambda: self.broker.seconds,
            wake=self._wake,
            ready=lambda: self.ready,
            certain=lambda: not self.skew,
            claim=self.claim,
            refused=lambda *refusal: self.refusals.append(refusal),
        )
        self.store.watch(self._watch)

    def _watch(self, changes: Sequence[Change]) -> None:
        if self._mine:
            self.local += changes
        self.sync.changed(changes)

    def _wake(self) -> None:
        self.woken += 1

    def do(self, what: Callable[[Doing], object], *, client: str = "microphone") -> None:
        """One command of its owner; on return it is acknowledged."""
        self._mine = True
        try:
            with self.store.transaction("test", now=self.now, client=client) as transaction:
                what(transaction)
        finally:
            self._mine = False

    def put(self, event: Arrived) -> None:
        """From the broker, if there is room."""
        if len(self.inbound) < self.broker.limit:
            self.inbound.append(event)

    def hears(self, topic: str) -> bool:
        return any(fits(pattern, topic) for pattern, _ in self.sync.filters)

    def connect(self) -> None:
        """The network is there."""
        if not self.online:
            self.online = True
            self._subscribe(self.sync.filters)
            self.sync.connected(Connected(False, "5"))

    def cut(self, arrived: int = 0) -> None:
        """The connection breaks: of what was under way so many messages have arrived, and nobody knows."""
        if self.online:
            for _, message in list(self._outbound)[:arrived]:
                self.broker.take(self, message)
            self.online = False
            self.inbound.clear()
            self._outbound.clear()
            self.sync.disconnected()

    def restart(self, arrived: int = 0) -> None:
        """The process ends and another one begins; nothing is done in between."""
        self.cut(arrived)
        self.store.close()
        self._open()

    def turn(self) -> bool:
        """Once round: what it published reaches the broker, what the broker has reaches it. Whether anything
        happened.
        """
        busy = bool(self.inbound or self._outbound)
        self.reach()
        self.receive()
        self.sync.work()
        return busy or bool(self.inbound or self._outbound)

    def reach(self, most: int = 1 << 30) -> None:
        """So many messages get to the broker."""
        while self._outbound and most > 0 and self.online:
            token, message = self._outbound.popleft()
            self.broker.take(self, message)
            if message.qos:
                self.inbound.append(Acknowledged(token))
            most -= 1

    def receive(self, most: int = 1 << 30) -> None:
        """So many messages get here."""
        chance = self.broker.chance
        while self.inbound and most > 0:
            if chance and len(self.inbound) > 1 and chance.random() < 0.3:
                self.inbound.rotate(chance.randrange(3))
            event = self.inbound.popleft()
            if chance and isinstance(event, Arrived) and chance.random() < 0.1:
                self.sync.arrived(event.message)
            if isinstance(event, Arrived):
                self.sync.arrived(event.message)
            else:
                self.sync.acknowledged(event.token)
            most -= 1

    @property
    def quiet(self) -> bool:
        """It has nothing to do or say."""
        if self.sync.intake.held or self.sync.intake.wait is not None:
            return False
        return not self.online or (self.sync.sending.idle and self.sync.filling.filled and not self.sync.filling.begun)

    def dump(self) -> dict[tuple[str, str], bytes]:
        """All documents and tombstones, as canonical JSON."""
        found = {key: self.store.replica(*key) for key in sorted(self.store.known(self.kinds))}
        return {key: written(replica) for key, replica in found.items() if replica is not None}

    def close(self) -> None:
        self.store.close()

    def _publish(self, message: MqttMessage) -> int | None:
        if not self.online or self.slow:
            return None
        token = next(self._tokens)
        self._outbound.append((token, message))
        return token if message.qos else None

    def _subscribe(self, filters: Sequence[tuple[str, Literal[0, 1]]]) -> None:
        self.broker.told(self, [pattern for pattern, _ in filters])
