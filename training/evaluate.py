"""What templates and model make of the same sentences, side by side, for training.policies to weigh.

    python -m training.evaluate VALIDATION.jsonl --out READ.jsonl [--adapter NAME] [--lora FILE] [--limit N] [--threads 1]

One JSON object a sentence: the example, and for each of the two its steps, how sure it is, and the seconds it took.
"""

from __future__ import annotations

import argparse
import json
import os
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from typing import Any

from services.understanding.base import Step
from services.understanding.model.adapter import load_adapter
from services.understanding.model.base import Context
from services.understanding.model.llama import LlamaModel
from services.understanding.parser import CommandParser
from training.examples import Example, read_examples

ROOT = Path(__file__).parents[1]
MODELS = Path(os.environ.get("EQUERRY_PATHS__MODELS") or Path.home() / ".local/share/equerry/models")
NOW = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)

Read = Callable[[str], tuple[Sequence[Step], float]]


def with_templates() -> Read:
    """What the sentence files read, and how surely."""
    parser = CommandParser(ROOT / "config/sentences")

    def read(text: str) -> tuple[Sequence[Step], float]:
        command = parser.parse(text, now=NOW)
        return command.steps, command.confidence

    return read


def with_model(name: str, lora: Path | None, threads: int) -> Read:
    """What the model answers, however unsure it is."""
    adapter = load_adapter(ROOT / "config/language_models" / f"{name}.toml")
    asked = adapter.model_copy(update={"sure_to_read": 0.0, "sure_to_write": 0.0, "trust": 1.0})
    model = LlamaModel(asked, MODELS / adapter.weights, lora=lora, threads=threads, limit_s=60.0, most_tokens=160)
    model.load()

    def read(text: str) -> tuple[Sequence[Step], float]:
        answer = model.answered(text, Context(NOW.date()))
        return (answer.steps, answer.confidence) if answer else ((), 0.0)

    return read


def _row(read: Read, text: str) -> Mapping[str, Any]:
    began = time.perf_counter()
    steps, sure = read(text)
    told = [{"action": step.action, "slots": dict(step.slots), "after": list(step.after)} for step in steps]
    return {"steps": told, "sure": sure, "seconds": round(time.perf_counter() - began, 4)}


def _sample(examples: Sequence[Example], limit: int) -> Sequence[Example]:
    """As many of each source."""
    by_source: dict[str, list[Example]] = {}
    for example in examples:
        by_source.setdefault(f"{example.source} {bool(example.steps)}", []).append(example)
    random = Random(7)
    share = max(1, limit // len(by_source))
    return [each for found in by_source.values() for each in random.sample(found, min(share, len(found)))]


def main() -> None:
    """See above."""
    told = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    told.add_argument("examples", type=Path)
    told.add_argument("--out", type=Path, required=True)
    told.add_argument("--adapter", default="equerry-commands")
    told.add_argument("--lora", type=Path)
    told.add_argument("--limit", type=int, default=0)
    told.add_argument("--threads", type=int, default=1)
    asked = told.parse_args()
    examples = list(read_examples(asked.examples))
    templates, model = with_templates(), with_model(asked.adapter, asked.lora, asked.threads)
    with asked.out.open("w", encoding="utf-8") as file:
        for example in _sample(examples, asked.limit) if asked.limit else examples:
            row = {**asdict(example), "templates": _row(templates, example.sentence), "model": _row(model, example.sentence)}
            file.write(json.dumps(row, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main()
