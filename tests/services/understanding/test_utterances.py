"""What people say → what is understood, as data: tests/utterances/*.yaml."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from services.actions.execution.planner import waves
from services.understanding.names.base import Entity
from services.understanding.names.names import Names
from services.understanding.parser import CommandParser
from services.understanding.vocabulary import VOCABULARY
from tests.tables import table

ROOT = Path(__file__).parents[3]
PEOPLE = (
    "Sarah Chen",
    "Mike Miller",
    "Tom Baker",
    "Anna Schmidt",
    "John Smith",
    "Ben Okafor",
    "Lisa Wong",
    "Priya Rao",
)
"""Whom the store knows."""
FILES = sorted((ROOT / "tests" / "utterances").glob("*.yaml"))


def _rows() -> list[Any]:
    rows = []
    for path in FILES:
        read = table(path)
        now = datetime.fromisoformat(read["now"])
        rows += [
            pytest.param(row["say"], row.get("steps", []), now, id=f"{path.stem}: {row['say']}") for row in read["rows"]
        ]
    return rows


@pytest.fixture(scope="module")
def parser() -> CommandParser:
    names = Names(Entity("person", name, name) for name in PEOPLE)
    return CommandParser(ROOT / "config" / "sentences", names=lambda: names)


@pytest.mark.parametrize(("say", "steps", "now"), _rows())
def test_said(parser: CommandParser, say: str, steps: list[dict[str, Any]], now: datetime) -> None:
    command = parser.parse(say, now=now)
    assert [{step.action: dict(step.slots)} for step in command.steps] == steps
    assert (command.source == "none") == (not steps)


@pytest.mark.parametrize(
    ("say", "steps", "now"), [row for row in _rows() if row.values[1] and row.values[1] != [{"control.help": {}}]]
)
def test_case_and_full_stop_do_not_matter_to_the_action(
    parser: CommandParser, say: str, steps: list[dict[str, Any]], now: datetime
) -> None:
    command = parser.parse(say.lower().rstrip("?.") + " .", now=now)
    assert [step.action for step in command.steps] == [action for step in steps for action in step]


def test_there_are_enough_rows() -> None:
    steps = [row.values[1] for row in _rows()]
    assert len(steps) >= 600
    assert sum(len(each) > 1 for each in steps) >= 100
    assert sum(not each for each in steps) >= 100
    at_home = {action for action in VOCABULARY if action.startswith("home.")}  # tests/services/home/said.yaml has these
    assert {action for each in steps for step in each for action in step} == set(VOCABULARY) - at_home


def test_every_example_that_help_gives_is_understood(parser: CommandParser) -> None:
    now = datetime.fromisoformat("2026-11-23T09:30:00+01:00")
    for action, examples in parser.examples().items():
        for example in examples:
            assert action in {step.action for step in parser.parse(example, now=now).steps}, example


def test_a_project_told_in_one_breath_is_done_in_an_order_that_respects_its_dependencies(parser: CommandParser) -> None:
    command = parser.parse(
        "Create a product launch project with marketing and development channels. Add Sarah to marketing, Mike to"
        " development. Create tasks: marketing materials due Friday assigned to Sarah, development testing due Thursday"
        " assigned to Mike. Make testing block marketing materials. Upload project requirements to both channels.",
        now=datetime.fromisoformat("2026-11-23T09:30:00+01:00"),
    )
    said = [(step.action, {**step.slots}) for step in command.steps]
    assert said == [
        ("project.create", {"name": "product launch"}),
        ("channel.create", {"name": "marketing"}),
        ("channel.create", {"name": "development"}),
        ("channel.assign", {"people": ["Sarah"], "name": "marketing", "direction": "add"}),
        ("channel.assign", {"people": ["Mike"], "name": "development", "direction": "add"}),
        ("task.create", {"title": "marketing materials", "when": "Friday", "assignees": ["Sarah"]}),
        ("task.create", {"title": "development testing", "when": "Thursday", "assignees": ["Mike"]}),
        ("task.depend", {"title": "testing", "blocks": ["marketing materials"]}),
        ("file.share", {"file": "project requirements", "channels": ["marketing", "development"]}),
    ]
    place = {index: at for at, index in enumerate(index for wave in waves(command.steps) for index in wave)}
    assert all(place[before] < place[index] for index, step in enumerate(command.steps) for before in step.after)
    assert set(command.steps[7].after) == {5, 6} and set(command.steps[8].after) == {1, 2}
    assert command.intent == "several" and command.confidence >= 0.8
