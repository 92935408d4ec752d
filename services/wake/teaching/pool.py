"""Windows of embeddings that lie in several arrays, as one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from services.wake.features import Floats
from services.wake.head import Head

Windows = npt.NDArray[np.floating[Any]]
"""Shape (n, steps, 96); float16 will do, and views of a longer stream (`windows_of`) need no memory."""
Numbers = npt.NDArray[np.int64]


class Pool:
    """Windows of several arrays, taken by number as if they were one, with a weight each."""

    def __init__(self, parts: Sequence[Windows], weights: Sequence[float] | None = None) -> None:
        """`weights`: how often one of each part is drawn, against those of the others; all alike where None."""
        self._parts = [part for part in parts if len(part)]
        told = weights or [1.0] * len(parts)
        self.weights = np.concatenate(
            [np.full(len(part), weight) for part, weight in zip(parts, told, strict=True)] or [np.zeros(0)]
        )
        self._ends = np.cumsum([len(part) for part in self._parts])

    def __len__(self) -> int:
        return int(self._ends[-1]) if len(self._ends) else 0

    def take(self, numbers: Numbers) -> Floats:
        """Shape (k, steps, 96)."""
        shape = self._parts[0].shape[1:]
        taken = np.empty((len(numbers), *shape), np.float32)
        which = np.searchsorted(self._ends, numbers, side="right")
        for at, part in enumerate(self._parts):
            here = which == at
            taken[here] = part[numbers[here] - (self._ends[at] - len(part))]
        return taken

    def drawn(self, numbers: Numbers, count: int, random: np.random.Generator) -> Numbers:
        """So many of `numbers`, each as often as its weight says; any alike where all weigh nothing."""
        ends = np.cumsum(self.weights[numbers])
        if not ends[-1]:
            return random.choice(numbers, count)
        found = np.searchsorted(ends, random.uniform(0, ends[-1], count), side="right")
        return numbers[np.minimum(found, len(numbers) - 1)]

    def logits(self, head: Head) -> Floats:
        """Of all of them, shape (n,)."""
        return np.concatenate([head.logits(part) for part in self._parts])


def windows_of(stream: Windows, steps: int) -> Windows:
    """All windows of `steps` in a row of a stream (n, 96), as a view of shape (n - steps + 1, steps, 96)."""
    if len(stream) < steps:
        return np.zeros((0, steps, stream.shape[1]), stream.dtype)
    return np.lib.stride_tricks.sliding_window_view(stream, steps, axis=0).transpose(0, 2, 1)
