"""From the session and what else is known to the view that the lights are given. Everything here is main's."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from tinydb import where

from device.lights.thread import Dark, Lighting
from device.lights.view import TimerSpan, View
from device.turn import events as on
from device.turn.rows.talk_button import countdown
from device.turn.session import Session
from firmware.errors import ExpectedError
from services.store.base import Change, DocumentStore, Timer

STORE_FAULTS = frozenset({"store.read_only", "store.full", "store.unreachable", "store.damaged"})
"""Codes of outcomes: the store could not be written."""


class Timers:
    """The timer that rings next. It is read again when one was written, or the wall clock was set."""

    def __init__(
        self, store: DocumentStore, now: Callable[[], datetime], clock: Callable[[], float] = time.monotonic
    ) -> None:
        """`now`: the wall clock, zone-aware; `clock`: the one that only goes forward."""
        self._store = store
        self._now = now
        self._clock = clock
        self._written = True
        self._next: Timer | None = None
        self._span: TimerSpan | None = None

    def changed(self, changes: Sequence[Change]) -> None:
        """A watcher of the store."""
        if any(change.kind == Timer.kind for change in changes):
            self._written = True

    def __call__(self) -> TimerSpan | None:
        """None where none runs."""
        if self._written:
            self._written = False
            self._next, self._span = self._read(), None
        if self._next is None:
            return None
        ends = self._clock() + (self._next.due - self._now()) / timedelta(seconds=1)
        if self._span is None or abs(self._span.ends - ends) > 1:
            self._span = TimerSpan(ends - self._next.seconds, ends)
        return self._span

    def _read(self) -> Timer | None:
        """A store that can't be read shows no timer, and is asked again; who needs what is in it says so."""
        try:
            return min(self._store.find(Timer, where("status") == "running"), key=lambda one: one.due, default=None)
        except ExpectedError:
            self._written = True
            return None


@dataclass(slots=True)
class LightsProjection:
    """Follows the session for the lights: they are told when something changed."""

    lights: Lighting | Dark
    quiet: Callable[[], tuple[bool, bool]] = lambda: (False, False)
    """Whether it is within the quiet hours, and whether nobody wants to be disturbed."""
    timer: Callable[[], TimerSpan | None] = lambda: None
    newer: Callable[[], bool] = lambda: False
    """Whether another device of the site has a newer version."""
    call: Callable[[], tuple[bool, bool]] = lambda: (False, False)
    """Whether a call is followed, and whether there is a hint that no ear has heard."""
    _words: int | None = None
    """The turn of which words were heard."""
    _store_fault: bool = False
    _view: View | None = None

    @property
    def view(self) -> View | None:
        """What was told last; any thread may read it."""
        return self._view

    def follow(self, session: Session, event: on.Event | None = None) -> None:
        """This is so now, after `event`; without one, time has passed. Never waits."""
        match event:
            case on.PartialHeard(turn) if turn == session.turn:
                self._words = turn
            case on.Replied(_, response) if any(outcome.code in STORE_FAULTS for outcome in response.outcomes):
                self._store_fault = True
        quiet_hours, do_not_disturb = self.quiet()
        on_call, hint = self.call()
        view = View(
            phase=session.phase,
            words=self._words == session.turn,
            running=session.running,
            store_fault=self._store_fault,
            do_not_disturb=do_not_disturb,
            broker_away=session.broker == "away",
            timer=self.timer(),
            newer=self.newer(),
            on_call=on_call,
            hint=hint,
            quiet=quiet_hours,
            countdown=countdown(session),
        )
        if view != self._view:
            self._view = view
            self.lights.show(view)

    def committed(self, _: Sequence[Change]) -> None:
        """A watcher of the store: it can be written."""
        self._store_fault = False

    def close(self) -> None:
        """Dark."""
        self.lights.close()
