"""What came from the broker, on its way into the store."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice
from typing import NamedTuple

from services.store.base import DocumentInvalid, Merged, Replica
from services.sync.base import MessageTooLarge, MqttMessage
from services.sync.context import SyncContext
from services.sync.external import Adopting, ExternalRefused, changed
from services.sync.merge import join
from services.sync.outgoing import Sending, digest, expired
from services.sync.payload import External, ReplicaUnreadable, read
from services.sync.quarantine import Quarantine
from services.sync.topics import DocumentTopic

BATCH = 100
"""Documents in one transaction: the commands of the house wait for it."""
AT_ONCE = 50
"""The same for what other programs wrote."""
FULL = 1000
"""So many wait that no more are read from the broker before some are stored."""
MOST = 5000
MOST_BYTES = 16 << 20
"""What is kept while the store can't be written; the rest is told again by the broker."""


class _Came(NamedTuple):
    topic: DocumentTopic | None
    """None: the payload is a marker, or empty at the beginning of a connection."""
    message: MqttMessage


class _New(NamedTuple):
    """A replica that may be merged."""

    replica: Replica
    digest: bytes
    topic: str


@dataclass(slots=True)
class _Sorted:
    """A batch, by what is to be done."""

    new: list[_New] = field(default_factory=list)
    external: list[tuple[External, bytes]] = field(default_factory=list)
    forgotten: list[tuple[str, str]] = field(default_factory=list)
    outlived: list[str] = field(default_factory=list)
    size: int = 0
    """Messages."""
    marker: bytes | None = None
    """It ends there: what comes behind a marker does not count for what it stands behind."""
    ahead: list[Replica] = field(default_factory=list)
    refused: list[tuple[str, str, str]] = field(default_factory=list)
    seen: list[int] = field(default_factory=list)


