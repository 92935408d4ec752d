"""How long a call is planned for, by the calendar."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from device.calls.known import planned_minutes
from services.store.base import Meeting
from services.store.store import Store

NOW = datetime(2026, 11, 25, 14, tzinfo=UTC)


@pytest.mark.parametrize(
    ("who", "begins_min", "planned"),
    [
        ("Tom Henderson", -5.0, 25.0),
        ("Henderson", 8.0, 30.0),
        ("Henderson", 11.0, 0.0),
        ("Henderson", -30.0, 0.0),
        ("Anna Berg", -5.0, 25.0),
        ("Jack", 0.0, 0.0),
        ("Other side", 0.0, 0.0),
    ],
)
def test_it_is_what_is_left_of_the_meeting(tmp_path: Path, who: str, begins_min: float, planned: float) -> None:
    start = NOW + timedelta(minutes=begins_min)
    with Store(tmp_path / "equerry.db") as store:
        with store.transaction("a meeting", now=NOW) as tx:
            tx.add(
                Meeting(
                    title="The roof with Henderson",
                    start=start,
                    end=start + timedelta(minutes=30),
                    attendees=("Anna Berg",),
                )
            )
        assert planned_minutes(store, who, NOW) == planned
