"""Which backups stay."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from services.store.backups.base import Rotation
from services.store.backups.rotation import is_due, kept

START = datetime(2026, 1, 1, tzinfo=UTC)
times = st.lists(st.integers(0, 400 * 24 * 60).map(lambda minutes: START + timedelta(minutes=minutes)), max_size=150)
rotations = st.builds(Rotation, st.integers(1, 30), st.integers(0, 20), st.integers(0, 10))


@given(times, rotations)
def test_the_newest_stays_and_no_more_than_asked_for(all_times: list[datetime], rotation: Rotation) -> None:
    stay = kept(all_times, rotation)
    assert stay <= set(all_times)
    assert not all_times or max(all_times) in stay
    assert len(stay) <= rotation.hourly + rotation.daily + rotation.weekly
    assert kept(stay, rotation) == stay


@given(times, rotations)
def test_thinning_out_after_each_backup_keeps_what_thinning_out_once_does(
    all_times: list[datetime], rotation: Rotation
) -> None:
    stay: set[datetime] = set()
    for at in sorted(set(all_times)):
        stay = kept({*stay, at}, rotation)
    assert stay == kept(all_times, rotation)


@given(times, rotations)
def test_each_of_the_latest_days_has_its_newest(all_times: list[datetime], rotation: Rotation) -> None:
    stay = kept(all_times, rotation)
    days = sorted({at.date() for at in all_times}, reverse=True)[: rotation.daily]
    for day in days:
        assert max(at for at in all_times if at.date() == day) in stay


def test_a_year_of_hours() -> None:
    stay = sorted(kept((START + timedelta(hours=hour) for hour in range(365 * 24)), Rotation(24, 14, 8)), reverse=True)
    assert len(stay) == 24 + 13 + 5  # one of the days is among the hours, three of the weeks are among the days
    assert stay[0] - stay[-1] > timedelta(weeks=6)


def test_a_device_that_was_off_keeps_what_it_has() -> None:
    old = [START + timedelta(hours=hour) for hour in range(24)]
    assert set(old) <= kept([*old, START + timedelta(days=300)], Rotation(25, 0, 0))


def test_one_is_due_after_an_hour_and_when_the_clock_was_wrong() -> None:
    assert is_due(None, START)
    assert not is_due(START, START + timedelta(minutes=59))
    assert is_due(START, START + timedelta(minutes=60))
    assert is_due(START + timedelta(days=1000), START)
