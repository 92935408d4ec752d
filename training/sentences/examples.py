"""What is learnt from: a sentence, what is told beside it, and the steps it asks for."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Literal

Part = Literal["train", "validation"]
HELD_OUT = 0.1
"""Share of the groups that is kept out of training."""


@dataclass(frozen=True, slots=True)
class Step:
    """One action, its slots as they are spoken in order, and the step it waits for, counted from 1; 0: none."""

    action: str
    slots: tuple[tuple[str, str], ...] = ()
    after: int = 0


@dataclass(frozen=True, slots=True)
class Example:
    """Words are lower case, without other punctuation at their edges than such commas and full stops as
    services.understanding.words.marked writes; those of slots have none.
    """

    sentence: str
    steps: tuple[Step, ...]
    source: str
    """Where it comes from: frames, a public corpus, the owner."""
    group: str
    """Those that are alike but for the words of their slots; a group is learnt from or validated on as a whole."""
    context: str = ""
    accept: tuple[str, ...] = ()
    """Actions that count as right beside those of the steps; "none" where doing nothing is right, too."""
    whole: bool = True
    """Whether the slots are known, too; else nothing behind the first action is learnt."""
    before: str = ""
    """The sentence said before, where this one is read as what goes on from it."""
    done: tuple[Step, ...] = ()
    """The steps of that one."""

    @property
    def part(self) -> Part:
        """Which part its group belongs to, whatever else there is."""
        drawn = int.from_bytes(hashlib.sha256(self.group.encode()).digest()[:4]) / 2**32
        return "validation" if drawn < HELD_OUT else "train"


def write_examples(path: Path, examples: Iterable[Example]) -> int:
    """One JSON object a line; how many."""
    count = 0
    with path.open("w", encoding="utf-8") as file:
        for example in examples:
            file.write(json.dumps(asdict(example), ensure_ascii=False) + "\n")
            count += 1
    return count


def read_examples(path: Path) -> Iterator[Example]:
    """Raises OSError, ValueError."""
    with path.open(encoding="utf-8") as file:
        for line in file:
            fields = json.loads(line)
            known = {name: fields[name] for name in ("sentence", "source", "group", "context", "whole")}
            before, done = fields.get("before", ""), _steps(fields.get("done", ()))
            accept = tuple(fields["accept"])
            yield Example(**known, steps=_steps(fields["steps"]), accept=accept, before=before, done=done)


def _steps(told: Iterable[Mapping[str, Any]]) -> tuple[Step, ...]:
    return tuple(
        Step(step["action"], tuple((slot, words) for slot, words in step["slots"]), step["after"]) for step in told
    )
