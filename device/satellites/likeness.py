"""Whether two microphones heard the same talker: the same words in the same voice at the same time. Pure.

Two who say the wake word at once, each in a room of their own, must both be answered, so time alone does not tell. What
does is how the sound behind the wake word, which is everybody's, comes and goes in each band of frequencies; level and
room take little of that away.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from firmware.frame import RATE, Samples


@dataclass(frozen=True, slots=True, eq=False)
class SoundPattern:
    """Of the sound behind a wake word."""

    bands: npt.NDArray[np.float32]
    """Shape (blocks, bands): how loud each band is in each block, dB."""
    voiced: slice
    """From the first to the last block in which somebody speaks."""


BLOCK_S = 0.02
_HOP = round(BLOCK_S * RATE)
_WINDOW = 512
_EDGES_HZ = (150, 300, 450, 650, 900, 1200, 1600, 2100, 2800, 3800)
_DEPTH_DB = 25.0
"""Below the loudest, so far down: what lies deeper is the room's, not the talker's."""
_VOICE = 0.5
"""Share of the way from the quietest to the loudest: what is louder is spoken."""
_LEAST_S = 0.6
"""Of sound that both must have,…"""
_SHARE = 0.75
"""…and so much of what either says: sentences of two begin alike, of which one has only begun."""
SAME = 0.55
"""Likeness from which it is one talker (benchmarks/same_talker.py)."""
LAG_S = 0.4
"""So much later one ear may be sure of the wake word than another, in its own sound. When it learns of it by the clock
says less: one may wait for the network, or for the processor.
"""


def pattern(samples: Samples) -> SoundPattern:
    """Of 16 kHz mono int16, shape (n,)."""
    blocks = max(0, (samples.size - _WINDOW) // _HOP + 1)
    if blocks == 0:
        return SoundPattern(np.zeros((0, len(_EDGES_HZ) - 1), np.float32), slice(0, 0))
    at = np.arange(blocks)[:, None] * _HOP + np.arange(_WINDOW)[None]
    power = np.abs(np.fft.rfft(samples[at] * np.hanning(_WINDOW))) ** 2
    edges = [round(hertz * _WINDOW / RATE) for hertz in _EDGES_HZ]
    bands = np.add.reduceat(power, edges, axis=1)[:, :-1]
    level = 10 * np.log10(bands + 1.0)
    found = np.maximum(level, level.max() - _DEPTH_DB).astype(np.float32)
    return SoundPattern(found, _voiced(10 * np.log10(bands.sum(axis=1) + 1.0)))


def _voiced(loud: npt.NDArray[np.float64]) -> slice:
    """From the first to the last block in which somebody speaks, by how loud each is, dB."""
    quiet, peak = np.percentile(loud, [10, 95])
    there = np.flatnonzero(loud >= quiet + _VOICE * (peak - quiet))
    return slice(int(there[0]), int(there[-1]) + 1)


def likeness(one: SoundPattern, other: SoundPattern) -> float:
    """From -1 to 1, at the lag at which they are most alike; 0 where they have too little in common."""
    reach = round(LAG_S / BLOCK_S)
    return max(_at(one, other, lag) for lag in range(-reach, reach + 1))


def same_talker(one: SoundPattern, other: SoundPattern) -> bool:
    """Whether both are of one talker."""
    return likeness(one, other) >= SAME


def _at(one: SoundPattern, other: SoundPattern, lag: int) -> float:
    """With the beginning of the sound of `other` so many blocks behind that of `one`."""
    first, last = max(0, lag), min(len(one.bands), lag + len(other.bands))
    spoken = [(each.start + late, each.stop + late) for each, late in ((one.voiced, 0), (other.voiced, lag))]
    start = max(first, min(begin for begin, _ in spoken))
    stop = min(last, max(end for _, end in spoken))
    said = max(end - max(first, begin) for begin, end in spoken)
    if stop - start < max(_LEAST_S / BLOCK_S, _SHARE * said):
        return 0.0
    a, b = one.bands[start:stop], other.bands[start - lag : stop - lag]
    a, b = a - a.mean(axis=0), b - b.mean(axis=0)
    size = float(np.sqrt((a * a).sum() * (b * b).sum()))
    return float((a * b).sum()) / size if size else 0.0
