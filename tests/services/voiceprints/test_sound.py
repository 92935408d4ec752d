"""What is listened to: filter banks as Kaldi's, and what of a recording is spoken."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from firmware.frame import RATE, Samples
from services.voiceprints.fbank import BANDS, WINDOW, fbank
from services.voiceprints.spoken import loudest, voiced_in


def hiss(seconds: float, loud: float) -> Samples:
    return np.random.default_rng(1).normal(0, loud, round(seconds * RATE)).astype(np.int16)


def spoken(before: float, seconds: float, after: float, *, loud: float = 3000, room: float = 20) -> Samples:
    sound = hiss(before + seconds + after, room)
    at = round(before * RATE)
    sound[at : at + round(seconds * RATE)] = hiss(seconds, loud)
    return sound


def test_filter_banks_are_those_of_kaldi() -> None:
    n = np.arange(8000)
    sound = (6000 * np.sin(2 * np.pi * (200 + n / 40) * n / 16000) + (n * 7919 % 601 - 300)).astype(np.int16)
    found = fbank(sound)
    assert found.shape == (48, BANDS)
    kaldi = [[13.388, 13.027, 16.091, 18.033], [12.887, 19.021, 16.089, 18.033], [12.583, 12.340, 15.923, 18.127]]
    np.testing.assert_allclose(found[[0, 20, 47]][:, [0, 10, 40, 79]], kaldi, atol=0.002)


@pytest.mark.parametrize(("samples", "columns"), [(0, 0), (WINDOW - 1, 0), (WINDOW, 1), (WINDOW + 160, 2)])
def test_filter_banks_of_little_sound(samples: int, columns: int) -> None:
    assert fbank(np.ones(samples, np.int16)).shape == (columns, BANDS)


def test_silence_around_what_is_spoken_is_left_out() -> None:
    found = voiced_in(spoken(1.0, 1.5, 2.0))
    assert found.seconds == pytest.approx(1.5, abs=0.05)
    assert found.samples.size / RATE == pytest.approx(1.5 + 2 * 0.16, abs=0.05)
    assert found.snr > 35
    assert -25 < found.level < -18


@pytest.mark.parametrize(
    "sound", [np.zeros(0, np.int16), np.zeros(RATE, np.int16), hiss(2.0, 3000), hiss(0.01, 3000)], ids=str
)
def test_nobody_speaks_in_silence_or_in_steady_noise(sound: Samples) -> None:
    found = voiced_in(sound)
    assert (found.samples.size, found.seconds, found.snr) == (0, 0.0, 0.0)


@given(st.integers(1, 4 * RATE), st.floats(0.1, 3.0))
def test_the_loudest_stretch_is_no_longer_than_asked(size: int, seconds: float) -> None:
    sound = np.arange(size).astype(np.int16)
    assert loudest(sound, seconds).size == min(size, round(seconds * RATE))


def test_the_loudest_stretch_is_where_most_is_said() -> None:
    found = loudest(spoken(3.0, 1.0, 3.0), 1.0)
    assert np.sqrt(np.mean(found.astype(float) ** 2)) == pytest.approx(3000, rel=0.05)
