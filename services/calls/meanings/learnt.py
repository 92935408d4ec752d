"""What was learnt from sentences of calls: how likely an utterance means something, whatever words it has.

A linear classifier on hashed features, one logistic regression for each meaning; training/calls makes its file.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from zipfile import BadZipFile

import numpy as np
import numpy.typing as npt

from services.calls.base import CallRulesBroken
from services.calls.meanings.asked import Turn
from services.calls.meanings.features import BUCKETS, buckets

_SENTENCE = re.compile(r"[^.?!]*\w[^.?!]*[.?!]*")


class LearntMeanings:
    """Weights of one language."""

    def __init__(
        self,
        names: tuple[str, ...],
        weights: npt.NDArray[np.int8],
        scale: npt.NDArray[np.float32],
        bias: npt.NDArray[np.float32],
    ) -> None:
        """`weights`: shape (BUCKETS, names), in steps of `scale`, shape (names,), as `bias`."""
        self.names = names
        self.weights, self.scale, self.bias = weights, scale, bias

    def read(self, before: Sequence[Turn], text: str) -> Mapping[str, float]:
        """See TurnReader: the last turn alone counts, where it is the other side's."""
        return self.likely("" if not before or before[-1].own else before[-1].text, text)

    def likely(self, before: str, text: str) -> Mapping[str, float]:
        """How likely a segment has each meaning, 0 to 1: the likeliest of its sentences and of the whole.
        `before`: what the other side said just before.
        """
        parts = [part.strip() for part in _SENTENCE.findall(text)]
        texts = [text, *parts] if len(parts) > 1 else [text]
        scores = np.max([self._score(before, each) for each in texts], axis=0)
        return dict(zip(self.names, (1 / (1 + np.exp(-scores))).tolist(), strict=True))

    def _score(self, before: str, text: str) -> npt.NDArray[np.float32]:
        places = buckets(before, text)
        together = self.weights[places].astype(np.float32).sum(axis=0) * self.scale / np.sqrt(max(1, len(places)))
        scores: npt.NDArray[np.float32] = together + self.bias
        return scores


def read_learnt(path: Path) -> LearntMeanings:
    """Raises CallRulesBroken where the file is missing or no such file."""
    try:
        with np.load(path, allow_pickle=False) as kept:
            names = tuple(str(name) for name in kept["names"])
            weights, scale, bias = kept["weights"], kept["scale"], kept["bias"]
    except (OSError, ValueError, KeyError, BadZipFile) as error:
        raise CallRulesBroken(faults=f"{path.name} can't be read ({error})") from None
    if weights.shape != (BUCKETS, len(names)) or scale.shape != (len(names),) or bias.shape != (len(names),):
        raise CallRulesBroken(faults=f"{path.name} is of another version; install it again")
    return LearntMeanings(names, weights, scale, bias)
