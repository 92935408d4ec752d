"""Threshold, patience, refractory time and near misses, on scores of our own."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from firmware.frame import FRAME_SECONDS
from services.wake.base import Detection, Guard, WakeSettings
from services.wake.judge import WordJudge

SETTINGS = WakeSettings(threshold=0.5, patience=1, refractory=2.0, near=0.2)


def judged(scores: list[float], settings: WakeSettings = SETTINGS) -> tuple[list[int], WordJudge]:
    """Frames at which a word with these scores is detected."""
    judge = WordJudge("hey_jarvis", settings)
    return [i for i, score in enumerate(scores) if judge.hear(score, (i + 1) * FRAME_SECONDS)], judge


def test_the_threshold_itself_is_enough() -> None:
    assert judged([0.0, 0.49, 0.5])[0] == [2]


def test_a_detection_says_word_score_and_the_end_of_its_frame() -> None:
    assert WordJudge("alexa", SETTINGS).hear(0.9, 0.16) == Detection("alexa", 0.9, 0.16)


def test_patience_asks_for_frames_in_a_row() -> None:
    settings = replace(SETTINGS, patience=3)
    assert judged([0.9, 0.9, 0.1, 0.9, 0.9, 0.9], settings)[0] == [5]
    assert judged([0.9, 0.9, 0.1] * 5, settings)[0] == []


def test_a_word_is_not_detected_again_within_its_refractory_time() -> None:
    frames = judged([0.9] * 100)[0]
    assert frames[0] == 0
    assert all(later - earlier == 25 for earlier, later in pairwise(frames))


def test_a_peak_below_the_threshold_is_one_near_miss_however_long_it_lasts_and_wavers() -> None:
    quiet = [0.0] * 10
    assert judged([*quiet, 0.3, 0.45, 0.1, 0.4, 0.3, *quiet])[1].near_misses == 1
    assert judged([*quiet, 0.3, *quiet, 0.3, *quiet])[1].near_misses == 2
    assert judged([*quiet, 0.19, *quiet])[1].near_misses == 0


def test_what_becomes_a_detection_is_no_near_miss() -> None:
    assert judged([0.3, 0.4, 0.9, 0.4, 0.3, *[0.0] * 60])[1].near_misses == 0


def test_reaching_the_threshold_without_the_patience_is_a_near_miss() -> None:
    assert judged([0.9, 0.9, *[0.0] * 20], replace(SETTINGS, patience=3))[1].near_misses == 1


def test_a_reset_ends_the_refractory_time_and_keeps_the_count() -> None:
    judge = judged([0.3, *[0.0] * 20, 0.9])[1]
    assert judge.hear(0.9, 1.9) is None
    judge.reset()
    assert judge.near_misses == 1
    assert judge.hear(0.9, 0.08)


@pytest.mark.parametrize(("score", "doubtful"), [(0.19, False), (0.2, True), (0.49, True), (0.5, False)])
def test_doubt_lies_between_near_and_threshold(score: float, doubtful: bool) -> None:
    assert WordJudge("alexa", SETTINGS).doubtful(score, 1.0) is doubtful


@given(st.lists(st.floats(0.0, 1.0), max_size=200), st.integers(1, 4), st.floats(0.0, 3.0))
def test_detections_keep_their_distance_and_never_come_below_the_threshold(
    scores: list[float], patience: int, refractory: float
) -> None:
    frames, judge = judged(scores, WakeSettings(threshold=0.5, patience=patience, refractory=refractory))
    assert all(min(scores[max(0, i - patience + 1) : i + 1]) >= 0.5 for i in frames)
    assert all((b - a) * FRAME_SECONDS >= refractory - 1e-6 for a, b in pairwise(frames))
    assert judge.near_misses <= sum(score >= 0.2 for score in scores)


def test_while_the_appliance_speaks_the_guard_alone_says_how_patient_to_be() -> None:
    """A second stage asks for more frames in a row, but was not taught to hear through the appliance's own voice."""
    judge = WordJudge("alexa", WakeSettings(), least=3)
    assert [judge.hear(0.9, at) is not None for at in (0.0, 0.08, 0.16)] == [False, False, True]
    judge.reset()
    judge.guard = Guard(patience=2)
    assert [judge.hear(0.9, at) is not None for at in (3.0, 3.08)] == [False, True]
