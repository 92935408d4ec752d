"""A second look at near misses: the same sound once more with its noise suppressed."""

from __future__ import annotations

import math
from collections import deque

import numpy as np
from webrtc_noise_gain import AudioProcessor

from firmware.frame import Samples
from services.wake.features import SPECTRA, STEP_SPECTRA, FeatureModels, FeatureStream

CHUNK_SAMPLES = 160
"""What the noise suppressor takes: 10 ms."""

SUPPRESSION = 2
"""Of 0 to 4. On real recordings 4 distorts the words, 1 leaves too much noise."""


class SecondLook(FeatureStream):
    """Features of the last seconds with their noise suppressed, worked out only when asked for.

    Suppression runs all the time (it must know the noise; it costs 0.1 % of a core), the features only while a word is
    nearly heard.
    """

    def __init__(self, models: FeatureModels, steps: int) -> None:
        """`steps`: as of FeatureStream."""
        self._waiting: deque[Samples] = deque(maxlen=steps + math.ceil(SPECTRA / STEP_SPECTRA))
        super().__init__(models, steps)

    def reset(self) -> None:
        """A new stream, with a noise of its own."""
        super().reset()
        self._waiting.clear()
        self._suppressor = AudioProcessor(0, SUPPRESSION)

    def follow(self, samples: Samples) -> None:
        """Take the next 1280 samples, without looking at them yet."""
        chunks = samples.reshape(-1, CHUNK_SAMPLES)
        quiet = b"".join(self._suppressor.Process10ms(chunk.tobytes()).audio for chunk in chunks)
        self._waiting.append(np.frombuffer(quiet, dtype=np.int16))

    def look(self) -> None:
        """Work out the features of all that was followed since the last look, as far back as the words look."""
        while self._waiting:
            self.push(self._waiting.popleft())
