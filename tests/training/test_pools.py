"""Pools say what their names promise: times are times to the appliance, numbers are numbers."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.understanding.slots.amounts import amount_of, number_of
from services.understanding.when import find
from training.sentences.frames import plain
from training.sentences.notation import FrameBroken
from training.sentences.pools import Pools
from training.sentences.spoken_values import number_words

NOW = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)
BEFORE = frozenset(("", "at", "on", "for", "by", "in", "before", "after", "around", "over"))
"""Words that the finder leaves out of a time and that a slot holds."""
TIMES = ("instant", "interval")
POOLS = Pools()


def _is_read_whole(said: str, kinds: Sequence[str]) -> bool:
    return any(
        found.span[1] == len(said) and said[: found.span[0]].strip() in BEFORE and found.kind in kinds
        for found in find(said, NOW)
    )


@pytest.mark.parametrize(
    ("pool", "kinds", "before"),
    [
        ("when", TIMES, ""),
        ("range", TIMES, ""),
        ("day", TIMES, ""),
        ("date", TIMES, ""),
        ("clock", TIMES, "at "),
        ("exact_clock", TIMES, ""),
        ("instant", TIMES, ""),
        ("clock_day", TIMES, ""),
        ("for_instant", TIMES, ""),
        ("recurrence", ("recurrence",), ""),
        ("duration", ("duration",), ""),
    ],
)
def test_the_time_finder_reads_a_time_whole(pool: str, kinds: Sequence[str], before: str) -> None:
    random = Random(7)
    said = [plain(before + POOLS.say(pool, random)) for _ in range(400)]
    missed = [each for each in said if not _is_read_whole(each, kinds)]
    assert len(missed) <= 0.03 * len(said), missed


@pytest.mark.parametrize("pool", ["number", "several", "few", "level_digits", "level_words"])
def test_a_number_is_one(pool: str) -> None:
    random = Random(7)
    said = [POOLS.say(pool, random) for _ in range(200)]
    assert [each for each in said if number_of(each) is None] == []


def test_sums_are_read_as_sums() -> None:
    random = Random(7)
    said = [plain(POOLS.say("amount", random)) for _ in range(400)]
    missed = [each for each in said if amount_of(each) is None]
    assert len(missed) <= 0.01 * len(said), missed


@given(st.integers(0, 999_999))
def test_numbers_in_words_are_read_back(number: int) -> None:
    assert number_of(number_words(number)) == number


def test_every_pool_says_something_the_same_for_the_same_seed() -> None:
    again = Pools()
    for pool in POOLS.names():
        said = [POOLS.say(pool, Random(seed)) for seed in range(6)]
        assert all(each == " ".join(each.split()) and each for each in said), pool
        assert said == [again.say(pool, Random(seed)) for seed in range(6)]


def test_no_pool_speaks_of_one_that_there_is_not() -> None:
    assert list(POOLS.missing()) == []


@pytest.mark.parametrize(
    "files", [{"a.yaml": "one: [x]\n", "b.yaml": "one: [y]\n"}, {"a.yaml": "one: []\n"}, {"a.yaml": 'one: ["(x"]\n'}]
)
def test_pools_that_are_broken_are_refused(tmp_path: Path, files: dict[str, str]) -> None:
    for name, text in files.items():
        (tmp_path / name).write_text(text)
    with pytest.raises(FrameBroken):
        Pools(tmp_path)


def test_a_pool_that_holds_itself_is_refused_when_it_is_used(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text('one: ["{one} more"]\n')
    with pytest.raises(FrameBroken, match="one"):
        Pools(tmp_path).say("one", Random(1))
