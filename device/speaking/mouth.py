"""The speak thread: says, chimes and rings, one thing after the other; hushed from any thread."""

from __future__ import annotations

import logging
import queue
import threading
from collections.abc import Callable, Mapping, Sequence

from device.speaking.reply import Speaking
from device.turn import effects as do
from device.turn import events as on
from firmware.errors import ExpectedError
from services.actions.base import Sound

log = logging.getLogger(__name__)

RING_PAUSE = 1.5
"""Seconds between two rings."""
AGAIN_S = (1.0, 2.0, 4.0, 8.0)
"""A reply is tried again after so many seconds when the loudspeaker is gone: somebody moves a plug."""

_Sounding = do.Speak | do.Ring | do.Chime
_KINDS: Mapping[type[_Sounding], Sound] = {do.Speak: "speech", do.Ring: "alarms", do.Chime: "earcons"}
INTERRUPTED = "It was interrupted."


class Mouth:
    """`run` is the speak thread, the rest is for any. What belongs to an era before the last hush is not uttered."""

    def __init__(
        self,
        speaking: Speaking,
        emit: on.Emit,
        *,
        earcons: bool = True,
        duck_db: float = 20.0,
        sounds: Callable[[Sound], None] = lambda _: None,
        again_s: Sequence[float] = AGAIN_S,
    ) -> None:
        """`sounds` is told of what kind that is which sounds next, for its volume. `again_s`: seconds after which a
        reply is tried again while the loudspeaker is away.
        """
        self._speaking = speaking
        self._sounds = sounds
        self._emit = emit
        self.earcons = earcons
        """Whether short sounds are played; may be changed at any time."""
        self.aside: Callable[[do.SpeakAside], bool] = lambda _: False
        """Utters what is said beside the turns, where it is to be heard; False: it was stopped. Set before `run`."""
        self._duck_db = duck_db
        """How much quieter what sounds is while somebody may be barging in."""
        self._jobs: queue.SimpleQueue[tuple[int, _Sounding | do.SpeakAside] | None] = queue.SimpleQueue()
        """What shall sound, with its era."""
        self._era = 0
        self._enough: int | None = None
        """The turn whose words shall end after the sentence they are at."""
        self._paused: int | None = None
        """The turn whose words shall end at once."""
        self._hushed = threading.Condition()
        self._again_s = again_s
        self._worked = False
        """Something was said to its end."""
        self._begun: do.Speak | do.Ring | None = None
        """What was told to sound last."""

    def take(self, order: do.Loudspeaker | do.SpeakAside) -> None:
        """What the machine wants to sound, or to end. Sounded and Played follow what is said, Played each ring."""
        match order:
            case do.BreakOff(turn):
                self._enough = turn
            case do.Pause(turn):
                self._paused = turn
                self._speaking.stop()
            case do.Duck(quieter):
                self._speaking.duck(self._duck_db if quieter else 0.0)
            case do.Hush():
                self._hush()
            case _:
                if self.earcons or not isinstance(order, do.Chime):
                    self._jobs.put((self._era, order))

    def _hush(self) -> None:
        """Silence what sounds and drop what waits."""
        with self._hushed:
            self._era += 1
            self._hushed.notify_all()
        self._speaking.stop()

    def close(self) -> None:
        """End the thread, silencing it first."""
        self._hush()
        self._jobs.put(None)

    def run(self) -> None:
        """Utter what comes until closed."""
        while (job := self._jobs.get()) is not None:
            era, order = job
            if isinstance(order, do.SpeakAside):
                order.said(self._said_aside(order, era))
                continue
            finished = self._utter(order, era)
            if not isinstance(order, do.Chime):
                broken_off = isinstance(order, do.Speak) and not finished and era == self._era
                self._emit(on.Played(order.turn, finished, self._speaking.left if broken_off else ""))
        self._speaking.close()

    def _said_aside(self, order: do.SpeakAside, era: int) -> str:
        """Why it was not said; empty: it was. What the other side must be told is said whatever was hushed."""
        self._sounds("speech")
        try:
            heard = (order.to == "line" or era == self._era) and self.aside(order)
        except ExpectedError as error:
            return str(error)
        return "" if heard else INTERRUPTED

    def _pause(self, era: int, seconds: float) -> bool:
        """Wait; False when hushed."""
        with self._hushed:
            return not self._hushed.wait_for(lambda: era != self._era, timeout=seconds)

    def _utter(self, order: _Sounding, era: int) -> bool:
        self._sounds(_KINDS[type(order)])
        waits = iter(self._again_s if isinstance(order, do.Speak) and self._worked else ())
        while True:
            try:
                match order:
                    case do.Chime(name):
                        return era == self._era and self._speaking.chime(name)
                    case do.Ring(_, due):
                        rung = self._speaking.chime("ring") and self._say(order, era, due.words)
                        return rung and self._pause(era, RING_PAUSE)
                    case do.Speak(_, text, volume):
                        return self._say(order, era, text, volume)
            except ExpectedError as error:
                # The command is done and committed; only its reply can't be heard. What it was stands in no log: those
                # are without words.
                what = f"Not played: {order.name}" if isinstance(order, do.Chime) else f"Not said: turn {order.turn}"
                log.error("%s %s", error, what)
                if isinstance(order, do.Ring):
                    self._pause(era, RING_PAUSE)
                wait = next(waits, None)
                if wait is None or not self._pause(era, wait):
                    return False

    def _say(self, order: do.Speak | do.Ring, era: int, text: str, volume: float | None = None) -> bool:
        def began() -> None:
            if self._begun is not order:  # the first sample of another try is none
                self._begun = order
                self._emit(on.Sounded(order.turn))

        finished = self._speaking.say(
            text,
            volume=volume,
            stopped=lambda: era != self._era or order.turn == self._paused,
            enough=lambda: order.turn == self._enough,
            first_sample=began,
        )
        self._worked = self._worked or finished
        return finished
