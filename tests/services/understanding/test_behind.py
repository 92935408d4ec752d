"""What goes on from the last command, as the language model reads it behind that."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from services.understanding.base import Command, Step
from services.understanding.conversation.known_lists import KnownList
from services.understanding.conversation.memory import Conversation, Mention
from services.understanding.mock import ScriptedModel
from services.understanding.model.base import Guess
from services.understanding.names.base import Entity
from services.understanding.names.names import Names
from services.understanding.parser import CommandParser
from services.understanding.stages.base import Directory, Understanding
from services.understanding.stages.behind import behind, seconded
from services.understanding.stages.order import reading_behind

ROOT = Path(__file__).parents[3]
NOW = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)
PEOPLE = Names([Entity("person", "1", "Lena Aydin"), Entity("person", "2", "Jonas Peters")])
MET = Command("design review on Friday at ten", (Step("meeting.create", {"title": "design review"}),), 0.95, "template")
OWED = Command("what does Weber owe", (Step("ledger.balance", {"customer": "Weber"}),), 0.95, "template")
ADDED = Command("add tape to the packing list", (Step("list.add", {"list": "packing"}),), 0.95, "template")
RUNS = Command("how long for the eggs", (Step("timer.query", {"name": "eggs"}),), 0.95, "template")


class House(Directory):
    """One list."""

    def lists(self) -> Sequence[KnownList]:
        return (KnownList("packing", (("tape", ""),)),)


def said(text: str, last: Command | None, **fields: Any) -> Understanding:
    return Understanding(text, NOW, Conversation(last=last, touched=NOW), names=PEOPLE, directory=House(), **fields)


def model(text: str, sure: float, *steps: Step) -> Callable[[str], Command]:
    return lambda _: Command(text, steps, sure, "model")


@pytest.mark.parametrize(
    ("text", "last", "step", "sure", "meant"),
    [
        (
            "and Lena comes along",
            MET,
            Step("meeting.update", {"attendees": ["Lena"]}),
            0.8,
            {"title": "it", "attendees": ["Lena"]},
        ),
        ("pause the other one", RUNS, Step("timer.pause", {"name": "other"}), 0.9, {"name": "other"}),
        ("half of it came in just now", OWED, Step("ledger.payment", {"amount": "half"}), 0.9, None),
        ("and the Rotary gentlemen", OWED, Step("ledger.balance", {"customer": "Rotary"}), 0.9, None),
        ("tape is in the bag", ADDED, Step("list.complete", {"items": [{"item": "tape"}]}), 0.9, None),
    ],
)
def test_what_is_about_the_same_kind_of_thing_counts(
    text: str, last: Command, step: Step, sure: float, meant: dict[str, object] | None
) -> None:
    found = behind(said(text, last, read_behind=model(text, sure, step)))
    assert found is not None and found.leans == "talk"
    assert found.command.steps[0].action == step.action
    assert meant is None or found.command.steps[0].slots == meant


@pytest.mark.parametrize(
    ("text", "last", "step", "sure"),
    [
        ("and Lena comes along", MET, Step("meeting.update", {"attendees": ["Lena"]}), 0.6),  # not sure enough
        ("and Lena comes along", None, Step("meeting.update", {"attendees": ["Lena"]}), 0.9),  # behind nothing
        ("and Lena comes along", OWED, Step("meeting.update", {"attendees": ["Lena"]}), 0.9),  # of other things
        ("no meeting then", MET, Step("meeting.update", {"title": "meeting"}), 0.9),  # says nothing new
        ("Jonas, shoes off", ADDED, Step("list.remove", {"items": [{"item": "shoes"}]}), 0.9),  # stands on no list
        ("out with it", MET, Step("meeting.cancel", {"title": "it"}), 0.9),  # a deletion is said in so many words
        ("turn on the lights", MET, Step("meeting.update", {"location": "lights"}), 0.9),  # not ours
        ("Jonas, can you come", MET, Step("meeting.update", {"attendees": ["Jonas"]}), 0.9),  # said to somebody
    ],
)
def test_nothing_else_does(text: str, last: Command | None, step: Step, sure: float) -> None:
    assert behind(said(text, last, read_behind=model(text, sure, step))) is None


DUE = Step("task.create", {"title": "clean the pump", "assignees": ["Jonas"]})


@pytest.mark.parametrize(
    ("first", "second", "sure"),
    [
        (Command("x", (DUE,), 0.55, "model"), model("x", 0.6, DUE), 0.75),
        (Command("x", (DUE,), 0.55, "template", disputed=True), model("x", 0.6, DUE), 0.75),
        (Command("x", (DUE,), 0.55, "model"), model("x", 0.6, replace(DUE, slots={"title": "the pump"})), 0.55),
        (Command("x", (DUE,), 0.9, "model"), model("x", 0.6, DUE), 0.9),
        (Command("x", (DUE,), 0.55, "template"), model("x", 0.6, DUE), 0.55),
        (Command("x", (DUE, DUE), 0.55, "model"), model("x", 0.6, DUE, DUE), 0.55),
    ],
)
def test_two_readings_that_agree_are_surer_than_one(
    first: Command, second: Callable[[str], Command], sure: float
) -> None:
    found = seconded(said("x", MET, command=first, read_behind=second)).command
    assert (found.confidence, found.steps) == (sure, first.steps)
    assert found.disputed == (first.disputed and sure < 0.75)


def test_money_is_never_moved_by_two_guesses() -> None:
    paid = Step("ledger.payment", {"customer": "Weber", "amount": "fifty"})
    found = seconded(said("x", OWED, command=Command("x", (paid,), 0.6, "model"), read_behind=model("x", 0.65, paid)))
    assert found.command.confidence == 0.6


def test_the_surer_reading_behind_the_last_command_is_believed() -> None:
    alone = Command("Lena should sit in too", (Step("channel.assign", {"people": ["Lena"]}),), 0.6, "model")
    joins = Step("meeting.update", {"attendees": ["Lena"]})
    for sure, action in ((0.9, "meeting.update"), (0.7, "channel.assign")):
        found = seconded(said(alone.text, MET, command=alone, read_behind=model(alone.text, sure, joins)))
        assert found.command.intent == action


def test_the_model_is_shown_the_last_command_and_its_steps() -> None:
    scripted = ScriptedModel({"and Lena comes along": Guess((Step("meeting.update", {"attendees": ["Lena"]}),), 0.8)})
    parser = CommandParser(ROOT / "config" / "sentences", scripted)
    conversation = Conversation((Mention("meeting", "design review", "m"),), last=MET, touched=NOW)
    command = reading_behind(parser, conversation, NOW)("and Lena comes along")
    assert (command.intent, command.source) == ("meeting.update", "model")
    assert scripted.contexts[-1].before == MET.text
    assert scripted.contexts[-1].answer == " meeting.create|title design review"
    assert not reading_behind(parser, Conversation(), NOW)("and Lena comes along").steps
