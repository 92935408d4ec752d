"""How well a word does, by heads that did not know what they are asked: misses, and alarms per hour."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import numpy as np

from firmware.frame import FRAME_SECONDS
from services.wake.features import Floats

ALARMS_PER_HOUR = 0.5
"""Of dense ordinary talk: where the threshold is set."""
_EVENT = 25
"""Frames (2 s) in which a word is heard once."""


@dataclass(frozen=True, slots=True, eq=False)
class Fold:
    """Logits of what a head did not learn from."""

    said: Floats
    """The highest of each take of a recording."""
    others: Sequence[Floats]
    """Of every frame of streams of ordinary speech."""


@dataclass(frozen=True, slots=True)
class WordFigures:
    """What came of the folds."""

    logit: float
    """Where the threshold lies."""
    missed: float
    """Share of takes, in noise and rooms, below it."""
    alarms: float
    """Per hour above it."""
    hours: float
    """Of ordinary speech that was listened to."""

    def about(self, recordings: int) -> dict[str, Any]:
        """As it is kept with the word."""
        return {
            "made": datetime.now(UTC).date().isoformat(),
            "recordings": recordings,
            "missed": round(self.missed, 3),
            "alarms_per_hour": round(self.alarms, 2),
            "hours": round(self.hours, 2),
        }


def figures_of(folds: Sequence[Fold]) -> WordFigures:
    """Where the threshold lies so that ordinary talk alarms it ALARMS_PER_HOUR times, and what is missed then."""
    said = np.concatenate([fold.said for fold in folds])
    peaks = np.sort([peak for fold in folds for stream in fold.others for peak in _peaks(stream)])[::-1]
    hours = sum(len(stream) for fold in folds for stream in fold.others) * FRAME_SECONDS / 3600
    allowed = min(int(hours * ALARMS_PER_HOUR), len(peaks) - 1)
    # Between the highest that may alarm and what was said, where there is room between: nearer to neither.
    highest = float(peaks[allowed]) if len(peaks) else 0.0
    tenth = float(np.quantile(said, 0.05))
    logit = highest + max(0.0, tenth - highest) / 3
    alarms = int(np.count_nonzero(peaks > logit))
    return WordFigures(logit, float(np.mean(said <= logit)), alarms / max(hours, 1e-9), hours)


def _peaks(stream: Floats) -> list[float]:
    return [float(stream[at : at + _EVENT].max()) for at in range(0, len(stream), _EVENT)]
