"""The command model that is shipped, behind the templates: what no template reads, and what it knows better."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from services.understanding.model.adapter import load_adapter
from services.understanding.model.guarded import GuardedModel
from services.understanding.model.llama import LlamaModel
from services.understanding.parser import CommandParser

ROOT = Path(__file__).parents[3]
NOW = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)
pytestmark = pytest.mark.engine


@pytest.fixture(scope="module")
def parser(model_folder: Callable[[str], Path]) -> CommandParser:
    adapter = load_adapter(ROOT / "config/language_models/equerry-commands.toml")
    model = LlamaModel(adapter, model_folder(adapter.weights), lora=model_folder(adapter.lora), limit_s=60)
    return CommandParser(ROOT / "config/sentences", GuardedModel(model))


@pytest.mark.parametrize(
    ("say", "actions"),
    [
        ("lose the note on the chimney", ["note.delete"]),
        ("take gopal stores on as a customer", ["customer.create"]),
        (
            "we're nearly out of printer paper so put it on the office list and nudge me friday",
            ["list.add", "reminder.create"],
        ),
        ("what does gupta owe us and when did he pay last", ["ledger.balance", "ledger.history"]),
        (
            "wake me at six, pop rope on the hardware list and anna ought to know the site opens late",
            ["alarm.create", "list.add", "message.send"],
        ),
        # A template takes free words for what they are not.
        ("find my notes about the merger and delete the one about parking", ["note.query", "note.delete"]),
        ("new task fix the gate, then another one, oil the hinges", ["task.create", "task.create"]),
        ("you need to assign more weight to the rear wheels", []),
        # Near misses.
        ("I should have set a timer yesterday", []),
        ("they're going to create jobs in the north", []),
    ],
)
def test_it_reads_what_templates_do_not(parser: CommandParser, say: str, actions: list[str]) -> None:
    command = parser.parse(say, now=NOW)
    assert [step.action for step in command.steps] == actions
    assert command.source == ("model" if actions else "none")


@pytest.mark.parametrize(
    ("before", "say", "step"),
    [
        (
            "what does Kowalski owe us",
            "and the Rotary gentlemen?",
            ("ledger.balance", {"customer": "the Rotary gentlemen"}),
        ),
        (
            "how long's the heat pack got?",
            "pause the other one",
            ("timer.pause", {"name": re.compile(r"(the )?other( one)?")}),
        ),
        ("create a channel called hub", "add Priya and Felix", ("channel.assign", {"people": ["Priya", "Felix"]})),
        ("what's in the portal project", "rename it to hub", ("project.update", {"new_name": "hub"})),
        ("what does Kowalski owe us", "the tower is very old", ("", {})),
    ],
)
def test_it_reads_what_goes_on_from_the_last_command(
    parser: CommandParser, before: str, say: str, step: tuple[str, dict[str, object | re.Pattern[str]]]
) -> None:
    command = parser.parse(say, now=NOW, before=parser.parse(before, now=NOW))
    assert command.intent == (step[0] or "none")
    for name, value in step[1].items():
        said = command.steps[0].slots[name]
        assert value.fullmatch(str(said)) if isinstance(value, re.Pattern) else said == value


@pytest.mark.parametrize(
    "say", ["Create a test to water the plants.", "create a test to call Anna", "create a tusk to call Anna on Friday"]
)
def test_a_word_misheard_is_not_nothing(parser: CommandParser, say: str) -> None:
    assert [step.action for step in parser.parse(say, now=NOW).steps] == ["task.create"]


def test_what_is_copied_is_put_in_its_slots(parser: CommandParser) -> None:
    first, second = parser.parse(
        "we have a new customer called gopal stores who paid five hundred just now", now=NOW
    ).steps
    assert (first.action, dict(first.slots)) == ("customer.create", {"name": "gopal stores"})
    assert second.action == "ledger.payment" and second.slots["amount"] == "five hundred"
