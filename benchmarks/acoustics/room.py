"""A shoe box and how it answers between two places, by the image method (Allen and Berkley, "Image method for
efficiently simulating small-room acoustics", J. Acoust. Soc. Am. 65, 1979), each image moved at random by some
centimetres, as no room is a box (De Sena et al., "On the modeling of rectangular geometries in room acoustic
simulations", IEEE/ACM TASLP 23, 2015).
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from firmware.frame import RATE

Place = tuple[float, float, float]
Sound = npt.NDArray[np.float64]

_SPEED = 343.0
_MOVED = 0.05
"""Metres by which images are moved."""
_REACH = 16
"""Samples around which each image is spread (windowed sinc): an array hears parts of a sample."""
_EARLY_S = 0.03
_LONGEST_S = 0.7


@dataclass(frozen=True, slots=True)
class Room:
    """A box of this size (m), in which sound is 60 dB softer after `rt60` s."""

    size: Place
    rt60: float

    def response(self, source: Place, microphone: Place, *, seed: int) -> Sound:
        """From one place to another; the direct sound of a source a metre away is 1. The same seed moves images alike
        for every microphone.
        """
        images, bounces = self._images(source)
        images += np.random.default_rng(seed).uniform(-_MOVED, _MOVED, images.shape) * (bounces > 0)[:, None]
        distance = np.sqrt(((images - np.array(microphone)) ** 2).sum(axis=1))
        late = distance / _SPEED * RATE
        loud = self._reflected() ** bounces / np.maximum(distance, 0.1)
        count = round(min(self.rt60, _LONGEST_S) * RATE)
        near = late < count
        return _spread(late[near], loud[near], count)

    def _reflected(self) -> float:
        """The share of a wave's height that a wall gives back (Eyring)."""
        x, y, z = self.size
        surface = 2 * (x * y + y * z + x * z)
        return math.exp(-0.161 * x * y * z / (surface * self.rt60) / 2)

    def _images(self, source: Place) -> tuple[Sound, npt.NDArray[np.int64]]:
        """Where the source is seen in all mirrors, and in how many."""
        axes = []
        for length, at in zip(self.size, source, strict=True):
            order = math.ceil(_SPEED * min(self.rt60, _LONGEST_S) / length / 2)
            number = np.arange(-order, order + 1)
            places = np.concatenate((2 * number * length + at, 2 * number * length - at))
            axes.append((places, np.concatenate((2 * abs(number), abs(2 * number - 1)))))
        places = np.stack(np.meshgrid(*(each for each, _ in axes), indexing="ij"), axis=-1).reshape(-1, 3)
        bounces = sum(np.meshgrid(*(each for _, each in axes), indexing="ij"))
        return places, np.asarray(bounces).reshape(-1)


def _spread(late: Sound, loud: Sound, count: int) -> Sound:
    """Images at times between samples, as samples: what comes early by windowed sincs, as an array hears parts of a
    sample; of what comes late, where thousands add up in a moment, each at the nearest sample.
    """
    early = late < late.min() + _EARLY_S * RATE
    found = np.zeros(count + 2 * _REACH)
    whole = np.rint(late[~early]).astype(np.int64) + _REACH
    found += np.bincount(whole, weights=loud[~early], minlength=found.size)[: found.size]
    first = np.floor(late[early]).astype(np.int64)
    for offset in range(-_REACH // 2 + 1, _REACH // 2 + 1):
        away = offset - (late[early] - first)
        weight = loud[early] * np.sinc(away) * np.cos(np.pi * away / _REACH) ** 2
        found += np.bincount(first + offset + _REACH, weights=weight, minlength=found.size)[: found.size]
    return found[_REACH : _REACH + count]
