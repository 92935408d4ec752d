"""What templates, model, and the parser that has both make of the same sentences, side by side, for
training.measures.policies to weigh.

    python -m training.measures.evaluate VALIDATION.jsonl|SEVERAL.yaml --out READ.jsonl [--adapter NAME|FILE]
    [--lora FILE] [--limit N] [--threads 1]

Without --lora with the adapter's own, where it has one.

One JSON object a sentence: the example, and for each of the three its steps, how sure it is, and the seconds it took.
The model tells its answer however unsure it is; the parser asks it, after the templates, within the bounds of its
adapter. Of the model also the logarithms of the probabilities that each measure gives at each of TEMPERATURES.
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from typing import Any, get_args

import numpy as np

from services.understanding.base import Step
from services.understanding.links import link
from services.understanding.model.adapter import Adapter, load_adapter
from services.understanding.model.base import Context, LanguageModel
from services.understanding.model.certainty import Certainty, Measure
from services.understanding.model.decoder import Scores
from services.understanding.model.guarded import GuardedModel
from services.understanding.model.llama import LlamaModel, log_probability
from services.understanding.parser import CommandParser
from training.installed import MODELS
from training.sentences.examples import Example, read_examples
from training.sentences.written import read_written

ROOT = Path(__file__).parents[2]
NOW = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)

TEMPERATURES = tuple(round(float(each), 3) for each in np.geomspace(0.25, 4.0, 25))
MEASURES: Sequence[Measure] = get_args(Measure)

Read = Callable[[str], tuple[Sequence[Step], float]]


def with_parser(model: LanguageModel | None = None) -> Read:
    """What the sentence files read, and `model` where they don't, and how surely."""
    parser = CommandParser(ROOT / "config/sentences", model)

    def read(text: str) -> tuple[Sequence[Step], float]:
        command = parser.parse(text, now=NOW)
        return command.steps, command.confidence

    return read


class Measured:
    """A model's answers, however unsure it is, and what their probabilities are at other temperatures."""

    def __init__(self, adapter: Adapter, lora: Path | None, threads: int) -> None:
        """Raises LanguageModelUnusable."""
        asked = adapter.model_copy(update={"temperature": 1.0})
        self._at: list[Certainty] = []
        self._model = LlamaModel(
            asked,
            MODELS / adapter.weights,
            lora=lora,
            threads=threads,
            limit_s=60.0,
            most_tokens=256,
            witness=self._witness,
        )
        self._model.load()

    def _witness(self, piece: bytes, scores: Scores, token: int) -> None:
        for temperature, certainty in zip(TEMPERATURES, self._at, strict=True):
            certainty.add(piece, log_probability(scores / np.single(temperature), token))

    def read(self, text: str) -> tuple[Sequence[Step], float]:
        """Steps as the parser would link them."""
        self._at = [Certainty() for _ in TEMPERATURES]
        answer = self._model.answered(text, Context(NOW.date()))
        return (link(answer.steps), answer.confidence) if answer else ((), 0.0)

    def logs(self) -> Mapping[str, Sequence[float]]:
        """Of the last answer, by measure, for each of TEMPERATURES."""
        told = [certainty.logs() for certainty in self._at]
        return {measure: [round(each[measure], 4) for each in told] for measure in MEASURES}


def _row(read: Read, text: str) -> dict[str, Any]:
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
    examples = read_written(asked.examples) if asked.examples.suffix == ".yaml" else list(read_examples(asked.examples))
    named = Path(asked.adapter)
    adapter = named if named.suffix == ".toml" else ROOT / "config/language_models" / f"{asked.adapter}.toml"
    built = load_adapter(adapter)
    lora = asked.lora or (MODELS / built.lora if built.lora else None)
    templates, model = with_parser(), Measured(built, lora, asked.threads)
    engine = LlamaModel(built, MODELS / built.weights, lora=lora, threads=asked.threads, limit_s=60.0)
    both = with_parser(GuardedModel(engine))
    with asked.out.open("w", encoding="utf-8") as file:
        for example in _sample(examples, asked.limit) if asked.limit else examples:
            row = {
                **asdict(example),
                "templates": _row(templates, example.sentence),
                "model": _row(model.read, example.sentence),
            }
            row["model"]["logs"] = model.logs()
            row["parser"] = _row(both, example.sentence)
            file.write(json.dumps(row, ensure_ascii=False) + "\n")
            file.flush()


if __name__ == "__main__":
    main()
