"""Whatever the slots of meetings, timers, routines and lists hold: a sentence comes of it, failures change nothing,
undo gives all back.
"""

from __future__ import annotations

import json
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from services.actions.registry import ACTIONS
from services.store.base import Item, Meeting, Routine, Timer, TodoList
from services.understanding.base import Command, Step
from tests.appliance import MockAppliance

_WORDS = """standup|budget review|meeting|all|Sarah|Tom|tomorrow|tomorrow at 3|Friday|next week|every Monday|
every Monday at 9|every hour|every minute|from 2 to 4|tomorrow from 2 to 4 pm|yesterday|2 years|5|an hour|3 days|
0 minutes|later|earlier|longer|shorter|add|remove|to|room 5|31st of February|after 3 tomorrow|before 5|tonight|
this weekend|in two hours|all day|until Friday|noon|last month|December 2030|now|every other day until Christmas"""
WORDS = st.sampled_from([*(words.strip() for words in _WORDS.split("|")), "\0", "🙂", "x" * 600])
SAID = st.sampled_from(
    [
        "as spoken",
        "when am i free",
        "where",
        "who",
        "how long",
        "how many",
        "next meeting",
        "last one",
        "clear all",
        "all day",
    ]
)
SLOTS = st.dictionaries(
    st.sampled_from(
        [
            *(
                "title",
                "attendees",
                "when",
                "old_when",
                "recurrence",
                "duration",
                "location",
                "new_title",
                "direction",
                "name",
                "steps",
            ),
            *("level", "what", "list", "items"),
        ]
    ),
    st.one_of(WORDS, st.lists(WORDS, max_size=2)),
    max_size=5,
)
FAMILIES = ("meeting", "timer", "routine", "device", "list")
MINE = sorted(action for action in ACTIONS if action.partition(".")[0] in FAMILIES or action == "control.volume")
STEP = st.tuples(st.sampled_from(MINE), SLOTS, SAID, st.booleans())


def everything(desk: Any) -> str:
    kinds = (Meeting, Timer, Routine, TodoList, Item)
    return json.dumps(
        [{**row, "updated": "", "id": row.doc_id} for kind in kinds for row in desk.store.table(kind.kind).all()]
    )


@settings(max_examples=150, suppress_health_check=list(HealthCheck))
@given(commands=st.lists(STEP, min_size=2, max_size=8))
def test_any_slots(desk: Any, commands: list[tuple[str, dict[str, Any], str, bool]]) -> None:
    desk.appliance = MockAppliance()
    desk.read_commands = lambda texts, _: [
        Command(text, (Step("timer.start", {"duration": "5 minutes"}),), 0.9, "template") for text in texts
    ]
    for action, slots, said, yes in commands:
        before = everything(desk)
        assert desk.say(action, said, **slots)
        if yes and desk.codes == ["confirm"]:
            desk.agree()
        after = everything(desk)
        if not desk.outcomes[0].ok:
            assert after == before
        elif after != before:
            assert desk.say("control.undo").startswith("Undone: ")
            assert sorted(json.loads(everything(desk)), key=str) == sorted(json.loads(before), key=str)
