"""What templates are tested with, as examples."""

from __future__ import annotations

from pathlib import Path

from training.lora.prompts import answer_of, flaw
from training.sentences.generate import SAID
from training.sentences.said import said_examples

ROWS = """
rows:
  - say: "Put two apples, milk and bread on the shopping list!"
    steps:
      - list.add: {items: [{item: "apples"}, {item: "milk"}, {item: "bread"}], list: "shopping"}
  - say: "remind me tomorrow to call Bob at five"
    steps:
      - reminder.create: {title: "call Bob", when: ["tomorrow", "at five"]}
  - say: "add Sarah to marketing"
    steps:
      - channel.assign: {people: ["Sarah"], name: "marketing", direction: "add"}
  - say: "hush"
    steps:
      - control.volume: {level: "0"}
  - say: "create a task, and another one"
    steps:
      - task.create: {}
      - task.create: {}
  - say: "what a day"
"""


def test_rows_are_answers_in_the_order_in_which_they_are_spoken(tmp_path: Path) -> None:
    (tmp_path / "rows.yaml").write_text(ROWS)
    assert [(example.sentence, answer_of(example)) for example in said_examples(tmp_path)] == [
        (
            "put two apples, milk and bread on the shopping list",
            " list.add|items apples milk and bread|list shopping\n",
        ),
        ("remind me tomorrow to call bob at five", " reminder.create|when tomorrow|title call bob|when at five\n"),
        ("add sarah to marketing", " channel.assign|people sarah|name marketing\n"),
        ("hush", " control.volume"),
        ("what a day", " none\n"),
    ]


def test_hardly_a_row_is_unfit() -> None:
    examples = list(said_examples(SAID))
    assert len(examples) > 1_900
    assert sum(bool(flaw(example)) for example in examples) < 5
