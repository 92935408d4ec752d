"""Keeps the documents of a site's devices in step through a broker that keeps one message a document (docs/sync.md).

store ──watch──▶ Sending ──outbox──▶ broker ──retained──▶ arrived ──▶ Intake ──merge──▶ store
                                       ▲                                │ what they lack: the outbox
                                       └────────────────────────────────┘
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Collection
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime

from services.store.base import Change, Replicated, StoreError
from services.sync.base import Connected, Filters, MqttMessage, MqttPart, Publish
from services.sync.context import Claim, SyncContext
from services.sync.intake import Intake
from services.sync.outgoing import Sending
from services.sync.quarantine import FutureStamped
from services.sync.snapshot import Filling
from services.sync.topics import Topics

log = logging.getLogger(__name__)

_LOOK_AGAIN_S = 60.0
"""How often what is stamped ahead is looked at again."""
_STATUS_S = 1.0
_READY_S = 1.0
_LONGEST_S = 60.0
"""Between two tries while the store can't be written."""
_COUNTED = 1000
_BEGINNING = MqttMessage("")
_REFILL_S = 86_400.0
"""What a broker may have dropped unnoticed comes again so often, though the connection lasts."""


@dataclass(frozen=True, slots=True)
class SyncStatus:
    """What is told of synchronising."""

    filled: bool = False
    """Everything that the broker kept has come since the last connecting."""
    whole: bool = True
    """The broker gave all of it; False: it drops messages, see `max_queued_messages`."""
    backlog: int = 0
    """Documents that the broker was not told of yet; 1,000: or more."""
    held: int = 0
    """Messages that came and are not stored yet."""
    merged_at: datetime | None = None
    """When something of another device was taken in last."""
    quarantined: tuple[FutureStamped, ...] = ()
    """Documents that are stamped ahead of the clock here."""
    refused: int = 0
    """Messages that can't be taken in or sent, since the start."""
    reason: str = ""
    """Of the last one of these."""
    ignored: int = 0
    """Messages about kinds that are not synchronised here."""
    fault: str = ""
    """Why the store can't take in anything now."""


@dataclass(slots=True)
class _Trouble:
    """The store can't be written: try again later, say so once."""

    fails: int = 0
    until: float = 0.0
    words: str = ""

    def came(self, error: StoreError, moment: float) -> None:
        if not self.fails:
            log.error("Documents of other devices wait: %s", error)
        self.words = str(error)
        self.until = moment + min(_LONGEST_S, 2.0**self.fails)
        self.fails += 1

    def over(self) -> None:
        if self.fails:
            log.info("Documents of other devices are stored again")
        self.fails, self.words = 0, ""


@dataclass(slots=True)
class _Due:
    """When what is done now and then is done next."""

    look_again: float = 0.0
    status: float = 0.0
    refill: float = field(default=float("inf"))


