"""How a language model is asked what a turn of a call means: the same when it is taught and when it listens."""

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
TURNS = 1
"""So many before the one that is read: with three it took 1.6 times as long, and found as much within chance."""
_LATEST, _MOST = 24, 80
"""Words: of each turn before, and of the turn itself; who talks long has said what counts at its end."""


@dataclass(frozen=True, slots=True)
class Turn:
    """What was said before."""

    own: bool
    """Whether by the side whose turn is read."""
    text: str


def asked(before: Sequence[Turn], text: str) -> str:
    """What the model reads. `before`: the earlier turns, the latest last."""
    lines = [("+ " if turn.own else "- ") + _last_words(turn.text, _LATEST) for turn in before[-TURNS:]]
    return "\n".join([*lines, f"+ {_last_words(text, _MOST)}", "="])


def _last_words(text: str, count: int) -> str:
    return " ".join(text.split()[-count:])
