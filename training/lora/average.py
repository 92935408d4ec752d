"""The weighted mean of several trained LoRAs of one base model, as one LoRA of the same rank.

    python -m training.lora.average FILE.gguf=WEIGHT FILE.gguf=WEIGHT… --to FILE.gguf [--rank 32]

What a training was shown last weighs too much in its weights; in the mean of trainings that began with one another that
falls out, and what they share stays. The mean is that of the products b a, which is what the model sees, cut to the
rank by its largest singular values. Source: Wortsman et al. 2022, "Model soups"; Izmailov et al. 2018, "Averaging
Weights Leads to Wider Optima".
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    from training.lora.export import Pairs

Factor = npt.NDArray[np.single]


def averaged(loras: Sequence[tuple[Pairs, float]], weights: Sequence[float], rank: int) -> tuple[Pairs, float]:
    """The mean, with an alpha of twice the rank as all trainings have it. loras: pairs and alpha of each, as of
    `pairs_of`; weights: of any sum above 0. Raises ValueError where the LoRAs are of different base models, or the
    weights come to nothing.
    """
    if sum(weights) <= 0 or min(weights) < 0:
        raise ValueError("the weights must be positive")
    shapes = [{name: (len(a), a.shape[2], b.shape[1]) for name, (a, b) in pairs.items()} for pairs, _ in loras]
    if any(shape != shapes[0] for shape in shapes):
        raise ValueError("these LoRAs are of different base models")
    alpha = 2.0 * rank
    mean: dict[str, tuple[Factor, Factor]] = {}
    for name in loras[0][0]:
        layers = []
        for layer in range(len(loras[0][0][name][0])):
            rows = [
                pairs[name][0][layer] * (own / len(pairs[name][0][layer]) * weight / sum(weights) * rank / alpha)
                for (pairs, own), weight in zip(loras, weights, strict=True)
            ]
            layers.append(
                _cut(np.concatenate(rows), np.concatenate([pairs[name][1][layer] for pairs, _ in loras], axis=1), rank)
            )
        mean[name] = (np.stack([a for a, _ in layers]), np.stack([b for _, b in layers]))
    return mean, alpha


def _cut(a: Factor, b: Factor, rank: int) -> tuple[Factor, Factor]:
    """Factors (rank, in) and (out, rank) whose product is nearest to b a, both of the same size so that they pack
    well.
    """
    left, inner_left = np.linalg.qr(b.astype(np.double))
    right, inner_right = np.linalg.qr(a.T.astype(np.double))
    u, singular, v = np.linalg.svd(inner_left @ inner_right.T)
    root = np.sqrt(singular[:rank])
    short = rank - len(root)  # of too few LoRAs of too low a rank: the rest stays empty
    first, second = root[:, None] * (v[:rank] @ right.T), (left @ u[:, :rank]) * root
    return np.pad(first, ((0, short), (0, 0))).astype(np.single), np.pad(second, ((0, 0), (0, short))).astype(np.single)


def _weighted(given: str) -> tuple[Path, float]:
    path, _, weight = given.rpartition("=")
    return Path(path), float(weight)


def main(arguments: list[str] | None = None) -> None:
    """See the module."""
    parser = argparse.ArgumentParser(
        prog="training.lora.average", description="Writes the weighted mean of several LoRAs."
    )
    parser.add_argument(
        "loras", type=_weighted, nargs="+", metavar="FILE.gguf=WEIGHT", help="a LoRA, and what it counts"
    )
    parser.add_argument("--to", type=Path, required=True, metavar="FILE.gguf")
    parser.add_argument("--rank", type=int, default=32, help="of the mean (%(default)s)")
    asked = parser.parse_args(arguments)
    from training.lora.export import export, pairs_of  # noqa: PLC0415 - what averages needs no gguf

    try:
        digest = export(
            *averaged([pairs_of(path) for path, _ in asked.loras], [weight for _, weight in asked.loras], asked.rank),
            asked.to,
        )
    except (OSError, ValueError) as error:
        sys.exit(f"training.lora.average: {error}")
    print(f"{asked.to}: {asked.to.stat().st_size} bytes, SHA-256 {digest}")


if __name__ == "__main__":
    main()
