"""How long a silence ends a turn: less where the words are a whole command, more where they surely go on.

The shares were set on how long people pause within spoken orders. Of 280 real ones (Picovoice's coffee orders, more
than 50 speakers) 7.5 % have a pause of 0.3 s or more within them, 4.3 % one of 0.35, 2.5 % one of 0.4, 1.1 % one of
0.45 and none one of 0.7; about a third of the beginnings of commands are whole commands (docs/performance.md).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from services.understanding.completeness import Completeness

Tell = Callable[[Completeness], None]
Ending = Callable[[str, float, Tell], None]
"""Asked with what was heard of a turn so far, and how surely; tells whether more is to come: at once, and perhaps once
more from another thread, when it has thought about it.
"""

SHARES: Mapping[Completeness, float] = {
    "asked": 0.43,
    "ordered": 0.5,
    "extensible": 0.65,
    "unsure": 1.0,
    "unfinished": 2.0,
}
"""Of `[endpoint] silence_s`: at 0.7 s these are 0.3, 0.35, 0.45, 0.7 and 1.4 s."""
DOUBTFUL = 0.6
"""Confidence below which words end nothing early."""


def no_ending(text: str, confidence: float, tell: Tell) -> None:
    """Where nobody can tell."""


def share(completeness: Completeness, confidence: float) -> float:
    """Of the usual silence, what ends a turn with these words, heard so surely."""
    found = SHARES[completeness]
    return max(1.0, found) if confidence < DOUBTFUL else found
