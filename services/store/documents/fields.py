"""What fields may hold."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, Literal

from pydantic import AfterValidator, AwareDatetime, StringConstraints

Title = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=500)]
Name = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=100)]
Rule = Annotated[str, StringConstraints(min_length=1, max_length=500)]
Instant = Annotated[AwareDatetime, AfterValidator(lambda instant: instant.astimezone(UTC))]

Priority = Literal["low", "normal", "high", "urgent"]
Grain = Literal["day", "minute"]
"""How exact a due time was said: a whole day, or a time of day."""
Status = Literal["todo", "in_progress", "blocked", "done", "cancelled"]
Text = Annotated[str, StringConstraints(max_length=20_000)]
Short = Annotated[str, StringConstraints(strip_whitespace=True, max_length=200)]
Currency = Annotated[str, StringConstraints(pattern=r"^[A-Z]{3}$")]
"""ISO 4217."""


def utc(instant: datetime) -> str:
    """ISO 8601 in UTC, to the millisecond: sorts as text."""
    return instant.astimezone(UTC).isoformat(timespec="milliseconds")
