"""Tries and thresholds from made-up scores."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from device.calibration.wake import HIGHEST, LOWEST, Tries, Try, verdict
from firmware.frame import FRAME_SAMPLES, Frame
from services.wake.base import Detection


def said(peak: float, threshold: float = 0.5, level: float = -30.0) -> Try:
    return Try(0.0, 1.0, peak, peak >= threshold, level)


def tried(*frames: tuple[float, float], threshold: float = 0.5) -> Tries:
    """(score, probability of voice) of each frame."""
    tries = Tries()
    for index, (score, voice) in enumerate(frames):
        detection = Detection("hey_jarvis", score, 0.0) if score >= threshold else None
        tries.hear(Frame(np.ones(FRAME_SAMPLES, np.int16), index), score, voice, detection)
    tries.finish()
    return tries


VOICE, QUIET, PEAK = (0.0, 0.9), (0.0, 0.0), (0.8, 0.9)


@pytest.mark.parametrize(
    ("frames", "heard"),
    [
        ([QUIET] * 50, []),
        ([VOICE] * 6 + [PEAK] + [QUIET] * 20, [True]),
        ([VOICE] * 6 + [QUIET] * 2 + [(0.7, 0.0)] + [QUIET] * 20, [True]),
        ([VOICE] * 8 + [QUIET] * 20, [False]),
        ([VOICE] * 2 + [QUIET] * 20, []),
        ([VOICE] * 6 + [QUIET] * 5 + [VOICE] * 6 + [QUIET] * 20, [False]),
        (([VOICE] * 6 + [PEAK] + [QUIET] * 15) * 3, [True] * 3),
        ([VOICE] * 8, [False]),
        ([PEAK], [True]),
    ],
    ids=["silence", "heard", "heard late", "missed", "cough", "one with a pause", "three", "cut off", "one frame"],
)
def test_tries(frames: list[tuple[float, float]], heard: list[bool]) -> None:
    assert [each.heard for each in tried(*frames).ended] == heard


@given(st.lists(st.tuples(st.floats(0, 1), st.floats(0, 1)), max_size=200))
def test_every_detection_is_in_a_try_and_tries_follow_each_other(frames: list[tuple[float, float]]) -> None:
    tries = tried(*frames).ended
    assert all(one.end <= other.start + 1e-9 for one, other in itertools.pairwise(tries))
    assert any(each.heard for each in tries) == any(score >= 0.5 for score, _ in frames)
    assert all(0 <= each.peak <= 1 and each.start < each.end for each in tries)


@pytest.mark.parametrize(
    ("peaks", "noise", "now", "wanted"),
    [
        ([0.9] * 10, None, 0.5, None),
        ([0.9] * 10, [0.1], 0.5, None),
        ([0.9] * 10, [0.55], 0.5, 0.65),
        ([0.45] * 10, None, 0.5, 0.35),
        ([0.1] * 10, None, 0.5, 0.3),
        ([0.1] * 10, None, 0.3, None),
        ([0.6] * 10, [0.7], 0.5, 0.8),
        ([0.95] * 10, [], 0.9, 0.8),
        ([0.05] + [0.9] * 9, None, 0.5, None),
        ([0.05] * 2 + [0.9] * 8, None, 0.5, 0.3),
        ([], None, 0.5, None),
        ([], [0.6], 0.5, 0.7),
        ([0.62] * 10, None, 0.5, None),
    ],
)
def test_thresholds(peaks: list[float], noise: list[float] | None, now: float, wanted: float | None) -> None:
    background = None if noise is None else [said(peak, now) for peak in noise]
    assert verdict([said(peak, now) for peak in peaks], background, now).threshold == wanted


shares = st.floats(0, 1)


@given(st.lists(shares, max_size=20), st.none() | st.lists(shares, max_size=5), st.floats(0.05, 0.99))
def test_what_is_suggested_can_be_set_and_is_worth_it(
    peaks: list[float], noise: list[float] | None, now: float
) -> None:
    found = verdict(
        [said(peak, now) for peak in peaks], None if noise is None else [said(peak, now) for peak in noise], now
    )
    assert found.heard + found.near <= found.tries == len(peaks)
    if found.threshold is not None:
        assert LOWEST <= found.threshold <= HIGHEST and abs(found.threshold - now) >= 0.04 and found.why


@pytest.mark.parametrize(
    ("one", "hint"),
    [(said(0.9), ""), (said(0.3), "lower threshold"), (said(0.05), "not like"), (said(0.3, level=-60), "soft")],
)
def test_hints(one: Try, hint: str) -> None:
    assert hint in one.hint and bool(one.hint) == bool(hint)
