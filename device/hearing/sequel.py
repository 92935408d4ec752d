"""What is said right behind the end of a turn that may go on (ear_turn.py): it goes on after all. On the listen thread.

Where nobody speaks the sound is left out: a chime may have been among it.
"""

from __future__ import annotations

from device.hearing.ear_turn import EarTurn
from device.hearing.overheard import Voiced
from firmware.frame import FRAME_SECONDS, Frame

WITHIN_S = 0.8
"""Seconds behind the end of the turn in which somebody must go on."""
_LEAST = 3
"""Frames with a voice that make a word: a frame or two may be a cough…"""
_AMONG = 5
"""…among so many."""
_EDGE = 3
"""Frames kept before a voice: a word begins more softly than it sounds."""


class Sequel:
    """Of the turn that ended last."""

    def __init__(self) -> None:
        self.of: EarTurn | None = None
        """That turn, for as long as it may go on."""
        self._heard: list[Voiced] = []

    def begin(self, ended: EarTurn) -> None:
        """This turn has just been ended by silence."""
        self.of, self._heard = ended, []

    def clear(self) -> None:
        """Nothing goes on: another turn begins, or it is answered, or the sound ends. What was heard is forgotten."""
        self.of, self._heard = None, []

    def hear(self, frame: Frame, probability: float) -> list[Voiced]:
        """Take the next frame, with the probability that the talker speaks in it: everything since the end of the turn
        once they surely go on, else nothing.
        """
        self._heard.append((frame, probability))
        newest = len(self._heard) - _AMONG
        voiced = [at for at, (_, likely) in enumerate(self._heard) if likely > 0.5 and at >= newest]
        if len(voiced) >= _LEAST:
            first = voiced[0] - _EDGE
            heard = [each if at >= first else (each[0].silenced(), 0.0) for at, each in enumerate(self._heard)]
            self.clear()
            return heard
        if len(self._heard) >= WITHIN_S / FRAME_SECONDS + (_LEAST if voiced else 0):
            self.clear()
        return []
