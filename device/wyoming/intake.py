"""Sound of clients as our recognisers have it. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from wyoming.audio import AudioChunk, AudioFormat

from device.errors import ApplianceError
from firmware.frame import Frame
from firmware.sound.resample import Framer

RATES = (8_000, 192_000)
MOST_CHANNELS = 8
_WIDTHS: Mapping[int, np.dtype[Any]] = {2: np.dtype("<i2"), 4: np.dtype("<i4")}


class SoundUnusable(ApplianceError):
    """That sound can't be used: {problem}. Send 16 kHz, 16 bit, mono."""

    code = "wyoming.sound"


class SoundIntake:
    """One stream of a client's sound, of one format, as frames."""

    def __init__(self, told: AudioFormat) -> None:
        """Raises SoundUnusable."""
        self.format = (told.rate, told.width, told.channels)
        if not RATES[0] <= told.rate <= RATES[1]:
            raise SoundUnusable(problem=f"its rate is not from {RATES[0]:,} to {RATES[1]:,}")
        if told.width not in _WIDTHS:
            raise SoundUnusable(problem="its samples have neither 2 nor 4 bytes")
        if not 1 <= told.channels <= MOST_CHANNELS:
            raise SoundUnusable(problem=f"its channels are not from 1 to {MOST_CHANNELS}")
        self._framer = Framer(told.rate)

    def take(self, chunk: AudioChunk) -> list[Frame]:
        """The frames that it completes. Raises SoundUnusable."""
        if (chunk.rate, chunk.width, chunk.channels) != self.format:
            raise SoundUnusable(problem="its format changes midway")
        if len(chunk.audio) % (chunk.width * chunk.channels):
            raise SoundUnusable(problem="a piece of it ends within a sample")
        samples = np.frombuffer(chunk.audio, _WIDTHS[chunk.width])
        return self._framer.process(samples.reshape(-1, chunk.channels) if chunk.channels > 1 else samples)

    def finish(self) -> list[Frame]:
        """What is left at the end; the last call."""
        return self._framer.finish()
