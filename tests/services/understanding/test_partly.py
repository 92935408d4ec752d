"""A sentence that templates read in part: what is certain is kept, what stands between is left to the model."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.understanding.base import Step
from services.understanding.model.base import Context, Guess
from services.understanding.parser import CommandParser

SENTENCES = Path(__file__).parents[3] / "config/sentences"
NOW = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)


class Model:
    """Knows some texts; notes what it is asked."""

    def __init__(self, known: Mapping[str, str], sure: Mapping[str, float] | None = None) -> None:
        self.known, self.sure = known, sure or {}
        self.asked: list[str] = []

    def load(self) -> None:
        """Nothing to load."""

    def prepare(self, text: str) -> None:
        """Nothing to prepare."""

    def read(self, text: str, context: Context) -> Guess | None:
        self.asked.append(text)
        action = self.known.get(text)
        return Guess((Step(action, {"title": "x"}),), self.sure.get(text, 0.8)) if action else None


def read(text: str, model: Model) -> tuple[list[str], float]:
    command = CommandParser(SENTENCES, model).parse(text, now=NOW)
    return [step.action for step in command.steps], command.confidence


@pytest.mark.parametrize(
    ("text", "gap", "action", "actions"),
    [
        (
            "zap the fence, and set a timer for ten minutes",
            "zap the fence",
            "task.create",
            ["task.create", "timer.start"],
        ),
        (
            "set a timer for ten minutes and zap the fence",
            "zap the fence",
            "task.create",
            ["timer.start", "task.create"],
        ),
        (
            "wake me at six, zap the fence, and set a timer for ten minutes",
            "zap the fence",
            "task.create",
            ["alarm.create", "task.create", "timer.start"],
        ),
    ],
)
def test_a_gap_is_read_by_the_model(text: str, gap: str, action: str, actions: list[str]) -> None:
    model = Model({gap: action})
    assert read(text, model) == (actions, 0.8)
    assert model.asked == [text, gap]


def test_the_surer_of_whole_and_pieces_is_believed() -> None:
    text = "zap the fence and set a timer for ten minutes"
    both = {text: "task.create", "zap the fence": "task.create"}
    assert read(text, Model({})) == ([], 0.0)
    assert read(text, Model({text: "task.create"})) == (["task.create"], 0.8)
    for sure, actions in ((0.85, ["task.create"]), (0.75, ["task.create", "timer.start"])):
        assert read(text, Model(both, {text: sure}))[0] == actions
    model = Model(both, {text: 0.95})
    assert read(text, model)[0] == ["task.create"] and model.asked == [text]


def test_what_may_be_told_to_somebody_is_not_done() -> None:
    text = "zap sarah that she should rest and create a task to paint the fence"
    assert read(text, Model({"zap sarah that she should rest": "message.send"}))[0] == []
    assert read(
        "zap sarah that she should rest and set a timer for ten minutes",
        Model({"zap sarah that she should rest": "message.send"}),
    )[0] == [
        "message.send",
        "timer.start",
    ]


def test_many_gaps_are_asked_about_in_whole() -> None:
    text = "zap the fence, set a timer for ten minutes, zap the roof, wake me at six, zap the door"
    model = Model({})
    assert read(text, model)[0] == [] and model.asked == [text]


@given(
    st.lists(
        st.sampled_from(
            ["zap", "the", "fence", "and", "then", "wake me", "at six", "timer", "stop,", "milk,", "ten minutes"]
        ),
        max_size=14,
    )
)
def test_never_raises(words: list[str]) -> None:
    read(" ".join(words), Model({"zap": "task.create"}))
