"""Free words of a slot hold no other order; what there is to do may be several things, and names may begin with
verbs.
"""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from services.understanding.base import Slot, Step
from services.understanding.parser import CommandParser
from services.understanding.sentences.overreach import takes_an_order

SENTENCES = Path(__file__).parents[3] / "config/sentences"
NOW = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)


@pytest.fixture(scope="module")
def parser() -> CommandParser:
    return CommandParser(SENTENCES)


@pytest.mark.parametrize(
    ("action", "slots", "taken"),
    [
        ("meeting.create", {"title": "Priya and Tom, and post that we start"}, True),
        ("meeting.create", {"title": "search and rescue drill"}, False),
        ("meeting.create", {"title": "planning and change management"}, False),
        ("meeting.update", {"title": "review, move it"}, True),
        ("channel.create", {"name": "news and open questions"}, False),
        ("project.create", {"name": "search and share tools"}, False),
        ("task.create", {"title": "call Mike, book a room"}, False),
        ("task.create", {"title": "update the website and send the newsletter"}, False),
        ("task.create", {"title": "call Mike and remind me tomorrow"}, True),
        ("task.create", {"title": "what the client wants, when and where"}, False),
        ("task.create", {"title": "the copy for Nina, and one for the photos"}, True),
        ("task.delete", {"title": "send him the contract"}, False),
        ("task.status", {"title": "show me everything Ben has open"}, True),
        ("reminder.create", {"title": "the deadline and what to bring"}, False),
        ("reminder.cancel", {"title": "the dentist and the one about the car"}, True),
        ("routine.run", {"name": "wake me up"}, False),
        ("alarm.cancel", {"name": "set one for eight instead"}, True),
        ("alarm.cancel", {"name": "all the timers and the"}, True),
        ("list.remove", {"items": [{"item": "butter off"}]}, True),
        ("list.add", {"items": [{"item": "soap"}, {"item": "stain off"}]}, False),
        ("list.add", {"items": [{"item": "eggs"}, {"item": "read me the list"}]}, True),
        ("list.add", {"items": [{"item": "milk"}, {"item": "free range eggs"}, {"item": "break pads"}]}, False),
        ("list.add", {"items": [{"item": "read me a story book"}, {"item": "eggs"}]}, False),
        ("meeting.create", {"attendees": ["Hannah", "send them"]}, True),
        ("task.breakdown", {"parts": ["writing", "give layout to Tim"]}, True),
        ("task.breakdown", {"parts": ["send the order", "call Bob", "book a room"]}, False),
        ("meeting.query", {"title": "meetings and how long they take"}, True),
        ("meeting.create", {"title": "what and when"}, False),
        ("task.assign", {"assignees": ["Petra while he's on leave"]}, True),
        ("file.share", {"people": ["Sara until Wednesday for"]}, True),
        ("meeting.update", {"attendees": ["everyone that works in design"]}, False),
        ("message.send", {"content": "I'm late, and start without me"}, False),
        ("project.create", {"channels": ["design", "one for engineering"]}, False),
    ],
)
def test_an_order_within_a_slot_is_seen(action: str, slots: dict[str, Slot], taken: bool) -> None:
    assert takes_an_order(Step(action, slots)) is taken


@pytest.mark.parametrize(
    "text",
    [
        "Create a channel called launch, add Priya and Tom, and post that we start Monday.",
        "Put the meeting with legal off until next week and free up my Tuesday morning.",
        "Delete the reminder about the dentist and the one about the car.",
        "Cancel the alarm for tomorrow and set one for eight instead.",
        "Stop all the timers and the alarm.",
        "Have the team meet on Wednesday.",
        "Give me information about the concert on Tuesday night.",
    ],
)
def test_templates_leave_to_the_model_what_they_would_read_as_one_thing(parser: CommandParser, text: str) -> None:
    assert parser.parse(text, now=NOW).source == "none"


@pytest.mark.parametrize(
    ("text", "actions"),
    [
        ("Remind me tomorrow to call Bob and send the invoice", ["reminder.create"]),
        ("Remind me on Friday to take out the bins and move the car", ["reminder.create"]),
        ("Create a task for Bob to call mum and send the invoice", ["task.create"]),
        ("Create a task: update the website and send the newsletter", ["task.create"]),
        ("Add a task: wash the car and take the bins out", ["task.create"]),
        ("Cancel the reminder to tell him about the party", ["reminder.cancel"]),
        ("Mark send him the contract as done", ["task.complete"]),
        ("Start the wake me up routine", ["routine.run"]),
        ("Archive the ask me anything channel", ["channel.status"]),
        ("Add milk, free range eggs and bread to the shopping list", ["list.add"]),
        ("Add soap, stain off and bleach to the shopping list", ["list.add"]),
        ("Create a channel called news and open questions", ["channel.create"]),
        ("Create a project called search and share tools", ["project.create"]),
        ("Delete the task about sales and open orders", ["task.delete"]),
        ("Remind me about the deadline and what to bring on Friday", ["reminder.create"]),
        ("Invite everyone that works in design to the review", ["meeting.update"]),
        ("Rehearsal for the wedding tomorrow at five", ["meeting.create"]),
        ("Practice for the game tomorrow at six", ["meeting.create"]),
        ("Remind me to make macaroni and cheese for dinner tonight", ["reminder.create"]),
        (
            "Create a task to paint the shed and dinner with Anna tomorrow at seven and set a timer for ten minutes",
            ["task.create", "meeting.create", "timer.start"],
        ),
    ],
)
def test_what_only_looks_like_an_order_is_read(parser: CommandParser, text: str, actions: list[str]) -> None:
    assert [step.action for step in parser.parse(text, now=NOW).steps] == actions
