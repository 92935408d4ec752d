"""The one unit in which sound travels: 80 ms of 16 kHz mono int16."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

RATE = 16_000
"""Samples a second, everywhere between microphone and recognisers."""

FRAME_SAMPLES = 1_280
FRAME_SECONDS = FRAME_SAMPLES / RATE

Samples = npt.NDArray[np.int16]
"""One-dimensional int16 PCM, mono."""

Channels = npt.NDArray[np.int16]
"""Int16 PCM of several microphones at once, shape (n, microphones)."""


@dataclass(frozen=True, slots=True, eq=False)
class Frame:
    """80 ms of sound. `samples` has shape (1280,); `index` counts frames since the start and is the clock of audio
    time.
    """

    samples: Samples
    index: int
    channels: Channels | None = None
    """The same as each microphone of an array heard it, shape (1280, microphones), all zeros from one that is dead.
    None: there is but one, or the appliance's own voice may be among it.
    """

    @property
    def start(self) -> float:
        """Audio time of the first sample, seconds."""
        return self.index * FRAME_SECONDS

    @property
    def end(self) -> float:
        """Audio time just after the last sample, seconds."""
        return (self.index + 1) * FRAME_SECONDS

    def silenced(self) -> Frame:
        """The same moment, in which nothing was heard."""
        nothing = None if self.channels is None else np.zeros_like(self.channels)
        return Frame(np.zeros_like(self.samples), self.index, nothing)


def power(samples: Samples) -> float:
    """Mean square, of full scale: 0 to 1. `samples` is not empty."""
    sound = samples.astype(np.float32) / 32768.0
    return float(np.dot(sound, sound)) / sound.size


def power_dbfs(power: float) -> float:
    """A mean square in dB relative to full scale (0 is a square wave); -100 for digital silence, which 16 bits can't
    resolve.
    """
    return 10.0 * math.log10(max(power, 1e-10))


def level_dbfs(samples: Samples) -> float:
    """Root-mean-square level in dB relative to full scale; -96 for digital silence."""
    return max(-96.0, power_dbfs(power(samples))) if samples.size else -96.0


def is_cut_off(samples: Samples) -> bool:
    """Whether a sample is at full scale: it may have been louder than that. `samples` is not empty."""
    return bool(samples.max() >= 32_767 or samples.min() <= -32_768)
