"""What is asked back, and what the answers make of the command that waits."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import partial
from typing import Any

import pytest

from device.commands import questions
from services.actions.base import Choice, Outcome, Reply, Response
from services.understanding.base import Command, Reference, Step
from services.understanding.conversation.memory import PendingQuestion
from services.understanding.mock import ScriptedParser
from services.understanding.names.base import Ambiguous, Entity, Unknown
from services.understanding.names.names import Names
from services.understanding.stages.answer import answered
from services.understanding.stages.base import Doubtful, Understanding

NOW = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)
CHEN = Entity("person", "1", "Sarah Chen", role="designer")
OKAFOR = Entity("person", "2", "Sarah Okafor", role="developer")
MIKE = Entity("person", "3", "Mike Miller")
NAMES = Names([CHEN, OKAFOR, MIKE])
SEND = Command(
    "tell Sarah hi", (Step("message.send", {"recipients": ["Sarah", "Mike"], "content": "hi"}),), 0.9, "template"
)
WHICH = questions.which(
    SEND,
    Doubtful(0, "recipients", "Sarah", ("person",), Ambiguous((CHEN, OKAFOR), "alias", 0.9)),
    Ambiguous((CHEN, OKAFOR), "alias", 0.9),
)
ADD = Command(
    "add Mike to logistics", (Step("channel.assign", {"name": "logistics", "people": ["Mike"]}),), 0.9, "template"
)
REMIND = Command("remind me to eat", (Step("reminder.create", {"title": "eat"}),), 0.9, "template")


def answer(question: PendingQuestion, text: str) -> Command | None:
    return answered(question, Understanding(text, NOW, names=NAMES))


@pytest.mark.parametrize(
    ("text", "ids"),
    [
        ("Chen", ["1"]),
        ("the second one", ["2"]),
        ("the designer", ["1"]),
        ("both", ["1", "2"]),
        ("not Chen", ["2"]),
        ("Zoe", None),
    ],
)
def test_which_of_them(text: str, ids: list[str] | None) -> None:
    found = answer(WHICH, text)
    assert WHICH.asked == "Sarah Chen or Sarah Okafor?"
    assert ([ref.id for ref in found.steps[0].references] if found else None) == ids
    assert found is None or found.steps[0].slots == SEND.steps[0].slots


@pytest.mark.parametrize("text", ["neither", "no", "none of them", "somebody else", "cancel", "no, neither of them"])
def test_none_of_them(text: str) -> None:
    found = answer(WHICH, text)
    assert found and found.intent == "control.deny"


def test_another_one_that_is_known_takes_the_place_of_the_one_asked_about() -> None:
    found = answer(WHICH, "Mike Miller")
    assert found and found.steps[0].slots["recipients"] == ["Mike Miller", "Mike"]


@pytest.mark.parametrize(
    "text", ["yes", "yes please", "go ahead", "sure", "yes, add it", "haan kar do", "of course", "please do", "ok"]
)
def test_a_yes_makes_what_is_missing_first(text: str) -> None:
    doubtful = Doubtful(0, "name", "logistics", ("channel",), Unknown("logistics"))
    question = questions.unknown(ADD, [doubtful])
    assert question and question.asked == "I don't know a channel logistics. Shall I add it?"
    found = answer(question, text)
    assert found and [step.action for step in found.steps] == ["channel.create", "channel.assign"]
    assert found.steps[1].after == (0,)
    assert not found.confirmed, "a yes to the channel is none to what else is doubtful"


@pytest.mark.parametrize(
    "text", ["no", "nope", "better not", "don't", "nahi", "no thanks", "never mind", "wait, don't do it", "rather not"]
)
def test_a_no_does_nothing(text: str) -> None:
    found = answer(questions.confirm(SEND), text)
    assert found and found.intent == "control.deny"


@pytest.mark.parametrize(
    "text", ["the weather is nice", "yes and then she told me the whole long story of it", "no, to Mike", ""]
)
def test_what_is_neither_yes_nor_no(text: str) -> None:
    assert answer(questions.confirm(SEND), text) is None


def test_a_yes_confirms() -> None:
    found = answer(questions.confirm(SEND), "yes")
    assert found and found.confirmed and [step.slots for step in found.steps] == [step.slots for step in SEND.steps]


@pytest.mark.parametrize(
    ("text", "slots"),
    [
        ("tomorrow at nine", {"title": "eat", "when": "tomorrow at nine"}),
        ("every day at noon", {"title": "eat", "recurrence": "every day at noon"}),
        ("the cat is hungry", None),
    ],
)
def test_what_was_missing(text: str, slots: dict[str, Any] | None) -> None:
    question = questions.asked_back(
        Response(REMIND, (Outcome("reminder.create", False, "When?", "reminder.no_time"),), Reply("When?", awaits=True))
    )
    found = answer(question, text)
    assert (found and dict(found.steps[0].slots)) == slots


def test_what_was_not_understood_is_told_anew() -> None:
    command = Command("x", (Step("contact.create", {"name": "Ben", "phone": "blue"}),), 0.9, "template")
    question = questions.asked_back(
        Response(
            command,
            (Outcome("contact.create", False, "What is the number?", "contact.phone"),),
            Reply("What is the number?", awaits=True),
        )
    )
    found = answer(question, "555 1234")
    assert found and found.steps[0].slots["phone"] == "555 1234"
    past = Command("x", (Step("reminder.create", {"title": "eat", "when": "at eight"}),), 0.9, "template")
    found = answer(
        questions.asked_back(
            Response(past, (Outcome("reminder.create", False, "When?", "reminder.past"),), Reply("When?", awaits=True))
        ),
        "tomorrow",
    )
    assert found and found.steps[0].slots == {"title": "eat", "when": "tomorrow"}


def test_words_of_a_message_that_could_be_a_command_are_not_sure() -> None:
    waiting = Command("message Mike", (Step("message.send", {"recipients": ["Mike"]}),), 0.9, "template")
    question = questions.asked_back(
        Response(waiting, (Outcome("message.send", False, "What?", "message.no_content"),), Reply("What?", awaits=True))
    )
    parser = ScriptedParser({"what time is it": [Step("datetime.query")]})
    found = answered(question, Understanding("what time is it", NOW, names=NAMES, read=partial(parser.parse, now=NOW)))
    assert found and found.steps[0].slots["content"] == "what time is it" and found.confidence <= 0.7


def test_an_action_lets_choose() -> None:
    choice = Choice("title", "report", (("task", "1", "sales report"), ("task", "2", "tax report")))
    command = Command("finish the report", (Step("task.complete", {"title": "report"}),), 0.9, "template")
    question = questions.asked_back(
        Response(
            command,
            (Outcome("task.complete", False, "Which?", "task.ambiguous", choice=choice),),
            Reply("Which?", awaits=True),
        )
    )
    found = answer(question, "the tax one")
    assert found and [(ref.words, ref.id) for ref in found.steps[0].references] == [("report", "2")]


def test_what_was_sent_is_not_taken_back_but_asked_about() -> None:
    undo = Step("control.undo", references=(Reference("written", "", "message", "", "m", "context"),))
    sent = Command(
        "no, Mike", (undo, Step("message.send", {"recipients": ["Mike"], "content": "hi"}, after=(0,))), 0.9, "template"
    )
    question = questions.gone(sent)
    assert question and question.asked == "It has gone out and can't be called back. Send “hi” to Mike as well?"
    assert [step.after for step in question.command.steps] == [()]
    credit = Command(
        "no, 5", (undo, Step("ledger.credit", {"customer": "R", "amount": "5"}, after=(0,))), 0.9, "template"
    )
    assert questions.gone(credit) is None and questions.gone(SEND) is None


@pytest.mark.parametrize(
    ("step", "kinds", "words", "asked"),
    [
        (Step("message.send", {"recipients": ["Zoe"]}), ("person",), "Zoe", "I don't know Zoe. Shall I add Zoe?"),
        (
            Step("channel.assign", {"name": "the sales channel"}),
            ("channel",),
            "the sales channel",
            "I don't know a channel sales. Shall I add it?",
        ),
        (Step("channel.delete", {"name": "sales"}), ("channel",), "sales", None),
        (Step("channel.query", {"name": "sales"}), ("channel",), "sales", None),
        (Step("task.create", {"title": "x", "assignees": ["Zoe"]}), ("person",), "Zoe", None),
        (Step("channel.assign", {"name": "sales", "direction": "remove"}), ("channel",), "sales", None),
    ],
)
def test_what_is_offered_to_be_made(step: Step, kinds: Any, words: str, asked: str | None) -> None:
    slot = next(slot for slot, value in step.slots.items() if words in value)
    question = questions.unknown(
        Command("x", (step,), 0.9, "template"), [Doubtful(0, slot, words, kinds, Unknown(words))]
    )
    assert (question and question.asked) == asked
