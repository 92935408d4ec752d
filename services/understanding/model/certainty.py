"""What the probabilities of an answer's tokens say of the whole, as training.measures.policies compares it."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Literal

Measure = Literal["all", "mean", "names", "weakest"]
"""all: the probability of the whole answer; mean: the geometric mean of its tokens'; names: of the names of its actions
alone; weakest: of the least probable of these names.
"""

_SIGNS = b"|^;\n"
"""What ends a name; behind ";" begins the next."""


class Certainty:
    """Collects the log-probabilities of one answer's tokens."""

    def __init__(self) -> None:
        self._all, self._count, self._naming = 0.0, 0, True
        self._names = [0.0]

    def add(self, piece: bytes, log: float) -> None:
        """The text of the next token, and the natural logarithm of its probability."""
        self._all += log
        self._count += 1
        if self._naming and piece[:1] not in [bytes([sign]) for sign in _SIGNS]:
            self._names[-1] += log
        signs = [sign for sign in piece if sign in _SIGNS]
        self._naming = signs[-1] == ord(";") if signs else self._naming
        self._names += [0.0] * signs.count(ord(";"))

    def logs(self) -> Mapping[Measure, float]:
        """Logarithms of all of them; 0 before the first token."""
        mean = self._all / max(1, self._count)
        return {"all": self._all, "mean": mean, "names": sum(self._names), "weakest": min(self._names)}

    def of(self, measure: Measure) -> float:
        """0 to 1."""
        return math.exp(min(0.0, self.logs()[measure]))
