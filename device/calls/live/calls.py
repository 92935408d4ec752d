"""The thread `call`: begins calls, follows them, ends them. Whatever happens comes through its one inbox."""

from __future__ import annotations

import logging
import queue
import time
from collections.abc import Callable
from functools import partial
from typing import Any

from device.calls.cutter import CutSound
from device.calls.live.base import (
    ANNOUNCEMENT,
    LINE_BACK,
    MUTED,
    MUTED_NOW,
    NOT_BEGUN,
    OTHER_SIDE,
    OVER,
    CallNotice,
    LiveEvent,
)
from device.calls.live.following import TICK_S, LiveCall
from device.calls.live.line import LineListener
from device.calls.live.services import CallServices
from device.control.wire import plain
from device.turn import effects as do
from device.turn import events as on
from device.turn.session import Session
from device.wyoming.turns import speaks
from firmware.errors import ExpectedError
from firmware.frame import Frame
from services.calls.base import SIDES, CallSegment, Side, Whispered

log = logging.getLogger(__name__)

QUIET_S = 300.0
"""After "quiet" nothing is whispered for so long."""
HINT_S = 4.0
"""The lights tell of a hint for so long, where no ear hears it."""
_WRITES_DOWN_S = 3.0
"""At the end, what was just said is waited for so long."""
_MOST_WAITING = 2_000
"""Orders, most of them frames: more than a minute of both sides."""