class Intake:
    """Called by the thread `mqtt`."""

    def __init__(self, context: SyncContext, sending: Sending) -> None:
        self._context = context
        self._sending = sending
        self._came: deque[_Came] = deque()
        self._bytes = 0
        self._adopting = Adopting(context)
        self._offered: list[tuple[str, str]] = []
        """Documents to be told again, for what the broker has of them is nothing, or of another program."""
        self.quarantine = Quarantine()
        self.merged_at: datetime | None = None

    @property
    def held(self) -> int:
        """Messages that wait."""
        return len(self._came)

    @property
    def full(self) -> bool:
        """More should not be read before some are stored."""
        return len(self._came) >= FULL

    @property
    def wait(self) -> float | None:
        """Seconds after which there is more to do; None: when more has come."""
        return 0.0 if self._came else self._adopting.next

    def put(self, topic: DocumentTopic | None, message: MqttMessage) -> bool:
        """A message; False: there is no room, and it is lost. A marker always has room."""
        if topic is not None and (len(self._came) >= MOST or self._bytes + len(message.payload) > MOST_BYTES):
            return False
        self._came.append(_Came(topic, message))
        self._bytes += len(message.payload)
        return True

    def work(self, saw: Callable[[int], None]) -> bytes | None:
        """Take in one batch; `saw` is told the hash of each document. The marker behind it. Raises a StoreError; all is
        kept then.
        """
        batch = self._sort()
        self._merge(batch.new)
        for _ in range(batch.size):
            self._bytes -= len(self._came.popleft().message.payload)
        self._settle(batch)
        for key in batch.seen:
            saw(key)
        return batch.marker

    def look_again(self) -> None:
        """At what was stamped ahead. Raises a StoreError."""
        now = self._context.now()
        ripe = self.quarantine.ripe(lambda each: _is_ahead(self._context.store.admissible(each, now=now)))[:BATCH]
        self._merge(
            [
                _New(each, b"", self._context.topics.document(each.kind, each.id))
                for each in ripe
                if not self._context.store.admissible(each, now=now)
            ]
        )
        for each in ripe:
            self.quarantine.drop(each)

    def _sort(self) -> _Sorted:
        batch, now = _Sorted(), self._context.now()
        taking: set[DocumentTopic] = set()
        for topic, message in islice(self._came, BATCH):
            batch.size += 1
            if topic is None:
                batch.marker = message.payload
                break
            told = digest(message.payload)
            if topic in taking or not self._sending.is_level(topic, told):
                self._sort_one(batch, topic, message, told, now)
                taking.add(topic)
            else:
                batch.seen.append(hash(topic))
        return batch

    def _sort_one(self, batch: _Sorted, topic: DocumentTopic, message: MqttMessage, told: bytes, now: datetime) -> None:
        key = hash(topic)
        try:
            found = read(topic, message.payload)
        except ReplicaUnreadable as error:
            batch.refused.append((message.topic, error.code, str(error)))
            batch.seen.append(key)  # the broker has something; ours goes there when it changes
            return
        if found is None:
            batch.forgotten.append(topic)
        elif isinstance(found, External):
            batch.external.append((found, told))
            batch.seen.append(key)
        elif expired(found, now):
            if message.retain:
                batch.outlived.append(message.topic)
            batch.seen.append(key)
        else:
            batch.seen.append(key)
            why = self._context.store.admissible(found, now=now)
            if why is None:
                batch.new.append(_New(found, told, message.topic))
            elif _is_ahead(why):
                batch.ahead.append(found)
            else:
                batch.refused.append((message.topic, "sync.refused", why))

    def _merge(self, new: list[_New]) -> None:
        if not new:
            return
        now = self._context.now()
        try:
            results = self._context.store.merge([each.replica for each in new], join, now=now)
        except DocumentInvalid as error:  # each is valid, and both together are not
            if len(new) > 1:
                for each in new:
                    self._merge([each])
            else:
                self._context.refused(new[0].topic, "sync.refused", str(error))
            return
        for each, result in zip(new, results, strict=True):
            self._note(each, result)
        if any(each.changed for each in results):
            self.merged_at = now

    def _note(self, new: _New, result: Merged) -> None:
        key = (result.kind, result.id)
        self.quarantine.heard(new.replica)
        if result.more or not new.digest:
            self._sending.again({key})
        else:
            self._sending.level(key, new.digest, changed=result.changed)

    def _settle(self, batch: _Sorted) -> None:
        now = self._context.now()
        for replica in batch.ahead:
            self.quarantine.keep(replica, now)
        for each in batch.refused:
            self._context.refused(*each)
        self._offered += batch.forgotten
        for topic in batch.outlived:
            self._clear(topic)
        self._adopting.heard({(each.replica.kind, each.replica.id) for each in batch.new})
        for external, told in batch.external:
            self._sending.again({(external.kind, external.id)})  # the broker has lost our message for it
            try:
                self._adopting.take(external, told, now)
            except ExternalRefused as error:
                self._refuse(external, str(error))

    def _refuse(self, external: External, why: str) -> None:
        """What is kept of the document at the broker is no use to anybody now: ours goes there again."""
        self._context.refused(self._context.topics.document(external.kind, external.id), "sync.refused", why)
        self._offered.append((external.kind, external.id))

    def _clear(self, topic: str) -> None:
        """A broker without expiry keeps tombstones for ever."""
        try:
            self._context.publish(MqttMessage(topic, b"", qos=1, retain=True))
        except MessageTooLarge:
            return

    def adopt(self) -> None:
        """What other programs wrote, and is ours to take in: some of it. Raises a StoreError; it is tried again
        then.
        """
        now, made = self._context.now(), list[Replica]()
        done: dict[tuple[str, str], External] = {}
        for external in self._adopting.due:
            key = (external.kind, external.id)
            if key in done or len(done) >= AT_ONCE:
                break
            try:
                replica = changed(self._context.store, external, now)
            except ExternalRefused as error:
                self._adopting.took(external)
                self._refuse(external, str(error))
            else:
                done[key] = external
                made += [] if replica is None else [replica]
        if made:
            self._context.store.merge(made, join, now=now)
            self.merged_at = now
        for external in done.values():
            self._adopting.took(external)
        self._offered += done
        if self._offered:
            self._sending.offer(self._offered)
            self._offered.clear()


def _is_ahead(why: str | None) -> bool:
    return why is not None and why.startswith("ahead")
