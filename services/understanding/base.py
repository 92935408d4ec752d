"""What a sentence asks for: the command, and who can find it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal, Protocol

from firmware.errors import FacultyError

Slot = str | Sequence[str] | Sequence[Mapping[str, str]]
"""Words as spoken: one value, several, or rows such as list items with a quantity."""

Source = Literal["reserved", "template", "model", "none"]


class SentencesBroken(FacultyError):
    """The sentence file {path} is broken at line {line}: {reason}. Mend it; the last good one stays in use."""

    code = "sentences.broken"


class LanguageModelUnusable(FacultyError):
    """The language model {path} can't be used ({reason}). Run: equerry models verify, then equerry models pull."""

    code = "language.model"


@dataclass(frozen=True, slots=True)
class Step:
    """One action with its slots (text spans as spoken) and the steps it waits for (indices in the command)."""

    action: str
    """family.verb, from the vocabulary."""
    slots: Mapping[str, Slot] = field(default_factory=dict)
    after: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Command:
    """What a text asks for. No steps and source `none`: it is not a command for us."""

    text: str
    steps: tuple[Step, ...]
    confidence: float
    source: Source


class Parser(Protocol):
    """Turns a text into a command; executes nothing."""

    def parse(self, text: str, *, now: datetime) -> Command:
        """Never raises for any text. `now` is zone-aware."""
