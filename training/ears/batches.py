"""Batches: clips of about the same length, heard through rooms and noise, as spectrograms.

Batch n is always the same.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor
from torch.utils.data import Dataset

from firmware.frame import RATE, Samples
from services.speech.finals.mel import log_mel
from training.ears.heard import WAYS, Surroundings
from training.ears.rooms import Rooms
from training.ears.sounds import Clip, Sounds, active

Array = npt.NDArray[np.float32]

COLUMNS, MARGIN = 600, 200
"""Columns encoded at least, and beyond the sound, as in services.speech.finals.whisper."""
_BUCKETS = (600, 800, 1_200)
_SHARES = (0.7, 0.2, 0.1)
"""How often a batch has windows of at most so many columns."""
_BEYOND = 40
"""Positions behind the sound that count: that there is nothing must be heard too."""
_SPEECHLESS = 0.25
"""How much a position without speech counts."""


@dataclass(frozen=True, slots=True)
class Batch:
    """Some clips. `heard`: their spectrograms through a room and noise; `weights`: how much each position counts."""

    clips: list[int]
    heard: Tensor
    weights: Tensor


class Batches(Dataset[Batch]):
    """What is learnt, or with `held` what is validated on: then each clip is heard in the way that its turn is."""

    def __init__(self, folder: Path, rooms: Path, *, size: int, count: int, seed: int, held: bool = False) -> None:
        self.sounds = Sounds(folder)
        self._size, self._count, self._seed, self._held = size, count, seed, held
        self._surroundings = Surroundings(Rooms(rooms), self._other)
        chosen = [at for at, clip in enumerate(self.sounds.clips) if clip.held == held]
        lengths = [columns_of(self.sounds.clips[at]) for at in chosen]
        lows = (0, *_BUCKETS[:-1])
        self._buckets = [
            [at for at, columns in zip(chosen, lengths, strict=True) if low < columns <= high]
            for low, high in zip(lows, _BUCKETS, strict=True)
        ]
        self._chosen = [at for bucket in self._buckets for at in bucket]

    def __len__(self) -> int:
        return self._count

    def __getitem__(self, number: int) -> Batch:
        random = np.random.default_rng((self._seed, number))
        bucket = 0 if self._held else int(random.choice(len(_BUCKETS), p=_SHARES))
        clips = self._buckets[bucket] or self._chosen
        size = max(1, round(self._size * COLUMNS / _BUCKETS[bucket]))
        picked = [clips[at] for at in random.integers(len(clips), size=size)]
        return self._batch(picked, random, [WAYS[number % 4]] * size if self._held else [""] * size)

    def clean(self, clip: int) -> Samples:
        """A clip as it is, over a hiss that is hardly there."""
        sound = self.sounds.sound(self.sounds.clips[clip])
        hiss = np.random.default_rng(clip).normal(0, 10 ** (-75 / 20), len(sound)).astype(np.float32)
        return np.asarray(np.clip(np.rint((sound + hiss) * 32768), -32768, 32767), np.int16)

    def _batch(self, picked: list[int], random: np.random.Generator, ways: Sequence[str]) -> Batch:
        heard, weights = [], []
        columns = max(columns_of(self.sounds.clips[at]) for at in picked)
        for at, way in zip(picked, ways, strict=True):
            sound = self.sounds.sound(self.sounds.clips[at])
            heard.append(window(log_mel(self._surroundings.heard(sound, random, way)), columns))
            weights.append(_weights(sound, columns))
        return Batch(picked, *(torch.from_numpy(np.stack(each)) for each in (heard, weights)))

    def _other(self, random: np.random.Generator) -> Array:
        clip = self._chosen[int(random.integers(len(self._chosen)))]
        return self.sounds.sound(self.sounds.clips[clip])


def columns_of(clip: Clip) -> int:
    """Of the window that is encoded."""
    return max(COLUMNS, (clip.length * 100 // RATE + MARGIN + 1) // 2 * 2)


def window(spectrogram: Array, columns: int) -> Array:
    """With silence as quiet as its quietest behind it."""
    behind = columns - spectrogram.shape[1]
    return np.pad(spectrogram, ((0, 0), (0, behind)), constant_values=float(spectrogram.min()))


def _weights(sound: Array, columns: int) -> Array:
    made = np.zeros(columns // 2, np.float32)
    speech = active(sound)
    made[: min(len(made), len(speech) + _BEYOND)] = _SPEECHLESS
    # Half a second around speech sounds of it, too.
    near = np.convolve(speech, np.ones(9), mode="same") > 0
    made[: len(near)][near[: len(made)]] = 1.0
    return made
