"""The one unit in which sound travels: 80 ms of 16 kHz mono int16."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

RATE = 16_000
"""Samples a second, everywhere between microphone and recognisers."""

FRAME_SAMPLES = 1_280
FRAME_SECONDS = FRAME_SAMPLES / RATE

Samples = npt.NDArray[np.int16]
"""One-dimensional int16 PCM, mono."""


@dataclass(frozen=True, slots=True, eq=False)
class Frame:
    """80 ms of sound. `samples` has shape (1280,); `index` counts frames since the stream began and is the clock of audio time."""

    samples: Samples
    index: int

    @property
    def start(self) -> float:
        """Audio time of the first sample, seconds."""
        return self.index * FRAME_SECONDS

    @property
    def end(self) -> float:
        """Audio time just after the last sample, seconds."""
        return (self.index + 1) * FRAME_SECONDS


def level_dbfs(samples: Samples) -> float:
    """Root-mean-square level in dB relative to full scale; -96 for digital silence."""
    if samples.size == 0:
        return -96.0
    mean_square = float(np.mean(np.square(samples.astype(np.float64) / 32768.0)))
    return max(-96.0, 10.0 * float(np.log10(mean_square + 1e-12)))
