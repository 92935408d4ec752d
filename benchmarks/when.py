"""Times of finding times: sentences as people say them, their like of sixty words, and the load of one country's
holidays.

    python benchmarks/when.py [--rounds 5] [--country IN]

The sentences are those of tests/utterances and the expressions of docs/when.md; the long ones are such sentences told
in one breath, sixty words each. One row a kind; milliseconds; each sentence counts with its median over the rounds,
processor time beside wall time.
"""

from __future__ import annotations

import argparse
import os
import platform
import re
import resource
import statistics
import time
from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path

import yaml

from services.understanding.when import House, find, find_offset

ROOT = Path(__file__).parents[1]
NOW = datetime.fromisoformat("2026-11-25T09:30:00+01:00")
WORDS = 60


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
        return f"{sorted(times)[min(len(times) - 1, round(share * (len(times) - 1)))]:.2f}"

    return (
        f"| {stage} | {len(wall)} | {at(wall, 0.5)} | {at(wall, 0.95)} | {at(wall, 1)} | {at(processor, 0.5)} |"
        f" {at(processor, 0.95)} |"
    )


def sentences() -> list[str]:
    """What tests/utterances say."""
    tables = (
        yaml.safe_load(path.read_text(encoding="utf-8"))
        for path in sorted((ROOT / "tests" / "utterances").glob("*.yaml"))
    )
    return [row["say"] for table in tables for row in table["rows"]]


def expressions() -> list[str]:
    """What docs/when.md explains."""
    cells = re.findall(r"^\| (.+?) \|", (ROOT / "docs" / "when.md").read_text(encoding="utf-8"), re.MULTILINE)
    return [cell.replace("**", "") for cell in cells if cell != "said"]


def in_one_breath(said: Sequence[str]) -> list[str]:
    """Texts of sixty words made of short ones."""
    words = " ".join(said).split()
    return [" ".join(words[i : i + WORDS]) for i in range(0, len(words) - WORDS, WORDS)]


def resident_mib() -> float:
    """Memory held now, MiB."""
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * resource.getpagesize() / 2**20


def main() -> None:
    """Print the table."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--rounds", type=int, default=5)
    options.add_argument("--country", default="IN")
    asked = options.parse_args()

    print(f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}\n")
    print("| texts | n | p50 ms | p95 ms | most | p50 processor | p95 processor |\n|---|---|---|---|---|---|---|")
    said, told = sentences(), expressions()
    for name, texts in (
        ("commands", said),
        (f"commands, {WORDS} words", in_one_breath(said)),
        ("expressions alone", told),
        (f"nothing but expressions, {WORDS} words", in_one_breath(told)),
    ):
        print(row(name, *measured(lambda text: find(text, NOW), texts, asked.rounds)))
    print(row("find_offset, commands", *measured(find_offset, said, asked.rounds)))

    house = House(country=asked.country)
    before, began = resident_mib(), time.perf_counter()
    find("Christmas", NOW, house)
    took, memory = time.perf_counter() - began, resident_mib() - before
    print(row(f"commands, country {asked.country}", *measured(lambda text: find(text, NOW, house), said, asked.rounds)))
    print(f"\nholidays of {asked.country}: ready in {took:.2f} s, {memory:.0f} MiB")


if __name__ == "__main__":
    main()
