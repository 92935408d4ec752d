"""Labelled sentences of others become examples: what the label does not fix is not learnt."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from training.lora.prompts import flaw
from training.sentences.examples import Example, Step
from training.sentences.public import held_out, public_examples

SENTENCES = Path(__file__).parents[2] / "config/sentences"
COMMANDS: Sequence[Mapping[str, Any]] = (
    {"id": "one-1", "text": "Set a timer for ten minutes.", "accept": ["timer.start"]},
    {"id": "one-2", "text": "Set a timer for 5 minutes!", "accept": ["timer.start"]},
    {"id": "one-3", "text": "Wake me at seven, would you ever", "accept": ["reminder.create"]},
    {"id": "one-4", "text": "yes", "accept": ["control.confirm", "none"]},
    {"id": "one-5", "text": "no", "accept": ["control.deny"]},
    {
        "id": "two-1",
        "text": "gotta water them roses",
        "accept": ["task.create"],
        "slots": {"title": "water them roses"},
    },
    {"id": "two-2", "text": "gotta feed the hens", "accept": ["task.create"], "slots": {"title": "paint the barn"}},
    {"id": "two-3", "text": "this one is wrong", "accept": ["task.create"], "suspect": True},
)
REJECTIONS: Sequence[Mapping[str, Any]] = (
    {"id": "one-9", "text": "What a lovely day!"},
    {"id": "two-9", "text": "Play some jazz", "suspect": False},
)


@pytest.fixture(scope="module")
def examples(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, Example]:
    folder = tmp_path_factory.mktemp("public")
    for name, records in (("commands", COMMANDS), ("rejections", REJECTIONS)):
        (folder / f"{name}.jsonl").write_text("".join(json.dumps(record) + "\n" for record in records))
    return {example.sentence: example for example in public_examples(folder, SENTENCES)}


def test_all_but_what_is_suspect_or_neither_yes_nor_nothing_is_kept(examples: Mapping[str, Example]) -> None:
    assert len(examples) == len(COMMANDS) + len(REJECTIONS) - 2
    assert "no" not in examples and "this one is wrong" not in examples
    assert {example.source for example in examples.values()} == {"one", "two"}
    assert all(flaw(example) == "" for example in examples.values())


def test_the_templates_tell_the_slots_where_they_agree(examples: Mapping[str, Example]) -> None:
    timer = examples["set a timer for ten minutes"]
    assert timer.steps == (Step("timer.start", (("duration", "ten minutes"),)),) and timer.whole
    assert timer.accept == ("timer.start",)


def test_sentences_alike_but_for_a_time_are_in_one_group(examples: Mapping[str, Example]) -> None:
    groups = {examples[f"set a timer for {count} minutes"].group for count in ("ten", "5")}
    assert len(groups) == 1 and groups != {examples["play some jazz"].group}


def test_labels_that_know_no_alarms_mean_them(examples: Mapping[str, Example]) -> None:
    assert examples["wake me at seven, would you ever"].steps[0].action == "alarm.create"


def test_a_title_of_the_label_is_learnt_where_it_stands_in_the_sentence(examples: Mapping[str, Example]) -> None:
    known, unknown = examples["gotta water them roses"], examples["gotta feed the hens"]
    assert known.steps[0].action == unknown.steps[0].action == "task.create"
    assert dict(known.steps[0].slots).get("title") == "water them roses" and known.whole
    assert not unknown.whole


def test_what_asks_for_nothing_has_no_steps(examples: Mapping[str, Example]) -> None:
    assert examples["what a lovely day"].steps == examples["play some jazz"].steps == examples["yes"].steps == ()
    assert examples["yes"].accept == ("control.confirm", "none")


def test_held_out_are_the_records_that_are_validated_on(tmp_path: Path) -> None:
    records = [
        {"id": f"one-{at}", "text": f"water {word}", "accept": ["task.create"]}
        for at, word in enumerate("abcdefghijklmnopqrstuvw")
    ]
    (tmp_path / "commands.jsonl").write_text("".join(json.dumps(record) + "\n" for record in records))
    (tmp_path / "rejections.jsonl").write_text("")
    validated = {example.sentence for example in public_examples(tmp_path, SENTENCES) if example.part == "validation"}
    kept = {record["text"] for record in held_out(tmp_path / "commands.jsonl")}
    assert 0 < len(kept) < len(records) and kept == validated
