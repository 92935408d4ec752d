"""Free words of a slot hold no other order; what somebody is told or reminded to do may be several things."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from services.understanding.base import Slot, Step
from services.understanding.overreach import takes_an_order
from services.understanding.parser import CommandParser

NOW = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)


@pytest.fixture(scope="module")
def parser() -> CommandParser:
    return CommandParser(Path("config/sentences"))


@pytest.mark.parametrize(
    ("action", "slots", "infinitive", "taken"),
    [
        ("meeting.create", {"title": "Priya and Tom, and post that we start"}, False, True),
        ("meeting.create", {"title": "search and rescue drill"}, False, False),
        ("meeting.update", {"title": "review, drop Kate"}, False, True),
        ("task.create", {"title": "call Mike and book a room"}, True, False),
        ("task.create", {"title": "call Mike, book a room"}, True, False),
        ("task.create", {"title": "call Mike, remind Bob"}, True, True),
        ("task.create", {"title": "what the client wants, when and where"}, False, False),
        ("list.add", {"items": [{"item": "kick off"}, {"item": "day off"}]}, False, False),
        ("task.create", {"title": "call Mike and book a room"}, False, True),
        ("task.create", {"title": "wash, drop"}, False, False),
        ("task.create", {"title": "send it to Bob"}, True, False),
        ("task.status", {"title": "send it to Bob"}, False, True),
        ("reminder.cancel", {"title": "the dentist and the one about the car"}, False, True),
        ("task.create", {"title": "the copy for Nina, and one for the photos"}, False, True),
        ("list.remove", {"items": [{"item": "butter off"}]}, False, True),
        ("list.add", {"items": [{"item": "eggs"}, {"item": "read me the list"}]}, False, True),
        ("list.add", {"items": [{"item": "read me a story book"}, {"item": "eggs"}]}, False, False),
        ("meeting.create", {"attendees": ["Hannah", "send them"]}, False, True),
        ("task.breakdown", {"parts": ["writing", "give layout to Tim"]}, False, True),
        ("task.breakdown", {"parts": ["order paint", "call Bob"]}, False, False),
        ("alarm.cancel", {"name": "all the timers and the"}, False, True),
        ("meeting.query", {"title": "meetings and how long they take"}, False, True),
        ("meeting.create", {"title": "what and when"}, False, False),
        ("task.assign", {"assignees": ["Petra while he's on leave"]}, False, True),
        ("file.share", {"people": ["Sara until Wednesday for"]}, False, True),
        ("message.send", {"content": "I'm late, and start without me"}, False, False),
        ("project.create", {"channels": ["design", "one for engineering"]}, False, False),
    ],
)
def test_an_order_within_a_slot_is_seen(action: str, slots: dict[str, Slot], infinitive: bool, taken: bool) -> None:
    assert takes_an_order(Step(action, slots), infinitive=infinitive) is taken


@pytest.mark.parametrize(
    "text",
    [
        "Create a channel called launch, add Priya and Tom, and post that we start Monday.",
        "Add Jim to the review meeting, drop Kate, and start it at half past two.",
        "Cancel everything on Friday afternoon, and block two hours for writing.",
        "Put the meeting with legal off until next week and free up my Tuesday morning.",
        "Delete the reminder about the dentist and the one about the car.",
        "Cancel the alarm for tomorrow and set one for eight instead.",
    ],
)
def test_templates_leave_to_the_model_what_they_would_read_as_one_thing(parser: CommandParser, text: str) -> None:
    assert parser.parse(text, now=NOW).source == "none"
