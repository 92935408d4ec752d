"""Draws what training.lora.train logged.

python -m training.lora.curves FOLDER/curve.jsonl… --to PICTURE.png

Several logs are trainings that began with the weights of the one before.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

_SMOOTH = 0.97
"""How much of the mean so far stays in the next one."""


def draw(logs: Sequence[Path], picture: Path) -> None:
    """Loss and accuracy over the examples seen, as a PNG."""
    import matplotlib  # noqa: PLC0415 - slow to load

    matplotlib.use("Agg")
    from matplotlib import pyplot  # noqa: PLC0415

    lines: list[dict[str, Any]] = []
    for log in logs:
        before = lines[-1]["examples"] if lines else 0
        read = [json.loads(line) for line in log.read_text().splitlines()]
        lines += [line | {"examples": before + line["examples"]} for line in read]
    steps, checks = [line for line in lines if "loss" in line], [line for line in lines if "validation_loss" in line]
    figure, (left, right) = pyplot.subplots(1, 2, figsize=(11, 4), layout="constrained")
    left.plot(_of(steps, "examples"), smoothed(_of(steps, "loss")), color="#4c72b0", label="training, smoothed")
    left.plot(_of(checks, "examples"), _of(checks, "validation_loss"), "o-", color="#dd8452", label="validation")
    left.set(xlabel="examples", ylabel="loss of an answer's token", yscale="log")
    right.plot(_of(checks, "examples"), _of(checks, "first_action"), "o-", color="#4c72b0", label="first action right")
    right.plot(_of(checks, "examples"), _of(checks, "exact"), "o-", color="#55a868", label="whole answer right")
    right.set(xlabel="examples", ylabel="share of the validation sample", ylim=(0, 1))
    for axes in (left, right):
        axes.grid(alpha=0.3)
        axes.legend()
    figure.savefig(picture, dpi=110)
    pyplot.close(figure)


def smoothed(values: list[float]) -> list[float]:
    """The exponential mean, without its start's bias (Kingma and Ba 2015, section 3)."""
    mean, found = 0.0, []
    for count, value in enumerate(values, 1):
        mean = _SMOOTH * mean + (1 - _SMOOTH) * value
        found.append(mean / (1 - _SMOOTH**count))
    return found


def _of(lines: list[dict[str, Any]], key: str) -> list[float]:
    return [line[key] for line in lines]


def main(arguments: list[str] | None = None) -> None:
    """See the module."""
    parser = argparse.ArgumentParser(prog="training.lora.curves", description="Draws the curves of a training.")
    parser.add_argument("logs", type=Path, nargs="+")
    parser.add_argument("--to", type=Path, required=True)
    asked = parser.parse_args(arguments)
    draw(asked.logs, asked.to)


if __name__ == "__main__":
    main()
