"""What a step does and how it is told."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Protocol

from firmware.errors import FacultyError


@dataclass(frozen=True, slots=True)
class Choice:
    """What several things fit: the answer to "which one?" names one of them."""

    slot: str
    words: str
    """As they stand in the slot."""
    things: tuple[tuple[str, str, str], ...]
    """(kind, id, name) of each, in the order of the question."""


class ActionRefused(FacultyError):
    """{words}"""

    code = "action.refused"


class Refused(ActionRefused):
    """{words}"""

    def __init__(self, reason: str, words: str, *, awaits: bool = False, choice: Choice | None = None) -> None:
        super().__init__(words=words)
        self.reason = reason
        """Stable code of this refusal, e.g. list.unknown."""
        self.awaits = awaits
        """Whether the words are a question whose answer may complete the command."""
        self.choice = choice
        """What the question lets one choose from."""


class Unconfirmed(Refused):
    """{words}"""

    def __init__(self, words: str) -> None:
        super().__init__("confirm", words, awaits=True)


class PlanImpossible(FacultyError):
    """I can't do that in any order."""

    code = "plan.impossible"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one step did: words for the reply, documents changed, or an error with a code."""

    action: str
    ok: bool
    words: str
    code: str | None = None
    changed: tuple[tuple[str, str], ...] = ()
    """(kind, id) of each document written."""
    about: tuple[tuple[str, str, str], ...] = ()
    """(kind, id, name) of each document written or told of, in the order of the words: "the second one" is the second of them."""
    choice: Choice | None = None
    """What the words ask to choose from."""


@dataclass(frozen=True, slots=True)
class Reply:
    """What is said, and whether an answer is awaited. Worded from outcomes, after the commit."""

    text: str
    awaits: bool = False


@dataclass(frozen=True, slots=True)
class Due:
    """A reminder, alarm or timer whose time has come or will come."""

    kind: str
    """reminder, alarm or timer."""
    id: str
    at: datetime
    words: str
    """What is said when it rings."""


class Found(Protocol):
    """A time expression in a text, as `FindWhen` gives it back. Times are zone-aware; an open side of an interval is None."""

    @property
    def kind(self) -> str:
        """instant, interval, duration or recurrence."""

    @property
    def start(self) -> datetime | None:
        """The instant, where the interval begins, or the first occurrence."""

    @property
    def end(self) -> datetime | None:
        """Where an interval ends, exclusive; a range of days may end in its last second."""

    @property
    def grain(self) -> str:
        """second, minute, hour, part (of a day), day, week, month, quarter or year."""

    @property
    def seconds(self) -> float | None:
        """Length of a duration."""

    @property
    def rrule(self) -> str | None:
        """RFC 5545 rule of a recurrence, without DTSTART."""


class FindWhen(Protocol):
    """Finds the time expressions of a text, in their order."""

    def __call__(self, text: str, now: datetime, /) -> Sequence[Found]:
        """`now` is in the device's zone."""


class Sum(Protocol):
    """How much, as `ReadAmount` gives it back."""

    @property
    def value(self) -> Decimal:
        """In major units (dollars, rupees), never negative."""

    @property
    def currency(self) -> str | None:
        """ISO 4217, if one was told."""


class ReadAmount(Protocol):
    """Reads the amount of money that a text is."""

    def __call__(self, text: str, /) -> Sum | None:
        """None where it is anything more or else."""
