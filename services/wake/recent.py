"""The sound of the last seconds of a stream."""

from __future__ import annotations

from collections import deque

import numpy as np

from firmware.frame import FRAME_SAMPLES, RATE, Samples


class RecentSound:
    """Takes every frame, and gives what the last of them hold."""

    def __init__(self, seconds: float) -> None:
        self._frames: deque[Samples] = deque(maxlen=-(-round(seconds * RATE) // FRAME_SAMPLES))
        self._most = round(seconds * RATE)

    def reset(self) -> None:
        """A new stream."""
        self._frames.clear()

    def follow(self, samples: Samples) -> None:
        """Take the next 1280 samples."""
        self._frames.append(samples)

    def last(self, seconds: float | None = None) -> Samples:
        """Shape (n,): so many seconds, or all; fewer where the stream is younger."""
        count = self._most if seconds is None else round(seconds * RATE)
        return np.concatenate(self._frames)[-count:] if self._frames else np.zeros(0, np.int16)
