"""Whose voice a frame holds, where somebody else talks in the background: a television, people at the next table.

Whoever is listened to is the louder one. Frame by frame levels overlap, for everybody's voice rises and falls by more
than lies between two voices; so what is believed is carried on: a hidden Markov model of two states, the talker speaks
or only others do (the forward algorithm: L. Rabiner, A Tutorial on Hidden Markov Models, Proc. IEEE 77, 1989). What a
frame tells grows with its level, as of two normal distributions of one width, within limits. So a loud syllable on
television does not become the talker, nor a weak one of the talker's the television.

Nobody is told apart before somebody has stood out from the background: all may be the talker's until then. Without
voices in the background all is.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from services.speech.levels import QUIETEST, percentile


@dataclass(frozen=True, slots=True)
class ForegroundTuning:
    """Set on real commands beside another talker, and checked on the same alone, in noise and in rooms: "The
    television" in docs/performance.md. Levels in dB.
    """

    contrast: float = 8.0
    """How far over the background a talker is taken to be at least."""
    over: float = 5.0
    """A frame is rather the talker's from halfway between the two levels, but at most so far over the background: the
    talker's weak syllables reach down to it, however loud the others are.
    """
    slope: float = 0.4
    """Log odds a dB over or under that level,…"""
    most: float = 1.5
    """…and at most so many for the talker by one frame,…"""
    least: float = 0.5
    """…or against: each word has soft parts."""
    begins: float = 0.05
    """Probability that the talker begins to speak from one frame to the next, while only others do,…"""
    ends: float = 0.05
    """…and that the talker ends."""
    talker_percentile: float = 75.0
    """Of the levels of the talker's louder frames: the talker's level."""


class Foreground:
    """How likely frames are the talker's, in one turn."""

    def __init__(self, tuning: ForegroundTuning | None = None) -> None:
        self._tuning = tuning or ForegroundTuning()
        self._theirs: list[float] = []
        self._likely = 0.0
        self.stands_out = False
        """Whether the talker has stood out from voices in the background: they can be told apart."""

    def weigh(self, level: float, background: float) -> float:
        """The probability that the next frame is the talker's: its level, and that of voices in the background
        (QUIETEST: there are none), dBFS.
        """
        if not self.stands_out and background <= QUIETEST:
            return 1.0
        t = self._tuning
        middle = self.middle(background)
        told = min(t.most, max(-t.least, t.slope * (level - middle)))
        before = self._likely * (1.0 - t.ends) + (1.0 - self._likely) * t.begins
        odds = math.log(before / (1.0 - before)) + told
        self._likely = 1.0 / (1.0 + math.exp(-odds))
        loud = level >= middle
        if self._likely >= 0.5 or not self.stands_out:
            if loud:
                self._theirs.append(level)
            elif not self.stands_out:
                self._theirs.clear()
        if self._likely >= 0.5:
            self.stands_out = True
        return self._likely if self.stands_out else 1.0

    @property
    def loud(self) -> int:
        """How many frames of the talker's were loud."""
        return len(self._theirs)

    @property
    def contrast(self) -> float:
        """dB by which the talker is at least louder than others."""
        return self._tuning.contrast

    def talker(self, background: float) -> float:
        """The talker's level, dBFS."""
        least = background + self._tuning.contrast
        return max(least, percentile(self._theirs, self._tuning.talker_percentile)) if self._theirs else least

    def middle(self, background: float) -> float:
        """The level from which a frame is rather the talker's, dBFS."""
        return background + min(self._tuning.over, (self.talker(background) - background) / 2.0)
