"""Where the threshold of a word lies, what is missed by it, and several heads as one."""

from __future__ import annotations

import numpy as np
import pytest

from services.wake.features import NUMBERS, Floats
from services.wake.head import Head
from services.wake.teaching.ensemble import together
from services.wake.teaching.figures import Fold, about, missed

HOUR = 45_000
"""Frames."""


def stream(frames: int, *peaks: float) -> Floats:
    """Quiet talk with peaks every minute."""
    made = np.full(frames, -9.0, np.float32)
    for at, height in enumerate(peaks):
        made[at * 750] = height
    return made


def said(*logits: float) -> Floats:
    return np.array(logits, np.float32)


def test_what_is_kept_wakes_by_talk_as_often_as_it_may() -> None:
    """Talk whose peaks become rarer exponentially: an hour of it tells where it alarms half a time an hour."""
    random = np.random.default_rng(1)
    talk = [random.exponential(2.0, HOUR).astype(np.float32) for _ in range(12)]
    found = [
        np.mean([np.count_nonzero(hour > Fold(said(50.0), [known]).threshold) for hour in talk if hour is not known])
        for known in talk
    ]
    assert 0.2 < np.mean(found) < 0.8


def test_a_word_that_would_hardly_be_heard_may_wake_up_to_twice_as_often() -> None:
    talk = [np.random.default_rng(3).exponential(2.0, HOUR // 4).astype(np.float32)]
    heard = Fold(said(*[50.0] * 10), talk).threshold
    deaf = Fold(said(*[0.0] * 10), talk).threshold
    between = Fold(said(*[0.0] * 3, *[(heard + deaf) / 2] * 7), talk).threshold
    assert deaf == pytest.approx(heard - 2.0 * np.log(2), abs=0.4), "an hour of it reaches this twice as often"
    assert deaf <= between < heard


def test_less_talk_gives_a_threshold_above_all_that_was_heard() -> None:
    quarter = np.random.default_rng(2).exponential(2.0, HOUR // 4).astype(np.float32)
    assert Fold(said(50.0), [quarter]).threshold > np.sort(quarter)[-3]


def test_where_talk_scores_as_high_as_the_word_it_is_the_word_that_is_missed() -> None:
    fold = Fold(said(0.5, 60.0, 80.0, 90.0), [stream(HOUR, 6.5, 6.4, 6.3)])
    assert missed([fold]) == 0.25


def test_without_any_talk_the_threshold_is_nothing() -> None:
    assert Fold(said(1.0), []).threshold == 0.0 == Fold(said(1.0), [stream(0)]).threshold


def test_folds_count_together_and_so_do_empty_streams() -> None:
    folds = [Fold(said(40.0, 40.0), [stream(10), stream(0), stream(30)]) for _ in range(3)]
    assert about(folds, 7) | {"made": ""} == {"made": "", "recordings": 7, "missed": 0.0, "hours": 0.0}
    assert folds[0].hours == pytest.approx(40 * 0.08 / 3600)


def head(seed: int) -> Head:
    random = np.random.default_rng(seed)

    def some(*shape: int) -> Floats:
        return random.normal(0, 0.1, shape).astype(np.float32)

    scale = random.uniform(5, 20, NUMBERS).astype(np.float32)
    return Head("hey", some(NUMBERS), scale, ((some(3 * NUMBERS, 4), some(4)), (some(4, 1), some(1))))


def test_several_heads_in_one_score_half_their_mean_above_their_thresholds() -> None:
    heads, thresholds = [head(seed) for seed in range(3)], [0.5, -1.0, 2.0]
    windows = np.random.default_rng(9).normal(0, 12, (20, 3, NUMBERS)).astype(np.float32)
    one = together(heads, thresholds)
    wanted = np.mean([each.logits(windows) - at for each, at in zip(heads, thresholds, strict=True)], axis=0) / 2
    np.testing.assert_allclose(one.logits(windows), wanted, atol=1e-4)
    assert (one.word, one.steps) == ("hey", 3)
