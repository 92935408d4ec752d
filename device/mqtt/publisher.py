"""Tells what the appliance does: everything in docs/mqtt.md that goes out, but for replies, errors and documents.

Any thread leaves here what it has to tell, without waiting; the thread `mqtt` publishes it. What is retained is
published whenever it changes and on each connecting. What happened is published once, in order, while it is news:
nobody shall act upon it a minute later. Words of people go out only where transcripts are wanted.
"""

from __future__ import annotations

import logging
import threading
import time
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime

from device.calls.live.base import LiveEvent
from device.jobs.job import JobEvent, QueueStats
from device.messages import translation
from device.messages.base import PublishedMessage, payload_of, topic_of, wordless
from device.messages.calls import call_message
from device.messages.events import ChangeMessage, ChangesMessage, NearMissMessage
from device.messages.states import HealthMessage, StateMessage
from device.mqtt.backlog import FRESH_S, BacklogItem, Untold
from device.mqtt.changes import Changes
from device.turn import events as on
from device.turn.machine import Session
from services.actions.base import Due
from services.actions.execution.progress import Progress
from services.insight.base import TurnEntry
from services.store.base import Change
from services.sync.base import Connected, MessageTooLarge, MqttMessage, MqttPart, Publish
from services.sync.topics import Topics

log = logging.getLogger(__name__)

PARTIALS_S = 0.2
"""From one partial to the next."""
QUEUE_S = 1.0
"""From one status of the queue to the next."""
_AT_ONCE = 100
"""Published before others have their turn."""
_MOST_SENT = 1_000
"""Not acknowledged yet."""


class _Later(Exception):
    """The broker takes no more now."""


