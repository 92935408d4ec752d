"""What recognisers get wrong: the utterances with typical mistakes keep their actions."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from services.understanding.parser import CommandParser
from services.understanding.sentences.repairs import cleaned, repaired, written
from services.understanding.words import split_words
from tests.mishearings import mistaken
from tests.tables import table

ROOT = Path(__file__).parents[3]
NOW = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)
EVERY = 5
"""One utterance in so many is tried: all of them take a minute."""


def test_mistakes_of_a_recogniser_leave_nine_actions_of_ten() -> None:
    parser = CommandParser(ROOT / "config" / "sentences")
    kept, tried = Counter[str](), Counter[str]()
    for path in sorted((ROOT / "tests" / "utterances").glob("*.yaml")):
        read = table(path)
        now = datetime.fromisoformat(read["now"])
        for row in [row for row in read["rows"] if row.get("steps")][::EVERY]:
            wanted = sorted(action for step in row["steps"] for action in step)
            for kind, said in mistaken(row["say"]):
                tried[kind] += 1
                kept[kind] += sorted(step.action for step in parser.parse(said, now=now).steps) == wanted
    shares = {kind: kept[kind] / tried[kind] for kind in tried}
    assert kept.total() / tried.total() >= 0.9, shares
    assert min(shares.values()) >= 0.8, shares


@pytest.mark.parametrize(
    ("said", "action", "slots"),
    [
        ("crate a task to call Anna", "task.create", {"title": "call Anna"}),
        ("sat a timer for ten minutes", "timer.start", {"duration": "ten minutes"}),
        ("ad milk to the shopping least", "list.add", {"items": [{"item": "milk"}], "list": "shopping"}),
        ("set set a timer for ten minutes", "timer.start", {"duration": "ten minutes"}),
        ("um, set a timer for, uh, ten minutes", "timer.start", {"duration": "ten minutes"}),
        ("create a task to call Anna on fry day", "task.create", {"title": "call Anna", "when": "on friday"}),
    ],
)
def test_slots_keep_what_was_heard(said: str, action: str, slots: dict[str, object]) -> None:
    (step,) = CommandParser(ROOT / "config" / "sentences").parse(said, now=NOW).steps
    assert (step.action, dict(step.slots)) == (action, slots)


def test_a_command_that_was_put_right_is_less_sure() -> None:
    parser = CommandParser(ROOT / "config" / "sentences")
    assert (
        parser.parse("crate a task to call Anna", now=NOW).confidence
        < parser.parse("create a task to call Anna", now=NOW).confidence
    )


@pytest.mark.parametrize(
    ("text", "clean"),
    [
        ("um, hello", "hello"),
        ("call uh Anna", "call Anna"),
        ("the album", "the album"),
        ("hum a tune", "hum a tune"),
        ("um", ""),
        ("", ""),
    ],
)
def test_only_fillers_are_taken_out(text: str, clean: str) -> None:
    assert cleaned(text) == clean


def test_repairs_are_few() -> None:
    said = split_words("too " * 60)
    assert len(list(repaired(said, {("too",): ("to", "two")}))) <= 12


def test_what_was_put_right_is_written_as_it_was_meant() -> None:
    text = "Crate a task, to call Anna"
    said = [replace(word, text="create") if word.text == "crate" else word for word in split_words(text)]
    assert written(text, said) == "create a task, to call Anna"
