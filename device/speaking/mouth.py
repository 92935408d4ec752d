"""The speak thread: says, chimes and rings, one thing after the other; hushed from any thread."""

from __future__ import annotations

import logging
import queue
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from device.speaking.reply import Speaking
from device.turn import events as on
from firmware.errors import ExpectedError
from services.actions.base import Sound

log = logging.getLogger(__name__)

RING_PAUSE = 1.5
"""Seconds between two rings."""
AGAIN_S = (1.0, 2.0, 4.0, 8.0)
"""Where the loudspeaker that was heard before is gone, what is said is tried again after so many seconds: somebody
moves a plug.
"""


@dataclass(frozen=True, slots=True)
class _Say:
    era: int
    turn: int
    text: str
    ring: bool
    volume: float | None = None


@dataclass(frozen=True, slots=True)
class _Chime:
    era: int
    name: str


class Mouth:
    """Public methods may be called from any thread; `run` is the speak thread.

    An era ends with each hush: what belongs to an earlier one is not uttered any more.
    """

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
        self._duck_db = duck_db
        """How much quieter what sounds is while somebody may be barging in."""
        self._jobs: queue.SimpleQueue[_Say | _Chime | None] = queue.SimpleQueue()
        self._era = 0
        self._enough: int | None = None
        """The turn whose words shall end after the sentence they are at."""
        self._paused: int | None = None
        """The turn whose words shall end at once."""
        self._hushed = threading.Condition()
        self._again_s = again_s
        self._worked = False
        """Something was said to its end."""
        self._begun: _Say | None = None
        """What was told to sound last."""

    def say(self, turn: int, text: str, *, volume: float | None = None) -> None:
        """Say this, with a volume of its own (0 to 1) if there is one; Sounded and Played follow."""
        self._jobs.put(_Say(self._era, turn, text, ring=False, volume=volume))

    def break_off(self, turn: int) -> None:
        """End what is said for this turn after the sentence it is at; Played tells what was left."""
        self._enough = turn

    def pause(self, turn: int) -> None:
        """Silence at once what is said for this turn; Played tells what was left, from the sentence it was at. What
        waits is said.
        """
        self._paused = turn
        self._speaking.stop()

    def duck(self, quieter: bool) -> None:
        """What sounds is much quieter, for a second at most, or as loud as before again."""
        self._speaking.duck(self._duck_db if quieter else 0.0)

    def ring(self, turn: int, text: str) -> None:
        """Ring and say what for; Played follows."""
        self._jobs.put(_Say(self._era, turn, text, ring=True))

    def chime(self, name: str) -> None:
        """Play an earcon."""
        if self.earcons:
            self._jobs.put(_Chime(self._era, name))

    def hush(self) -> None:
        """Silence what sounds and drop what waits."""
        with self._hushed:
            self._era += 1
            self._hushed.notify_all()
        self._speaking.stop()

    def close(self) -> None:
        """End the thread, silencing it first."""
        self.hush()
        self._jobs.put(None)

    def run(self) -> None:
        """Utter what comes until closed."""
        while (job := self._jobs.get()) is not None:
            finished = self._utter(job)
            if isinstance(job, _Say):
                left = "" if finished or job.ring or job.era != self._era else self._speaking.left
                self._emit(on.Played(job.turn, finished, left))
        self._speaking.close()

    def _stopped(self, era: int) -> Callable[[], bool]:
        return lambda: era != self._era

    def _pause(self, era: int, seconds: float) -> bool:
        """Wait; False when hushed."""
        with self._hushed:
            return not self._hushed.wait_for(self._stopped(era), timeout=seconds)

    def _utter(self, job: _Say | _Chime) -> bool:
        self._sounds("earcons" if isinstance(job, _Chime) else "alarms" if job.ring else "speech")
        waits = iter(self._again_s if isinstance(job, _Say) and not job.ring and self._worked else ())
        while True:
            try:
                if isinstance(job, _Chime):
                    return job.era == self._era and self._speaking.chime(job.name)
                if job.ring:
                    return self._speaking.chime("ring") and self._say(job) and self._pause(job.era, RING_PAUSE)
                return self._say(job)
            except ExpectedError as error:
                # The command is done and committed; only its reply can't be heard. What it was stands in no log: those
                # are without words.
                log.error(
                    "%s %s", error, f"Not said: turn {job.turn}" if isinstance(job, _Say) else f"Not played: {job.name}"
                )
                if isinstance(job, _Say) and job.ring:
                    self._pause(job.era, RING_PAUSE)
                wait = next(waits, None)
                if wait is None or not self._pause(job.era, wait):
                    return False

    def _began(self, job: _Say) -> None:
        """With its first sample; that of another try is none."""
        if self._begun is not job:
            self._begun = job
            self._emit(on.Sounded(job.turn))

    def _say(self, job: _Say) -> bool:
        finished = self._speaking.say(
            job.text,
            volume=job.volume,
            stopped=lambda: job.era != self._era or job.turn == self._paused,
            enough=lambda: job.turn == self._enough,
            first_sample=lambda: self._began(job),
        )
        self._worked = self._worked or finished
        return finished