class LiveCalls:
    """Runs beside the turns (device.turn.reactor.Beside); one call at a time. Its public methods are for any thread."""

    name = "call"

    def __init__(self, services: CallServices, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._services = services
        self._clock = clock
        self._inbox: queue.SimpleQueue[Callable[[], None] | None] = queue.SimpleQueue()
        self._followers: list[Callable[[LiveEvent], None]] = []
        self._call: LiveCall | None = None
        self._line: LineListener | None = None
        self._began_s = 0.0
        self._who = ""
        self._spoken_to = self._muted = False
        self._hint_s = -HINT_S
        self._quiets = 0
        """How often "quiet" was said."""
        self._hinted = False
        self._stopping = False
        self.skipped = 0
        """Frames that came while too much waited."""

    # --- for any thread ---

    @property
    def who(self) -> str:
        """With whom a call goes on, or begins; empty: none does."""
        return self._who

    @property
    def private(self) -> bool:
        """Whether whispers and replies during a call are heard by the owner alone."""
        return self._services.sounds.private

    @property
    def hint(self) -> bool:
        """Whether the lights tell of a hint that no ear has heard."""
        return self._clock() - self._hint_s < HINT_S

    def lacking(self) -> str:
        """Why no call can be followed now, in words; empty where one can."""
        return MUTED if self._muted else self._services.sounds.lacking()

    def begin(self, who: str) -> None:
        """Follow a call with somebody from now on."""
        if not self._who:
            self._who = who or OTHER_SIDE
            self._inbox.put(self._begin)

    def end(self) -> None:
        """The call is over."""
        self._inbox.put(self._end)

    def quiet(self) -> None:
        """Whisper nothing for a while, and no further what is being whispered."""
        self._inbox.put(self._quiet)

    def follow(self, told: Callable[[LiveEvent], None]) -> None:
        """Have this told of everything, on the thread `call`; it must not wait. Before `run`."""
        self._followers.append(told)

    def watch(self, event: on.Event, session: Session) -> None:
        """A watcher of the daemon: what is said to the appliance is not said on the call; mute is for both sides."""
        if session.muted != self._muted:
            self._muted = session.muted
            self._inbox.put(partial(self._mute, session.muted))
        if not self._who:
            return
        told_to_stop = isinstance(event, on.Replied) and any(
            step.action == "control.stop" for step in event.response.command.steps
        )
        if told_to_stop or isinstance(event, on.StopAsked):
            self.quiet()
        aloud = session.phase in ("speaking", "ringing") and not self.private
        spoken_to = speaks(session) or aloud
        if spoken_to != self._spoken_to:
            self._spoken_to = spoken_to
            self._inbox.put(partial(self._turn, spoken_to, isinstance(event, on.WakeHeard)))

    def facts(self) -> dict[str, Any] | None:
        """The section of `equerry status`; None where no call goes on."""
        if not self._who:
            return None
        call = self._call
        return {
            "with": plain(self._who),
            "private": self.private,
            **(call.facts() if call else {}),
            "skipped": self.skipped,
        }

    # --- the thread ---

    def run(self) -> None:
        """Until stopped; a call that goes on then ends."""
        while True:
            try:
                order = self._inbox.get(timeout=TICK_S if self._call else None)
            except queue.Empty:
                order = self._tick
            if order is None:
                break
            order()
            self._tick()  # frames come so fast that the inbox is seldom empty
        if self._call:
            self._close(self._call)
        self._services.close()

    def stop(self) -> None:
        """End soon."""
        self._stopping = True
        self._inbox.put(None)

    def _now_s(self) -> float:
        return self._clock() - self._began_s

    def _tick(self) -> None:
        if self._hinted != self.hint:
            self._hinted = self.hint
            self._services.look()
        if (call := self._call) is None:
            return
        call.tick()
        if call.over:
            self._services.put(on.Announced(OVER.format(who=self._who)))
            self._end()

    def _begin(self) -> None:
        if reason := self.lacking():
            self._fail(reason)
        elif self._services.announce:
            self._services.aside(
                do.SpeakAside(ANNOUNCEMENT, "line", lambda why: self._inbox.put(partial(self._said, why)))
            )
        else:
            self._follow()

    def _said(self, why: str) -> None:
        """Whoever is on the line knows, or can't be told."""
        if why:
            self._fail(why)
        elif self._who:
            self._follow()

    def _follow(self) -> None:
        self._began_s = self._clock()
        try:
            call = self._services.make(self._who, self, self._now_s)
            call.begin()
        except ExpectedError as error:
            self._fail(str(error))
            return
        sounds = self._services.sounds
        call.paused = self._spoken_to
        call.microphone = sounds.sides[0]
        self._call = call
        sounds.to_ear(sounds.private)
        device = sounds.listen(partial(self._sound, sounds.sides[0]), partial(self._sound, SIDES[1]))
        if device:
            self._line = LineListener(device, partial(self._sound, SIDES[1]), self._line_changed)
            self._line.start()
        self._services.look()
        log.info("a call is followed")

    def _fail(self, reason: str) -> None:
        log.warning("%s", NOT_BEGUN.format(reason=reason))
        self._who = ""
        self.tell(CallNotice(0.0, NOT_BEGUN.format(reason=reason)))
        self._services.put(on.Announced(NOT_BEGUN.format(reason=reason)))

    def _sound(self, side: Side, frame: Frame) -> None:
        """On the thread that hears it."""
        if self._inbox.qsize() > _MOST_WAITING:
            self.skipped += 1
            return
        if call := self._call:
            self._inbox.put(partial(call.sound, side, frame, self._now_s()))

    def _line_changed(self, there: bool, why: str) -> None:
        """On the thread of the line."""
        self._notice(LINE_BACK if there else f"The other side is not heard. {why}")

    def _turn(self, spoken_to: bool, woken: bool) -> None:
        if (call := self._call) and spoken_to:
            call.pause(woken=woken)
        elif call:
            call.paused = False

    def _mute(self, muted: bool) -> None:
        if call := self._call:
            call.mute(muted=muted)
            if muted:
                call.notice(MUTED_NOW, again=True)

    def _quiet(self) -> None:
        if self._call:
            self._call.quiet(QUIET_S)
            self._quiets += 1
            self._services.hush()

    def _end(self) -> None:
        """Sound ends at once; what was just said is still written down."""
        if (call := self._call) is None:
            self._who = ""
            return
        self._silence()
        call.finish()
        until_s = self._now_s() + _WRITES_DOWN_S
        while not self._stopping and self._now_s() < until_s and not (call.parts.words.idle and self._inbox.empty()):
            try:
                order = self._inbox.get(timeout=TICK_S)
            except queue.Empty:
                continue
            if order is None:
                self._inbox.put(None)
                break
            order()
        self._close(call)

    def _silence(self) -> None:
        self._services.sounds.leave()
        if self._line:
            self._line.stop()
            self._line = None

    def _close(self, call: LiveCall) -> None:
        if self._call is not call:
            return
        self._silence()
        self._call = None
        call.end()
        self._services.sounds.to_ear(False)
        self._who = ""
        self._services.look()
        log.info("the call is over: %d segments, %d late", call.segments, call.late)

    # --- what its call tells ---

    def heard(self, cut: CutSound, segment: CallSegment) -> None:
        """What was written down; from the thread `call-words`."""
        if call := self._call:
            self._inbox.put(partial(call.heard, cut, segment))

    def tell(self, event: LiveEvent) -> None:
        """Hand on what happened."""
        if isinstance(event, CallNotice):
            log.warning("%s", event.words)
        for told in self._followers:
            told(event)

    def whisper(self, whispered: Whispered) -> None:
        """Into the ear; where there is none the lights tell of it."""
        if self.private:
            quiets = self._quiets
            self._services.aside(do.SpeakAside(whispered.words, "ear", self._whispered, lambda: self._quiets == quiets))
            return
        self._hint_s = self._clock()

    def _whispered(self, why: str) -> None:
        """On the thread that speaks."""
        if why:
            self._notice(f"Not whispered. {why}")
        else:
            log.info("whispered")

    def _notice(self, words: str) -> None:
        if call := self._call:
            self._inbox.put(partial(call.notice, words, again=True))
