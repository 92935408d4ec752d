"""What a sentence asks for: the command, and who can find it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from decimal import Decimal
from typing import Literal, Protocol

from firmware.errors import FacultyError
from services.understanding.vocabulary import VOCABULARY, Action, EntityKind, Risk, has_all

__all__ = [
    "VOCABULARY",
    "Action",
    "Amount",
    "Command",
    "EntityKind",
    "Found",
    "Grain",
    "LanguageModelUnusable",
    "Parser",
    "Reference",
    "Risk",
    "SentencesBroken",
    "Slot",
    "Source",
    "Step",
    "has_all",
]

Slot = str | Sequence[str] | Sequence[Mapping[str, str]]
"""Words as spoken: one value, several, or rows such as list items with a quantity."""

Source = Literal["reserved", "template", "model", "explicit", "none"]
"""What read it; `explicit`: nobody had to, it was told step by step."""


Grain = Literal["second", "minute", "hour", "part", "day", "week", "month", "quarter", "year"]
"""How finely a time was told; part: of a day."""


class SentencesBroken(FacultyError):
    """The sentence file {path} is broken at line {line}: {reason}. Mend it; the last good one stays in use."""

    code = "sentences.broken"


class EngineUncompiled(FacultyError):
    """The language model's engine is not compiled yet. How far it is: equerry doctor. To compile it: scripts/engine."""

    code = "language.engine"


class LanguageModelUnusable(FacultyError):
    """The language model {path} can't be used ({reason}). Run: equerry models verify, then equerry models pull."""

    code = "language.model"


@dataclass(frozen=True, slots=True)
class Reference:
    """What a slot's words stand for, and how that was found."""

    slot: str
    words: str
    """As spoken: it, the designer, both channels."""
    kind: str
    """person, channel, task, …"""
    name: str
    """What it is called."""
    id: str | None
    """In the store; None for what an earlier step of the same command makes."""
    how: str
    """exact, alias, sound, close, role, group, context (said before), command (said in the same command)."""
    score: float = 1.0
    """How surely, 0 to 1."""


@dataclass(frozen=True, slots=True)
class Step:
    """One action with its slots (text spans as spoken) and the steps it waits for (indices in the command)."""

    action: str
    """family.verb, from the vocabulary."""
    slots: Mapping[str, Slot] = field(default_factory=dict)
    after: tuple[int, ...] = ()
    priority: int = 1
    """Of steps that may run, those of lower number run first: 0 makes what others need, 2 tells of what was done."""
    references: tuple[Reference, ...] = ()


@dataclass(frozen=True, slots=True)
class Command:
    """What a text asks for. No steps and source `none`: it is not a command for us."""

    text: str
    steps: tuple[Step, ...]
    confidence: float
    source: Source
    confirmed: bool = False
    """Somebody said yes to it."""
    disputed: bool = False
    """The language model took it for something else, though not surely."""

    @property
    def intent(self) -> str:
        """The action all steps share, `several` where they differ, `none` where there is none."""
        actions = {step.action for step in self.steps}
        return "none" if not actions else "several" if len(actions) > 1 else next(iter(actions))

    @property
    def not_for_us(self) -> bool:
        """Surely nothing: the owner taught so. Nobody is to look further for what it could mean."""
        return not self.steps and self.confidence == 1.0

    @property
    def references(self) -> tuple[Reference, ...]:
        """What the command leaned on, in the order of its steps."""
        return tuple(reference for step in self.steps for reference in step.references)


@dataclass(frozen=True, slots=True)
class Found:
    """One time expression in a text.

    `span` is [first, after last) in characters, without a leading "on", "at" or "by". Times are zone-aware. An interval
    that is open on one side ("before noon", "since May", "by Friday") has None there. `end` is exclusive, except that a
    range of days ends in the last second of its last day. `seconds` is the length of a duration; `rrule` an RFC 5545
    rule without DTSTART, whose first occurrence is `start` (until `end`, if that was told). What it says of hours and
    of its end (UNTIL) is wall-clock time.
    """

    span: tuple[int, int]
    kind: Literal["instant", "interval", "duration", "recurrence"]
    start: datetime | None = None
    end: datetime | None = None
    grain: Grain = "second"
    seconds: float | None = None
    rrule: str | None = None
    exists: bool = True
    """Not so: 31 November, 25 o'clock. Such a time has neither start nor end."""

    @property
    def at(self) -> datetime | None:
        """The one instant that stands for all of it: the deadline of "by Friday", else where it starts."""
        return self.end if self.start is None else self.start

    @property
    def on(self) -> datetime | None:
        """An instant of the day that it speaks of: `end` may be the midnight behind a deadline."""
        midnight = self.start is None and self.end is not None and self.end.time() == time()
        return self.end - timedelta(seconds=1) if midnight and self.end else self.at


@dataclass(frozen=True, slots=True)
class Amount:
    """So much, in major units (dollars, rupees), of a currency (ISO 4217 code) if one was told; never negative."""

    value: Decimal
    currency: str | None = None


class Parser(Protocol):
    """Turns a text into a command; executes nothing."""

    def parse(self, text: str, *, now: datetime, focus: str = "", before: Command | None = None) -> Command:
        """Never raises. `now` is zone-aware; `focus` is what the conversation is about (a customer, a task). `before`:
        read the text as what goes on from this command, by the language model alone.
        """
