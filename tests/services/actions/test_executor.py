"""All steps or none, what the reply says, and undo."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from services.actions.execution.planner import critical
from services.actions.registry import ACTIONS
from services.store.base import Channel, Customer, Item, Message, Note, Person, Reminder, Task, Timer, TodoList
from services.understanding.base import Step
from services.understanding.vocabulary import VOCABULARY

KINDS = (Task, TodoList, Item, Reminder, Timer, Person, Channel, Message, Note, Customer)


def everything(desk: Any) -> str:
    """All documents but for the time of their last change."""
    rows = [{**row, "updated": "", "id": row.doc_id} for kind in KINDS for row in desk.store.table(kind.kind).all()]
    return json.dumps(sorted(rows, key=lambda row: row["id"]), sort_keys=True)


def test_every_action_of_the_vocabulary_is_carried_out_by_something() -> None:
    assert set(ACTIONS) == set(VOCABULARY)


def test_several_steps_are_told_in_spoken_order_whatever_order_they_run_in(desk: Any) -> None:
    reply = desk.command(
        Step("task.complete", {"title": "call Anna"}, after=(1,)),
        Step("task.create", {"title": "call Anna"}),
        Step("list.add", {"items": ["milk"], "list": "shopping"}),
    )
    assert reply == "Done: call Anna. Task created: call Anna. Added milk to your new shopping list."
    assert [outcome.action for outcome in desk.outcomes] == ["task.complete", "task.create", "list.add"]
    assert all(outcome.ok and outcome.changed for outcome in desk.outcomes)


def test_one_step_that_fails_leaves_nothing_behind(desk: Any) -> None:
    desk.say("task.create", title="there before")
    before = everything(desk)
    reply = desk.command(
        Step("task.create", {"title": "new"}),
        Step("timer.start", {"duration": "ten minutes"}),
        Step("task.complete", {"title": "no such thing"}),
        Step("list.add", {"items": ["milk"]}),
    )
    assert reply == "I found no open task like “no such thing”. Nothing was done."
    assert desk.codes == ["action.rolled_back", "action.rolled_back", "task.unknown", "action.not_run"]
    assert everything(desk) == before


def test_a_question_in_the_middle_is_asked(desk: Any) -> None:
    reply = desk.command(Step("task.create", {"title": "new"}), Step("reminder.create", {"title": "call Anna"}))
    assert reply == "Nothing was done yet. When shall I remind you?"
    assert desk.awaits
    assert everything(desk) == "[]"


def test_what_is_no_command_is_said_and_nothing_written(desk: Any) -> None:
    assert desk.command(said="turn on the lamp") == "I didn't understand “turn on the lamp”."
    assert (
        desk.command(said="And so we went " * 40)
        == "I didn't understand “And so we went And so we went” and what followed."
    )
    assert desk.command(said=" ") == "I didn't hear anything."
    assert desk.say("spaceship.launch") == "That's not something I can do."
    assert desk.codes == ["action.unknown"]
    assert everything(desk) == "[]"


def test_impossible_orders_are_refused_before_anything_runs(desk: Any) -> None:
    reply = desk.command(
        Step("task.create", {"title": "a"}, after=(1,)), Step("task.create", {"title": "b"}, after=(0,))
    )
    assert reply == "I can't do that in any order. Nothing was done."
    assert desk.codes == ["plan.impossible"] * 2
    assert everything(desk) == "[]"


def test_a_commit_that_fails_is_told_and_nothing_is_left(desk: Any) -> None:
    desk.store.storage.file.connection.execute("PRAGMA query_only = ON")
    reply = desk.command(Step("task.create", {"title": "a"}), Step("task.create", {"title": "b"}))
    assert "can't be written" in reply and reply.endswith("Nothing was changed.")
    assert desk.codes == ["store.read_only"] * 2
    assert everything(desk) == "[]"
    assert desk.say("datetime.query", said="what time is it") == "It's 10 AM."


def test_undo(desk: Any) -> None:
    desk.say("task.create", title="send the report")
    desk.command(
        Step("timer.start", {"duration": "ten minutes", "name": "pasta"}), Step("list.add", {"items": ["milk"]})
    )
    desk.say("task.query")
    assert desk.say("control.undo") == "Undone: pasta timer set for 10 minutes; added to shopping: milk."
    assert desk.say("control.undo") == "Undone: task created: send the report."
    assert desk.say("control.undo") == "There is nothing to undo."
    assert desk.codes == ["undo.nothing"]
    assert everything(desk) == "[]"


def test_undo_goes_alone(desk: Any) -> None:
    desk.say("task.create", title="a")
    assert (
        desk.command(Step("control.undo"), Step("task.create", {"title": "b"}))
        == "Undo goes alone: say it by itself. Nothing was done."
    )
    assert desk.codes == ["undo.alone"] * 2


def test_reserved_words_that_the_appliance_answers_pass_through(desk: Any) -> None:
    for word in ("stop", "cancel", "mute", "unmute", "deny"):
        assert desk.say(f"control.{word}") == ""
        assert desk.outcomes[0].ok
    assert desk.say("control.help").startswith("You can say")


WORDS = st.sampled_from(
    [
        "call Anna",
        "milk",
        "shopping",
        "pasta",
        "ten minutes",
        "tomorrow at 9",
        "Friday",
        "every Monday",
        "high",
        "Sarah",
        "yesterday",
        "2 years",
        "\0",
        "🙂",
        "x" * 600,
    ]
)
SLOTS = st.dictionaries(
    st.sampled_from(
        [
            *(
                "title",
                "when",
                "items",
                "list",
                "name",
                "duration",
                "priority",
                "assignees",
                "recurrence",
                "status",
                "people",
            ),
            *("content", "recipients", "customer", "amount", "privacy", "direction", "role", "phone", "new_name"),
        ]
    ),
    st.one_of(
        WORDS,
        st.lists(WORDS, max_size=3),
        st.lists(st.fixed_dictionaries({"item": WORDS, "quantity": WORDS}), max_size=2),
    ),
    max_size=5,
)
STEPS = st.lists(
    st.builds(Step, st.sampled_from(sorted(set(ACTIONS) - {"control.undo"})), SLOTS), min_size=1, max_size=4
)


@example(
    commands=[[Step("job.cancel"), Step("list.query"), Step("contact.create", {"name": "Anna"})]]
)  # it can do without the first two
@settings(max_examples=150, suppress_health_check=list(HealthCheck))
@given(commands=st.lists(STEPS, min_size=1, max_size=4))
def test_any_command_ends_in_a_sentence_and_undo_gives_back_the_former_state(
    desk: Any, commands: list[list[Step]]
) -> None:
    for command in commands:
        before = everything(desk)
        reply = desk.command(*command)
        failed = {index for index, outcome in enumerate(desk.outcomes) if not outcome.ok}
        assert "Traceback" not in reply and (reply or not failed)
        if failed & critical(command):
            assert failed == set(range(len(command))) and everything(desk) == before
        elif everything(desk) != before:
            assert any(outcome.changed for outcome in desk.outcomes)
            assert desk.say("control.undo").startswith("Undone: ")
            assert everything(desk) == before


@pytest.mark.parametrize("title", ["x" * 501, "lone \ud800 surrogate"])
def test_words_that_cannot_be_kept_are_refused_with_a_sentence(desk: Any, title: str) -> None:
    assert desk.say("task.create", title=title).startswith("That task can't be kept: title")
    assert desk.codes == ["store.invalid"]
