"""The filter banks that a speaker encoder listens to."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
import numpy.typing as npt

from firmware.frame import RATE, Samples

HOP = 160
"""Samples between two columns: 10 ms."""
WINDOW = 400
"""Samples in each: 25 ms."""
BANDS = 80

_FFT = 512
_PREEMPHASIS = 0.97
_LOWEST_HZ = 20.0
_SMALLEST = float(np.finfo(np.float32).eps)

Features = npt.NDArray[np.float32]
"""Shape (columns, bands)."""


def fbank(samples: Samples) -> Features:
    """Logarithms of the mel filter banks of 16 kHz mono int16, shape (columns, 80); no column where there are fewer
    than 400 samples.

    Source: Kaldi's compute-fbank-feats (https://kaldi-asr.org) as WeSpeaker calls it
    (its dataset processor): 25 ms Hamming windows every 10 ms, without dither, from which the mean is taken
    and high pitches are raised (0.97), on samples that are not scaled to 1.
    """
    if samples.size < WINDOW:
        return np.zeros((0, BANDS), dtype=np.float32)
    windows = np.lib.stride_tricks.sliding_window_view(samples.astype(np.float32), WINDOW)[::HOP]
    centred = windows - windows.mean(axis=1, keepdims=True)
    before = np.concatenate((centred[:, :1], centred[:, :-1]), axis=1)
    raised = (centred - np.float32(_PREEMPHASIS) * before) * _hamming()
    power = np.abs(np.fft.rfft(raised, _FFT, axis=1)[:, :-1]).astype(np.float32) ** 2
    return np.asarray(np.log(np.maximum(power @ _mel_bands(), _SMALLEST)), dtype=np.float32)


@lru_cache(maxsize=1)
def _hamming() -> npt.NDArray[np.float32]:
    return np.hamming(WINDOW).astype(np.float32)


@lru_cache(maxsize=1)
def _mel_bands() -> npt.NDArray[np.float32]:
    """Triangles of equal height on the mel scale of HTK, shape (256, bands)."""

    def mel(hertz: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
        return np.asarray(1127.0 * np.log1p(hertz / 700.0))

    low, high = mel(np.array([_LOWEST_HZ, RATE / 2]))
    edges = np.linspace(low, high, BANDS + 2)
    bins = mel(np.arange(_FFT // 2) * RATE / _FFT)[:, None]
    rise = (bins - edges[:-2]) / (edges[1:-1] - edges[:-2])
    fall = (edges[2:] - bins) / (edges[2:] - edges[1:-1])
    return np.asarray(np.maximum(np.minimum(rise, fall), 0.0), dtype=np.float32)
