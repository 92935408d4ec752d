"""What a probability is worth: fitted, measured and drawn.

Temperature scaling: Guo et al. 2017, On Calibration of Modern Neural Networks. Bins of equal mass: Nixon et al. 2019,
Measuring Calibration in Deep Learning.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

BINS = 15
_LEAST = 1e-4
"""No answer is surer or less sure than this, or one mistake would outweigh all else."""

Doubles = npt.NDArray[np.double]


@dataclass(frozen=True, slots=True)
class Bin:
    """Answers of about one probability."""

    sure: float
    """Their mean probability."""
    right: float
    """Which share of them was right."""
    count: int


def loss(sure: Sequence[float] | Doubles, right: Sequence[bool]) -> float:
    """Mean negative log-likelihood of what was right and what was not, nats."""
    p, hit = np.clip(np.asarray(sure, np.double), _LEAST, 1 - _LEAST), np.asarray(right, bool)
    return float(-np.log(np.where(hit, p, 1 - p)).mean())


def fitted(
    logs: Sequence[Sequence[float]], right: Sequence[bool], temperatures: Sequence[float]
) -> tuple[float, float]:
    """The temperature of least loss, and that loss. `logs`: (answers, temperatures) natural logarithms of
    probabilities.
    """
    losses = [loss(column, right) for column in np.exp(np.asarray(logs, np.double)).T]
    best = int(np.argmin(losses))
    return temperatures[best], losses[best]


def bins(sure: Sequence[float], right: Sequence[bool], count: int = BINS) -> list[Bin]:
    """As many answers in each, from the least sure to the surest; fewer bins where there are fewer answers."""
    order = np.argsort(np.asarray(sure, np.double), kind="stable")
    p, hit = np.asarray(sure, np.double)[order], np.asarray(right, np.double)[order]
    parts = [part for part in np.array_split(np.arange(len(p)), count) if len(part)]
    return [Bin(float(p[part].mean()), float(hit[part].mean()), len(part)) for part in parts]


def calibration_error(sure: Sequence[float], right: Sequence[bool], count: int = BINS) -> float:
    """Expected calibration error: how far probability and share of right ones lie apart, mean over the answers; 0 for
    no answers.
    """
    found = bins(sure, right, count)
    return sum(abs(each.sure - each.right) * each.count for each in found) / max(1, len(sure))


def draw(curves: Mapping[str, Sequence[Bin]], picture: Path) -> None:
    """A reliability plot as a PNG: for each curve, how many were right of those that were so sure."""
    import matplotlib  # noqa: PLC0415 - slow to load

    matplotlib.use("Agg")
    from matplotlib import pyplot  # noqa: PLC0415

    figure, axes = pyplot.subplots(figsize=(5.2, 5), layout="constrained")
    axes.plot((0, 1), (0, 1), color="#999999", linestyle="--", linewidth=1, label="as sure as right")
    for (name, found), colour, sign in zip(curves.items(), ("#dd8452", "#4c72b0", "#55a868"), "s^o", strict=False):
        axes.plot(
            [each.sure for each in found], [each.right for each in found], sign, color=colour, linestyle="-", label=name
        )
    axes.set(
        xlabel="how sure the model is", ylabel="share that is right", xlim=(0, 1.02), ylim=(0, 1.02), aspect="equal"
    )
    axes.grid(alpha=0.3)
    axes.legend(loc="upper left")
    figure.savefig(picture, dpi=110)
    pyplot.close(figure)
