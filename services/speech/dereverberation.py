"""What several microphones heard of a talker → one sound with less of the room and of its noise, for the final.

Each frequency by itself, over the whole utterance, in rounds:

- **The room**: what can be foretold of a moment from what all microphones heard some time before is the room's answer
  and is taken away; what is spoken is new. Weighted prediction error (Nakatani et al., "Speech dereverberation based on
  variance-normalized delayed linear prediction", IEEE TASLP 18, 2010).
- **The noise**: of what is left, the sum that leaves the talker as the first microphone hears them and lets least of
  the noise through; the talker is where most comes from besides it (Warsitz and Haeb-Umbach, "Blind acoustic
  beamforming based on generalized eigenvalue decomposition", IEEE TASLP 15, 2007). The noise is what was heard before
  the turn, unless that was the talker, too: then the sum only favours where the talker is. The next round weighs by
  what came out of this one.

Where the microphones stand need not be known. Figures: "Scenes" in docs/performance.md.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from firmware.frame import RATE, Channels, Samples

_FULL_SCALE = 32_768.0
_SIZE = 512
_HOP = 256
"""Samples of a window and between two: 32 and 16 ms."""
_BINS = 32
"""Frequencies at a time: all at once would take 100 MB."""
_TAPS = 8
"""Windows of each microphone that foretell,…"""
_DELAY = 2
"""…and how many windows the last of them lies before: nearer ones hold the same syllable."""
_ROUNDS = 2
_SOFTEST = 1e-3
"""Of the mean power of a frequency: what is softer weighs no more."""
_SURE_WEIGHTS = 1e-4
"""Of the mean of the diagonal, added to it, so that microphones that hear nearly the same can be told apart."""
_OWN_NOISE = 1e-2
_OF_TALKER = 1e-3
"""Of the noise and of the talker: noise that each microphone is taken to have of its own."""
_LOUD = 85.0
"""Percentile of the levels of the turn that is the talker's level."""
_SOFTER = -8.0
"""dB over the talker's level: what is softer before the turn is noise,…"""
_SAME_PLACE = 0.8
"""…unless it comes from where the talker is; how alike directions may be: 1 is the same one, and no room."""
_DIRECTION = slice(48, 160)
"""Frequencies that tell directions, 1,500 to 5,000 Hz: below, a small array hears all alike."""
_LEAST_S = 0.25
"""Seconds of noise that are worth learning."""

Floats = npt.NDArray[np.float32]
Spectra = npt.NDArray[np.complexfloating[Any, Any]]
"""Complex64 of shape (frequencies, microphones, windows)."""


def distinct(channels: Channels) -> Channels:
    """Without microphones that are dead, and without what a sound server made of another one by copying it."""
    kept: list[int] = []
    for index in range(channels.shape[1]):
        own = channels[:, index]
        if own.any() and not any(np.array_equal(own, channels[:, other]) for other in kept):
            kept.append(index)
    return channels[:, kept]


