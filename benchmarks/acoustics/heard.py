"""What a microphone hears of somebody in a room and beside a noise, both drawn by chance: for voiceprints."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from scipy.signal import fftconvolve

from benchmarks.acoustics.noises import NOISES
from benchmarks.acoustics.people import louder, padded, to_samples
from benchmarks.acoustics.room import Room, Sound
from firmware.frame import RATE, Samples

_SPEECH_DBFS = -30.0
_HISS_DBFS = -72.0
_NOISE_S = 30


class Surroundings:
    """Rooms and noises of one seed; the same calls give the same sounds."""

    def __init__(self, seed: int, *, rooms: int = 12, noises: Sequence[str] = tuple(NOISES)) -> None:
        """Rooms of RT60 0.25 to 0.6 s in which one stands 0.5 to 4 m away."""
        self._random = np.random.default_rng(seed)
        self._rooms = [self._room(number) for number in range(rooms)]
        self._noises = [NOISES[name](_NOISE_S * RATE, self._random) for name in noises]

    def heard(self, sound: Samples, *, room: bool, over_db: float | None) -> Samples:
        """With silence around, at -30 dBFS, in a random room and so far over a random noise; int16 of shape (n,)."""
        random = self._random
        dry = padded(sound).astype(np.float64)
        wet = fftconvolve(dry, self._rooms[random.integers(len(self._rooms))])[: dry.size] if room else dry
        voice = louder(wet, _SPEECH_DBFS)
        if over_db is not None:
            noise = self._noises[random.integers(len(self._noises))]
            at = int(random.integers(noise.size - voice.size))
            voice = voice + louder(noise[at : at + voice.size], _SPEECH_DBFS - over_db)
        return to_samples(voice + random.normal(0, 32768 * 10 ** (_HISS_DBFS / 20), voice.size))

    def _room(self, seed: int) -> Sound:
        random = self._random
        x, y = random.uniform(3.0, 6.5), random.uniform(3.0, 5.0)
        room = Room((x, y, 2.5), random.uniform(0.25, 0.6))
        ear = (random.uniform(0.4, x - 0.4), random.uniform(0.4, y - 0.4), 0.9)
        while True:
            mouth = (random.uniform(0.4, x - 0.4), random.uniform(0.4, y - 0.4), 1.5)
            if 0.5 <= float(np.hypot(mouth[0] - ear[0], mouth[1] - ear[1])) <= 4.0:
                return room.response(mouth, ear, seed=seed)
