"""Sentences written by hand to test on, as examples: training/several.yaml and training/unseen.yaml.

A row: what is said, and its steps with the words of their slots; `task.assign^2` waits for the second step.
"""

from __future__ import annotations

from pathlib import Path

import yaml

from training.sentences.examples import Example, Step


def read_written(path: Path) -> list[Example]:
    """All of a file, in its order, spelt as written. Raises OSError, ValueError."""
    rows = yaml.safe_load(path.read_text(encoding="utf-8"))["rows"]
    return [
        Example(
            row["say"],
            tuple(_step(name, slots) for told in row["steps"] for name, slots in told.items()),
            path.stem,
            row["say"],
        )
        for row in rows
    ]


def _step(name: str, slots: dict[str, str]) -> Step:
    action, _, after = name.partition("^")
    return Step(action, tuple((slot, str(words)) for slot, words in slots.items()), int(after or 0))
