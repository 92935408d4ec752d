"""The sentences that templates are tested with (tests/utterances), as examples: what they read the model is to read,
too.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import yaml

from services.understanding.words import marked, split_words
from training.sentences.examples import Example, Step
from training.sentences.frames import plain

_USUAL = {"direction": "add"}
"""Slots that mean this where nothing is said of them."""


def said_examples(folder: Path) -> Iterator[Example]:
    """The rows of all files, in their order, but those in which one step may wait for another, which they don't tell:
    with two of one family. Raises OSError, ValueError.
    """
    for path in sorted(folder.glob("*.yaml")):
        for row in yaml.safe_load(path.read_text(encoding="utf-8"))["rows"]:
            words = plain(row["say"])
            told = [(action, _copied(slots, words)) for step in row.get("steps", ()) for action, slots in step.items()]
            steps = tuple(Step(action, slots or ()) for action, slots in told)
            if len({step.action.partition(".")[0] for step in steps}) == len(steps):
                yield Example(
                    marked(split_words(row["say"])),
                    steps,
                    "utterances",
                    words,
                    whole=all(slots is not None for _, slots in told),
                )


def _copied(slots: Mapping[str, Any], words: str) -> tuple[tuple[str, str], ...] | None:
    """The slots as they stand in the words, in their order; None where one does not."""
    found: list[tuple[int, str, str]] = []
    for slot, value in slots.items():
        if _USUAL.get(slot) == value:
            continue
        pieces = [
            plain(each["item"] if isinstance(each, dict) else str(each))
            for each in (value if isinstance(value, list) else [value])
        ]
        places = [f" {words} ".find(f" {piece} ") for piece in pieces]
        if min(places) < 0:
            return None
        if slot in ("when", "recurrence"):
            found += [(at, slot, piece) for at, piece in zip(places, pieces, strict=True)]
        else:  # several things are one piece: "milk, two eggs and bread"
            found.append((min(places), slot, words[min(places) : _end(places, pieces)]))
    return tuple((slot, piece) for _, slot, piece in sorted(found))


def _end(places: Sequence[int], pieces: Sequence[str]) -> int:
    return max(at + len(piece) for at, piece in zip(places, pieces, strict=True))
