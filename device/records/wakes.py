"""Learns from wakes: what woke it before a silence, or before "that wasn't for you", is heard no more; what woke it
before a command goes on being heard.
"""

from __future__ import annotations

import logging
import queue
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from device.records.wake_sounds import FOLDER, keep_sound
from device.turn import events as on
from device.turn.machine import Session
from firmware.errors import ExpectedError
from services.understanding.reserved import disowns
from services.wake.base import Detection, WakeDetector
from services.wake.kept import Wakes, load_wakes, save_wakes

log = logging.getLogger(__name__)

WRONG, MEANT = "alarms.npz", "meant.npz"
_RECENT_S = 90.0
"""So long after a wake word "that wasn't for you" still means it."""
_MOST_OPEN = 4
"""Wakes that may still be disowned. Older ones that were answered were meant."""


@dataclass(slots=True)
class _Woken:
    at: float
    detection: Detection
    answered: bool = False


@dataclass(frozen=True, slots=True)
class _Mark:
    detection: Detection
    file: str
    sure: bool


class WakeKeeping:
    """`watch` is for main; `run` is the thread `wakes`, which keeps and teaches."""

    name = "wakes"

    def __init__(
        self,
        folder: Path,
        wake: WakeDetector,
        *,
        now: Callable[[], float] = time.time,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """`folder`: where they are kept. `now`: POSIX seconds."""
        self._folder, self._wake, self._now, self._clock = folder, wake, now, clock
        self._woken: dict[int, _Woken] = {}
        """By what the ear was opened for a turn; the newest last."""
        self._marks: queue.SimpleQueue[_Mark | None] = queue.SimpleQueue()

    def watch(self, event: on.Event, _: Session) -> None:
        """A watcher of the daemon."""
        match event:
            case on.WakeHeard(turn, detection) if detection.features is not None:
                self._woken[turn] = _Woken(self._clock(), detection)
                for old in list(self._woken)[:-_MOST_OPEN]:
                    if self._woken[old].answered:
                        self._mark(old, MEANT, sure=True)
                    self._woken.pop(old, None)
            case on.SpeechEnded(turn, endpoint) if endpoint.reason == "no_speech":
                self._mark(turn, WRONG, sure=False)
            case on.FinalHeard(turn, final) if not final.text:
                self._mark(turn, WRONG, sure=False)
            case on.FinalHeard(turn, final) if disowns(final.text):
                self._mark(self._disowned(turn), WRONG, sure=True)
            case on.Replied(turn, response) if any(outcome.ok for outcome in response.outcomes):
                if woken := self._woken.get(turn):
                    woken.answered = True

    def run(self) -> None:
        """Keep and teach what is marked, until stopped."""
        while (mark := self._marks.get()) is not None:
            try:
                self._learn(mark)
            except OSError as error:
                log.warning("A wake could not be learnt from: %s", error)

    def stop(self) -> None:
        """End soon; what was marked is kept."""
        self._marks.put(None)

    def _disowned(self, turn: int) -> int:
        """Which turn "that wasn't for you", said in this one, is about: the one woken shortly before it, else this one:
        the words then follow right upon the wrong wake.
        """
        now = self._clock()
        recent = [each for each, woken in self._woken.items() if now - woken.at <= _RECENT_S and each != turn]
        return recent[-1] if recent else turn

    def _mark(self, turn: int, file: str, *, sure: bool) -> None:
        if woken := self._woken.pop(turn, None):
            self._marks.put(_Mark(woken.detection, file, sure))

    def _learn(self, mark: _Mark) -> None:
        assert mark.detection.features is not None
        path, at = self._folder / mark.file, self._now()
        one = kept(path).with_one(mark.detection.word, mark.detection.features, at, sure=mark.sure)
        save_wakes(path, one)
        if mark.file == WRONG and mark.detection.sound is not None:  # it has none but where the owner wants it kept
            keep_sound(self._folder / FOLDER, mark.detection.word, at, mark.detection.sound)
        self._wake.learn(*lessons(self._folder))


def lessons(folder: Path) -> tuple[Wakes, Wakes]:
    """What was wrong and what was meant, as kept in this folder."""
    return kept(folder / WRONG), kept(folder / MEANT)


def kept(path: Path) -> Wakes:
    """What a file holds; none, and a line in the log, where it can't be read."""
    try:
        return load_wakes(path)
    except ExpectedError as error:
        log.warning("%s", error)
        return Wakes.none()
