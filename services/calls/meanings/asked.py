"""How a language model is asked what a turn of a call means and what is promised in it: the same when it is taught and
when it listens.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

MEANINGS = {
    "price_asked": " price",
    "discount_asked": " discount",
    "deadline_asked": " deadline",
    "objection": " objection",
    "dissatisfaction": " complaint",
    "agreement": " agreement",
    "goodbye": " goodbye",
    "promise": " promise",
    "passed_over": " ignored",
    "request": " request",
    "offer": " offer",
    "consent": " yes",
    "refusal": " no",
    "commitment": " deal",
}
"""Each meaning's word: how much likelier it comes next than `NOTHING` tells how likely the meaning is. A commitment is
a promise of either side that is settled by the turn.
"""
NOTHING = " none"
COMMITTED = MEANINGS["commitment"]
"""Behind it the model goes on with what is promised: " me|send the quote|by Friday; you|ring back|\\n"."""
SELF, OTHER = "me", "you"
TURNS = 3
"""So many before the one that is read."""
_LATEST, _EARLIER, _MOST = 32, 16, 80
"""Words: of the turn before, of those before it, of the turn itself; who talks long has said what counts at its end."""


@dataclass(frozen=True, slots=True)
class Turn:
    """What was said before."""

    own: bool
    """Whether by the side whose turn is read."""
    text: str


def asked(before: Sequence[Turn], text: str) -> str:
    """What the model reads. `before`: the earlier turns, the latest last."""
    lines = [
        ("+ " if turn.own else "- ") + _last_words(turn.text, _LATEST if at == 0 else _EARLIER)
        for at, turn in enumerate(reversed(before[-TURNS:]))
    ]
    return "\n".join([*reversed(lines), f"+ {_last_words(text, _MOST)}", "="])


def _last_words(text: str, count: int) -> str:
    return " ".join(text.split()[-count:])


@dataclass(frozen=True, slots=True)
class Written:
    """A commitment as the model writes it."""

    own: bool
    """Whether by the side whose turn is read."""
    what: str
    when: str


def answer_of(promised: Sequence[Written]) -> str:
    """What follows COMMITTED."""
    told = (f" {SELF if each.own else OTHER}|{each.what}|{each.when}" for each in promised)
    return ";".join(told) + "\n"


def read_answer(answer: str) -> list[Written]:
    """The same back; what is of no such form is left out."""
    found = []
    for part in answer.strip().split(";"):
        by, *rest = part.strip().split("|")
        if by in (SELF, OTHER) and len(rest) == 2 and rest[0].strip():
            found.append(Written(by == SELF, rest[0].strip(), rest[1].strip()))
    return found
