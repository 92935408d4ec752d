"""What people say and type of times, of every kind, and what they mean: expressions.txt, on a Wednesday at half past
nine.

A line is `said = meaning`: a day or a minute, `first .. after` for an interval, seconds for a length, `R` and the rule
for what comes again, `none`; several are parted by semicolons.
"""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from services.understanding.when import Found, find

NOW = datetime(2026, 11, 25, 9, 30, tzinfo=ZoneInfo("Europe/Berlin"))
LINES = Path(__file__).with_name("expressions.txt").read_text(encoding="utf-8").splitlines()
ROWS = [line.split(" = ") for line in LINES if line and not line.startswith("#")]


def written(at: datetime | None, *, fine: bool = False) -> str:
    """A time as the table has it; `fine` with its minute even at midnight."""
    return "" if at is None else f"{at:%Y-%m-%d %H:%M}" if fine or at.hour or at.minute else f"{at:%Y-%m-%d}"


def meaning(found: Found) -> str:
    if found.kind == "instant":
        return written(found.start, fine=found.grain in ("second", "minute"))
    if found.kind == "interval":
        return f"{written(found.start)} .. {written(found.end)}"
    return f"{found.seconds:.0f}s" if found.kind == "duration" else f"R {found.rrule}"


@pytest.mark.parametrize(("said", "means"), ROWS, ids=[said for said, _ in ROWS])
def test_what_is_said_is_what_is_meant(said: str, means: str) -> None:
    assert (" ; ".join(meaning(found) for found in find(said, NOW)) or "none") == means


def test_the_first_occurrence_ends_with_what_it_lasts() -> None:
    for said in ("every day from four for thirty minutes", "every Monday for thirty minutes from four"):
        (found,) = find(said, NOW)
        assert found.start is not None
        assert found.end is not None
        assert (found.end - found.start).total_seconds() == 1800
