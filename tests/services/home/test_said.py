"""What people say to a house: which action, of which things (said.yaml), and what else stands in the sentence."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import yaml

from services.actions.call import Call
from services.actions.execution.outside import Outside
from services.actions.home.services import SET_BY
from services.actions.home.which import which
from services.understanding.base import Command, Step
from services.understanding.house.reader import HouseReader
from services.understanding.parser import CommandParser
from tests.house import PretendHouse, house

HERE = Path(__file__).parent
SENTENCES = HERE.parents[2] / "config" / "sentences"
NOW = datetime(2026, 11, 25, 10, tzinfo=UTC)
SAID: dict[str, list[dict[str, Any]]] = yaml.safe_load((HERE / "said.yaml").read_text(encoding="utf-8"))
NOT_YET = {
    "I can't see anything in here, turn on the office light",
    "let's have dinner",
    "would you mind turning the bed light off",
    "Set the temperature in the bedroom to nineteen and a half",
    "Rosie, start cleaning",
}
"""Sentences of said.yaml that are not understood, or otherwise."""


@pytest.fixture(scope="module")
def parser() -> CommandParser:
    return CommandParser(SENTENCES, at_home=HouseReader(house))


def read(parser: CommandParser, text: str) -> Command:
    return parser.parse(text, now=NOW)


def meant(step: Step) -> list[str]:
    """The things that a step is about."""
    call: Any = Call(step.action, step.slots, None, NOW, UTC, lambda *_: (), outside=Outside(PretendHouse()))  # type: ignore[arg-type]
    domains = [domain for slot in SET_BY if slot in step.slots for domain in SET_BY[slot]]
    warm = ("climate", "sensor") if step.slots.get("about") else ()
    found = which(call, house(), tuple(domains) or warm, asleep=True)
    if step.action in ("home.on", "home.off"):
        found = [each for each in found if each.domain not in ("lock", "cover")]
    return sorted(each.id for each in found)


@pytest.mark.parametrize("row", [row for part in SAID.values() for row in part], ids=lambda row: row["said"])
def test_sentences_as_people_say_them(parser: CommandParser, row: dict[str, Any]) -> None:
    steps = read(parser, row["said"]).steps
    right = len(steps) == 1 and steps[0].action == row["action"] and meant(steps[0]) == row["of"]
    assert right is (row["said"] not in NOT_YET), steps


IN_HERE = {
    "Turn on the lights in here.": "home.on",
    "Turn off the light.": "home.off",
    "Turn off the lights in this room.": "home.off",
    "Is the light on in here?": "home.query",
    "What's the temperature in here?": "home.query",
    "Make it brighter in here.": "home.set",
    "Turn everything off in here.": "home.off",
    "Open the blinds in here.": "home.open",
    "Turn the light on here and add milk to the shopping list.": "home.on",
}


@pytest.mark.parametrize("text", IN_HERE)
def test_here_is_the_room_it_is_said_in(text: str) -> None:
    place = ["Kitchen"]
    there = CommandParser(SENTENCES, at_home=HouseReader(house, lambda: place[0]))
    for place[0] in ("Kitchen", "Living Room", "Kitchen"):
        first, *others = read(there, text).steps
        assert (first.action, first.slots["area"]) == (IN_HERE[text], place[0])
        assert [each.action for each in others] == (["list.add"] if "milk" in text else [])
