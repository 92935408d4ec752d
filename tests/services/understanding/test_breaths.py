"""Full stops that a recogniser writes wherever somebody takes a breath."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from device.commands.families import SENTENCES
from services.understanding.base import Slot
from services.understanding.breaths import flowing, in_one_breath, unbroken
from services.understanding.parser import CommandParser

Steps = list[tuple[str, dict[str, Slot]]]
NOW = datetime(2026, 11, 23, 9, 30, tzinfo=ZoneInfo("Europe/Berlin"))


@pytest.fixture(scope="module")
def parser() -> CommandParser:
    return CommandParser(SENTENCES)


@pytest.mark.parametrize(
    ("heard", "meant"),
    [
        ("Set a timer for 10 minutes. And 30 seconds.", "Set a timer for 10 minutes and 30 seconds."),
        ("Set a timer for ten minutes. Thirty seconds", "Set a timer for ten minutes thirty seconds"),
        ("Set a timer for 10 minutes and, 30 seconds.", "Set a timer for 10 minutes and 30 seconds."),
        ("Set a timer for 10 minutes and. 30 seconds.", "Set a timer for 10 minutes and 30 seconds."),
        ("Set a timer for 10 minutes and... 30 seconds.", "Set a timer for 10 minutes and 30 seconds."),
        ("Set an alarm for 7. 30.", "Set an alarm for 7:30."),
        ("Set an alarm for seven. Thirty.", "Set an alarm for seven thirty."),
        ("Start a timer for 20. 5 minutes.", "Start a timer for 25 minutes."),
        ("Start a timer for twenty. Five minutes.", "Start a timer for twenty five minutes."),
        ("Remind me to call mum tomorrow. At nine.", "Remind me to call mum tomorrow at nine."),
    ],
)
def test_what_is_one_number_length_or_time(heard: str, meant: str) -> None:
    assert in_one_breath(heard) == meant


@pytest.mark.parametrize(
    "text",
    [
        "Set a timer for 10 minutes. Set another for 30 seconds.",
        "Set two timers for 5 minutes, 10 minutes.",
        "I am back at 7. 30 people are coming.",
        "Meet Dr. Weiss at 3 p.m. tomorrow.",
        "Call mum tomorrow. At work I am busy, so call at nine.",
    ],
)
def test_what_ends_a_sentence_stays(text: str) -> None:
    assert in_one_breath(text) == text


@pytest.mark.parametrize(
    ("text", "steps"),
    [
        (
            "Book a meeting with Tom. On Wednesday at 3. About the budget.",
            [("meeting.create", {"attendees": ["Tom"], "when": "On Wednesday at 3", "title": "budget"})],
        ),
        ("Tell Sarah. I'll be late.", [("message.send", {"recipients": ["Sarah"], "content": "I'll be late"})]),
        (
            "Add milk. Eggs. And bread to the shopping list.",
            [("list.add", {"items": [{"item": "milk"}, {"item": "Eggs"}, {"item": "bread"}], "list": "shopping"})],
        ),
        ("Create a task. To paint the fence.", [("task.create", {"title": "paint the fence"})]),
        ("Add milk. The prime minister has gone.", []),
        ("Create a channel for marketing. My dog is ill.", []),
    ],
)
def test_a_command_in_several_breaths(
    parser: CommandParser, text: str, steps: list[tuple[str, dict[str, Slot]]]
) -> None:
    command = parser.parse(text, now=NOW)
    assert [(step.action, dict(step.slots)) for step in command.steps] == steps


def test_in_one_sentence_names_stay_as_they_are() -> None:
    assert unbroken("Create a channel. And add Sarah. Mike too.") == "Create a channel and add Sarah Mike too."
    assert unbroken("It is 7.30 now.") == "It is 7.30 now."


@given(st.text(alphabet="ab 7.?,!", max_size=40))
def test_nothing_but_stops_and_capitals_is_changed(text: str) -> None:
    def bare(said: str) -> list[str]:
        return [sign for sign in said.lower() if sign.isalnum()]

    assert len(flowing(text)) == len(text)
    assert bare(flowing(text)) == bare(unbroken(text)) == bare(text)
