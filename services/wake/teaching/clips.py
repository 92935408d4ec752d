"""From a sound with the word in it to the windows of embeddings at whose end the word just ended."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import soxr

from firmware.frame import FRAME_SAMPLES, RATE, Samples
from services.wake.features import SPECTRA, STEP_SPECTRA, FeatureModels, Floats
from services.wake.teaching.noises import Random, Sound
from services.wake.teaching.pool import Windows, windows_of
from services.wake.teaching.rooms import heard

STEPS = 16
"""Embeddings that a word of one's own is told by: the sound of the last 2 s."""
_LATE = (0.0, 0.32)
"""Seconds after its end at which a word is to be heard: a window ends every 0.08 s."""
_NEEDED = (STEPS - 1) * FRAME_SAMPLES + SPECTRA * FRAME_SAMPLES // STEP_SPECTRA
"""Samples under the first of several windows."""


@dataclass(frozen=True, slots=True, eq=False)
class WordTake:
    """What was said, 16 kHz float, without the silence around it."""

    sound: Sound

    def warped(self, factor: float) -> WordTake:
        """Higher by this factor, and that much shorter."""
        return WordTake(np.asarray(soxr.resample(self.sound, RATE * factor, RATE), np.float32))


def word_in(samples: Samples, below_db: float = 30.0) -> WordTake | None:
    """The loudest stretch of `samples` without pauses longer than 0.3 s; None where nothing stands out."""
    parts = samples[: len(samples) // 160 * 160].reshape(-1, 160).astype(np.float64)
    if len(parts) < 10:
        return None
    power = np.convolve(10 * np.log10(np.mean(parts**2, axis=1) + 1), np.full(5, 0.2), "same")
    floor, top = np.percentile(power, 10), power.max()
    if top - floor < 8:
        return None
    loud = np.flatnonzero(power > max(floor + 0.35 * (top - floor), top - below_db))
    runs = np.split(loud, np.flatnonzero(np.diff(loud) > 30) + 1)
    best = max(runs, key=lambda run: float(np.sum(10 ** (power[run] / 10))))
    start, end = max(0, int(best[0]) - 4) * 160, (int(best[-1]) + 5) * 160
    return WordTake(np.asarray(samples[start:end] / 32768, np.float32))


def windows_at(models: FeatureModels, said: WordTake, random: Random, around: Sound | None = None) -> Windows:
    """Of the word through a room, with silence or what is in `around` before it and behind it; (n, STEPS, 96)."""
    late = round(_LATE[1] * RATE)
    before = max(_NEEDED - len(said.sound), 0) + int(random.integers(FRAME_SAMPLES))
    lead, tail = np.zeros(before, np.float32), np.zeros(late + RATE // 2, np.float32)
    if around is not None and len(around):
        lead = _rolled(around, before, random)
        tail = _rolled(around, len(tail), random)
        lead[-RATE // 10 :] = 0
        tail[: RATE // 10] = 0
    whole = np.concatenate((lead, said.sound, tail))
    end = before + len(said.sound)
    count = (end + late) // FRAME_SAMPLES
    sound = heard(whole, random)[: count * FRAME_SAMPLES]
    windows = windows_of(models.of(sound, STEPS - 1 + late // FRAME_SAMPLES), STEPS)
    return windows.astype(np.float16)


def stream_of(models: FeatureModels, sound: Sound, random: Random) -> Floats:
    """Embeddings of something else, through a room; shape (n, 96)."""
    whole = np.concatenate((sound, np.zeros(round(_LATE[1] * RATE), np.float32)))
    return models.of(heard(whole, random)).astype(np.float16)


def _rolled(sound: Sound, count: int, random: Random) -> Sound:
    scale = random.uniform(0.3, 1.0)
    return np.asarray(np.resize(np.roll(sound, -int(random.integers(len(sound)))), count) * scale, np.float32)
