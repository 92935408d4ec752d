"""A template that fits words: what it makes of them, and how it goes with the matches beside it."""

from __future__ import annotations

from dataclasses import dataclass, replace

from services.understanding.base import VOCABULARY, Step, has_all
from services.understanding.words import Word, word_set

TELLING = ("message.send", "note.create")
"""Actions that end in what somebody is told, or in what is noted."""
NEVER_TOLD = word_set("timer alarm reminder message note datetime device control")
"""Families of commands that one says to the appliance, not to people: they end what somebody is told to do."""


@dataclass(frozen=True, slots=True)
class Match:
    """A template that fits a whole piece, and how much of the piece it explains."""

    steps: tuple[Step, ...]
    explained: int
    """Words that the template names itself, or that a typed slot took."""
    complete: bool
    """Every required slot has words."""
    loose: bool = False
    """A broad template."""
    lead: tuple[Word, ...] = ()
    """The words before the first slot: what a piece without its own verb leans on."""
    end: str = ""
    """The last word, where it is no slot's: "the flyer task"."""
    held: bool = False
    """It had to hold certain words, and does."""
    completes: bool = False
    """It only tells more of the step before: "It will last an hour."."""
    runs_on: str = ""
    """How far its last words run on: "and", "all" or not at all; see files.py."""
    free: int = 0
    """Words taken by slots for any words."""

    @property
    def rank(self) -> tuple[bool, int, bool, bool, int]:
        """Of several that fit, the highest is meant."""
        slots = sum(len(step.slots) for step in self.steps)
        return not self.loose, self.explained, self.complete, self.held, -slots

    @property
    def solid(self) -> bool:
        """Enough to be a command beside others: complete, or with something to ask further about."""
        return self.complete or any(step.slots for step in self.steps)

    @property
    def tells(self) -> bool:
        """Whether it ends in what somebody is told, or in what is noted."""
        last = self.steps[-1]
        return last.action in TELLING and "content" in last.slots

    @property
    def is_never_told(self) -> bool:
        """Whether it is said to the appliance alone, so that it is not part of what somebody is told."""
        return all(VOCABULARY[step.action].family in NEVER_TOLD for step in self.steps)

    def more_than(self, other: Match) -> bool:
        """Whether it is the same action told in more detail."""
        return (
            self.complete
            and self.steps[0].action == other.steps[0].action
            and len(self.steps[0].slots) > len(other.steps[0].slots)
        )

    @property
    def awaits_content(self) -> bool:
        """A message or note of which only the beginning is told: "text Mike" before "and tell him …"."""
        last = self.steps[-1]
        return last.action in TELLING and "content" not in last.slots

    def completed(self, more: Match) -> Match:
        """With what a completing match adds to its last step; people join those told before."""
        last, told = self.steps[-1], more.steps[0]
        slots = dict(last.slots)
        for name, value in told.slots.items():
            before = slots.get(name, ())
            both = isinstance(value, list) and isinstance(before, list)
            slots[name] = [*before, *(each for each in value if each not in before)] if both else value
        action = VOCABULARY[last.action]
        return replace(self, steps=(*self.steps[:-1], replace(last, slots=slots)), complete=has_all(action, slots))

    def like(self, other: Match) -> bool:
        """Whether it is the same with other words: the same slots, at least two, or one and the same word at the end.

        "Mark A as done and B as blocked" are two actions of one family."""
        first, second = self.steps[-1], other.steps[0]
        same_end = bool(self.end) and self.end == other.end
        if first.action != second.action:
            return VOCABULARY[first.action].family == VOCABULARY[second.action].family and set(first.slots) <= set(
                second.slots
            )
        return set(first.slots) == set(second.slots) and (len(first.slots) > 1 or same_end)
