"""How often somebody may, and how many jobs at once a hot or busy device takes."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from device.jobs.rates import BUSY, CALM, COOL, FEWEST, HOT, WARM, Rates, bound


def test_a_burst_then_the_pace() -> None:
    rates = Rates(per_minute=60, burst=3)
    assert [rates.wait("a", 0) for _ in range(3)] == [0, 0, 0]
    assert rates.wait("a", 0) == 1
    assert rates.wait("b", 0) == 0, "each for itself"
    assert rates.wait("a", 1.5) == 0 and rates.wait("a", 1.5) == 0.5


@given(st.lists(st.floats(0, 10), max_size=80))
def test_never_more_than_burst_and_pace_allow(pauses: list[float]) -> None:
    rates = Rates(per_minute=30, burst=5)
    now, granted = 0.0, 0
    for pause in pauses:
        now += pause
        granted += not rates.wait("a", now)
        assert granted <= 5 + now * 0.5 + 1e-6


def test_a_million_keys_do_not_grow() -> None:
    rates = Rates(per_minute=60, burst=3)
    for number in range(5_000):
        rates.wait(str(number), 0)
    assert len(rates._buckets) <= 1_024


def test_hot_is_the_fewest_and_it_comes_back_slowly() -> None:
    assert bound(4, 4, HOT, 0.1) == FEWEST
    assert bound(2, 4, WARM + 1, 0.1) == 2
    assert bound(2, 4, (WARM + COOL) / 2, 0.1) == 2, "neither warm nor cool: as it was"
    assert bound(2, 4, COOL, 0.1) == 3
    assert bound(1, 1, HOT, 9.0) == 1
    assert bound(3, 4, 40, BUSY) == 2
    assert bound(3, 4, 40, (BUSY + CALM) / 2) == 3
    assert bound(4, 4, None, None) == 4


@given(st.integers(1, 16), st.integers(1, 16), st.none() | st.floats(-20, 120), st.none() | st.floats(0, 50))
def test_what_does_not_take_long_always_has_room(
    before: int, most: int, temperature: float | None, load: float | None
) -> None:
    assert min(FEWEST, most) <= bound(before, most, temperature, load) <= most


def test_between_the_bounds_it_does_not_swing() -> None:
    now = 4
    for load in (1.0, 1.2, 1.4, 1.2, 1.0) * 4:
        now = bound(now, 4, 50, load)
    assert now == 4
