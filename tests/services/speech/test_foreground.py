"""Whose voice a frame holds: levels of our own."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.speech.foreground import Foreground
from services.speech.levels import QUIETEST

OTHERS = -36.0
TALKER = -25.0
SYLLABLES = (0.0, -3.0, -9.0, 1.0, -5.0, -2.0, -12.0, 0.0)
"""How a voice rises and falls from frame to frame, dB."""


def voice(level: float, frames: int) -> list[float]:
    return [level + SYLLABLES[at % len(SYLLABLES)] for at in range(frames)]


def weighed(levels: Sequence[float], background: float = OTHERS) -> list[float]:
    foreground = Foreground()
    return [foreground.weigh(level, background) for level in levels]


@given(st.lists(st.floats(-100.0, 0.0), min_size=1, max_size=60))
def test_where_nobody_talks_in_the_background_all_is_the_talkers(levels: list[float]) -> None:
    assert set(weighed(levels, QUIETEST)) == {1.0}


def test_who_does_not_stand_out_is_not_told_apart() -> None:
    assert set(weighed(voice(OTHERS + 3.0, 40))) == {1.0}


def test_the_talker_is_believed_while_speaking_and_others_are_not_soon_after() -> None:
    found = weighed([*voice(OTHERS, 20), *voice(TALKER, 24), *voice(OTHERS, 24)])
    assert min(found[20:44]) >= 0.5, "through all weak syllables"
    assert max(found[48:]) < 0.5, "a third of a second later"


@pytest.mark.parametrize("over", [2.0, 6.0, 9.0])
def test_a_loud_syllable_of_others_is_no_word_of_the_talkers(over: float) -> None:
    foreground = Foreground()
    for level in [*voice(OTHERS, 20), *voice(TALKER, 24), *voice(OTHERS, 10)]:
        foreground.weigh(level, OTHERS)
    assert foreground.weigh(OTHERS + over, OTHERS) < 0.5


def test_the_talker_who_goes_on_is_believed_again() -> None:
    found = weighed([*voice(TALKER, 24), *voice(OTHERS, 24), *voice(TALKER, 24)])
    assert found[47] < 0.5
    assert min(found[51:]) >= 0.5


def test_the_beginning_is_where_it_grew_loud() -> None:
    foreground = Foreground()
    for level in voice(OTHERS, 20):
        foreground.weigh(level, OTHERS)
    for frames in range(1, 6):
        foreground.weigh(TALKER, OTHERS)
        if foreground.stands_out:
            assert foreground.loud == frames
            return
    raise AssertionError("nobody stood out in five loud frames")


@given(
    st.lists(st.floats(-100.0, 0.0), max_size=60), st.floats(-74.0, -10.0), st.floats(-100.0, 0.0), st.floats(0.0, 40.0)
)
def test_louder_is_never_less_likely_the_talker(
    before: list[float], background: float, level: float, more: float
) -> None:
    soft, loud = Foreground(), Foreground()
    for each in before:
        soft.weigh(each, background)
        loud.weigh(each, background)
    likely = soft.weigh(level, background)
    assert 0.0 <= likely <= 1.0
    if soft.stands_out:
        assert likely <= loud.weigh(level + more, background) + 1e-9


@given(st.lists(st.floats(-100.0, 0.0), min_size=1, max_size=60), st.floats(-60.0, -20.0), st.floats(-14.0, 14.0))
def test_only_what_lies_between_the_levels_matters(levels: list[float], background: float, gain: float) -> None:
    louder = weighed([level + gain for level in levels], background + gain)
    assert louder == pytest.approx(weighed(levels, background), abs=1e-6)
