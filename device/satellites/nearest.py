"""One talker who is heard by several ears, of satellites or the device's own, is answered by one: the one that hears
best.

Each ear decides when its turn ends, before a word of it is acted on: it looks at the turns that began about then
(likeness.py). What loses ends as if nobody had spoken.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from device.hearing.ear import Ear
from device.satellites.likeness import SoundPattern, likeness, pattern, same_talker
from device.turn import events as on
from firmware.frame import Samples

TOGETHER_S = 0.8
"""The wake word of one talker is heard by all ears within so many seconds: networks and buffers keep some waiting."""
LATELY_S = 2.0
"""So long after its end a turn may be another ear's, too, whose sound came late."""
_NOT_UNLIKE = 0.2
"""Turns that say the same are of one talker where they are as little alike as this: noise covers the sound more than
the words.
"""


@dataclass(slots=True)
class _Talk:
    """A turn at one ear."""

    turn: int
    began: float
    ended: float | None = None
    lost: bool = False
    pattern: SoundPattern | None = None
    text: str = ""


@dataclass(slots=True, eq=False)
class Hearer:
    """One ear, and where its events go."""

    nearest: Nearest
    put: on.Emit
    ear: Ear | None = None
    """Assigned once it is made; it is made to emit here."""
    talk: _Talk | None = None

    def emit(self, event: on.Event | on.Crashed) -> None:
        """From any thread of the ear."""
        match event:
            case on.WakeHeard(turn):
                self.nearest.began(self, turn)
            case on.WentOn(turn, of):
                self.nearest.goes_on(self, turn, of)
            case on.SpeechEnded(turn, endpoint) if endpoint.reason != "no_speech" and self.nearest.lost(self, turn):
                event = replace(event, endpoint=replace(endpoint, reason="no_speech"))
            case on.FinalHeard(turn, final):
                if self.talk and self.talk.lost and self.talk.turn == turn:
                    return
                if self.nearest.said_elsewhere(self, turn, final.text):
                    event = replace(event, final=replace(final, text="", dropped="elsewhere"))
        self.put(event)

    def leave(self) -> None:
        """It hears no more."""
        self.nearest.left(self)

    @property
    def clearness(self) -> float:
        """How far the talker stands out of the room here, dB."""
        latest = self.ear.latest if self.ear else None
        quality = latest.sounding.quality() if latest else None
        if quality is None or quality.level is None:
            return float("-inf")
        return quality.level - (quality.floor if quality.floor is not None else quality.level)

    def sound(self) -> Samples:
        """What was heard in the latest turn, behind the wake word."""
        latest = self.ear.latest if self.ear else None
        frames = [frame for frame in list(latest.frames) if frame.end > latest.opened] if latest else []
        return np.concatenate([frame.samples for frame in frames]) if frames else np.zeros(0, np.int16)


class Nearest:
    """All ears of one appliance. From any thread."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._hearers: list[Hearer] = []

    def joined(self, put: on.Emit) -> Hearer:
        """Another ear, whose events go there."""
        hearer = Hearer(self, put)
        with self._lock:
            self._hearers.append(hearer)
        return hearer

    def left(self, hearer: Hearer) -> None:
        """It is no more."""
        with self._lock:
            self._hearers.remove(hearer)

    def began(self, hearer: Hearer, turn: int) -> None:
        """Somebody said the wake word to it."""
        with self._lock:
            hearer.talk = _Talk(turn, self._clock())

    def goes_on(self, hearer: Hearer, turn: int, of: int) -> None:
        """What ended early is taken up again as another turn: it is still the same talker's."""
        with self._lock:
            if (talk := hearer.talk) and talk.turn == of:
                hearer.talk = _Talk(turn, talk.began, lost=talk.lost)

    def lost(self, hearer: Hearer, turn: int) -> bool:
        """Its turn has ended: whether another ear answers this talker."""
        if len(self._hearers) < 2:
            return False
        heard = pattern(hearer.sound())
        with self._lock:
            talk, now = hearer.talk, self._clock()
            if talk is None or talk.turn != turn:  # an answer, or more, without a wake word
                return False
            talk.ended, talk.pattern = now, heard
            for other, theirs in self._others(hearer, talk):
                if talk.lost:
                    break
                if not same_talker(heard, _pattern(other, theirs)):
                    continue
                if theirs.ended is not None or other.clearness > hearer.clearness:
                    talk.lost = True
                else:
                    theirs.lost = True
            return talk.lost

    def said_elsewhere(self, hearer: Hearer, turn: int, text: str) -> bool:
        """Whether another ear that is answering has heard the very same words."""
        with self._lock:
            talk = hearer.talk
            if talk is None or talk.turn != turn or not text:
                return False
            talk.text = text
            heard = talk.pattern
            if heard is None:
                return False
            others = self._others(hearer, talk)
            talk.lost = any(
                theirs.text == text and theirs.pattern is not None and likeness(heard, theirs.pattern) >= _NOT_UNLIKE
                for _, theirs in others
            )
            return talk.lost

    def _others(self, hearer: Hearer, talk: _Talk) -> list[tuple[Hearer, _Talk]]:
        """Turns at other ears that began about when this one did, and are not known to be another's."""
        now = self._clock()
        return [
            (other, theirs)
            for other in self._hearers
            if other is not hearer
            and (theirs := other.talk) is not None
            and not theirs.lost
            and abs(theirs.began - talk.began) <= TOGETHER_S
            and (theirs.ended is None or now - theirs.ended <= LATELY_S)
        ]


def _pattern(other: Hearer, theirs: _Talk) -> SoundPattern:
    """Of a turn that is over, or as far as it has come."""
    return theirs.pattern if theirs.pattern is not None else pattern(other.sound())
