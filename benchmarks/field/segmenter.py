"""When a spoken command is over, by the rule of Home Assistant (VoiceCommandSegmenter of assist_pipeline, 2024.10 and
later), written anew from how it behaves.

It counts, and does not look for pauses: silence within a command adds up, word by word, until there are 0.7 s of it;
only a second of unbroken speech makes it begin at nothing again.
"""

from __future__ import annotations

from dataclasses import dataclass

STARTS_ABOVE = 0.2
"""Likelihood of speech above which it counts before the command."""
GOES_ON_ABOVE = 0.5
"""And within it."""
STARTS_MS = 300
"""Speech that begins a command."""
LEAST_MS = 1000
"""A command lasts at least so long, what began it included."""
FORGET_MS = 1000
"""Unbroken silence before a command after which the speech so far is forgotten; unbroken speech within one after which
the silence so far is.
"""
LONGEST_MS = 15_000
"""From the beginning of listening."""


@dataclass(slots=True)
class FixedSilence:
    """Listens to one command; all times are counted in milliseconds of sound."""

    silence_ms: int = 700
    """Silence that ends it: 700 as it comes, 1250 where it is set to "relaxed", 250 to "aggressive"."""
    began: bool = False
    """Whether somebody has spoken."""
    timed_out: bool = False
    """Whether it ended for its length alone."""
    _listened: int = 0
    _said: int = 0
    _lasted: int = STARTS_MS
    _quiet: int = 0
    _unbroken: int = 0
    """Of what is not expected: silence before the command, speech within it."""

    def over(self, ms: int, likelihood: float) -> bool:
        """Hear `ms` more of sound, speech with this likelihood (negative: not known yet). True: the command is over."""
        self._listened += ms
        if self._listened >= LONGEST_MS:
            self.timed_out = True
            return True
        if self.began:
            return self._within(ms, speech=likelihood > GOES_ON_ABOVE)
        self._before(ms, speech=likelihood > STARTS_ABOVE)
        return False

    def _before(self, ms: int, *, speech: bool) -> None:
        if speech:
            self._said += ms
            self._unbroken = 0
            self.began = self._said >= STARTS_MS
            return
        self._unbroken += ms
        if self._unbroken >= FORGET_MS:
            self._said = self._unbroken = 0

    def _within(self, ms: int, *, speech: bool) -> bool:
        self._lasted += ms
        if not speech:
            self._unbroken = 0
            self._quiet += ms
            return self._quiet >= self.silence_ms and self._lasted >= LEAST_MS
        self._unbroken += ms
        if self._unbroken >= FORGET_MS:
            self._quiet = self._unbroken = 0
        return False
