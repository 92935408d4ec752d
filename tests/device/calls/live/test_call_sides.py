"""The clock of a side, and whether two sides are one sound."""

from __future__ import annotations

import numpy as np
import pytest

from device.calls.live.sides import SameSound, SideSound, correlation
from firmware.frame import FRAME_SAMPLES, Frame, Samples
from tests.live_calls import LevelVad, frames
from tests.voices import speak


def test_segments_are_on_the_clock_of_the_call() -> None:
    """The device has been on for a while when the call begins, and its frames come in bunches."""
    side = SideSound(LevelVad())
    ended = []
    for frame in (*frames(2.0, 500, voice=True), *frames(1.0, 525, voice=False)):
        ended += side.take(frame, 7.0 + (frame.index - 499) * 0.08 + (0.3 if frame.index % 4 else 0.0))
    (cut,) = ended
    assert cut.start_s == pytest.approx(7.0, abs=0.1) and cut.end_s == pytest.approx(9.0, abs=0.1)


def test_lost_sound_ends_a_segment_and_moves_the_clock() -> None:
    side = SideSound(LevelVad())
    for frame in frames(1.0, 0, voice=True):
        side.take(frame, frame.end)
    ended = []
    for frame in (*frames(1.0, 13, voice=True), *frames(1.0, 26, voice=False)):
        ended += side.take(frame, frame.end + 5.0)
    before, after = ended
    assert before.end_s == pytest.approx(1.04, abs=0.1)
    assert after.start_s == pytest.approx(6.04, abs=0.1)


def test_what_was_said_before_the_wake_word_stays() -> None:
    side = SideSound(LevelVad())
    for frame in frames(4.0, 0, voice=True):
        side.take(frame, frame.end)
    cut = side.abandon(1.4)
    assert cut and cut.end_s == pytest.approx(2.6, abs=0.1)
    assert side.abandon(1.4) is None and not side.speaking


def told(one: Samples, other: Samples) -> bool:
    """Whether half a minute of both is told to be one sound."""
    sides, same = (SideSound(LevelVad()), SideSound(LevelVad())), SameSound()
    found = False
    for number in range(min(one.size, other.size) // FRAME_SAMPLES):
        for side, sound in zip(sides, (one, other), strict=True):
            piece = sound[number * FRAME_SAMPLES : (number + 1) * FRAME_SAMPLES]
            side.take(Frame(piece, number), (number + 1) * 0.08)
        found = found or same.look(*sides, (number + 1) * 0.08)
    return found


def long(text: str, voice: str) -> Samples:
    sound = speak(text, voice)
    return np.tile(sound, 1 + 30 * 16_000 // sound.size)[: 30 * 16_000]


def test_the_same_sound_is_known_also_later_and_softer() -> None:
    sound = long("I would say that we look at the offer again on Monday morning.", "piper")
    softer = (np.roll(sound, 4_000) * 0.3).astype(np.int16)
    assert told(sound, softer)


def test_two_voices_that_hear_each_other_are_two() -> None:
    one = long("I would say that we look at the offer again on Monday morning.", "piper").astype(np.float64)
    other = long("That is fine with me, but please bring the drawings along.", "flite:slt").astype(np.float64)
    across = 0.25 * np.roll(one, 800) + other, 0.25 * np.roll(other, 800) + one
    first, second = (np.clip(each, -32_768, 32_767).astype(np.int16) for each in across)
    assert not told(second, first)


def test_silence_is_like_nothing() -> None:
    silent = np.zeros(16_000, np.int16)
    assert correlation(silent, silent) == 0.0
    assert not told(np.zeros(30 * 16_000, np.int16), np.zeros(30 * 16_000, np.int16))
