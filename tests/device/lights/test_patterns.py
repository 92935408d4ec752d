"""Patterns as what they are: functions. What holds of each, and that they can be told apart without seeing colours."""

from __future__ import annotations

import itertools
import math
from dataclasses import replace

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from device.lights.ladder import LADDER, LadderRung
from device.lights.patterns import STEPS, Pattern, blinks, breath, flashes
from device.lights.view import TimerSpan, View

RUNGS = pytest.mark.parametrize("rung", LADDER, ids=lambda rung: rung.name)
SECONDS, RATE = 16.0, 20
TIMES = np.arange(0, SECONDS, 1 / RATE)

rungs = st.sampled_from(LADDER)
shares = st.floats(0, 1)
views = st.builds(
    View,
    running=st.integers(0, 9),
    timer=st.builds(lambda begins, length: TimerSpan(begins, begins + length), st.floats(0, 1e6), st.floats(1, 86_400)),
    volume=shares,
    voice=shares,
    sound=shares,
    left=shares,
    direction=st.none() | st.floats(0, 360),
)


def loudness(t: float) -> float:
    """Somebody speaks: syllables, words, a pause."""
    return max(0.0, math.sin(2 * math.pi * 4 * t)) ** 0.5 * (t % 2 < 1.4) * (0.6 + 0.4 * math.sin(1.3 * t))


def film(pattern: Pattern, n: int, **view: object) -> npt.NDArray[np.float64]:
    """How bright each pixel is, (times, pixels), whatever its colour, as a share of the brightest."""
    seen = View(timer=TimerSpan(0, 600), volume=0.5, left=0.6, running=1)
    pictures = [
        pattern.draw(t, replace(seen, voice=loudness(t), sound=loudness(t), **view), n)  # type: ignore[arg-type]
        for t in map(float, TIMES)
    ]
    bright = np.array([[max(pixel) for pixel in picture] for picture in pictures])
    return bright / max(1e-9, float(bright.max()))


@settings(max_examples=500)
@given(rungs, st.floats(0, 1e5), views, st.integers(1, 24))
def test_pixels_are_as_many_as_asked_for_and_within_their_bounds(
    rung: LadderRung, t: float, view: View, n: int
) -> None:
    pixels = rung.pattern.draw(t, view, n)
    assert len(pixels) == n
    assert all(0.0 <= part <= 1.0 for pixel in pixels for part in pixel)
    assert rung.pattern.still(t, view, n) >= 0.0


@settings(max_examples=500)
@given(rungs, st.floats(0, 100), views, st.integers(1, 12), st.floats(0.01, 0.99))
def test_what_says_it_is_still_is(rung: LadderRung, t: float, view: View, n: int, part: float) -> None:
    still = rung.pattern.still(t, view, n)
    if still > 1e-6:
        later = t + part * min(still, 1e3)
        assert rung.pattern.draw(later, view, n) == rung.pattern.draw(t, view, n)


@pytest.mark.parametrize("n", [1, 3, 12])
def test_any_two_differ_in_rhythm_or_shape_not_only_in_colour(n: int) -> None:
    """However one is shifted in time against the other, for a tenth of a second in sixteen some pixel is plainly
    brighter in one.
    """
    films = {rung.name: film(rung.pattern, n) for rung in LADDER}
    for one, other in itertools.combinations(films, 2):
        twice = np.vstack([films[other], films[other]])
        alike = max(
            int(np.count_nonzero(np.abs(films[one] - twice[shift : shift + len(TIMES)]).max(axis=1) <= 0.15))
            for shift in range(len(TIMES))
        )
        assert len(TIMES) - alike >= 0.1 * RATE, (one, other)


@RUNGS
@pytest.mark.parametrize("n", [1, 12])
def test_nothing_flashes_more_than_three_times_in_a_second(rung: LadderRung, n: int) -> None:
    """WCAG 2.2, success criterion 2.3.1. What follows a voice is soft: it never goes out."""
    bright = (
        film(replace_loudness(rung), n)
        if rung.name in ("listening", "hearing", "speaking")
        else film(rung.pattern, n, running=4)
    )
    for column in bright.T:
        rises = np.flatnonzero((column[1:] > 0.6) & (column[:-1] <= 0.6)) / RATE
        assert all(np.count_nonzero((rises >= since) & (rises < since + 1)) <= 3 for since in rises)


