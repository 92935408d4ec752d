"""Learning to tell windows apart, on small arrays of our own."""

from __future__ import annotations

import numpy as np
import pytest

from services.wake.features import NUMBERS, Floats
from services.wake.head import sigmoid
from services.wake.teaching.fit import FitPlan, fit
from services.wake.teaching.pool import Pool, windows_of

STEPS = 4
PLAN = FitPlan(hidden=(8,), rounds=6, batches=20)


def noise(count: int, seed: int) -> Floats:
    return np.random.default_rng(seed).normal(0, 10, (count, STEPS, NUMBERS)).astype(np.float32)


def meant(count: int, seed: int) -> Floats:
    """Noise with a shape in it."""
    shape = np.random.default_rng(99).normal(0, 10, (STEPS, NUMBERS)).astype(np.float32)
    return noise(count, seed) + shape


def test_what_was_meant_scores_high_and_what_was_not_low() -> None:
    head = fit("hey", Pool([meant(60, 1)]), Pool([noise(400, 2), noise(100, 3)]), plan=PLAN)
    assert np.median(head.scores(meant(200, 4))) > 0.9
    assert np.median(head.scores(noise(200, 5))) < 0.1
    assert head.word == "hey" and head.steps == STEPS


def test_the_same_arguments_give_the_same_head() -> None:
    one, other = (fit("hey", Pool([meant(20, 1)]), Pool([noise(80, 2)]), plan=PLAN, seed=3) for _ in range(2))
    assert one.packed() == other.packed()


@pytest.mark.parametrize(("positives", "negatives"), [(0, 10), (1, 10), (10, 0), (10, 1)])
def test_too_few_are_refused(positives: int, negatives: int) -> None:
    with pytest.raises(ValueError, match="too few"):
        fit("hey", Pool([meant(positives, 1)]), Pool([noise(negatives, 2)]), plan=PLAN)


def test_positives_of_one_recording_alone_still_give_a_head() -> None:
    head = fit("hey", Pool([meant(20, 1)]), Pool([noise(80, 2)]), groups=np.zeros(20, np.int64), plan=PLAN)
    assert np.median(head.scores(meant(50, 4))) > 0.5


def test_a_pool_counts_its_parts_as_one_and_skips_empty_ones() -> None:
    first, last = noise(3, 1), noise(2, 2)
    pool = Pool([first, noise(0, 0), last], [1.0, 5.0, 2.0])
    assert len(pool) == 5 and list(pool.weights) == [1, 1, 1, 2, 2]
    np.testing.assert_array_equal(pool.take(np.array([4, 0, 3])), np.stack([last[1], first[0], last[0]]))


def test_what_weighs_nothing_is_never_learnt_from() -> None:
    """Positives that weigh nothing are like the negatives: learnt from, they would blur the two."""
    pool = Pool([meant(100, 1), noise(400, 7)], [1.0, 0.0])
    head = fit("hey", pool, Pool([noise(400, 2)]), plan=PLAN)
    assert np.median(head.scores(noise(200, 5))) < 0.1


def test_windows_of_a_stream_are_views_and_none_of_a_short_one() -> None:
    stream = np.arange(6 * NUMBERS, dtype=np.float32).reshape(6, NUMBERS)
    windows = windows_of(stream, STEPS)
    assert windows.shape == (3, STEPS, NUMBERS) and windows.base is not None
    np.testing.assert_array_equal(windows[1], stream[1:5])
    assert windows_of(stream[:3], STEPS).shape == (0, STEPS, NUMBERS)


def test_a_sigmoid_is_finite_everywhere() -> None:
    np.testing.assert_allclose(sigmoid(np.array([-1e4, 0, 1e4], np.float32)), [0, 0.5, 1])
