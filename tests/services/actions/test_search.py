"""Search by voice: short to hear, the likeliest first, "more" goes on."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from services.store.base import Note, Task
from services.understanding.base import Command, Step


@pytest.fixture
def filled(desk: Any) -> Any:
    desk.say("customer.create", name="Henderson")
    desk.say("note.create", content="Henderson wants thirty blue chairs")
    desk.later(days=1)
    desk.say("contact.create", name="Sarah Chen")
    desk.say("message.send", recipients=["Sarah Chen"], content="Henderson paid the invoice")
    desk.say("list.create", list="groceries", items=[{"item": "Henderson cookies"}])
    desk.say("task.create", title="call Henderson", when="Friday")
    desk.say("meeting.create", title="Henderson contract", when="tomorrow at 3 pm")
    desk.later(hours=1)
    return desk


def test_several_kinds(filled: Any) -> None:
    reply = filled.say("search.query", text="Henderson")
    assert reply.startswith("Six things about Henderson: ")
    assert " and three others. The first three: the customer Henderson; " in reply
    assert len(filled.outcomes[0].about) == 3
    assert not filled.outcomes[0].changed


def test_more_goes_on_to_the_end(filled: Any) -> None:
    told = [filled.say("search.query", text="Henderson", skip=skip) for skip in ("0", "3", "6")]
    assert told[1].startswith("The last three of them: ")
    assert told[2] == "That was all."
    everything = " ".join(told)
    for words in (
        "the customer Henderson",
        "the meeting Henderson contract, tomorrow at 3 PM",
        "the task call Henderson, due tomorrow",
        "a message from you to Sarah Chen, today at 10 AM: Henderson paid the invoice",
        "a note: Henderson wants thirty blue chairs, yesterday",
        "Henderson cookies on the groceries list",
    ):
        assert words in everything


@pytest.mark.parametrize(
    ("slots", "reply"),
    [
        ({"text": "chairs"}, "One note about chairs: Henderson wants thirty blue chairs, yesterday."),
        (
            {"text": "hendersen", "kind": "notes"},
            "One note about something like hendersen in your notes: Henderson wants thirty",
        ),
        (
            {"text": "Henderson", "kind": "my tasks"},
            "One task about Henderson in my tasks: call Henderson, due tomorrow.",
        ),
        ({"text": "Henderson", "when": "yesterday"}, "Two things about Henderson from yesterday: "),
        ({"text": "zeppelin"}, "I found nothing about zeppelin."),
        (
            {"text": "zeppelin", "kind": "the messages", "when": "last week"},
            "I found nothing about zeppelin in the messages from last week.",
        ),
        (
            {"text": "invoice zeppelin"},
            "Nothing has all of “invoice zeppelin”. One message has some of it: you to Sarah Chen, ",
        ),
    ],
)
def test_query(filled: Any, slots: dict[str, Any], reply: str) -> None:
    assert filled.say("search.query", **slots).startswith(reply)


def test_what_is_done_is_said(filled: Any) -> None:
    filled.say("task.complete", title="call Henderson")
    assert filled.say("search.query", text="call Henderson") == "One task about call Henderson: call Henderson, done."


def test_asks_for_what(desk: Any) -> None:
    assert desk.say("search.query") == "What shall I look for?"
    assert (desk.codes, desk.awaits) == (["search.no_words"], True)


def test_only_what_is_still_there(filled: Any) -> None:
    """What an earlier step of the same command has deleted is not told of."""
    steps = (
        Step("task.delete", {"title": "call Henderson"}),
        Step("search.query", {"text": "call Henderson"}, after=(0,)),
    )
    reply = filled._run(Command("delete it and look", steps, 1.0, "template", confirmed=True))
    assert reply == "Task deleted: call Henderson. I found nothing about call Henderson."


def test_transcripts_only_where_they_are_named(desk: Any) -> None:
    desk.store.journal.add("turn", {"text": "what about the zeppelin"}, at=desk.now - timedelta(days=1))
    assert desk.say("search.query", text="zeppelin") == "I found nothing about zeppelin."
    reply = desk.say("search.query", text="zeppelin", kind="transcripts")
    assert reply == "One transcript about zeppelin in your transcripts: yesterday at 10 AM: what about the zeppelin."


def test_too_many_to_count(desk: Any) -> None:
    with desk.store.transaction("fill", now=desk.now) as tx:
        for number in range(60):
            tx.add(Task(title=f"paint fence {number}"))
            tx.add(Note(content=f"fence {number}"))
    reply = desk.say("search.query", text="fence")
    assert reply.startswith("More than 100 things about fence: ")
    assert "fence. " not in reply.split(": ")[0]
