"""Fits a head to windows of embeddings with Adam (Kingma and Ba, "Adam", 2015; decoupled decay: Loshchilov and Hutter,
2019). The same arguments give the same head on the same machine.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from services.wake.features import Floats
from services.wake.head import Head
from services.wake.teaching.network import Network
from services.wake.teaching.pool import Numbers, Pool

Random = np.random.Generator
_HELD = 4096
"""Windows of either kind, of those held out, that tell when to stop."""


@dataclass(frozen=True, slots=True)
class FitPlan:
    """How it is fitted."""

    hidden: tuple[int, ...] = (48,)
    rounds: int = 12
    """Each begins with a search for the negatives that score highest."""
    batches: int = 60
    """In a round."""
    positives: int = 64
    """In a batch."""
    negatives: int = 192
    hard: float = 0.5
    """Share of a batch's negatives that is drawn from those that score highest."""
    rate: float = 1e-3
    decay: float = 1e-2
    noise: float = 0.3
    """Of a standardised embedding: what is added at random while it learns."""
    dropped: float = 0.3
    """Share of hidden units left out at random."""
    held: float = 0.15
    """Share of both kinds that only tells when to stop."""
    patience: int = 4
    """Rounds without a better one after which it stops."""


def fit(
    word: str,
    positives: Pool,
    negatives: Pool,
    *,
    groups: Numbers | None = None,
    plan: FitPlan = FitPlan(),
    seed: int = 0,
) -> Head:
    """A head that tells `positives` from `negatives`. `groups`, shape (n,): positives of one number (all that was made
    of one recording) are learnt from or held out together; None: each stands for itself.

    Raises ValueError where there are fewer than two of either.
    """
    if len(positives) < 2 or len(negatives) < 2:
        raise ValueError(f"{len(positives)} positives and {len(negatives)} negatives are too few")
    random = np.random.default_rng(seed)
    groups = np.arange(len(positives)) if groups is None else groups
    meant, held_meant = _held_out(groups, plan.held, random)
    # Neighbours in a stream are nearly the same: they are held out together.
    other, held_other = _held_out(np.arange(len(negatives)) // 64, plan.held, random)
    fitting = _Fitting(positives, negatives, plan, random)
    best, lowest, since = fitting.head(word), float("inf"), 0
    told = positives.drawn(held_meant, _HELD, random), negatives.drawn(held_other, _HELD, random)
    for _ in range(plan.rounds):
        fitting.round(meant, other)
        head = fitting.head(word)
        loss = _loss(head, positives.take(told[0]), negatives.take(told[1]))
        best, lowest, since = (head, loss, 0) if loss < lowest else (best, lowest, since + 1)
        if since >= plan.patience:
            break
    return best


class _Fitting:
    """What is learnt from, and the network that learns."""

    def __init__(self, positives: Pool, negatives: Pool, plan: FitPlan, random: Random) -> None:
        self._positives, self._negatives, self._plan, self._random = positives, negatives, plan, random
        self._mean, self._scale = _spread(positives, negatives, random)
        size = positives.take(np.zeros(1, np.int64)).size
        self._network = Network((size, *plan.hidden), random, rate=plan.rate, decay=plan.decay, dropped=plan.dropped)

    def head(self, word: str) -> Head:
        """As it is now."""
        return Head(word, self._mean, self._scale, self._network.layers)

    def round(self, meant: Numbers, other: Numbers) -> None:
        """Learn from some batches of these numbers of positives and negatives."""
        plan = self._plan
        scores = self._negatives.logits(self.head(""))[other]
        hardest = other[np.argsort(-scores, kind="stable")[: max(plan.negatives, len(other) // 50)]]
        hard = round(plan.negatives * plan.hard)
        wanted = np.zeros(plan.positives + plan.negatives, np.float32)
        wanted[: plan.positives] = 1
        for _ in range(plan.batches):
            easy = self._negatives.drawn(other, plan.negatives - hard, self._random)
            chosen = np.concatenate((easy, self._negatives.drawn(hardest, hard, self._random)))
            shown = (
                self._positives.take(self._positives.drawn(meant, plan.positives, self._random)),
                self._negatives.take(chosen),
            )
            value = ((np.concatenate(shown) - self._mean) / self._scale).reshape(len(wanted), -1)
            value += np.float32(plan.noise) * self._random.standard_normal(value.shape, np.float32)
            self._network.learn(value, wanted)


def _held_out(groups: Numbers, share: float, random: Random) -> tuple[Numbers, Numbers]:
    """Numbers to learn from, and numbers held out: whole groups, at least one of them on either side."""
    each = random.permutation(np.unique(groups))
    if len(each) < 2:
        return np.arange(len(groups)), np.arange(len(groups))
    held = np.isin(groups, each[: max(1, round(share * len(each)))])
    return np.flatnonzero(~held), np.flatnonzero(held)


def _spread(positives: Pool, negatives: Pool, random: Random) -> tuple[Floats, Floats]:
    some = [pool.take(pool.drawn(np.arange(len(pool)), 512, random)) for pool in (positives, negatives)]
    numbers = np.concatenate(some).reshape(-1, some[0].shape[-1])
    return numbers.mean(axis=0), numbers.std(axis=0) + np.float32(1e-3)


def _loss(head: Head, positives: Floats, negatives: Floats) -> float:
    """Binary cross-entropy, both kinds counted alike."""
    missed, woken = head.logits(positives), head.logits(negatives)
    return float(np.logaddexp(0, -missed).mean() + np.logaddexp(0, woken).mean())
