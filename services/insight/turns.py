"""How long each stage of a turn took."""

from __future__ import annotations

import statistics
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

STAGES = ("endpoint", "final", "command", "acted", "sounded")
"""In order: endpoint certain, final there, command understood, changes committed, first sample of the reply played."""


@dataclass(slots=True)
class TurnRecord:
    """Wall-clock times of one turn, seconds on one monotonic clock; None for what has not happened."""

    turn: int
    speech_end: float | None = None
    endpoint: float | None = None
    final: float | None = None
    command: float | None = None
    acted: float | None = None
    sounded: float | None = None

    def stages(self) -> dict[str, float]:
        """Seconds each stage took, from the end of the one before it that happened."""
        taken: dict[str, float] = {}
        before = self.speech_end
        for stage in STAGES:
            at: float | None = getattr(self, stage)
            if at is None:
                continue
            if before is not None:
                taken[stage] = at - before
            before = at
        return taken

    @property
    def total(self) -> float | None:
        """End of speech → first sample of the reply, seconds."""
        if self.speech_end is None or self.sounded is None:
            return None
        return self.sounded - self.speech_end


@dataclass(frozen=True, slots=True)
class Spread:
    """Median and 95th percentile, seconds."""

    p50: float
    p95: float
    n: int


def spread(values: Sequence[float]) -> Spread:
    """Raises ValueError when there are no values. The 95th percentile of few values is the largest of them."""
    if not values:
        raise ValueError("no values")
    ordered = sorted(values)
    index = min(len(ordered) - 1, int(0.95 * len(ordered)))
    return Spread(statistics.median(ordered), ordered[index], len(ordered))


def summary(records: Iterable[TurnRecord]) -> dict[str, Spread]:
    """Spread of each stage and of the total, over the turns in which it happened."""
    taken: dict[str, list[float]] = {}
    for record in records:
        for stage, seconds in record.stages().items():
            taken.setdefault(stage, []).append(seconds)
        if record.total is not None:
            taken.setdefault("total", []).append(record.total)
    return {stage: spread(values) for stage, values in taken.items()}
