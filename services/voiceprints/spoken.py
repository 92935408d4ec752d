"""What of a recording is spoken, how loud and how far over the room. Pure."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from firmware.frame import RATE, Samples, power_dbfs

_BLOCK = 320
"""Samples that are judged together: 20 ms."""
_SHARE = 0.35
"""Of the way from the floor to the peak, dB: what is louder is spoken."""
_DEEPEST_DB = 30.0
"""Below the peak nothing is speech that tells of a voice."""
_EDGE_BLOCKS = 8
"""Kept before the first and after the last that is spoken: words begin and end softly."""
_LEAST_DB = 6.0
"""Between floor and peak; where it is less, nobody speaks, or all is noise."""
_SOFTEST_DBFS = -70.0


@dataclass(frozen=True, slots=True, eq=False)
class VoicedSound:
    """The spoken part of a recording."""

    samples: Samples
    """From just before the first to just after the last that is spoken; pauses stay. Empty: nothing is."""
    seconds: float
    """Of it that sounds, without pauses."""
    level: float
    """Root mean square of what sounds, dBFS."""
    snr: float
    """How far that is over the softest tenth, dB: an estimate, at least 0."""


def voiced_in(samples: Samples) -> VoicedSound:
    """Of 16 kHz mono int16, shape (n,)."""
    whole = samples[: samples.size - samples.size % _BLOCK].reshape(-1, _BLOCK).astype(np.float32) / 32768.0
    power = np.mean(np.square(whole), axis=1)
    level = 10.0 * np.log10(np.maximum(power, 1e-10))
    spoken = _spoken(level)
    at = np.flatnonzero(spoken)
    if not at.size:
        return VoicedSound(samples[:0], 0.0, -96.0, 0.0)
    first, last = max(0, at[0] - _EDGE_BLOCKS) * _BLOCK, (at[-1] + 1 + _EDGE_BLOCKS) * _BLOCK
    loud = power_dbfs(float(power[spoken].mean()))
    snr = max(0.0, loud - float(np.percentile(level, 10)))
    return VoicedSound(samples[first:last], at.size * _BLOCK / RATE, loud, snr)


def loudest(samples: Samples, seconds: float) -> Samples:
    """The stretch of at most so many seconds in which most is said."""
    length = round(seconds * RATE)
    if samples.size <= length:
        return samples
    sums = np.concatenate(([0.0], np.cumsum(np.square(samples.astype(np.float64)))))
    start = int(np.argmax(sums[length:] - sums[:-length]))
    return samples[start : start + length]


def _spoken(level: npt.NDArray[np.float32]) -> npt.NDArray[np.bool_]:
    if not level.size:
        return np.zeros(0, np.bool_)
    floor, peak = np.percentile(level, (10, 95))
    if peak - floor < _LEAST_DB or peak < _SOFTEST_DBFS:
        return np.zeros(level.size, np.bool_)
    return np.asarray(level > max(floor + _SHARE * (peak - floor), peak - _DEEPEST_DB))
