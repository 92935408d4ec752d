"""Several models on the same sentences, each as it answers, however unsure it is.

    python -m training.measures.models UNTUNED=untuned.jsonl TAUGHT=taught.jsonl …

Files are what training.measures.evaluate wrote; only sentences that are in all of them count. Prints a Markdown table.
"""

from __future__ import annotations

import argparse
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np

from training.measures.policies import Row, read_rows, share


def common(models: Mapping[str, Sequence[Row]]) -> dict[str, list[Row]]:
    """Of each model the sentences that all were asked."""
    asked = set.intersection(*({str(row.example["sentence"]) for row in rows} for rows in models.values()))
    return {name: [row for row in rows if row.example["sentence"] in asked] for name, rows in models.items()}


def models_table(models: Mapping[str, Sequence[Row]]) -> str:
    """Markdown. Seconds are those of one sentence, question and answer."""
    lines = [
        (
            "| model | sentences | right action | all actions | exact steps | wrong write | declined | seconds, median"
            " | 95 % |"
        ),
        "|" + "---|" * 9,
    ]
    for name, rows in models.items():
        scores = [row.scores["model"] for row in rows]
        orders = [row.scores["model"].declined for row in rows if not row.asks_nothing]
        shares = [
            share(getattr(each, what) for each in scores) for what in ("right", "actions", "exact", "wrong_write")
        ]
        took = np.percentile([row.seconds["model"] for row in rows] or [0.0], (50, 95))
        lines.append(
            f"| {name} | {len(rows)} | {' | '.join(shares)} | {share(orders)} | {took[0]:.2f} | {took[1]:.2f} |"
        )
    return "\n".join(lines)


def main() -> None:
    """See above."""
    told = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    told.add_argument("models", nargs="+", metavar="NAME=FILE")
    named = [argument.partition("=") for argument in told.parse_args().models]
    print(models_table(common({name: read_rows(Path(path)) for name, _, path in named})))


if __name__ == "__main__":
    main()
