"""What is cut out of a sentence for the house, and what is left to the appliance."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from services.home.base import Home
from services.understanding.base import Command, Step
from services.understanding.completeness import completeness
from services.understanding.house.reader import HouseReader
from services.understanding.parser import CommandParser
from tests.house import house

SENTENCES = Path(__file__).parents[3] / "config" / "sentences"
NOW = datetime(2026, 11, 25, 10, tzinfo=UTC)


@pytest.fixture(scope="module")
def parser() -> CommandParser:
    return CommandParser(SENTENCES, at_home=HouseReader(house))


@pytest.fixture(scope="module")
def alone() -> CommandParser:
    return CommandParser(SENTENCES, at_home=HouseReader(Home))


@pytest.mark.parametrize(
    ("text", "actions"),
    [
        ("turn on the kitchen lights and the bed light", "home.on home.on"),
        ("turn off the kitchen and bedroom lights", "home.off home.off"),
        ("turn the ceiling light off and the office light on", "home.off home.on"),
        ("turn on the kitchen lights, ceiling light and floor lamp", "home.on home.on home.on"),
        ("lock the front door and the back door", "home.lock home.lock"),
        ("add milk to the shopping list and turn on the coffee machine", "list.add home.on"),
        ("wake me at seven. Turn off the bed light.", "alarm.create home.off"),
        ("set a timer for ten minutes and dim the ceiling light to twenty percent", "timer.start home.set"),
        ("turn off the lights and remind me to lock the door at ten", "home.off reminder.create"),
        ("remind me to lock the front door at ten and turn off the bed light", "reminder.create home.off"),
        ("remind me to lock the front door and turn off the lights at ten", "reminder.create"),
        ("create a task to clean the windows and close the garage door", "task.create"),
        ("create a task to clean the windows. Then close the garage door", "task.create home.close"),
        ("tell Anna that I lock the front door and turn off the kitchen lights", "message.send"),
        ("turn the volume up", "control.volume"),
        ("add a lamp and a fan to the shopping list", "list.add"),
    ],
)
def test_cut(parser: CommandParser, text: str, actions: str) -> None:
    assert [step.action for step in parser.parse(text, now=NOW).steps] == actions.split()


@pytest.mark.parametrize("text", ["kitchen lights", "the bed light", "garage door", "TV", "bedroom"])
def test_a_mere_name_is_no_order(parser: CommandParser, text: str) -> None:
    assert not any(step.action.startswith("home.") for step in parser.parse(text, now=NOW).steps)


@pytest.mark.parametrize(
    "text", ["turn on the kitchen lights", "turn off the lights and remind me to lock the door at ten", "movie night"]
)
def test_without_a_house_nothing_is_for_it(alone: CommandParser, text: str) -> None:
    plain = CommandParser(SENTENCES)
    assert alone.parse(text, now=NOW) == plain.parse(text, now=NOW)


@pytest.mark.parametrize(
    ("text", "whole"),
    [
        ("turn on the kitchen lights", "ordered"),
        ("is the garage door open", "asked"),
        ("what's the temperature in the kitchen", "asked"),
        ("unlock the back door", "extensible"),
        ("dim the ceiling light to twenty", "extensible"),
        ("turn on the", "unfinished"),
    ],
)
def test_whether_more_is_to_come(parser: CommandParser, text: str, whole: str) -> None:
    assert completeness(parser.parse(text, now=NOW)) == whole


def test_what_home_assistant_is_asked_may_be_half_a_sentence() -> None:
    asked = Command("how long does", (Step("home.converse", {"text": "how long does"}),), 0.9, "model")
    assert completeness(asked) == "unsure"
