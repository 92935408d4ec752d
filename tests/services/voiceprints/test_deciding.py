"""From likeness to a person, and how evidence adds up over a session."""

from __future__ import annotations

from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.voiceprints.base import Who
from services.voiceprints.scoring import LEARNT, NOBODY, SURE, decided, ratios_of
from services.voiceprints.session import HALF_S, MOST, added

RATIOS = st.dictionaries(st.sampled_from(["Anna", "Ben", "Carl", "Dora"]), st.floats(-8, 8), min_size=1)


@given(RATIOS)
def test_probabilities_are_ranked_and_leave_the_rest_to_nobody(ratios: Mapping[str, float]) -> None:
    who = decided(ratios)
    shares = [share for _, share in who.likely]
    assert shares == sorted(shares, reverse=True)
    assert 0.0 <= sum(shares) <= 1.0 + 1e-9
    assert {name for name, _ in who.likely} == set(ratios)
    assert (who.name is None) == (shares[0] < SURE)
    assert who.sureness == pytest.approx(shares[0] if who.name else 1.0 - sum(shares), abs=1e-9)


@given(RATIOS)
def test_what_was_decided_tells_what_it_was_decided_by(ratios: Mapping[str, float]) -> None:
    assert ratios_of(decided(ratios)) == pytest.approx(ratios, abs=1e-3)


def test_where_nothing_tells_it_is_whoever_it_was_likely_to_be_beforehand() -> None:
    who = decided({"Anna": 0.0, "Ben": 0.0})
    assert who.name is None
    assert who.sureness == pytest.approx(NOBODY)


@pytest.mark.parametrize(("seconds", "snr"), [(0.5, 10.0), (2.0, 20.0), (4.0, 40.0), (0.5, 40.0), (4.0, 8.0)])
def test_more_likeness_is_worth_more_however_somebody_is_heard(seconds: float, snr: float) -> None:
    worth = [LEARNT.ratio(likeness / 20, seconds, snr) for likeness in range(-20, 21)]
    assert worth == sorted(worth)
    assert worth[22] < 0 < worth[35], "a cosine of 0.1 is of two people, one of 0.75 of one"


def test_in_noise_less_likeness_will_do() -> None:
    assert LEARNT.ratio(0.42, 2.0, 10.0) > 0 > LEARNT.ratio(0.42, 2.0, 40.0)


@given(RATIOS)
def test_without_a_turn_before_or_long_after_it_a_turn_speaks_for_itself(ratios: Mapping[str, float]) -> None:
    now = decided(ratios)
    assert added(None, now, apart_s=0.0) == now
    before = decided(dict.fromkeys(ratios, 5.0))
    later = added(before, now, apart_s=60 * HALF_S)
    assert dict(later.likely) == pytest.approx(dict(now.likely), abs=1e-6)


@given(st.floats(-2, 2), st.floats(0.5, 8), st.floats(0, 120))
def test_whoever_spoke_a_moment_ago_is_likelier_now(now: float, before: float, apart: float) -> None:
    alone = decided({"Anna": now, "Ben": -3.0})
    together = added(decided({"Anna": before, "Ben": -3.0}), alone, apart_s=apart)
    assert dict(together.likely)["Anna"] >= dict(alone.likely)["Anna"] - 1e-9


def test_unsure_turns_of_one_person_become_sure() -> None:
    unsure = decided({"Anna": 0.8, "Ben": -2.0})
    assert unsure.name is None
    assert added(unsure, unsure, apart_s=5.0).name == "Anna"


@given(st.integers(1, 20))
def test_somebody_else_is_believed_at_once_however_long_one_has_spoken(turns: int) -> None:
    before: Who | None = None
    for _ in range(turns):
        before = added(before, decided({"Anna": 8.0, "Ben": -8.0}), apart_s=2.0)
    assert added(before, decided({"Anna": -4.0, "Ben": 3.0 + MOST}), apart_s=2.0).name == "Ben"


def test_too_little_of_a_voice_adds_nothing_to_too_little() -> None:
    little, sure = Who(None, 0.0), decided({"Anna": 6.0})
    assert added(little, little, apart_s=1.0) == little
    assert added(sure, little, apart_s=1.0) == little
    assert added(little, sure, apart_s=1.0) == sure


def test_where_others_are_enrolled_now_what_was_before_is_nothing() -> None:
    now = decided({"Anna": 1.0})
    assert added(decided({"Anna": 6.0, "Ben": -6.0}), now, apart_s=1.0) == now
