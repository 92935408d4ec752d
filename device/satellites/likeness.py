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
    """From the first to the last that was said."""

    bands: npt.NDArray[np.float32]
    """Shape (blocks, bands): how loud each band is in each block, dB."""
    behind: int = 0
    """Blocks of silence between its end and that of the sound: everybody falls silent, and alike."""


BLOCK_S = 0.02
_HOP = round(BLOCK_S * RATE)
_WINDOW = 512
_EDGES_HZ = (150, 300, 450, 650, 900, 1200, 1600, 2100, 2800, 3800)
_DEPTH_DB = 25.0
"""Below the loudest, so far down: what lies deeper is the room's, not the talker's."""
_VOICE = 0.5
"""Share of the way from the quietest to the loudest: what is louder is spoken."""
_LEAST_S = 0.6
"""Of speech that both must have,…"""
_SHARE = 0.75
"""…and so much of the longer one: sentences of two begin alike, of which one has only begun."""
SAME = 0.68
"""Likeness from which it is one talker (benchmarks/same_talker.py)."""
LAG_S = 0.3
"""How well it is known by how much the sound of one comes later."""


def pattern(samples: Samples) -> SoundPattern:
    """Of 16 kHz mono int16, shape (n,)."""
    blocks = max(0, (samples.size - _WINDOW) // _HOP + 1)
    if blocks == 0:
        return SoundPattern(np.zeros((0, len(_EDGES_HZ) - 1), np.float32))
    at = np.arange(blocks)[:, None] * _HOP + np.arange(_WINDOW)[None]
    power = np.abs(np.fft.rfft(samples[at] * np.hanning(_WINDOW))) ** 2
    edges = [round(hertz * _WINDOW / RATE) for hertz in _EDGES_HZ]
    bands = np.add.reduceat(power, edges, axis=1)[:, :-1]
    level = 10 * np.log10(bands + 1.0)
    voiced = _voiced(10 * np.log10(bands.sum(axis=1) + 1.0))
    found = np.maximum(level, level.max() - _DEPTH_DB).astype(np.float32)
    return SoundPattern(found[voiced], blocks - voiced.stop)


def _voiced(loud: npt.NDArray[np.float64]) -> slice:
    """From the first to the last block in which somebody speaks, by how loud each is, dB."""
    quiet, peak = np.percentile(loud, [10, 95])
    there = np.flatnonzero(loud >= quiet + _VOICE * (peak - quiet))
    return slice(int(there[0]), int(there[-1]) + 1)


def likeness(one: SoundPattern, other: SoundPattern, *, ago_s: float = 0.0) -> float:
    """From -1 to 1, at the lag at which they are most alike; 0 where they have too little in common. `ago_s`: seconds
    by which the sound at the end of `other` was made before that at the end of `one`, to about LAG_S.
    """
    away, reach = round(ago_s / BLOCK_S), round(LAG_S / BLOCK_S)
    return max((_at(one, other, lag) for lag in range(away - reach, away + reach + 1)), default=0.0)


def same_talker(one: SoundPattern, other: SoundPattern, *, ago_s: float = 0.0) -> bool:
    """Whether both are of one talker; as `likeness`."""
    return likeness(one, other, ago_s=ago_s) >= SAME


def _at(one: SoundPattern, other: SoundPattern, lag: int) -> float:
    """With the end of the sound of `other` so many blocks before that of `one`."""
    a, b = one.bands, other.bands
    lag += other.behind - one.behind
    end_a, end_b = len(a) - max(0, lag), len(b) - max(0, -lag)
    length = min(end_a, end_b)
    if length < max(_LEAST_S / BLOCK_S, _SHARE * max(len(a), len(b))):
        return 0.0
    a, b = a[end_a - length : end_a], b[end_b - length : end_b]
    a, b = a - a.mean(axis=0), b - b.mean(axis=0)
    size = float(np.sqrt((a * a).sum() * (b * b).sum()))
    return float((a * b).sum()) / size if size else 0.0
