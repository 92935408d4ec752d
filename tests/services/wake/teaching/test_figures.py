"""Where the threshold of a word lies, and what is missed and alarmed by it."""

from __future__ import annotations

import numpy as np
import pytest

from services.wake.features import Floats
from services.wake.teaching.figures import Fold, figures_of

HOUR = 45_000
"""Frames."""


def stream(frames: int, *alarms: float) -> Floats:
    """Quiet talk with peaks every minute."""
    made = np.full(frames, -9.0, np.float32)
    for at, height in enumerate(alarms):
        made[at * 750] = height
    return made


def test_talk_may_alarm_once_in_two_hours() -> None:
    found = figures_of([Fold(np.array([5.0, 6.0], np.float32), [stream(2 * HOUR, 7.0, 1.0, 0.5)])])
    assert found.hours == pytest.approx(2.0) and found.alarms == pytest.approx(0.5)
    assert found.missed == 0.0 and 1.0 < found.logit < 5.0


def test_within_an_hour_nothing_may_alarm_it() -> None:
    found = figures_of([Fold(np.array([0.5, 6.0, 8.0, 9.0], np.float32), [stream(HOUR // 2, 1.0)])])
    assert found.alarms == 0.0 and found.missed == 0.25 and found.logit >= 1.0


def test_folds_count_together_and_short_streams_too() -> None:
    folds = [Fold(np.full(3, 4.0, np.float32), [stream(10), stream(0), stream(30)]) for _ in range(3)]
    assert figures_of(folds).hours == pytest.approx(3 * 40 * 0.08 / 3600)


def test_what_is_kept_of_them_is_told_in_shares_and_hours() -> None:
    told = figures_of([Fold(np.array([5.0], np.float32), [stream(HOUR)])]).about(7)
    assert (told["recordings"], told["missed"], told["hours"], told["alarms_per_hour"]) == (7, 0.0, 1.0, 0.0)
