"""How well a word does, by heads that did not know what they are asked; and where the threshold lies."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import numpy as np

from firmware.frame import FRAME_SECONDS
from services.wake.features import Floats

_ROOM = 0.25
"""Of the room between what others said and what was meant, where there is any: so far the threshold stays above the
former.
"""
_SURELY = 0.1
"""Share of the takes that may lie below what counts as meant."""


@dataclass(frozen=True, slots=True, eq=False)
class Fold:
    """Logits of what a head did not learn from."""

    said: Floats
    """The highest of each take of a recording."""
    others: Sequence[Floats]
    """Of every frame of streams of ordinary speech."""

    @property
    def threshold(self) -> float:
        """Above all that ordinary speech reached."""
        highest = max((float(stream.max()) for stream in self.others if len(stream)), default=0.0)
        lowest = float(np.quantile(self.said, _SURELY)) if len(self.said) else highest
        return highest + _ROOM * max(0.0, lowest - highest)

    @property
    def hours(self) -> float:
        """Of ordinary speech."""
        return sum(map(len, self.others)) * FRAME_SECONDS / 3600


def missed(folds: Sequence[Fold]) -> float:
    """Share of all takes that lie below the threshold of their fold."""
    below = np.concatenate([fold.said <= fold.threshold for fold in folds])
    return float(np.mean(below))


def about(folds: Sequence[Fold], recordings: int) -> dict[str, Any]:
    """As it is kept with the word."""
    return {
        "made": datetime.now(UTC).date().isoformat(),
        "recordings": recordings,
        "missed": round(missed(folds), 3),
        "hours": round(sum(fold.hours for fold in folds), 2),
    }
