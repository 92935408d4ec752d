"""The parser's say in what was heard: among hypotheses about equally likely, a whole command is believed before what is
none. "And batteries to the shopping list" is hardly said; "add batteries …" sounds the same.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

from services.speech.base import Final, Hypothesis
from services.understanding.base import Risk

Whole = Callable[[str], Risk | None]
"""What harm the command that a text is can do; None where it is no whole command."""

_BEHIND: Mapping[Risk, float] = {"none": 2.0, "low": 1.1}
"""How far a hypothesis may be behind the likeliest, in natural logarithms: 1.1 is a third as likely. What only
asks may be further behind; what leaves the house, deletes or moves money is never done for a vote (docs/ears.md).
"""


def no_vote(_: str) -> Risk | None:
    """Nothing is a command."""
    return None


def voted(final: Final, whole: Whole) -> Final:
    """The final with the words of the likeliest hypothesis that is a whole command, where its own are none."""
    if not final.text or not final.others or whole(final.text) is not None:
        return final
    chosen = next((other for other in final.others if _may(other, whole)), None)
    if chosen is None:
        return final
    return replace(
        final, text=chosen.text, confidence=chosen.confidence, first=final.text, passes=(*final.passes, "vote")
    )


def _may(other: Hypothesis, whole: Whole) -> bool:
    if other.behind > max(_BEHIND.values()):
        return False
    risk = whole(other.text)
    return risk is not None and risk in _BEHIND and other.behind <= _BEHIND[risk]
