"""What a step does and how it is told."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from firmware.errors import FacultyError


class ActionRefused(FacultyError):
    """{words}"""

    code = "action.refused"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one step did: words for the reply, documents changed, or an error with a code."""

    action: str
    ok: bool
    words: str
    code: str | None = None
    changed: tuple[tuple[str, str], ...] = ()
    """(kind, id) of each document written."""


@dataclass(frozen=True, slots=True)
class Reply:
    """What is said, and whether an answer is awaited. Worded from outcomes, after the commit."""

    text: str
    awaits: bool = False


@dataclass(frozen=True, slots=True)
class Due:
    """A reminder or timer whose time has come or will come."""

    kind: str
    """reminder or timer."""
    id: str
    at: datetime
    words: str
    """What is said when it rings."""