def replace_loudness(rung: LadderRung) -> Pattern:
    """The same without a voice."""
    shape = rung.pattern.shape
    quiet = replace(shape, shares=lambda t, view, n: shape.shares(t, replace(view, voice=0.5, sound=0.5), n))
    return replace(rung.pattern, shape=quiet)


def test_muted_is_steady_red_and_red_is_only_for_a_microphone_that_does_not_hear() -> None:
    red = {rung.name for rung in LADDER if rung.pattern.colour[0] > 0.5 and not any(rung.pattern.colour[1:])}
    assert red == {"muted", "microphone fault"}
    muted = next(rung for rung in LADDER if rung.name == "muted").pattern
    assert {muted.draw(float(t), View(), 12) for t in TIMES} == {((1.0, 0.0, 0.0),) * 12}
    assert muted.still(3.0, View(), 12) == math.inf


def test_louder_is_brighter_and_a_longer_arc_is_more_of_the_ring() -> None:
    by_name = {rung.name: rung.pattern for rung in LADDER}

    def light(name: str, **view: float) -> float:
        return sum(max(pixel) for pixel in by_name[name].draw(0.0, View(**view), 12))  # type: ignore[arg-type]

    for name, field in (
        ("listening", "voice"),
        ("hearing", "voice"),
        ("speaking", "sound"),
        ("timer", "left"),
        ("volume", "volume"),
    ):
        seen = [light(name, **{field: share}) for share in (0.0, 0.3, 0.6, 1.0)]
        assert seen == sorted(seen) and seen[0] > 0, name
        assert seen[-1] > 2 * seen[0], name


@pytest.mark.parametrize("running", range(1, 5))
def test_there_is_a_wave_for_each_job_up_to_four(running: int) -> None:
    acting = next(rung for rung in LADDER if rung.name == "acting").pattern
    bright = [max(pixel) for pixel in acting.draw(0.01, View(running=running), 24)]
    crests = sum(bright[i] > 0.5 and bright[i] > bright[(i + 1) % 24] for i in range(24))
    assert crests == running
    assert acting.draw(1.0, View(running=9), 24) == acting.draw(1.0, View(running=4), 24)
    assert acting.draw(1.0, View(running=0), 24) == acting.draw(1.0, View(running=1), 24), (
        "told to before the job was counted"
    )


def test_rhythms_are_their_tables() -> None:
    assert [flashes(2, 0.2, 0.2, 0.6).at(t) for t in (0.1, 0.3, 0.5, 0.7, 1.3, 1.5)] == [1, 0, 1, 0, 0, 1]
    assert [round(breath(2).at(t), 3) for t in (0, 0.5, 1, 1.5, 2)] == [0, 0.5, 1, 0.5, 0]
    assert blinks(0.5, 0.25).still(0.1) == pytest.approx(0.4)
    assert blinks(0.5, 0.25).still(0.6) == pytest.approx(0.15)
    assert breath(2).still(0.3) == 0


def test_the_arc_of_an_hour_is_drawn_every_few_seconds_only() -> None:
    timer = next(rung for rung in LADDER if rung.name == "timer").pattern
    assert timer.shape.still(0.0, View(timer=TimerSpan(0, 3600)), 12) == 3600 / (12 * STEPS)
    assert [TimerSpan(10, 20).left(t) for t in (0, 10, 15, 20, 99)] == [1, 1, 0.5, 0, 0]
    assert TimerSpan(10, 10).left(5) == 0


@given(st.floats(0, 359.99), st.integers(6, 24), shares)
def test_a_ring_is_brightest_towards_the_talker(direction: float, n: int, voice: float) -> None:
    for name in ("listening", "hearing"):
        pattern = next(rung for rung in LADDER if rung.name == name).pattern
        bright = [max(pixel) for pixel in pattern.draw(0.3, View(direction=direction, voice=voice), n)]
        off = abs((360 * bright.index(max(bright)) / n - direction + 180) % 360 - 180)
        assert off <= 180 / n + 1e-6
        opposite = round((direction + 180) / 360 * n) % n
        assert bright[opposite] < 0.3 * max(bright)


@given(st.floats(0, 360), st.integers(1, 5))
def test_too_few_pixels_do_not_point(direction: float, n: int) -> None:
    for rung in LADDER:
        assert rung.pattern.draw(0.3, View(direction=direction), n) == rung.pattern.draw(0.3, View(), n)
