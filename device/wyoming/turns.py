"""The engines are the device's own: clients have them one after the other, and never while somebody speaks to it."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from device.errors import ApplianceError
from device.turn import events as on
from device.turn.session import Session

MOST_WAITING = 10
PATIENCE_S = 15.0
"""Longer than a turn at the device takes, shorter than Home Assistant waits."""


class TooBusy(ApplianceError):
    """The device is busy with others. Try again in a moment."""

    code = "wyoming.busy"


class EngineTurns:
    """Whose turn it is with the engines. From any thread."""

    def __init__(self, *, most: int = MOST_WAITING, patience_s: float = PATIENCE_S) -> None:
        self._most, self._patience = most, patience_s
        self._news = threading.Condition()
        self.waiting = 0
        """How many wait."""
        self._taken = self._talker = self._closed = False

    def watch(self, _: on.Event, session: Session) -> None:
        """A watcher of the daemon: whether somebody speaks to the device, or waits for its answer."""
        talker = speaks(session)
        if talker != self._talker:
            with self._news:
                self._talker = talker
                self._news.notify_all()

    @contextmanager
    def turn(self) -> Iterator[None]:
        """Wait for the engines, and have them. Raises TooBusy: too many wait, or it takes too long."""
        with self._news:
            if self.waiting >= self._most:
                raise TooBusy
            self.waiting += 1
            try:
                free = self._news.wait_for(lambda: self._closed or not (self._taken or self._talker), self._patience)
            finally:
                self.waiting -= 1
            if not free or self._closed:
                raise TooBusy
            self._taken = True
        try:
            yield
        finally:
            with self._news:
                self._taken = False
                self._news.notify_all()

    def close(self) -> None:
        """Nobody has a turn any more."""
        with self._news:
            self._closed = True
            self._news.notify_all()


def speaks(session: Session) -> bool:
    """Whether the talker at the device needs the processor; an ear that opened by itself and hears nobody does not."""
    if session.phase in ("listening", "asking"):
        return not (session.talk and session.talk.unasked and not session.talk.voice)
    return session.phase in ("thinking", "acting")
