"""One talker is told from two by the sound."""

from __future__ import annotations

import numpy as np
import pytest

from device.satellites.likeness import SAME, likeness, pattern, same_talker
from firmware.frame import RATE, Samples
from tests.voices import pink_noise, turn


def far(sound: Samples, late_s: float) -> Samples:
    """Softer, later, in noise."""
    late = round(late_s * RATE)
    heard = np.concatenate([np.zeros(late), sound[: sound.size - late] / 5]) + pink_noise(sound.size, -52.0, 7)
    return heard.astype(np.int16)


@pytest.mark.parametrize("late_s", [0.0, 0.1, 0.4])
def test_the_same_talker_twice(late_s: float) -> None:
    said = turn("add milk to the shopping list", tail=0.5)
    one, other = pattern(said), pattern(far(said, late_s))
    assert same_talker(one, other)
    assert likeness(one, other) == pytest.approx(likeness(other, one))


@pytest.mark.parametrize("cut_s", [-0.3, 0.3])
def test_one_ear_was_sure_of_the_wake_word_before_the_other(cut_s: float) -> None:
    said = turn("add milk to the shopping list", lead=0.0, tail=0.5)[round(0.7 * RATE) :]
    early, late = pattern(said[max(0, round(-cut_s * RATE)) :]), pattern(far(said, 0.0)[max(0, round(cut_s * RATE)) :])
    assert same_talker(early, late)


def test_one_that_ended_before_is_the_same() -> None:
    said = turn("add milk to the shopping list", tail=1.5)
    assert same_talker(pattern(said), pattern(said[:-RATE]))


def test_two_talkers_who_begin_together() -> None:
    one = pattern(turn("add milk to the shopping list", tail=0.5))
    other = pattern(turn("what is on my calendar today", tail=0.5, speed=0.9))
    assert likeness(one, other) < SAME


@pytest.mark.parametrize("samples", [0, 100, RATE // 2])
def test_too_little_sound_is_like_nothing(samples: int) -> None:
    sound = np.zeros(samples, np.int16)
    assert likeness(pattern(sound), pattern(sound)) == 0.0


def test_sentences_that_begin_alike_are_not_one_where_one_has_only_begun() -> None:
    whole = pattern(turn("add a task to wash the car", wake="", lead=0.2, tail=0.4))
    other = turn("add a task to water the plants", wake="", lead=0.2, tail=0.4)
    begun = pattern(other[: round(1.2 * RATE)])
    assert not same_talker(whole, begun)
