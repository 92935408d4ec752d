"""What can be measured of a recording, channel by channel, and from where on it is amiss: for `equerry mic calibrate`,
the doctor and the guide. Pure; levels in dBFS (0 is a square wave at full scale).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Sound = npt.NDArray[np.float32]
"""Shape (n, channels), full scale 1.0."""

SILENT = -96.0
"""What digital silence is told as."""

GOOD_SPEECH = -26.0
"""dBFS: the level of speech before codecs and recognisers (ITU-T G.191, -26 dBov); peaks stay below full scale."""

FAINT, QUIET, LOUD = -75.0, GOOD_SPEECH - 20.0, GOOD_SPEECH + 14.0
"""dBFS: below the first a microphone is turned down; speech between the others is understood: 20 dB below the best the
noise of a cheap microphone is near, 14 dB above it the peaks, 12 dB higher, reach full scale.
"""
LOUD_ROOM, CLEAR, MURKY = -45.0, 20.0, 10.0
"""dBFS of a loud room; dB of speech over the noise: clear, and hardly understood (docs/performance.md)."""
CLIPPED, OFFSET = 1e-4, 0.01
"""Share of samples that may be cut off; share of full scale by which the zero may lie beside zero."""

_BLOCK_S = 0.02
_ACTIVE = 15.9
"""dB below the level of speech down to which a block belongs to it (ITU-T P.56, method B)."""
_QUIET_PERCENTILE = 20.0
_FEWEST = 10
"""Frames from which a sentence can be told from the room."""
_SPEECH_OVER = 6.0
"""dB over the noise from which there is speech at all."""
_RUN = 3
"""So many samples in a row at the very edge are cut off; a sine touches its top with one or two."""
_EDGE_LEAST = 0.25
"""A recording that is softer than this share of full scale is not cut off, it only has a highest value."""


@dataclass(frozen=True, slots=True)
class ChannelLevels:
    """One channel."""

    noise: float
    """Of the room, dBFS; in the middle of its blocks."""
    floor: float
    """Its softest parts, as the endpoint learns them."""
    speech: float | None
    """Active speech level, dBFS (ITU-T P.56); None where nobody spoke."""
    peak: float
    """The highest sample, dBFS."""
    offset: float
    """Mean of the samples, share of full scale."""
    clipped: float
    """Share of samples that were cut off."""
    constant: bool
    """It gave one value all the time."""

    @property
    def snr(self) -> float | None:
        """dB from the noise up to the speech, which has the noise in it."""
        if self.speech is None:
            return None
        return 10.0 * math.log10(max(1e-3, 10 ** ((self.speech - self.noise) / 10) - 1.0))


def measure(quiet: Sound | None, speech: Sound, rate: int) -> list[ChannelLevels]:
    """Each channel. `quiet`: nobody speaks in it; None: the softest part of `speech` stands for it."""
    return [
        _channel(None if quiet is None else quiet[:, index], speech[:, index], rate) for index in range(speech.shape[1])
    ]


def _channel(quiet: Sound | None, speech: Sound, rate: int) -> ChannelLevels:
    whole = speech if quiet is None else np.concatenate((quiet, speech))
    offset = float(np.mean(whole, dtype=np.float64))
    spoken = block_levels(speech - offset, rate)
    if quiet is None:
        noise = floor = float(np.percentile(spoken, _QUIET_PERCENTILE))
    else:
        rest = block_levels(quiet - offset, rate)
        noise, floor = float(np.median(rest)), float(np.percentile(rest, 10.0))
    level = active_level(spoken)
    heard = level > noise + _SPEECH_OVER
    return ChannelLevels(
        noise=max(SILENT, noise),
        floor=max(SILENT, floor),
        speech=level if heard else None,
        peak=decibels(float(np.abs(whole).max(initial=0.0))),
        offset=offset,
        clipped=clipped(whole),
        constant=bool(np.ptp(whole) == 0.0),
    )


def block_levels(sound: Sound, rate: int) -> npt.NDArray[np.float64]:
    """RMS of each 20 ms, dBFS; at least one."""
    size = max(1, round(rate * _BLOCK_S))
    count = max(1, len(sound) // size)
    blocks = np.resize(sound[: count * size].astype(np.float64), (count, size)) if len(sound) else np.zeros((1, size))
    levels: npt.NDArray[np.float64] = np.maximum(SILENT, 10.0 * np.log10(np.mean(np.square(blocks), axis=1) + 1e-12))
    return levels


def active_level(levels: npt.NDArray[np.float64]) -> float:
    """Level of the blocks in which somebody speaks: their mean power, where only those count that are at most 15.9 dB
    below it (ITU-T P.56, method B, on blocks in place of an envelope). From the loudest down, until it stays."""
    power = 10 ** (levels / 10)
    level = float(levels.max())
    while True:
        lower = 10.0 * math.log10(float(np.mean(power[levels >= level - _ACTIVE])))
        if level - lower < 0.01:
            return lower
        level = lower


def sentence(levels: Sequence[float]) -> tuple[float, float] | None:
    """How loud a sentence is, and the room around it, of the levels of frames that hold both; None: too few to tell."""
    if len(levels) < _FEWEST:
        return None
    return active_level(np.asarray(levels)), sorted(levels)[len(levels) // 10]


def clipped(sound: Sound) -> float:
    """Share of samples that stand in a row at the highest or lowest value: what is left of a wave cut off."""
    shares = 0
    for edge in (float(sound.max(initial=0.0)), float(sound.min(initial=0.0))):
        if abs(edge) < _EDGE_LEAST:
            continue
        at = np.concatenate(([0], (np.abs(sound - edge) < 1e-6).astype(np.int8), [0]))
        starts, ends = np.flatnonzero(np.diff(at) == 1), np.flatnonzero(np.diff(at) == -1)
        runs = ends - starts
        shares += int(runs[runs >= _RUN].sum())
    return shares / max(1, len(sound))


def likeness(sound: Sound) -> npt.NDArray[np.float64]:
    """Correlation of all channels, shape (channels, channels): 1 the same sound, -1 the same upside down."""
    centred = sound.astype(np.float64) - sound.mean(axis=0)
    power = np.sqrt(np.sum(np.square(centred), axis=0))
    found: npt.NDArray[np.float64] = (centred.T @ centred) / np.maximum(np.outer(power, power), 1e-12)
    return found


def decibels(share: float) -> float:
    """Of full scale."""
    return max(SILENT, 20.0 * math.log10(max(share, 1e-9)))
