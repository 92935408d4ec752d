"""Several heads as one: the mean of their logits, as a wider network."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from services.wake.features import NUMBERS, Floats
from services.wake.head import Head

_SOFTER = 0.5
"""Logits are halved: a score of 0.3 or 0.7, to which `wake.threshold` may well be set, then makes a difference."""


def together(heads: Sequence[Head], thresholds: Sequence[float]) -> Head:
    """A head whose logit is the mean of what each of `heads`, of one hidden layer, is above its threshold,
    halved.

    Each standardises in its own way; that becomes part of its first layer.
    """
    first = [_unstandardised(head) for head in heads]
    (weights, biases) = (np.concatenate(part, axis=-1) for part in zip(*first, strict=True))
    share = np.float32(_SOFTER / len(heads))
    last = np.concatenate([head.layers[1][0] for head in heads]) * share
    over = [head.layers[1][1] - np.float32(at) for head, at in zip(heads, thresholds, strict=True)]
    nothing, one = np.zeros(NUMBERS, np.float32), np.ones(NUMBERS, np.float32)
    return Head(heads[0].word, nothing, one, ((weights, biases), (last, np.sum(over, axis=0) * share)))


def _unstandardised(head: Head) -> tuple[Floats, Floats]:
    weights, biases = head.layers[0]
    plain = weights / np.tile(head.scale, head.steps)[:, None]
    return plain, biases - np.tile(head.mean, head.steps) @ plain
