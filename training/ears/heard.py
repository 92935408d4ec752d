"""What a microphone makes of a clean sound: a room, noise, its own response, a level, hiss and clipping."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.signal import fftconvolve

from firmware.frame import RATE, Samples
from services.wake.teaching.noises import noise
from training.ears.rooms import Room, Rooms
from training.ears.sounds import level_of

Sound = npt.NDArray[np.float32]
Random = np.random.Generator

WAYS = ("clean", "noise", "room", "both")
_SHARES = (0.26, 0.22, 0.18, 0.34)
_SNR_DB = (0.0, 8.0, 22.0)
"""Lowest, most frequent, highest."""
_LEVEL_DBFS = (-44.0, -24.0, -14.0)
_HISS_DBFS = (-82.0, -62.0)


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What sounds are heard through. `other()` draws another clip: somebody who talks as well."""

    rooms: Rooms
    other: Callable[[Random], Sound]

    def heard(self, clean: Sound, random: Random, way: str = "") -> Samples:
        """The sound as int16, as long as it came, the direct sound where it was."""
        way = way or str(random.choice(WAYS, p=_SHARES))
        level, sound = level_of(clean), clean
        room = self.rooms[int(random.integers(len(self.rooms)))] if way in ("room", "both") else None
        if room:
            sound = _through(clean, _varied(room.mouth, random))
            sound = np.asarray(sound * (level / level_of(sound)), np.float32)
        if way in ("noise", "both"):
            disturbing = self._disturbing(len(sound), random, room)
            sound = sound + disturbing * np.float32(level) / 10 ** (random.triangular(*_SNR_DB) / 20)
        if random.random() < (0.25 if way == "clean" else 0.5):
            sound = _equalised(sound, random)
        received = sound * (10 ** (random.triangular(*_LEVEL_DBFS) / 20) / level)
        received = received + random.normal(0, 10 ** (random.uniform(*_HISS_DBFS) / 20), len(sound))
        if way != "clean" and random.random() < 0.05:
            received = np.clip(received * random.uniform(2, 8), -1, 1) * random.uniform(0.3, 1)
        return np.clip(np.rint(received * 32768), -32768, 32767).astype(np.int16)

    def _disturbing(self, count: int, random: Random, room: Room | None) -> Sound:
        if random.random() < 0.78:
            made = noise(count, random)
        else:  # one talker further away, or several
            talkers = [_filled(self.other(random), count, random) for _ in range(random.choice((1, 2, 5)))]
            made = np.asarray(np.sum(talkers, axis=0), np.float32)
            made = made + random.uniform(0, 0.5) * level_of(made) * noise(count, random)
        if room and random.random() < 0.5:
            made = _through(made, room.noise)
        return np.asarray(made / (np.sqrt(np.mean(made**2)) + 1e-9), np.float32)


def _through(sound: Sound, response: Sound) -> Sound:
    return np.asarray(fftconvolve(sound, response)[: len(sound)], np.float32)


def _varied(response: Sound, random: Random) -> Sound:
    """What comes after the direct sound louder or softer: people face the microphone or turn away."""
    gain = np.full(len(response), 10 ** (random.uniform(-4, 3) / 20), np.float32)
    gain[: int(0.003 * RATE)] = 1
    return response * gain


def _filled(sound: Sound, count: int, random: Random) -> Sound:
    """As long as asked, from anywhere in it, over and over."""
    return np.resize(np.roll(sound, int(random.integers(len(sound)))), count) / level_of(sound)


def _equalised(sound: Sound, random: Random) -> Sound:
    """A microphone's and a case's response: smooth bumps, the low end cut, now and then the high end."""
    size = len(sound) + len(sound) % 2
    octaves = np.log2(np.maximum(np.fft.rfftfreq(size, 1 / RATE), 30.0) / 1_000)
    knots = np.linspace(-5, 3, 9)
    gain_db = np.interp(octaves, knots, np.cumsum(random.normal(0, 2.0, len(knots))) * 0.7)
    gain_db -= 12 * np.maximum(0, np.log2(random.uniform(40, 220) / 1_000) - octaves)
    if random.random() < 0.25:
        gain_db -= 18 * np.maximum(0, octaves - np.log2(random.uniform(2_500, 7_000) / 1_000))
    made = np.fft.irfft(np.fft.rfft(sound, size) * 10 ** (gain_db / 20), size)[: len(sound)]
    return np.asarray(made, np.float32)
