"""A stream of sound to a transcript: Home Assistant finds the end of speech, we write down what was said."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from wyoming.asr import Transcript
from wyoming.audio import AudioChunk, AudioStart, AudioStop
from wyoming.event import Eventable

from device.wyoming.intake import SoundIntake
from device.wyoming.services import WyomingServices
from firmware.frame import FRAME_SECONDS, Frame

LONGEST_S = 30.0
"""Of sound that is written down: then it is, and what comes after it is passed over."""


class Writing:
    """Of one client, one stream after the other."""

    def __init__(self, offers: WyomingServices, peer: str) -> None:
        self._offers, self._peer = offers, peer
        self._intake: SoundIntake | None = None
        self._frames: list[Frame] = []
        self._over = False
        """This stream was written down already."""

    def begin(self) -> None:
        """Another stream is to be written down."""
        self._intake, self._frames, self._over = None, [], False

    def hear(self, sound: AudioStart | AudioChunk | AudioStop) -> Iterator[Eventable]:
        """Raises SoundUnusable, TooBusy."""
        match sound:
            case AudioStart():
                self.begin()
                self._intake = SoundIntake(sound)
            case AudioChunk() if not self._over:
                self._intake = self._intake or SoundIntake(sound)
                self._frames += self._intake.take(sound)
                if len(self._frames) * FRAME_SECONDS >= LONGEST_S:
                    yield self._written()
            case AudioStop():
                if not self._over:
                    self._frames += self._intake.finish() if self._intake else []
                    yield self._written()
                self.begin()

    def _written(self) -> Transcript:
        frames, self._frames, self._over = self._frames[: round(LONGEST_S / FRAME_SECONDS)], [], True
        if not frames:
            return Transcript("")
        with self._offers.turns.turn():
            final = self._offers.transcribe(np.concatenate([frame.samples for frame in frames]))
        self._offers.doubts.note(self._peer, final)
        return Transcript(final.text, language="en")