def dereverberated(channels: Channels, before: int) -> Samples:
    """One sound as long as `channels`, which are at least two microphones that hear different things; `before`: so many
    samples at the beginning were heard before the turn. Six seconds of four microphones take a tenth of a second
    of one x86-64 core.
    """
    spectra = _spectra(channels.astype(np.float32) / np.float32(_FULL_SCALE))
    noise = _noise(spectra, before // _HOP)
    parts = [_cleared(spectra[at : at + _BINS], noise) for at in range(0, len(spectra), _BINS)]
    sound = _sound(np.concatenate(parts), len(channels)) * _FULL_SCALE
    samples: Samples = np.clip(np.rint(sound), -_FULL_SCALE, _FULL_SCALE - 1.0).astype(np.int16)
    return samples


def _spectra(sound: Floats) -> Spectra:
    padded = np.pad(sound, ((_SIZE - _HOP, _SIZE), (0, 0)))
    windows = np.lib.stride_tricks.sliding_window_view(padded, _SIZE, axis=0)[::_HOP]
    spectra: Spectra = np.fft.rfft(windows * _window(), axis=2).astype(np.complex64).transpose(2, 1, 0)
    return np.ascontiguousarray(spectra)


def _sound(spectra: Spectra, count: int) -> Floats:
    """Of shape (count,), from spectra of shape (frequencies, windows)."""
    windows = np.fft.irfft(spectra.T, _SIZE, axis=1).astype(np.float32) * _window()
    halves = windows.reshape(-1, 2, _HOP)
    found: Floats = (halves[1:, 0] + halves[:-1, 1]).reshape(-1)[:count]
    return found


def _window() -> Floats:
    """Two of them, one over the other by half, add up to 1 after the way there and back."""
    return np.sqrt(np.hanning(_SIZE + 1)[:-1]).astype(np.float32)


def _noise(spectra: Spectra, begin: int) -> npt.NDArray[np.bool_]:
    """Which windows hold what sounds there, without the talker: before window `begin`, or none."""
    noise = np.zeros(spectra.shape[2], bool)
    power = np.mean(np.square(np.abs(spectra)), axis=(0, 1))
    level = np.convolve(10.0 * np.log10(power + 1e-12), np.full(3, 1 / 3), mode="same")
    before, turn = level[:begin], level[begin:]
    if before.size < _LEAST_S * RATE / _HOP or not turn.size:
        return noise
    talker = np.percentile(turn, _LOUD)
    if _alike(spectra[_DIRECTION], begin) <= _SAME_PLACE:
        noise[:begin] = before < talker + _SOFTER
    return noise


def _alike(spectra: Spectra, begin: int) -> float:
    """How alike the directions are from which it sounds before window `begin` and after: 1 is the same, of one source
    and no room.
    """
    one, other = (np.linalg.eigh(_covariance(part))[1][..., -1] for part in np.split(spectra, [begin], axis=2))
    return float(np.mean(np.square(np.abs(np.sum(one.conj() * other, axis=1)))))


def _covariance(spectra: Spectra) -> Spectra:
    found: Spectra = spectra @ spectra.conj().transpose(0, 2, 1) / max(1, spectra.shape[2])
    return found


def _cleared(heard: Spectra, noise: npt.NDArray[np.bool_]) -> Spectra:
    """Shape (frequencies, windows): the talker in some of the frequencies."""
    past = _past(heard)
    power = np.mean(np.square(np.abs(heard)), axis=1)
    for _ in range(_ROUNDS):
        floor = _SOFTEST * power.mean(axis=1, keepdims=True) + 1e-10
        weighted = past / np.maximum(power, floor)[:, None]
        among = _loaded(weighted @ past.conj().transpose(0, 2, 1), _SURE_WEIGHTS)
        towards = weighted @ heard.conj().transpose(0, 2, 1)
        foretold = np.linalg.solve(among, towards).conj().transpose(0, 2, 1) @ past
        talker = _summed(heard - foretold, noise)
        power = np.square(np.abs(talker))
    return talker


def _past(heard: Spectra) -> Spectra:
    """What is foretold from: shape (frequencies, taps × microphones, windows)."""
    bins, microphones, count = heard.shape
    past = np.zeros((bins, _TAPS, microphones, count), np.complex64)
    for tap in range(_TAPS):
        late = min(count, _DELAY + tap)
        past[:, tap, :, late:] = heard[:, :, : count - late]
    return past.reshape(bins, _TAPS * microphones, count)


def _summed(heard: Spectra, noise: npt.NDArray[np.bool_]) -> Spectra:
    """Shape (frequencies, windows): the talker as the first microphone hears them, and least of the noise."""
    talker: Any = _covariance(heard[:, :, ~noise])
    around: Any = _OF_TALKER * _mean(talker) * np.eye(heard.shape[1], dtype=np.float32)
    if noise.any():
        around = around + _covariance(heard[:, :, noise])
    # Where the noise is as loud in all directions, the talker is the direction that is loudest.
    root = np.linalg.cholesky(_loaded(around, _OWN_NOISE))
    back = np.linalg.inv(root)
    loudest = np.linalg.eigh(back @ talker @ back.conj().transpose(0, 2, 1))[1][:, :, -1:]
    weights = back.conj().transpose(0, 2, 1) @ loudest * (root @ loudest)[:, :1].conj()
    found: Spectra = (weights.conj().transpose(0, 2, 1) @ heard)[:, 0].astype(np.complex64)
    return found


def _loaded(matrices: Spectra, share: float) -> Spectra:
    """With a share of its mean more on the diagonal, and so much that it can be solved where nothing was heard."""
    return matrices + (share * _mean(matrices) + 1e-12) * np.eye(matrices.shape[1], dtype=np.float32)


def _mean(matrices: Spectra) -> Floats:
    """Of the diagonals, shape (frequencies, 1, 1)."""
    found: Any = np.trace(matrices, axis1=1, axis2=2)[:, None, None]
    return np.asarray(found.real / matrices.shape[1], np.float32)
