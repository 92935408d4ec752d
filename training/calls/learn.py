"""Learns a logistic regression for each meaning, all at once, by L-BFGS."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt
from scipy.optimize import minimize
from scipy.sparse import csr_matrix

from services.calls.meanings.features import BUCKETS, buckets
from services.calls.meanings.learnt import LearntMeanings
from training.calls.material import NAMES, Example

_L2 = 3e-6
"""By the half of the calls that is open, each call told by what was learnt without it."""
_ROUNDS = 120
_STEPS = 127
"""Of a weight, from 0 to the heaviest: one signed byte."""


def learn(examples: Sequence[Example]) -> LearntMeanings:
    """The meanings NAMES from some examples; the same examples give the same weights."""
    features = _matrix(examples)
    there = np.array([[name in each.meanings for name in NAMES] for each in examples], dtype=np.float64)
    counts = np.array([[(name in each.known) * each.weight for name in NAMES] for each in examples])
    counts /= counts[:, 0].sum()
    flipped = features.T.tocsr()
    shape = (BUCKETS + 1, len(NAMES))

    def loss(flat: npt.NDArray[np.float64]) -> tuple[float, npt.NDArray[np.float64]]:
        weights = flat.reshape(shape)
        scores = features @ weights[:-1] + weights[-1]
        wrong = counts * (1 / (1 + np.exp(-scores)) - there)
        value = float((counts * (np.logaddexp(0, scores) - there * scores)).sum() + _L2 * (weights[:-1] ** 2).sum() / 2)
        return value, np.vstack([flipped @ wrong + _L2 * weights[:-1], wrong.sum(0)]).ravel()

    found = minimize(
        loss,
        np.zeros(shape).ravel(),
        jac=True,
        method="L-BFGS-B",
        options={"maxiter": _ROUNDS, "gtol": 0.0, "ftol": 1e-7},
    )
    weights = found.x.reshape(shape)
    scale = np.maximum(np.abs(weights[:-1]).max(axis=0), 1e-9) / _STEPS
    steps = np.round(weights[:-1] / scale).astype(np.int8)
    return LearntMeanings(NAMES, steps, scale.astype(np.float32), weights[-1].astype(np.float32))


def save(learnt: LearntMeanings, path: Path) -> None:
    """Write it as services.calls.meanings.learnt reads it."""
    np.savez_compressed(
        path, names=np.array(learnt.names), weights=learnt.weights, scale=learnt.scale, bias=learnt.bias
    )


def _matrix(examples: Sequence[Example]) -> csr_matrix:
    places, ends, values = [], [0], []
    for each in examples:
        found = buckets(each.before, each.text)
        places += found
        values += [1 / np.sqrt(max(1, len(found)))] * len(found)
        ends.append(len(places))
    return csr_matrix((values, places, ends), shape=(len(examples), BUCKETS))
