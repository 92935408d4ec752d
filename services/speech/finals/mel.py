"""The log-mel spectrogram Whisper listens to."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
import numpy.typing as npt

from firmware.frame import RATE, Samples

HOP = 160
"""Samples between two columns: 10 ms."""

_WINDOW = 400
_SILENCE = 1e-10
_RANGE = 8.0
"""Decades below the loudest bin that are kept."""

Spectrogram = npt.NDArray[np.float32]
"""Shape (bands, columns)."""


def log_mel(samples: Samples, bands: int = 80) -> Spectrogram:
    """Log-mel spectrogram of 16 kHz mono int16, shape (bands, samples // 160), scaled as Whisper was trained.

    Source: Radford et al., "Robust Speech Recognition via Large-Scale Weak Supervision" (2022), section 2.2: 25 ms
    windows every 10 ms, Slaney mel bands, log10 cut 8 decades below the loudest bin, then moved to about -1…1.
    """
    columns = samples.size // HOP
    if columns == 0:
        return np.zeros((bands, 0), dtype=np.float32)
    sound = np.zeros(max(columns * HOP, _WINDOW) + HOP, dtype=np.float32)
    sound[: samples.size] = samples[: sound.size].astype(np.float32) / 32768.0
    padded = np.pad(sound, _WINDOW // 2, mode="reflect")
    windows = np.lib.stride_tricks.sliding_window_view(padded, _WINDOW)[::HOP][:columns]
    power = np.abs(np.fft.rfft(windows * _hann(), axis=1)).astype(np.float32) ** 2
    decades = np.log10(np.maximum(_mel_bands(bands) @ power.T, _SILENCE))
    floored = np.maximum(decades, decades.max() - _RANGE)
    return np.ascontiguousarray((floored + 4.0) / 4.0, dtype=np.float32)


@lru_cache(maxsize=1)
def _hann() -> npt.NDArray[np.float32]:
    """The periodic Hann window."""
    return (0.5 - 0.5 * np.cos(2.0 * np.pi * np.arange(_WINDOW) / _WINDOW)).astype(np.float32)


@lru_cache(maxsize=2)
def _mel_bands(bands: int) -> npt.NDArray[np.float32]:
    """Triangles of equal area on Slaney's mel scale (linear to 1 kHz, 27 steps to each factor 6.4 above), shape (bands,
    201).
    """
    top = 15.0 + 27.0 * np.log(RATE / 2 / 1000.0) / np.log(6.4)
    mels = np.linspace(0.0, top, bands + 2)
    edges = np.where(mels < 15.0, mels * 200.0 / 3.0, 1000.0 * 6.4 ** ((mels - 15.0) / 27.0))
    bins = np.fft.rfftfreq(_WINDOW, 1.0 / RATE)
    low, peak, high = edges[:-2, None], edges[1:-1, None], edges[2:, None]
    triangles = np.maximum(np.minimum((bins - low) / (peak - low), (high - bins) / (high - peak)), 0.0)
    weights: npt.NDArray[np.float32] = (triangles * 2.0 / (high - low)).astype(np.float32)
    return weights