class Replication(MqttPart):
    """All but `status` and what it gives to `watch` is for the thread `mqtt`."""

    def __init__(
        self,
        store: Replicated,
        topics: Topics,
        kinds: Collection[str],
        *,
        publish: Publish,
        subscribe: Callable[[Filters], None],
        now: Callable[[], datetime],
        clock: Callable[[], float],
        wake: Callable[[], None],
        ready: Callable[[], bool] = lambda: True,
        certain: Callable[[], bool] = lambda: False,
        claim: Claim = lambda _what, _settled: False,
        refused: Callable[[str, str, str], None] = lambda _topic, _code, _words: None,
    ) -> None:
        """`publish`, `subscribe`, `wake`: the Link's. `ready`: whether the wall clock is believed; before, nothing is
        sent or taken in. `certain`: whether the network has set it: only then what is stamped ahead of it is stamped
        anew (`Replicated.heal`). `claim`: see `Claim`. `refused` is told topic, code and words of each message that
        can't be taken in. `store.watch(changed)` is the caller's to arrange.
        """
        self._kinds = frozenset(kinds)
        context = SyncContext(store, topics, self._kinds, publish, subscribe, claim, now, clock, self._refuse)
        self._context = context
        self._wake = wake
        self._ready = ready
        self._certain = certain
        self._tell_refused = refused
        self._refused = 0
        self._reason = ""
        self._ignored = 0
        self._connected = False
        self._lost = False
        """Something that came had no room."""
        self._has_filled = False
        self._trouble = _Trouble()
        self._due = _Due()
        self.filling = Filling(context)
        self.sending = Sending(context)
        self.intake = Intake(context, self.sending)
        self.status = SyncStatus()
        """A second old at most, while the thread runs."""

    # --- any thread ---

    def changed(self, changes: Collection[Change]) -> None:
        """services.store.base.Watcher."""
        if any(each.kind in self._kinds for each in changes):
            self.sending.changed()
            self._wake()

    # --- the thread mqtt ---

    @property
    def filters(self) -> Filters:
        """All documents of the kinds that are synchronised, and a message of our own."""
        return self.filling.filters

    def connected(self, _: Connected) -> None:
        """What the broker keeps is on its way."""
        self._connected = True
        self._due.refill = self._context.clock() + _REFILL_S
        self.intake.put(None, _BEGINNING)
        self.filling.connected()

    def disconnected(self) -> None:
        """What was under way goes again."""
        self._connected = self._has_filled = False
        self.filling.disconnected()
        self.sending.disconnected()

    def arrived(self, message: MqttMessage) -> None:
        """A document, or our own message behind the last of them."""
        if message.topic == self.filling.topic and message.payload:
            self.intake.put(None, message)
            return
        topic = self._context.topics.named(message.topic)
        if topic is None:
            return
        if topic.kind not in self._kinds:
            self._ignored += 1
            return
        if not self.intake.put(topic, message):
            self._lost = True
        elif self.intake.full and self._may_store:
            self._try(self._take_in)

    def acknowledged(self, token: int) -> None:
        self.sending.acknowledged(token)
        self.filling.acknowledged(token)

    def rejected(self, token: int, reason: str) -> None:
        self.sending.rejected(token, reason)
        self.filling.acknowledged(token)

    def work(self) -> float | None:
        """Take in a part of what has come, send a part of what waits."""
        wait = self._wait_for_store()
        if wait is None:
            wait = self._try(self._go)
        left = self._show()
        return wait if left is None else min(left, _STATUS_S if wait is None else wait)

    @property
    def _may_store(self) -> bool:
        return self._ready() and self._context.clock() >= self._trouble.until

    def _wait_for_store(self) -> float | None:
        """Seconds until there is any use in trying; None: now."""
        if not self._ready():
            return _READY_S
        left = self._trouble.until - self._context.clock()
        return left if left > 0 else None

    def _try(self, what: Callable[[], float | None]) -> float | None:
        try:
            wait = what()
        except StoreError as error:
            self._trouble.came(error, self._context.clock())
            return self._trouble.until - self._context.clock()
        self._trouble.over()
        return wait

    def _go(self) -> float | None:
        waits = [self._take_in()]
        self.intake.adopt()
        if self._context.clock() >= self._due.look_again:
            self._look_again()
        waits.append(self._due.look_again - self._context.clock())
        if self._connected:
            self._has_filled = self.filling.work() or self._has_filled
            if self._has_filled:
                self._compare()
            if not self.filling.begun and (self._lost or self._context.clock() >= self._due.refill):
                self._lost, self._due.refill = False, self._context.clock() + _REFILL_S
                self.filling.again()
            if self.filling.filled:
                waits.append(self.sending.work())
        return min((wait for wait in waits if wait is not None), default=None)

    def _take_in(self) -> float | None:
        """One batch. Raises a StoreError; what came is kept then."""
        marker = self.intake.work(self.filling.saw)
        if marker is not None:
            self._has_filled = self.filling.came(marker) or self._has_filled
        return self.intake.wait

    def _compare(self) -> None:
        """All that the broker keeps is here: what it lacks of ours is put into the outbox."""
        seen = self.filling.seen
        whole = self.filling.whole and not self._lost
        known = self._context.store.known(self._kinds) if whole else ()
        if lacking := sorted(key for key in known if hash(key) not in seen):
            self.sending.offer(lacking)
        self._has_filled = False
        self._due.look_again = self._context.clock()

    def _look_again(self) -> None:
        """At what is stamped ahead of the clock: of others, and of our own from when it was wrong."""
        self.intake.look_again()
        if self._certain():
            if healed := self._context.store.heal(self._context.now()):
                log.warning("%d documents were stamped ahead of the clock, and are stamped anew", healed)
                self.sending.changed()
            self.intake.quarantine.healed(self._context.store.device)
        self._due.look_again = self._context.clock() + _LOOK_AGAIN_S

    def _refuse(self, topic: str, code: str, words: str) -> None:
        self._refused += 1
        self._reason = words
        self._tell_refused(topic, code, words)

    def _show(self) -> float | None:
        """Seconds after which there is something new to show."""
        left = self._due.status - self._context.clock()
        if left > 0 and self.filling.filled == self.status.filled:
            return left
        self._due.status = self._context.clock() + _STATUS_S
        backlog = self.status.backlog
        if self.sending.idle:
            backlog = 0
        else:
            with suppress(StoreError):
                backlog = len(self._context.store.outbox(_COUNTED, self._kinds))
        self.status = SyncStatus(
            filled=self.filling.filled,
            whole=self.filling.whole or not self.filling.filled,
            backlog=backlog,
            held=self.intake.held,
            merged_at=self.intake.merged_at,
            quarantined=self.intake.quarantine.kept,
            refused=self._refused,
            reason=self._reason,
            ignored=self._ignored,
            fault=self._trouble.words,
        )
        return None
