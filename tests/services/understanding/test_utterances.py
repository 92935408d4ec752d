"""What people say → what is understood, as data: tests/utterances/*.yaml."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
import yaml

from services.understanding.names.base import Entity
from services.understanding.names.names import Names
from services.understanding.parser import CommandParser

ROOT = Path(__file__).parents[3]
PEOPLE = ("Sarah Chen", "Mike Miller", "Tom Baker", "Anna Schmidt", "John Smith", "Ben Okafor", "Lisa Wong", "Priya Rao")
"""Whom the store knows."""
FILES = sorted((ROOT / "tests" / "utterances").glob("*.yaml"))


def _rows() -> list[Any]:
    rows = []
    for path in FILES:
        table = yaml.safe_load(path.read_text(encoding="utf-8"))
        now = datetime.fromisoformat(table["now"])
        rows += [pytest.param(row["say"], row.get("steps", []), now, id=f"{path.stem}: {row['say']}") for row in table["rows"]]
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


@pytest.mark.parametrize("say", [row.values[0] for row in _rows() if row.values[1] and row.values[1] != [{"control.help": {}}]])
def test_case_and_full_stop_do_not_matter_to_the_action(parser: CommandParser, say: str) -> None:
    now = datetime.fromisoformat("2026-11-23T09:30:00+01:00")
    plain = [step.action for step in parser.parse(say, now=now).steps]
    assert [step.action for step in parser.parse(say.lower().rstrip("?.") + " .", now=now).steps] == plain


def test_there_are_enough_rows() -> None:
    rows = _rows()
    assert len(rows) >= 200
    assert sum(not row.values[1] for row in rows) >= 40


@pytest.mark.parametrize("action", ["task.create", "list.add", "reminder.create", "timer.start", "datetime.query"])
def test_examples_for_help_are_understood(parser: CommandParser, action: str) -> None:
    now = datetime.fromisoformat("2026-11-23T09:30:00+01:00")
    for example in parser.examples()[action]:
        assert [step.action for step in parser.parse(example, now=now).steps] == [action]
    assert set(parser.help_lines()) <= {said for several in parser.examples().values() for said in several}
