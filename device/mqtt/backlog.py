"""What waits to be published: bounded, in order. Left by any thread, taken by one. No clock: time is an argument.

Where there is too much, the oldest of the ordinary goes first, then the oldest of what matters.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from device.messages.base import PublishedMessage

FRESH_S = 60.0
"""Older messages are news no more: an automation must not act upon them."""
_MOST = 5_000
_MOST_ORDINARY = 500


@dataclass(frozen=True, slots=True, order=True)
class BacklogItem:
    """One that waits."""

    number: int
    """In the order in which they came."""
    since: float
    message: PublishedMessage


class Untold:
    """Safe to use from several threads; nothing waits here but for a few instructions of another."""

    def __init__(
        self,
        *,
        dropped: Callable[[PublishedMessage], None] = lambda _: None,
        most: int = _MOST,
        most_ordinary: int = _MOST_ORDINARY,
    ) -> None:
        """`most` that matter and `most_ordinary` wait at once; `dropped` is told of each lost, under the lock."""
        self._lock = threading.Lock()
        self._matters: deque[BacklogItem] = deque()
        self._ordinary: deque[BacklogItem] = deque()
        self._most, self._most_ordinary = most, most_ordinary
        self._number = 0
        self._tell_dropped = dropped
        self.dropped = 0
        """How many were lost: too old, or too many."""

    def put(self, message: PublishedMessage, moment: float) -> None:
        """It happened. What is published with QoS 1 matters more."""
        with self._lock:
            self._number += 1
            waiting = BacklogItem(self._number, moment, message)
            queue, most = (self._matters, self._most) if message.qos else (self._ordinary, self._most_ordinary)
            queue.append(waiting)
            if len(queue) > most:
                self._drop(queue)

    def take(self, moment: float) -> BacklogItem | None:
        """The oldest that is still news."""
        with self._lock:
            self._forget(moment)
            queue = self._next()
            return queue.popleft() if queue else None

    def back(self, waiting: Sequence[BacklogItem]) -> None:
        """They could not be published: as if they had never been taken."""
        with self._lock:
            for each in sorted(waiting, key=lambda each: each.number, reverse=True):
                (self._matters if each.message.qos else self._ordinary).appendleft(each)

    def drop(self, moment: float) -> None:
        """Forget what is no news any more."""
        with self._lock:
            self._forget(moment)

    def lost(self) -> None:
        """One could not be published, and never will."""
        with self._lock:
            self.dropped += 1

    def _forget(self, moment: float) -> None:
        for queue in (self._matters, self._ordinary):
            while queue and moment - queue[0].since > FRESH_S:
                self._drop(queue)

    def _drop(self, queue: deque[BacklogItem]) -> None:
        self.dropped += 1
        self._tell_dropped(queue.popleft().message)

    def _next(self) -> deque[BacklogItem] | None:
        there = [queue for queue in (self._matters, self._ordinary) if queue]
        return min(there, key=lambda queue: queue[0].number, default=None)
