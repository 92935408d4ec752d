"""Measuring sounds whose levels are known."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from device.calibration.levels import Sound, active_level, block_levels, clipped, likeness, measure

RATE = 16_000


def hiss(seconds: float, dbfs: float, channels: int = 1, seed: int = 0) -> Sound:
    noise = np.random.default_rng(seed).standard_normal((round(seconds * RATE), channels)) * 10 ** (dbfs / 20)
    return noise.astype(np.float32)


def tone(seconds: float, dbfs: float, hertz: float = 400) -> Sound:
    """Of this RMS level."""
    wave = np.sin(2 * np.pi * hertz * np.arange(round(seconds * RATE)) / RATE) * math.sqrt(2) * 10 ** (dbfs / 20)
    return wave[:, None].astype(np.float32)


@given(st.floats(-80, -20), st.floats(7, 60))
@settings(max_examples=40)
def test_noise_speech_and_what_is_between_them(noise: float, over: float) -> None:
    speech = min(-4.0, noise + over)
    (one,) = measure(hiss(1, noise), np.concatenate((hiss(1, noise, seed=1), tone(2, speech))), RATE)
    assert one.noise == pytest.approx(noise, abs=0.6)
    if speech - noise > 20:
        assert one.speech == pytest.approx(speech, abs=0.5) and one.snr is not None
        assert one.snr == pytest.approx(10 * math.log10(10 ** ((speech - noise) / 10) - 1), abs=1.5)


def test_pauses_do_not_make_speech_softer() -> None:
    """ITU-T P.56: half the time silent is 3 dB less on the whole, and nothing less of the active speech level."""
    words, pauses = tone(0.5, -26), hiss(0.5, -70)
    assert active_level(block_levels(np.concatenate([words, pauses] * 4)[:, 0], RATE)) == pytest.approx(-26, abs=0.1)


def test_nobody_spoke() -> None:
    (one,) = measure(hiss(3, -50), hiss(5, -50, seed=1), RATE)
    assert one.speech is None and one.snr is None


def test_a_file_alone_has_its_softest_part_for_the_room() -> None:
    (one,) = measure(None, np.concatenate((hiss(2, -60), tone(3, -26), hiss(1, -60))), RATE)
    assert one.noise == pytest.approx(-60, abs=1) and one.speech == pytest.approx(-26, abs=0.5)


@pytest.mark.parametrize(("gain", "share"), [(0.5, 0.0), (0.99, 0.0), (1.5, 0.4), (4.0, 0.8)])
def test_what_is_cut_off_is_counted(gain: float, share: float) -> None:
    wave = np.clip(gain * np.sin(np.arange(RATE) / 30), -1, 1).astype(np.float32)
    assert clipped(wave) == pytest.approx(share, abs=0.15)
    assert clipped(wave * 0.4) == pytest.approx(share if gain > 1 else 0.0, abs=0.15), (
        "cut off before the card is cut off, too"
    )


def test_an_offset_is_no_sound() -> None:
    (one,) = measure(hiss(1, -60) + np.float32(0.05), hiss(1, -60) + tone(1, -30) + np.float32(0.05), RATE)
    assert one.offset == pytest.approx(0.05, abs=0.001) and one.noise == pytest.approx(-60, abs=1)


def test_likeness_tells_the_same_from_the_other_way_round() -> None:
    sound = hiss(1, -30)
    alike = likeness(np.concatenate((sound, sound, -sound, hiss(1, -30, seed=9)), axis=1))
    assert alike[0, 1] == pytest.approx(1) and alike[0, 2] == pytest.approx(-1) and abs(alike[0, 3]) < 0.1


sounds = arrays.arrays(
    np.float32, st.tuples(st.integers(1, 3000), st.integers(1, 4)), elements=st.floats(-1, 1, width=32)
)


@given(sounds, st.booleans(), st.sampled_from([8_000, 16_000, 48_000]))
@settings(max_examples=60)
def test_whatever_comes_gives_finite_figures(sound: Sound, alone: bool, rate: int) -> None:
    for one in measure(None if alone else sound[:1], sound, rate):
        assert all(math.isfinite(each) for each in (one.noise, one.floor, one.peak, one.offset, one.clipped))
        assert 0 <= one.clipped <= 1 and one.noise >= -96 and one.peak <= 0.01
        assert one.speech is None or math.isfinite(one.speech)
