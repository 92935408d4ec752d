"""Quiet hours on the wall clock, also when the clocks change."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.actions.rings.quiet import FOREVER, QuietHours, quiet_until

BERLIN = ZoneInfo("Europe/Berlin")
NIGHT = QuietHours(time(22), time(7))
NOON = QuietHours(time(12), time(14))
WEEKDAYS = QuietHours(time(22), time(7), frozenset(range(5)))


def at(text: str, fold: int = 0) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=BERLIN, fold=fold)


@pytest.mark.parametrize(
    ("quiet", "now", "until"),
    [
        (QuietHours(), at("2026-11-23T23:00"), None),
        (NIGHT, at("2026-11-23T21:59:59"), None),
        (NIGHT, at("2026-11-23T22:00"), at("2026-11-24T07:00")),
        (NIGHT, at("2026-11-24T06:59:59"), at("2026-11-24T07:00")),
        (NIGHT, at("2026-11-24T07:00"), None),
        (NOON, at("2026-11-23T12:00"), at("2026-11-23T14:00")),
        (NOON, at("2026-11-23T14:00"), None),
        # They belong to the day on which they begin: Friday's night lasts into Saturday, Saturday has none.
        (WEEKDAYS, at("2026-11-28T03:00"), at("2026-11-28T07:00")),
        (WEEKDAYS, at("2026-11-28T23:00"), None),
        (WEEKDAYS, at("2026-11-30T03:00"), None),
        # The night in which an hour is skipped, and the one in which an hour comes twice.
        (NIGHT, at("2027-03-27T23:00"), at("2027-03-28T07:00")),
        (NIGHT, at("2026-10-25T02:30", fold=1), at("2026-10-25T07:00")),
        # They end in the hour that is skipped: an hour later. In the one that comes twice: when it is over for good.
        (QuietHours(time(22), time(2, 30)), at("2027-03-28T01:59"), at("2027-03-28T03:30")),
        (QuietHours(time(22), time(2, 30)), at("2026-10-25T02:29"), at("2026-10-25T02:30", fold=1)),
        (QuietHours(time(22), time(2, 30)), at("2026-10-25T02:45"), at("2026-10-25T02:30", fold=1)),
        (QuietHours(time(22), time(2, 30)), at("2026-10-25T02:30", fold=1), None),
        # They begin in the hour that comes twice: from the first.
        (QuietHours(time(2, 30), time(5)), at("2026-10-25T02:31"), at("2026-10-25T05:00")),
        (QuietHours(time(2, 30), time(5)), at("2026-10-25T02:10", fold=1), at("2026-10-25T05:00")),
    ],
)
def test_until_when(quiet: QuietHours, now: datetime, until: datetime | None) -> None:
    found = quiet_until(quiet, now, BERLIN)
    assert (found and found.astimezone(UTC)) == (until and until.astimezone(UTC))


@given(
    st.datetimes(datetime(2026, 1, 1), datetime(2027, 12, 31)),
    st.times(),
    st.times(),
    st.frozensets(st.integers(0, 6)),
    st.sampled_from(["Europe/Berlin", "America/New_York", "Asia/Kolkata", "Australia/Lord_Howe"]),
)
def test_they_end_ahead_within_a_day_and_are_over_then(
    now: datetime, begins: time, ends: time, days: frozenset[int], zone: str
) -> None:
    quiet, there = QuietHours(begins, ends, days), ZoneInfo(zone)
    moment = now.replace(tzinfo=UTC)
    until = quiet_until(quiet, moment, there)
    if until is not None:
        assert moment < until <= moment + timedelta(hours=26)
        # Over, unless the next ones begin within the skipped or doubled hour at which they end.
        assert quiet_until(quiet, until + timedelta(hours=2), there) != until


ASKED = (at("2026-11-23T15:00"), at("2026-11-23T23:30"))


@pytest.mark.parametrize(
    ("quiet", "now", "until"),
    [
        (QuietHours(asked=ASKED), at("2026-11-23T14:59"), None),
        (QuietHours(asked=ASKED), at("2026-11-23T15:00"), ASKED[1]),
        (QuietHours(asked=ASKED), ASKED[1], None),
        (QuietHours(asked=(ASKED[0], FOREVER)), at("2031-01-01T00:00"), FOREVER),
        # One quiet reaches into the other: both are over then.
        (QuietHours(time(22), time(7), asked=ASKED), at("2026-11-23T16:00"), at("2026-11-24T07:00")),
        (QuietHours(time(14), time(16), asked=ASKED), at("2026-11-23T14:30"), ASKED[1]),
        (QuietHours(time(22), time(7), asked=ASKED), at("2026-11-25T23:00"), at("2026-11-26T07:00")),
    ],
)
def test_nobody_wants_to_be_disturbed(quiet: QuietHours, now: datetime, until: datetime | None) -> None:
    assert quiet_until(quiet, now, BERLIN) == (until.astimezone(UTC) if until else None)
