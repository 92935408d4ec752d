"""Which meetings take place when."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from services.actions.meetings.calendar import occurrences
from services.store.base import Meeting

ZONE = ZoneInfo("Europe/Berlin")


def test_a_rule_that_never_comes_takes_place_once() -> None:
    """As another program may have written it: every 24 hours at 3, from 5 on."""
    start = datetime(2026, 1, 1, 4, tzinfo=UTC)
    meeting = Meeting(
        id="1", title="standup", start=start, end=start + timedelta(hours=1), rrule="FREQ=HOURLY;INTERVAL=24;BYHOUR=3"
    )
    found = occurrences([meeting], start - timedelta(days=1), start + timedelta(days=9), ZONE)
    assert [each.start for each in found] == [start]
