"""Every action, with slots as people say them: no reply, question or undo has a fault of grammar.py."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import product
from typing import Any

import pytest

from services.actions.execution import doubt
from services.actions.registry import ACTIONS
from services.understanding.base import Command, Step
from services.understanding.vocabulary import VOCABULARY
from tests.appliance import MockAppliance
from tests.services.actions.grammar import faults

_TIMES = """tomorrow|on tomorrow|for tomorrow at seven|at seven every weekday|on this week|next week|on next week|today
|on Friday|now|at noon|in ten minutes|by Friday|from 2 to 4 on friday|since monday"""
_SAID: Mapping[str, Sequence[Any]] = {
    "when": [each.strip() for each in _TIMES.split("|")],
    "old_when": ["at seven", "on friday", "on tomorrow"],
    "recurrence": ["every monday", "on weekdays", "at seven every weekday", "on the first of every month"],
    "duration": ["one minute", "an hour", "for an hour"],
    "priority": ["high"],
    **dict.fromkeys(("people", "assignees", "attendees"), (["Sarah"], ["Sarah", "Tom"], ["me"])),
    "recipients": [["Sarah"], ["Sarah", "Tom"], ["marketing"]],
    "channels": [["marketing"]],
    "items": [
        [{"item": "milk"}],
        [{"item": "eggs", "quantity": "two"}, {"item": "bread"}],
        [{"item": "lamp", "quantity": "two"}],
    ],
    "title": ["the design review", "call mom", "all"],
    "name": ["Sarah", "the pasta", "all", "marketing"],
    "content": ["I'm late", "you are late."],
    "list": ["shopping", "the shopping list", "my orders"],
    "level": ["20"],
    "amount": ["20", "100 dollars"],
    "customer": ["Rahul"],
    "location": ["room two"],
    "direction": ["add", "remove", "later"],
    "field": ["phone"],
    "status": ["open", "done", "archived"],
    "new_title": ["the big review"],
    "new_name": ["growth"],
    "project": ["Apollo"],
    "channel": ["marketing"],
    "steps": ["list my tasks", "mute and list my tasks"],
    "kind": ["task"],
}
_MOST = 40
"""Of one action."""
_KEPT: Sequence[tuple[str, Mapping[str, Any]]] = (
    ("contact.create", {"name": "Sarah", "phone": "555 0100"}),
    ("contact.create", {"name": "Tom"}),
    ("customer.create", {"name": "Rahul"}),
    ("project.create", {"name": "Apollo"}),
    ("channel.create", {"name": "marketing", "people": ["Sarah"]}),
    ("list.create", {"list": "shopping"}),
    ("list.add", {"list": "shopping", "items": [{"item": "milk"}, {"item": "eggs"}]}),
    ("task.create", {"title": "call mom", "when": "friday"}),
    ("task.create", {"title": "report", "assignees": ["Sarah"]}),
    ("meeting.create", {"title": "design review", "when": "tomorrow at 10", "attendees": ["Sarah"]}),
    ("note.create", {"content": "the code is 7788"}),
    ("reminder.create", {"title": "call mom", "when": "tomorrow at nine"}),
    ("reminder.create", {"title": "water", "when": "friday at nine"}),
    ("timer.start", {"duration": "ten minutes", "name": "pasta"}),
    ("timer.start", {"duration": "1 minute"}),
    ("timer.start", {"duration": "two minutes"}),
    ("alarm.create", {"when": "tomorrow at 7"}),
    ("alarm.create", {"when": "tomorrow at 8"}),
    ("alarm.create", {"when": "friday at 8", "name": "gym"}),
    ("message.send", {"recipients": ["Sarah"], "content": "hello"}),
    ("routine.create", {"name": "morning", "steps": "list my tasks"}),
    ("ledger.credit", {"customer": "Rahul", "amount": "100"}),
)


def _slots(action: str) -> Iterator[Mapping[str, Any]]:
    """Nothing, what it is about, and this with each other slot."""
    row = VOCABULARY[action]
    known = [slot for slot in row.slots if slot in _SAID]
    about = [slot for slot in known if slot in row.required or slot == row.subject]
    whole = [dict(zip(about, said, strict=True)) for said in product(*(_SAID[slot] for slot in about))]
    alone = [{slot: said} for slot in known for said in _SAID[slot][:8]]
    more = [{**whole[0], slot: said} for slot in known if slot not in about for said in _SAID[slot]]
    yield from ([{}, *whole[:8], *more, *alone])[:_MOST]


@pytest.mark.parametrize("action", sorted(set(ACTIONS) & set(VOCABULARY)))
def test_replies(desk: Any, action: str) -> None:
    desk.appliance = MockAppliance()
    desk.read_commands = lambda texts, _: [
        Command(text, (Step("task.query"),) if " " in text else (), 0.9, "template") for text in texts
    ]
    for kept, slots in _KEPT:
        desk.say(kept, **slots)
        assert desk.outcomes[0].ok, kept
    for slots in _slots(action):
        said = [desk.say(action, **slots)]
        if desk.codes == ["confirm"]:
            said.append(desk.agree())
        if VOCABULARY[action].writes:
            said.append(doubt.question(Command("", (Step(action, slots),), 0.6, "template")))
        if any(outcome.changed for outcome in desk.outcomes):
            said.append(desk.say("control.undo"))
        for words in said:
            assert not faults(words), f"{slots}: {words}"
