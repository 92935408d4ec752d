"""Times of understanding: templates, time expressions, and the language model; its load time and memory.

    python benchmarks/understanding.py [--model NAME] [--threads 1] [--rounds 5]

The sentences are those of tests/utterances; the model gets those below, which no template fits. Processor time beside
wall time, since a busy machine stretches the latter. One row a stage; times in milliseconds; each sentence counts with
its median over the rounds.
"""

from __future__ import annotations

import argparse
import itertools
import os
import platform
import resource
import statistics
import time
from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path

import yaml

from services.understanding.model.adapter import load_adapter
from services.understanding.model.base import Context
from services.understanding.model.llama import LlamaModel
from services.understanding.names.base import Entity
from services.understanding.names.names import Names
from services.understanding.parser import CommandParser
from services.understanding.stages.names import resolve
from services.understanding.when import find

ROOT = Path(__file__).parents[1]
MODELS = Path(os.environ.get("EQUERRY_PATHS__MODELS") or Path.home() / ".local/share/equerry/models")
NOW = datetime.fromisoformat("2026-11-23T09:30:00+01:00")
_FIRST = (
    "Sarah",
    "Mike",
    "Anna",
    "Priya",
    "Rahul",
    "Tom",
    "Lisa",
    "Ben",
    "Carla",
    "Jon",
    "Maria",
    "Omar",
    "Yuki",
    "Ivan",
    "Nora",
)
_MORE = ("Paul", "Rosa", "Sven", "Tara", "Uma")
CROWD = Names(
    Entity("person", str(i), f"{first}{ending} {last}")
    for i, (first, ending, last) in enumerate(
        itertools.product(
            _FIRST + _MORE,
            ("", "ine", "beth", "ando", "elle"),
            [
                f"{a}{b}"
                for a in ("Ham", "Ken", "Mor", "Sil", "Tan", "Wes", "Bro", "Fel", "Gar", "Lin")
                for b in ("ton", "sen", "ley", "man", "ova")
            ],
        )
    )
)
"""5,000 people."""
FOR_THE_MODEL = (
    "what would my shopping list involve",
    "is there some time left for the eggs, says the timer",
    "my list of groceries lacks bread and butter",
    "sixty seconds is how long that timer shall run",
    "whatever the reminders are, I want them",
    "somebody ought to put a task down for the gutters",
    "the meeting with Sarah Chen on Thursday had better last an hour and a half",
    "into whose account did the two hundred rupees of credit go",
    "has anybody written a message about the invoice of last week",
    "a note that the gate code is four seven one one would be good to have",
    "there ought to be a channel for the launch with Mike and Priya in it",
    "seven in the morning is when the alarm should go",
)


def measured(work: Callable[[str], object], said: Sequence[str], rounds: int) -> tuple[list[float], list[float]]:
    """Median wall and processor milliseconds of each sentence; a round before warms up."""
    wall: list[list[float]] = [[] for _ in said]
    processor: list[list[float]] = [[] for _ in said]
    for turn in range(rounds + 1):
        for i, text in enumerate(said):
            began, spent = time.perf_counter(), time.process_time()
            work(text)
            if turn:
                wall[i].append(1000 * (time.perf_counter() - began))
                processor[i].append(1000 * (time.process_time() - spent))
    return [statistics.median(times) for times in wall], [statistics.median(times) for times in processor]


def row(stage: str, wall: Sequence[float], processor: Sequence[float]) -> str:
    """A line of the table."""

    def at(times: Sequence[float], share: float) -> str:
        return f"{sorted(times)[min(len(times) - 1, round(share * (len(times) - 1)))]:.1f}"

    return (
        f"| {stage} | {len(wall)} | {at(wall, 0.5)} | {at(wall, 0.95)} | {at(processor, 0.5)} | {at(processor, 0.95)} |"
    )


def resident_mib() -> float:
    """Memory held now, MiB."""
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * resource.getpagesize() / 2**20


def sentences() -> list[str]:
    """What tests/utterances say."""
    tables = (
        yaml.safe_load(path.read_text(encoding="utf-8"))
        for path in sorted((ROOT / "tests" / "utterances").glob("*.yaml"))
    )
    return [row["say"] for table in tables for row in table["rows"]]


def main() -> None:
    """Print the tables."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--model", default="smollm2-135m", help="a file of config/language_models")
    options.add_argument("--threads", type=int, default=1)
    options.add_argument("--rounds", type=int, default=5)
    asked = options.parse_args()

    began = time.perf_counter()
    parser = CommandParser(ROOT / "config" / "sentences")
    loaded = 1000 * (time.perf_counter() - began)
    said = sentences()
    print(
        f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}; sentence files read in"
        f" {loaded:.0f} ms\n"
    )
    print("| stage | sentences | p50 ms | p95 ms | p50 processor | p95 processor |\n|---|---|---|---|---|---|")
    print(
        row(
            "templates (reserved words and times included)",
            *measured(lambda text: parser.parse(text, now=NOW), said, asked.rounds),
        )
    )
    crowd = CommandParser(ROOT / "config" / "sentences", names=lambda: CROWD)
    print(
        row(
            "the same, names resolved among 5,000",
            *measured(lambda text: resolve(crowd.parse(text, now=NOW), CROWD), said, asked.rounds),
        )
    )
    print(row("times alone", *measured(lambda text: find(text, NOW), said, asked.rounds)))

    before, began = resident_mib(), time.perf_counter()
    adapter = load_adapter(ROOT / "config" / "language_models" / f"{asked.model}.toml")
    lora = MODELS / adapter.lora if adapter.lora else None
    model = LlamaModel(adapter, MODELS / adapter.weights, lora=lora, threads=asked.threads, limit_s=60.0)
    model.load()
    took, memory = time.perf_counter() - began, resident_mib() - before
    context = Context(NOW.date(), "Rahul Sharma", ("Sarah Chen", "Mike", "Priya"))
    told = measured(lambda text: model.read(text, context), FOR_THE_MODEL, asked.rounds)
    print(row(f"language model, {asked.threads} thread(s)", *told))
    print(f"\nlanguage model: ready in {took:.1f} s, {memory:.0f} MiB")


if __name__ == "__main__":
    main()
