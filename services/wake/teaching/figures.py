"""How well a word does, by heads that did not know what they are asked; and where the threshold lies."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import numpy as np

from firmware.frame import FRAME_SECONDS
from services.wake.features import Floats

ALARMS_PER_HOUR = 0.5
"""Of ordinary talk, that a word may give."""
MOST_ALARMS_PER_HOUR = 1.0
"""That it may give where it would otherwise miss more than MOST_MISSED of the takes it did not know."""
MOST_MISSED = 0.3
_EVENT = 25
"""Frames (2 s) in which an alarm counts once."""
_TAIL = 20
"""Peaks of ordinary talk that tell how fast higher ones become rarer."""


@dataclass(frozen=True, slots=True, eq=False)
class Fold:
    """Logits of what a head did not learn from."""

    said: Floats
    """The highest of each take of a recording."""
    others: Sequence[Floats]
    """Of every frame of streams of ordinary speech."""

    @property
    def threshold(self) -> float:
        """Which ordinary talk reaches ALARMS_PER_HOUR times an hour, or, where that would cost more than MOST_MISSED of
        the takes, up to MOST_ALARMS_PER_HOUR times.
        """
        peaks = np.sort([peak for stream in self.others for peak in _peaks(stream)])[::-1]
        if len(peaks) < 2:
            return 0.0
        rarely, often = (self._reached(peaks, rate) for rate in (ALARMS_PER_HOUR, MOST_ALARMS_PER_HOUR))
        return max(often, min(rarely, float(np.quantile(self.said, MOST_MISSED))))

    def _reached(self, peaks: Floats, per_hour: float) -> float:
        """What talk reaches so often, or as rarely as it was seen to, of its `peaks`, falling.

        There is less of it than would tell that by itself, so its highest peaks are followed on: they become rarer
        exponentially (peaks over a threshold: Pickands, "Statistical inference using extreme order statistics", 1975).
        """
        seen = float(peaks[min(int(self.hours * per_hour), len(peaks) - 1)])
        tail = peaks[: _TAIL + 1]
        excess = float(np.mean(tail[:-1] - tail[-1]))
        rarer = (len(tail) - 1) / (per_hour * self.hours)
        return max(seen, float(tail[-1]) + excess * float(np.log(rarer)))

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


def _peaks(stream: Floats) -> list[float]:
    return [float(stream[at : at + _EVENT].max()) for at in range(0, len(stream), _EVENT)]