class Publisher(MqttPart):
    """`watch` is for main; `job`, `progress`, `changed`, `entry`, `call` for any thread; the rest for `mqtt`."""

    def __init__(
        self,
        topics: Topics,
        publish: Publish,
        wake: Callable[[], None],
        *,
        now: Callable[[], datetime],
        stats: Callable[[], QueueStats],
        health: Callable[[int], HealthMessage],
        health_s: float = 60.0,
        near_misses: Callable[[], int] = lambda: 0,
        transcripts: bool = False,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """`publish` and `wake` are the link's. `now` is asked by every thread, under locks of others: it must notice
        and write nothing (device.clock.Clock.read). `health` is told how many messages were dropped; `near_misses`
        counts since the start; `transcripts`: whether words of people are published.
        """
        self._topics, self._publish, self._wake = topics, publish, wake
        self._now, self._clock = now, clock
        self._stats, self._health, self._near_misses = stats, health, near_misses
        self._health_s = health_s
        self._transcripts = transcripts
        self._changes = Changes(now)
        self._untold = Untold(dropped=self._drop)
        self._partial: deque[PublishedMessage] = deque(maxlen=1)
        self._commanding = threading.local()
        self._session: Session | None = None
        self._ringing: Due | None = None
        self._store_fault: str | None = None
        self._queue_changed = True
        self._awake = False
        """`mqtt` was woken, and has not begun to work since."""
        # From here on of the thread `mqtt` alone.
        self._connected = False
        self._sent: dict[int, BacklogItem] = {}
        """What the broker has not acknowledged yet."""
        self._told: StateMessage | None = None
        self._nearly_heard = 0
        self._partial_at = self._queue_at = self._health_at = 0.0

    # --- in, from any thread ---

    def watch(self, event: on.Event, session: Session) -> None:
        """A watcher of the daemon."""
        now = self._now()
        stale = isinstance(event, on.TurnEvent) and event.turn != session.turn
        if isinstance(event, on.FinalHeard):
            self._partial.clear()
            stale = stale or not event.final.text
        if (of := translation.OF_EVENTS.get(type(event))) and not stale:
            self._leave(of(event, now), latest=isinstance(event, on.PartialHeard))
        if session.ringing != self._ringing:
            ended, self._ringing = self._ringing, session.ringing
            for due, what in ((ended, "ends"), (session.ringing, "begins")):
                if due:
                    self._leave(translation.ring(due, what, now))
        if session is not self._session:
            self._session = session
            self._wake_up()

    def job(self, event: JobEvent) -> None:
        """A watcher of the jobs."""
        self._queue_changed = True
        self._leave(translation.job(event, self._now()))

    def progress(self, told: Progress) -> None:
        """Follows each command, on the thread that runs it."""
        if told.what == "started":
            self._commanding.id = told.command
        elif told.what in ("completed", "rolled_back"):
            self._commanding.id = None
        if told.what == "rolled_back" and told.code and told.code.startswith("store.") and told.code != "store.invalid":
            self._store_fault = told.code
        self._leave(translation.progress(told))

    def changed(self, changes: Sequence[Change]) -> None:
        """A watcher of the store, on the thread that committed."""
        self._store_fault = None
        self._changes.put(changes, getattr(self._commanding, "id", None))
        self._wake_up()

    def entry(self, entry: TurnEntry) -> None:
        """A turn or command is over."""
        self._leave(translation.latency(entry))

    def call(self, event: LiveEvent) -> None:
        """Something of a call that is followed."""
        if message := call_message(event, self._now()):
            self._leave(message)

    def _leave(self, message: PublishedMessage, *, latest: bool = False) -> None:
        told = message if self._transcripts else wordless(message)
        if told is None:
            return
        if latest:
            self._partial.append(told)
        else:
            self._untold.put(told, self._clock())
        self._wake_up()

    def _drop(self, message: PublishedMessage) -> None:
        """Too old, or too many: nobody hears of it. But that documents changed must not be lost."""
        if isinstance(message, ChangeMessage | ChangesMessage):
            self._changes.count(message.kind, message.count if isinstance(message, ChangesMessage) else 1)

    def _wake_up(self) -> None:
        if not self._awake:
            self._awake = True
            self._wake()

    # --- out, on the thread mqtt ---

    def connected(self, _: Connected) -> None:
        """All that is retained is told again: nobody knows what the broker has kept."""
        self._connected = True
        self._told = None
        self._queue_changed = True
        self._queue_at = self._health_at = self._clock()
        self._changes.begin()

    def disconnected(self) -> None:
        """What was not acknowledged is sent again."""
        self._connected = False
        self._untold.back(list(self._sent.values()))
        self._sent.clear()

    def acknowledged(self, token: int) -> None:
        """The broker has it."""
        self._sent.pop(token, None)

    def rejected(self, token: int, _: str) -> None:
        """The broker does not take it, and never will."""
        if self._sent.pop(token, None) is not None:
            self._untold.lost()

    def work(self) -> float | None:
        """Publish what there is."""
        self._awake = False
        moment = self._clock()
        self._count_near_misses()
        if not self._connected:
            self._untold.drop(moment)
            return None
        try:
            self._tell_state()
            waits = [self._let_changes_in(moment), self._tell_messages(moment), self._tell_partial(moment)]
            waits += [self._tell_queue(moment), self._tell_health(moment)]
        except _Later:
            return None  # until it has acknowledged something, or is gone
        return min((wait for wait in waits if wait is not None), default=None)

    def _count_near_misses(self) -> None:
        total = self._near_misses()
        if total > self._nearly_heard:
            self._leave(NearMissMessage(at=self._now(), count=total - self._nearly_heard, total=total))
        self._nearly_heard = total

    def _tell_state(self) -> None:
        if self._session is None:
            return
        now = translation.state(self._session, self._store_fault, self._now())
        if self._told is None or replace(now, at=self._told.at) != self._told:
            self._send(now)
            self._told = now

    def _tell_messages(self, moment: float) -> float | None:
        for _ in range(_AT_ONCE):
            self._make_room(moment)
            waiting = self._untold.take(moment)
            if waiting is None:
                return None
            try:
                token = self._send(waiting.message)
            except _Later:
                self._untold.back([waiting])
                raise
            if token is not None:
                self._sent[token] = waiting
        return 0.0

    def _make_room(self, moment: float) -> None:
        """What is no news any more need not be sent again. Raises _Later where too much is on its way."""
        while len(self._sent) >= _MOST_SENT:
            oldest = next(iter(self._sent))
            if moment - self._sent[oldest].since <= FRESH_S:
                raise _Later
            del self._sent[oldest]

    def _tell_partial(self, moment: float) -> float | None:
        if not self._partial:
            return None
        if moment < self._partial_at:
            return self._partial_at - moment
        try:
            latest = self._partial.pop()
        except IndexError:  # the final came
            return None
        self._partial_at = moment + PARTIALS_S
        self._send(latest)
        return None

    def _let_changes_in(self, moment: float) -> float | None:
        for told in self._changes.due(moment):
            self._untold.put(told, moment)
        return self._changes.wait(moment)

    def _tell_queue(self, moment: float) -> float | None:
        if not self._queue_changed:
            return None
        if moment < self._queue_at:
            return self._queue_at - moment
        self._queue_changed = False
        try:
            self._send(translation.queue(self._stats(), self._now()))
        except _Later:
            self._queue_changed = True
            raise
        self._queue_at = moment + QUEUE_S
        return None

    def _tell_health(self, moment: float) -> float:
        if moment >= self._health_at:
            self._send(self._health(self._untold.dropped))
            self._health_at = moment + self._health_s
            self._queue_changed = True
        return self._health_at - moment

    def _send(self, message: PublishedMessage) -> int | None:
        """Its token, where the broker is to acknowledge it. Raises _Later."""
        expires = None if message.retained else round(FRESH_S)
        topic = self._topics.own(topic_of(message))
        try:
            token = self._publish(MqttMessage(topic, payload_of(message), message.qos, message.retained, expires))
        except MessageTooLarge as error:
            log.warning("%s", error)
            self._untold.lost()
            return None
        if token is None and message.qos:
            raise _Later
        return token
