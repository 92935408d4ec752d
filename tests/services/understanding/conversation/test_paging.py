"""More of the last answer."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from services.understanding.base import Command, Step
from services.understanding.conversation.memory import Conversation, Mention, remembered
from services.understanding.stages.base import Understanding
from services.understanding.stages.more import more as go_on

NOW = datetime(2026, 12, 2, 10, tzinfo=UTC)
TASKS = [Mention("task", name, name) for name in "abcdefg"]


def asked(action: str = "task.query", *told: Mention, **slots: str) -> Conversation:
    return remembered(Conversation(), Command("what is due", (Step(action, slots),), 0.9, "template"), [told], NOW)


def more(text: str, conversation: Conversation) -> Command | None:
    said = go_on(Understanding(text, NOW, conversation))
    return said and said.command


@pytest.mark.parametrize("text", ["more", "More, please.", "go on", "next", "what else?", "and the rest", "aur"])
def test_goes_on_behind_what_was_told(text: str) -> None:
    command = more(text, asked("task.query", *TASKS[:3], when="today"))
    assert command is not None and command.text == "what is due"
    assert command.steps[0].slots == {"when": "today", "skip": "3"}
    again = more(text, remembered(Conversation(), command, [TASKS[3:6]], NOW))
    assert again is not None and again.steps[0].slots["skip"] == "6"


@pytest.mark.parametrize(
    ("text", "conversation"),
    [
        ("more", Conversation()),
        ("more", asked("task.query")),
        ("more", asked("datetime.query", *TASKS[:1])),
        ("more", asked("task.complete", *TASKS[:1])),
        ("more milk", asked("task.query", *TASKS[:3])),
        ("", asked("task.query", *TASKS[:3])),
        ("more " * 1000, asked("task.query", *TASKS[:3])),
    ],
)
def test_nothing_to_go_on_with(text: str, conversation: Conversation) -> None:
    assert more(text, conversation) is None
