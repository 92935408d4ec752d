"""What the parser asks of a language model: the steps of a sentence, that it has none, or nothing."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Protocol

from firmware.errors import FacultyError
from services.understanding.base import Step
from services.understanding.words import phrases

_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_MONTHS = phrases("""january | february | march | april | may | june | july | august | september | october | november |
    december""")
_MOST_NAMES = 8
_LONGEST_NAME = 40
"""Characters."""


class LanguageModelSlow(FacultyError):
    """The language model did not answer within {limit_s} seconds."""

    code = "language.slow"


@dataclass(frozen=True, slots=True)
class Context:
    """What a model is told beside the sentence. Two equal ones make the same prompt."""

    today: date
    focus: str = ""
    """The focused customer, else what the last command was about."""
    names: tuple[str, ...] = ()
    """The known names that occur in the sentence."""
    before: str = ""
    """The sentence said before, where this one is to be read as what goes on from it."""
    answer: str = ""
    """The steps of that one, in the language of grammar.py."""
    likely: tuple[Step, ...] = field(default=(), compare=False)
    """What the sentence was taken for already. The answer is the same without it, but takes longer (draft.py)."""

    def line(self) -> str:
        """One short line: monday 23 november; focus rahul sharma; names sarah chen, mike."""
        told = [f"{_DAYS[self.today.weekday()]} {self.today.day} {_MONTHS[self.today.month - 1]}"]
        focus, names = _plain([self.focus]), _plain(self.names[:_MOST_NAMES])
        told += [f"focus {focus[0]}"] if focus else []
        told += [f"names {', '.join(names)}"] if names else []
        return "; ".join(told)


def _plain(names: Sequence[str]) -> list[str]:
    """Names as a sentence would hold them: one in the store may be anything, even a line that looks like a prompt."""
    kept = (
        " ".join("".join(c if c.isprintable() and c not in ";:|" else " " for c in name).lower().split())
        for name in names
    )
    return [name[:_LONGEST_NAME] for name in kept if name]


def never() -> bool:
    """Go on."""
    return False


@dataclass(frozen=True, slots=True)
class Guess:
    """What the model takes a sentence for; without steps it is sure that it is no command. Every slot value occurs in
    it; a step may lack a required slot, which is then asked for.
    """

    steps: tuple[Step, ...]
    confidence: float


class LanguageModel(Protocol):
    """What the parser asks. Whatever goes wrong behind it, the templates carry on alone."""

    def load(self) -> None:
        """Make ready (seconds), which else the first `read` does. Raises nothing."""

    def prepare(self, text: str) -> None:
        """Read the beginning of a sentence that is still being spoken, so that less is left to read of the whole. It
        changes no answer, and does nothing while the model is busy; a `read` ends it. Raises nothing for any text.
        """

    def read(self, text: str, context: Context) -> Guess | None:
        """None when it is unsure, takes too long, or does not work; and where it is read ahead
        (services.understanding.model.patience) and another one is to be read. Raises nothing for any text.
        """


class Engine(Protocol):
    """A model at work, which may fail; GuardedModel makes a LanguageModel of it. Used by one thread at a time."""

    def load(self) -> None:
        """Make ready, which else the first `read` does. Raises LanguageModelUnusable and EngineUncompiled."""

    def prepare(self, text: str, stop: Callable[[], bool]) -> None:
        """See LanguageModel; ends soon after `stop` says so; idle before `load`. Raises LanguageModelUnusable."""

    def read(self, text: str, context: Context, stop: Callable[[], bool] = never) -> Guess | None:
        """See LanguageModel; gives up, with None, soon after `stop` says so. Raises as `load` does, and
        LanguageModelSlow where its time limit passes.
        """
