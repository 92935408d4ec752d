"""What would be written and was not surely heard is heard again, a little faster and a little slower: a word that was
spoken is heard so every time, one that was guessed hardly is. What is not is asked about before it is done
(services/understanding/stages/order.py).

Of 192 orders in noise and rooms, heard by our own ears, 44 were written wrongly without a question, 29 so; of 54 that
were written rightly three are asked about (docs/ears.md).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import soxr

from device.hearing.vote import Whole
from firmware.frame import RATE, Samples
from services.speech.base import Final

SPEEDS = (1.07, 0.93)
"""Twice as much changes whole words; half as much changes nothing."""
SURELY = 0.7
"""Confidence from which words are believed at once."""
FAIRLY = 0.6
"""Confidence of what was heard so every time; what was not has less."""
_HARDLY = 0.59

Same = Callable[[str, str], bool]
"""Whether two texts ask for the same."""


def never_the_same(_: str, __: str) -> bool:
    """Where nobody can tell."""
    return False


def is_doubtful(final: Final) -> bool:
    """Whether its words may have to be heard again."""
    return bool(final.text) and final.confidence < SURELY


def again(final: Final, samples: Samples, hear: Callable[[Samples], str], whole: Whole, same: Same) -> Final:
    """The final, as sure as it is after two more hearings of the samples, int16 of shape (n,), each as long as a final;
    as it is where it was surely heard, or nothing would be written.
    """
    if not is_doubtful(final) or whole(final.text) in (None, "none"):
        return final
    agreed = all(same(final.text, hear(at_speed(samples, speed))) for speed in SPEEDS)
    sure = max(final.confidence, FAIRLY) if agreed else min(final.confidence, _HARDLY)
    return replace(final, confidence=sure, passes=(*final.passes, "again"))


def at_speed(samples: Samples, speed: float) -> Samples:
    """The sound so many times as fast, and as much higher; int16 of shape (n,)."""
    faster: Samples = np.asarray(soxr.resample(samples, RATE, round(RATE / speed)), np.int16)
    return faster
