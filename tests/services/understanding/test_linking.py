"""Who is put onto or taken off "it": people of what was just named, items of a list, members of a channel. What is
searched in notes.
"""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from services.understanding.base import Slot, Step
from services.understanding.links import link

TASK = Step("task.create", {"title": "paint the roof"})
ASSIGN = Step("task.assign", {"title": "crane", "assignees": ["Theo"]})
MEETING = Step("meeting.create", {"title": "review", "when": "on Monday"})
CHANNEL = Step("channel.create", {"name": "ops"})
LIST = Step("list.create", {"list": "camping"})
OFF = Step("list.remove", {"list": "it", "items": [{"item": "Lars"}]})
ONTO = Step("channel.assign", {"name": "it", "people": ["Kim"]})
OUT = Step("channel.assign", {"name": "it", "people": ["Kim"], "direction": "remove"})


@pytest.mark.parametrize(
    ("before", "last", "action", "slots"),
    [
        ([ASSIGN], OFF, "task.assign", {"assignees": ["Lars"], "direction": "remove", "title": "crane"}),
        ([MEETING], OFF, "meeting.update", {"attendees": ["Lars"], "direction": "remove", "title": "review"}),
        ([TASK], ONTO, "task.assign", {"assignees": ["Kim"], "direction": "add", "title": "paint the roof"}),
        ([MEETING], ONTO, "meeting.update", {"attendees": ["Kim"], "direction": "add", "title": "review"}),
        ([MEETING], OUT, "meeting.update", {"attendees": ["Kim"], "direction": "remove", "title": "review"}),
        ([CHANNEL], ONTO, "channel.assign", {"people": ["Kim"], "name": "ops"}),
        ([CHANNEL, TASK], ONTO, "channel.assign", {"people": ["Kim"], "name": "ops"}),
        ([LIST, MEETING], OFF, "list.remove", {"items": [{"item": "Lars"}], "list": "camping"}),
    ],
)
def test_it_is_what_has_people(before: list[Step], last: Step, action: str, slots: Mapping[str, Slot]) -> None:
    linked = link([*before, last])[-1]
    assert (linked.action, dict(linked.slots)) == (action, slots)


@pytest.mark.parametrize(
    ("before", "last"),
    [
        ([], OFF),
        ([], ONTO),
        ([Step("meeting.cancel", {"title": "review"})], ONTO),
        ([TASK], Step("channel.assign", {"name": "it"})),
        ([TASK], Step("list.remove", {"list": "it", "items": [{"item": "eggs", "quantity": "two"}]})),
        ([MEETING], Step("list.add", {"list": "it", "items": [{"item": "coffee"}]})),
    ],
)
def test_else_it_stays_what_it_is(before: list[Step], last: Step) -> None:
    assert link([*before, last])[-1].action == last.action


@pytest.mark.parametrize(
    ("kind", "action"),
    [
        ("notes", "note.query"),
        ("my notes", "note.query"),
        ("All my notes", "note.query"),
        ("notes and files", "search.query"),
        ("", "search.query"),
    ],
)
def test_what_is_searched_in_the_notes_alone_asks_for_notes(kind: str, action: str) -> None:
    slots = {"text": "the merger", "when": "last week", **({"kind": kind} if kind else {})}
    (step,) = link([Step("search.query", slots)])
    assert step.action == action
    assert dict(step.slots) == ({"content": "the merger", "when": "last week"} if action == "note.query" else slots)
