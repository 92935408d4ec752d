"""Sends what other devices were not told of yet: the outbox, row by row, each struck out once the broker has it."""

from __future__ import annotations

import logging
from collections import deque
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import blake2b

from services.store.base import Outgoing, Replica
from services.sync.base import MessageTooLarge, MqttMessage
from services.sync.context import SyncContext
from services.sync.payload import ReplicaUnreadable, written

log = logging.getLogger(__name__)

TOMBSTONES = timedelta(days=90)
"""How long a deletion is remembered, here and at the broker."""
WINDOW = 20
"""Messages that the broker has not acknowledged yet."""
_AT_ONCE = 100
"""Rows read at once."""
_STRIKE_OUT_S = 0.2
"""So long acknowledgements are gathered: striking out is a commit."""

Key = tuple[str, str]
"""(kind, id)."""


@dataclass(slots=True)
class _Flying:
    row: Outgoing
    digest: bytes
    """Of the message; empty once it is not what the broker shall have."""
    again: bool = False
    """Its row stays: it has to go once more."""

    @property
    def key(self) -> Key:
        """Of the document."""
        return self.row.kind, self.row.id


def digest(payload: bytes) -> bytes:
    """Tells messages about one document apart."""
    return blake2b(payload, digest_size=8).digest()


def expired(replica: Replica, now: datetime) -> bool:
    """Whether it tells of a deletion that everybody may forget by now."""
    return replica.deleted is not None and not replica.alive and now - replica.deleted.at >= TOMBSTONES


class Sending:
    """Called by the thread `mqtt`, but for `changed`."""

    def __init__(self, context: SyncContext) -> None:
        self._context = context
        self._rows: deque[Outgoing] = deque()
        self._flight: dict[int, _Flying] = {}
        self._done: list[Outgoing] = []
        self._done_at = 0.0
        self._dirty = True
        self._level: dict[int, bytes] = {}
        """By document: digest of what the broker has, where that is what we have, too; until either changes."""

    @property
    def idle(self) -> bool:
        """Whether everything has been told, as far as is known."""
        return not (self._dirty or self._rows or self._flight or self._done)

    def changed(self) -> None:
        """There may be more in the outbox. From any thread."""
        self._dirty = True

    def disconnected(self) -> None:
        """Whether what was under way has arrived, nobody knows; it stands in the outbox still."""
        self._flight.clear()
        self._rows.clear()
        self._dirty = True

    def acknowledged(self, token: int) -> None:
        """The broker has it."""
        if flying := self._flight.pop(token, None):
            if flying.digest:
                self._level[hash(flying.key)] = flying.digest
            if not flying.again:
                self._strike_out(flying.row)

    def offer(self, keys: Collection[Key]) -> None:
        """The broker lacks these, though it may have had them. Raises a StoreError."""
        self._context.store.offer(keys)
        self.again(set(keys))

    def again(self, keys: Collection[Key]) -> None:
        """What the broker has of these came before ours or instead of it: their rows are not struck out before they
        went once more.
        """
        self._done = [row for row in self._done if (row.kind, row.id) not in keys]
        for each in self._flying:
            if each.key in keys:
                each.digest, each.again = b"", True
        for key in keys:
            self._level.pop(hash(key), None)
        self._dirty = True

    def rejected(self, token: int, reason: str) -> None:
        """The broker will not have it, now or later."""
        if flying := self._flight.pop(token, None):
            self._give_up(flying.row, f"the broker: {reason}")

    def is_level(self, key: Key, told: bytes) -> bool:
        """Whether the message with this digest tells nothing that we don't know, and we know nothing more."""
        return self._level.get(hash(key)) == told or any(
            each.digest == told and each.key == key for each in self._flying
        )

    def level(self, key: Key, told: bytes, *, changed: bool) -> None:
        """What came was taken in, and the broker has what we have: this is its digest. `changed`: we had less."""
        self._level[hash(key)] = told
        for each in self._flying if changed else ():
            if each.key == key:
                each.digest = b""

    def work(self) -> float | None:
        """Send as much as may be under way; seconds after which to be asked again. Raises a StoreError; nothing is lost
        by it.
        """
        while len(self._flight) < WINDOW and (row := self._next()) is not None:
            if not self._send(row):
                self._rows.appendleft(row)  # there is no connection, or a slow one
                break
        return self._flush()

    @property
    def _flying(self) -> Collection[_Flying]:
        return self._flight.values()

    def _next(self) -> Outgoing | None:
        if not self._rows and self._dirty:
            self._dirty = False
            try:
                self._flush(now=True)
                under_way = {each.row for each in self._flying}
                found = self._context.store.outbox(_AT_ONCE + len(under_way), self._context.kinds)
            except BaseException:
                self._dirty = True
                raise
            self._rows.extend(each for each in found if each not in under_way)
            self._dirty = self._dirty or len(found) >= _AT_ONCE
        return self._rows.popleft() if self._rows else None

    def _send(self, row: Outgoing) -> bool:
        """False: not now."""
        try:
            replica = self._context.store.replica(row.kind, row.id)
        except BaseException:
            self._rows.appendleft(row)
            raise
        now = self._context.now()
        if replica is None or expired(replica, now):
            self._leave(row)
            return True
        try:
            payload = written(replica)
            told = digest(payload)
            if self._level.get(hash((row.kind, row.id))) == told:  # another device was faster
                self._strike_out(row)
                return True
            left = None if replica.alive or replica.deleted is None else replica.deleted.at + TOMBSTONES - now
            expires_s = None if left is None else max(1, int(left.total_seconds()))
            topic = self._context.topics.document(row.kind, row.id)
            token = self._context.publish(MqttMessage(topic, payload, qos=1, retain=True, expires_s=expires_s))
        except (ReplicaUnreadable, MessageTooLarge) as error:
            self._give_up(row, str(error))
            return True
        if token is None:
            return False
        self._flight[token] = _Flying(row, told)
        return True

    def _give_up(self, row: Outgoing, why: str) -> None:
        """Until it changes, or we connect again: one document must not hold up the others."""
        log.warning("%s %s is not told to other devices: %s", row.kind, row.id, why)
        self._context.refused(self._context.topics.document(row.kind, row.id), "sync.unsent", why)
        self._leave(row)

    def _leave(self, row: Outgoing) -> None:
        """Struck out without having been sent: we and the broker differ."""
        self._level.pop(hash((row.kind, row.id)), None)
        self._strike_out(row)

    def _strike_out(self, row: Outgoing) -> None:
        if not self._done:
            self._done_at = self._context.clock() + _STRIKE_OUT_S
        self._done.append(row)

    def _flush(self, *, now: bool = False) -> float | None:
        """Strike out what has gone; seconds until the rest is due."""
        if not self._done:
            return None
        left = self._done_at - self._context.clock()
        if not now and left > 0 and len(self._done) < _AT_ONCE:
            return left
        self._context.store.sent(self._done)
        self._done.clear()
        return None
