"""Names as a real recogniser wrote them: how often the right one is found, and how often a wrong one."""

from __future__ import annotations

import runpy
from collections import Counter
from pathlib import Path

BENCHMARK = runpy.run_path(str(Path(__file__).parents[4] / "benchmarks" / "names.py"))


def rates(part: str, *kinds: str) -> dict[str, Counter[str]]:
    """How written → outcomes, of one part of the table."""
    counted: dict[str, Counter[str]] = {}
    for (kind, written), count in BENCHMARK["rates"]([row for row in BENCHMARK["heard"]() if row[0] == part]).items():
        if kind in kinds:
            counted.setdefault(written, Counter()).update(count)
    return counted


def test_what_is_written_as_it_is_is_found() -> None:
    for part in ("tuned", "held back"):
        count = rates(part, "first", "full", "channel")["as it is"]
        assert count["right"] == count.total() > 100


def test_most_whole_names_written_otherwise_are_found_or_asked_about_and_none_is_wrong() -> None:
    for part in ("tuned", "held back"):
        count = rates(part, "full")["otherwise"]
        assert count["right"] + count["asked"] >= 0.68 * count.total()
        assert count["wrong"] + count["asked about others"] <= 0.02 * count.total()


def test_first_names_written_otherwise_are_seldom_wrong() -> None:
    for part in ("tuned", "held back"):
        count = rates(part, "first")["otherwise"]
        assert count["right"] + count["asked"] >= 0.45 * count.total()
        assert count["wrong"] <= 0.07 * count.total()


def test_who_is_not_there_is_not_found() -> None:
    for part in ("tuned", "held back"):
        count = rates(part, "first", "full", "channel")["absent"]
        assert count["accepted"] <= 0.01 * count.total()
        assert count["unknown"] >= 0.88 * count.total()
