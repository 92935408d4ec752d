"""Whatever is learnt from wrong wakes, nothing that is known to be meant is lost."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from services.wake.features import Floats
from services.wake.veto import LARGEST, Veto

HIDDEN = 16


def units(seed: int, count: int, about: Floats | None = None, spread: float = 1.0) -> Floats:
    """Vectors of length 1, none of them negative, as after a ReLU."""
    random = np.random.default_rng(seed)
    made = np.abs((0 if about is None else about) + spread * random.standard_normal((count, HIDDEN)))
    return np.asarray(made / np.linalg.norm(made, axis=1, keepdims=True), np.float32)


@given(st.integers(0, 10_000), st.integers(0, 40), st.integers(0, 40), st.floats(0.01, 1.0))
def test_nothing_that_is_meant_is_struck(seed: int, alarms: int, meant: int, spread: float) -> None:
    middle = units(seed, 1)[0]
    known = units(seed + 1, meant, middle, spread)
    veto = Veto.of(units(seed + 2, alarms, middle, spread), [True] * alarms, known)
    assert not any(veto.strikes(each) for each in known)


def test_what_was_said_to_be_wrong_is_heard_no_more_nor_what_sounds_nearly_so() -> None:
    alarm, meant = np.eye(HIDDEN, dtype=np.float32)[:1], np.eye(HIDDEN, dtype=np.float32)[1:4]
    veto = Veto.of(alarm, [True], meant)
    nearly = alarm[0] + 0.2 * meant[0]
    assert veto.strikes(alarm[0]) and veto.strikes(nearly / np.linalg.norm(nearly))
    assert not veto.strikes(np.eye(HIDDEN, dtype=np.float32)[9])


def test_silence_counts_only_where_another_wrong_wake_sounded_alike() -> None:
    one, other = np.eye(HIDDEN, dtype=np.float32)[[0, 1]]
    meant = np.eye(HIDDEN, dtype=np.float32)[2:3]
    assert not Veto.of(np.stack((one, other)), [False, False], meant).strikes(one)
    assert Veto.of(np.stack((one, one)), [False, False], meant).strikes(one)
    assert Veto.of(np.stack((one, one)), [True, False], meant).strikes(one)


def test_without_wrong_wakes_nothing_is_struck() -> None:
    none = np.zeros((0, HIDDEN), np.float32)
    assert not Veto.of(none, [], units(1, 5)).strikes(units(2, 1)[0])


def test_no_ball_is_larger_than_what_sounds_the_same() -> None:
    alarms = units(3, 20)
    assert (Veto.of(alarms, [True] * 20, np.zeros((0, HIDDEN), np.float32)).radii <= LARGEST).all()
