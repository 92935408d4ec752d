"""A loudspeaker that can be told to play elsewhere for a while: into an ear during a call."""

from __future__ import annotations

from contextlib import suppress

from firmware.base import Speaker
from firmware.errors import BodyError
from firmware.frame import Samples


class RoutedSpeaker:
    """A loudspeaker (firmware.base.Speaker) before two. What is played goes to one of them and never to both: where
    that one is missing nothing is played, rather than into the room what was meant for an ear; but for what rings.
    """

    def __init__(self, usual: Speaker, ear: Speaker) -> None:
        self._usual, self._ear = usual, ear
        self._now = usual
        """Which played last."""
        self.to_ear = False
        """Whether what is played from now on goes into the ear. From any thread."""
        self.rings = False
        """Whether it rings: where the ear is missing, or lost meanwhile, the usual one plays that, so that it is heard
        at all.
        """

    @property
    def volume(self) -> float:
        """0…1, of both."""
        return self._usual.volume

    @volume.setter
    def volume(self, volume: float) -> None:
        self._usual.volume = self._ear.volume = volume

    def play(self, samples: Samples, rate: int) -> bool:
        self._turn_to(self._ear if self.to_ear else self._usual)
        try:
            return self._now.play(samples, rate)
        except BodyError:
            if self._now is self._usual or not self.rings:
                raise
        self._turn_to(self._usual)
        return self._usual.play(samples, rate)

    def _turn_to(self, wanted: Speaker) -> None:
        """From now on this one plays; what the other one has is heard first."""
        if wanted is not self._now:
            before, self._now = self._now, wanted
            with suppress(BodyError):  # what was lost before is no reason against this one
                before.drain()

    def drain(self) -> bool:
        return self._now.drain()

    def stop(self) -> None:
        self._usual.stop()
        self._ear.stop()

    def duck(self, db: float) -> None:
        self._now.duck(db)

    def close(self) -> None:
        self._usual.close()
        self._ear.close()
