"""Several microphones in made-up rooms: what of the room and of its noise is left."""

from __future__ import annotations

import math
from functools import cache

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.signal import butter, fftconvolve, sosfilt

from benchmarks.acoustics.room import Place, Room
from firmware.frame import RATE
from firmware.sound.resample import to_int16
from services.speech.dereverberation import dereverberated, distinct
from tests.voices import pink_noise, speak

ROOM = Room((5.5, 4.2, 2.6), 0.6)
EARS = [(2.5 + 0.032 * math.cos(turn), 1.8 + 0.032 * math.sin(turn), 0.8) for turn in np.arange(4) * math.pi / 2]
MOUTH, FAN = (4.6, 3.4, 1.5), (0.8, 3.2, 1.0)
BEFORE = 2 * RATE
Sound = npt.NDArray[np.float64]


def voice(text: str) -> Sound:
    """Synthetic, as loud as a measured microphone gives it (full scale 1.0)."""
    return 0.3 * speak(text, "flite:rms") / 32768


def heard(sound: Sound, place: Place, count: int = 4) -> Sound:
    """By so many microphones, shape (n, count), each with a hiss of its own."""
    channels = [fftconvolve(sound, ROOM.response(place, ear, seed=1))[: sound.size] for ear in EARS[:count]]
    hiss = np.random.default_rng(3).normal(0, 10 ** (-75 / 20), (sound.size, count))
    return np.stack(channels, axis=1) + hiss


@cache
def command() -> Sound:
    """Two seconds of nothing, a command, and half a second of nothing."""
    said = voice("create a task to call the bank by friday")
    last = int(np.flatnonzero(np.abs(said) > 0.003)[-1])
    return np.concatenate((np.zeros(BEFORE), said[: last + 1], np.zeros(RATE // 2)))


BEFORE_IT, IN_IT, BEHIND_IT = slice(RATE, BEFORE), slice(BEFORE, -RATE // 2), slice(-RATE // 2 + RATE // 20, None)
"""The second before the command, the command, and its echo."""


def level(sound: Sound, when: slice) -> float:
    """dBFS between 300 and 5,000 Hz, where speech is; a small box booms below."""
    band = sosfilt(butter(4, [300, 5000], "bandpass", fs=RATE, output="sos"), sound)[when]
    return 10 * math.log10(float(np.mean(band**2)) + 1e-12)


def over(sound: Sound, when: slice) -> float:
    """dB by which the command is louder than what is heard before or behind it."""
    return level(sound, IN_IT) - level(sound, when)


def cleared(channels: Sound) -> Sound:
    return dereverberated(to_int16(channels), BEFORE) / 32768


@pytest.mark.parametrize(("count", "gain"), [(2, 1.0), (4, 4.0)])
def test_less_of_the_room_is_left(count: int, gain: float) -> None:
    channels = heard(command(), MOUTH, count)
    assert over(cleared(channels), BEHIND_IT) >= over(channels[:, 0], BEHIND_IT) + gain


@pytest.mark.parametrize("over_db", [20.0, 10.0])
def test_less_is_left_of_a_noise_that_was_there_before(over_db: float) -> None:
    channels = heard(command(), MOUTH)
    noise = heard(pink_noise(command().size, -30.0, 5) / 32768, FAN)
    channels += noise * 10 ** ((level(channels[:, 0], IN_IT) - level(noise[:, 0], IN_IT) - over_db) / 20)
    assert over(cleared(channels), BEFORE_IT) >= over(channels[:, 0], BEFORE_IT) + 5.0


def test_the_talker_who_has_just_spoken_is_no_noise() -> None:
    before = np.zeros(command().size)
    said = voice("so I told her that we would see")[: BEFORE - RATE // 4]
    before[: said.size] = said
    channels = heard(command(), MOUTH)
    alone, after_words = cleared(channels), cleared(channels + heard(before, MOUTH))
    assert level(after_words, IN_IT) == pytest.approx(level(alone, IN_IT), abs=2.0)
    assert over(after_words, BEHIND_IT) >= over(channels[:, 0], BEHIND_IT) + 3.0


def test_what_is_near_stays_as_it_is() -> None:
    dry = np.repeat(command()[:, None], 3, axis=1) + np.random.default_rng(1).normal(0, 1e-4, (command().size, 3))
    out = cleared(dry)
    assert level(out, IN_IT) == pytest.approx(level(dry[:, 0], IN_IT), abs=1.0)
    assert np.corrcoef(out[IN_IT], dry[IN_IT, 0])[0, 1] > 0.98


@settings(max_examples=30)
@given(st.integers(1, 3 * RATE), st.integers(2, 5), st.floats(0, 1), st.sampled_from(["noise", "clipped", "silence"]))
def test_whatever_is_heard_something_as_long_comes_out(count: int, microphones: int, share: float, kind: str) -> None:
    loud = {"noise": 0.05, "clipped": 50.0, "silence": 0.0}[kind]
    sound = to_int16(np.random.default_rng(0).normal(0, 1, (count, microphones)) * loud)
    out = dereverberated(sound, round(share * count))
    assert out.shape == (count,) and out.dtype == np.int16


def odd_sounds() -> dict[str, Sound]:
    """Shape (n, microphones), full scale 1.0."""
    count = RATE
    one, late = np.random.default_rng(4).normal(0, 0.1, count), np.arange(count) >= count // 2
    tones = np.sin(np.outer(np.arange(count), [0.1, 0.2, 0.3]))
    return {
        "one is half the other": np.stack([one, one / 2], axis=1),
        "one is the other upside down": np.stack([one, -one], axis=1),
        "one is the other later": np.stack([one, np.roll(one, 256)], axis=1),
        "begins in the middle": np.stack([one * late, np.roll(one, 5) * late], axis=1),
        "ends in the middle": np.stack([one * ~late, np.roll(one, 5) * ~late], axis=1),
        "a tone each": tones,
        "one value each": np.tile([0.0002, -1.0], (count, 1)),
        "the lowest bit": np.random.default_rng(5).integers(-1, 2, (count, 4)) / 32768,
    }


@pytest.mark.parametrize("name", odd_sounds())
@pytest.mark.parametrize("before", [0, RATE // 2, RATE - 256])
@pytest.mark.filterwarnings("error")
def test_nothing_that_is_heard_stops_it_or_grows_by_it(name: str, before: int) -> None:
    sound = to_int16(odd_sounds()[name])
    out = dereverberated(sound, before)
    assert np.abs(out.astype(int)).max() <= 2 * np.abs(sound.astype(int)).max()


def test_dead_microphones_and_copies_tell_nothing() -> None:
    one, other = np.random.default_rng(2).integers(-99, 99, (2, 100), dtype=np.int16)
    channels = np.stack([np.zeros_like(one), one, one, other, other], axis=1)
    assert np.array_equal(distinct(channels), np.stack([one, other], axis=1))
    assert distinct(channels[:, :1]).shape == (100, 0)
