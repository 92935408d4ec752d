"""Short sentences that change, repeat or go on with the last command."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from services.understanding.base import Command, Step
from services.understanding.conversation.additions import covers, filled, told
from services.understanding.conversation.memory import Conversation, Mention
from services.understanding.names.base import Entity
from services.understanding.names.names import Names
from services.understanding.stages.base import Stage, Understanding
from services.understanding.stages.correction import behind_a_no, correction, otherwise
from services.understanding.stages.repetition import continuation, repetition
from services.understanding.stages.short import addition, inheritance, shorthand
from services.understanding.vocabulary import VOCABULARY

NOW = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)
NAMES = Names(
    [
        *(Entity("person", name, name) for name in ("Sarah Chen", "Mike Miller", "Anna Schmidt")),
        *(Entity("customer", name, name) for name in ("Rahul Sharma", "Priya Nair")),
        *(Entity("channel", name, name) for name in ("marketing", "development")),
    ]
)
Steps = list[dict[str, dict[str, Any]]]
TASK = Step("task.create", {"title": "call Anna", "when": "tomorrow"})
CREDIT = Step("ledger.credit", {"customer": "Rahul", "amount": "100 dollars"})
MILK = Step("list.add", {"items": [{"item": "milk", "quantity": "2"}], "list": "shopping"})
JOINED = Step("channel.assign", {"people": ["Mike"], "name": "marketing", "direction": "add"})
SENT = Step("message.send", {"recipients": ["Anna"], "content": "hello"})
TIMER = Step("timer.start", {"duration": "5 minutes"})
BALANCE = Step("ledger.balance", {"customer": "Rahul"})
ALARM = Step("alarm.create", {"when": "at 7"})


def after(step: Step, *, done: bool = True) -> Conversation:
    last = Command("said", (step,), 0.95, "template")
    writes = VOCABULARY[step.action].writes
    mention = Mention(VOCABULARY[step.action].family, "call Anna" if step is TASK else "", "id")
    return Conversation(
        mentions=(mention,),
        last=last,
        done=done,
        written=(("x", "id"),) if writes and done else (),
        asked=None if writes else last,
        made=last if writes else None,
        touched=NOW,
    )


def by(stage: Stage, text: str, conversation: Conversation) -> Command | None:
    said = stage(Understanding(text, NOW, conversation, names=NAMES))
    return said and said.command


def inherited(command: Command, conversation: Conversation) -> Command:
    return inheritance(Understanding(command.text, NOW, conversation, command=command)).command


def steps(command: Command | None) -> Steps:
    return [] if command is None else [{step.action: dict(step.slots)} for step in command.steps]


@pytest.mark.parametrize(
    ("step", "said", "expected"),
    [
        (TASK, "no, Tuesday", [{"task.update": {"title": "call Anna", "when": "Tuesday"}}]),
        (TASK, "I meant Tuesday", [{"task.update": {"title": "call Anna", "when": "Tuesday"}}]),
        (TASK, "not tomorrow, Tuesday", [{"task.update": {"title": "call Anna", "when": "Tuesday"}}]),
        (
            CREDIT,
            "I meant debit",
            [{"control.undo": {}}, {"ledger.debit": {"customer": "Rahul", "amount": "100 dollars"}}],
        ),
        (CREDIT, "I meant history", []),
        (TASK, "no not tomorrow, Tuesday", [{"task.update": {"title": "call Anna", "when": "Tuesday"}}]),
        (TASK, "sorry, for Mike", [{"task.update": {"title": "call Anna", "assignees": ["Mike"]}}]),
        (TASK, "no, that was not what she said", []),
        (TASK, "no", []),
        (TASK, "no. Really?", []),
        (TASK, "no, for Zoe", [{"task.update": {"title": "call Anna", "assignees": ["Zoe"]}}]),
        (TASK, "Tuesday", []),
        (ALARM, "make it 8", [{"alarm.update": {"when": "8"}}]),
        (ALARM, "make it 80", []),
        (CREDIT, "no, 200", [{"control.undo": {}}, {"ledger.credit": {"customer": "Rahul", "amount": "200"}}]),
        (
            CREDIT,
            "no, Priya",
            [{"control.undo": {}}, {"ledger.credit": {"customer": "Priya", "amount": "100 dollars"}}],
        ),
        (
            CREDIT,
            "sorry, 50 to Priya",
            [{"control.undo": {}}, {"ledger.credit": {"customer": "Priya", "amount": "50"}}],
        ),
        (
            JOINED,
            "no, Sarah",
            [{"control.undo": {}}, {"channel.assign": {"people": ["Sarah"], "name": "marketing", "direction": "add"}}],
        ),
        (
            JOINED,
            "no, development",
            [{"control.undo": {}}, {"channel.assign": {"people": ["Mike"], "name": "development", "direction": "add"}}],
        ),
        (TIMER, "no, ten minutes", [{"control.undo": {}}, {"timer.start": {"duration": "ten minutes"}}]),
        (BALANCE, "I meant Priya", [{"ledger.balance": {"customer": "Priya"}}]),
    ],
)
def test_corrected(step: Step, said: str, expected: Steps) -> None:
    assert steps(by(correction, said, after(step))) == expected


def test_what_was_refused_is_only_asked_for_otherwise() -> None:
    command = by(correction, "no, Priya", after(CREDIT, done=False))
    assert steps(command) == [{"ledger.credit": {"customer": "Priya", "amount": "100 dollars"}}]


def test_a_correction_names_what_it_takes_back_and_waits_for_that() -> None:
    command = by(correction, "no, 200", after(CREDIT))
    assert command and [(ref.kind, ref.id) for ref in command.steps[0].references] == [("x", "id")]
    assert command.steps[1].after == (0,) and not command.confirmed


@pytest.mark.parametrize(
    ("step", "said", "expected"),
    [
        (
            TASK,
            "and one for Mike",
            [{"task.create": {"title": "call Anna", "when": "tomorrow", "assignees": ["Mike"]}}],
        ),
        (TASK, "another one on Friday", [{"task.create": {"title": "call Anna", "when": "on Friday"}}]),
        (CREDIT, "same for Priya", [{"ledger.credit": {"customer": "Priya", "amount": "100 dollars"}}]),
        (CREDIT, "same here", []),
        (SENT, "send the same to Mike", [{"message.send": {"recipients": ["Mike"], "content": "hello"}}]),
        (BALANCE, "what about Priya?", [{"ledger.balance": {"customer": "Priya"}}]),
        (CREDIT, "what about Priya", []),
        (TASK, "what about Friday?", []),
        (TIMER, "and another one for 20 minutes", [{"timer.start": {"duration": "20 minutes"}}]),
    ],
)
def test_repeated(step: Step, said: str, expected: Steps) -> None:
    assert steps(by(repetition, said, after(step))) == expected


@pytest.mark.parametrize(
    ("step", "said", "expected"),
    [
        (MILK, "and bread", [{"list.add": {"items": [{"item": "bread"}], "list": "shopping"}}]),
        (MILK, "and then she left me", []),
        (
            MILK,
            "no, oat milk",
            [
                {"control.undo": {}},
                {"list.add": {"items": [{"quantity": "2", "item": "oat milk"}], "list": "shopping"}},
            ],
        ),
        (
            MILK,
            "make it 3",
            [{"control.undo": {}}, {"list.add": {"items": [{"item": "milk", "quantity": "3"}], "list": "shopping"}}],
        ),
        (MILK, "no that is not what I said", []),
        (CREDIT, "and 50 to Priya", [{"ledger.credit": {"customer": "Priya", "amount": "50"}}]),
        (BALANCE, "and Priya?", [{"ledger.balance": {"customer": "Priya"}}]),
        (CREDIT, "and Priya?", []),
        (
            TASK,
            "no, call Hannah",
            [{"control.undo": {}}, {"task.create": {"title": "call Hannah", "when": "tomorrow"}}],
        ),
        (TASK, "no, the weather is bad", []),
    ],
)
def test_continued(step: Step, said: str, expected: Steps) -> None:
    found = by(continuation, said, after(step))
    assert steps(found) == expected
    assert found is None or behind_a_no(said) or found.confidence <= 0.7 or step is BALANCE


def test_nothing_leans_on_nothing() -> None:
    for said in (
        "no, Tuesday",
        "and one for Mike",
        "and bread",
        "make it 5",
        "what about Friday?",
        "add Anna too",
        "resume",
    ):
        nothing = Conversation()
        assert by(correction, said, nothing) is None
        assert by(repetition, said, nothing) is None
        assert by(continuation, said, nothing) is None
        assert by(addition, said, nothing) is None
        assert by(shorthand, said, nothing) is None


@pytest.mark.parametrize(
    ("step", "said", "expected"),
    [
        (JOINED, "add Anna too", [{"channel.assign": {"name": "it", "people": ["Anna"], "direction": "add"}}]),
        (
            JOINED,
            "take Mike out again",
            [{"channel.assign": {"name": "it", "people": ["Mike"], "direction": "remove"}}],
        ),
        (MILK, "remove the milk", [{"list.remove": {"list": "it", "items": [{"item": "milk"}]}}]),
        (MILK, "remove that what I said", []),
        (CREDIT, "add Anna too", []),
        (CREDIT, "switch to Priya", [{"customer.focus": {"name": "Priya"}}]),
        (CREDIT, "switch to English", []),
    ],
)
def test_short(step: Step, said: str, expected: Steps) -> None:
    assert steps(by(addition, said, after(step))) == expected


@pytest.mark.parametrize(
    ("step", "said", "expected"),
    [
        (ALARM, "cancel that", [{"alarm.cancel": {"name": "it"}}]),
        (TASK, "cancel that", []),
        (TASK, "delete the last one", [{"task.delete": {"title": "the last one"}}]),
        (TASK, "scratch that", [{"control.undo": {}}]),
        (BALANCE, "scratch that", []),
        (TIMER, "resume", [{"timer.resume": {}}]),
        (TASK, "resume", []),
    ],
)
def test_what_means_something_else_behind_a_command(step: Step, said: str, expected: Steps) -> None:
    assert steps(by(shorthand, said, after(step))) == expected


def test_what_is_left_out_is_as_before() -> None:
    again = Command("tell Mike too", (Step("message.send", {"recipients": ["Mike"]}),), 0.8, "template")
    assert steps(inherited(again, after(SENT))) == [{"message.send": {"recipients": ["Mike"], "content": "hello"}}]
    assert inherited(Command("tell Mike", again.steps, 0.8, "template"), after(SENT)).steps == again.steps
    assert inherited(again, after(TASK)) is again


def test_a_whole_command_behind_a_no() -> None:
    mike = Command(
        "no, message Mike hello", (Step("message.send", {"recipients": ["Mike"], "content": "hello"}),), 0.9, "template"
    )
    assert steps(otherwise(mike, after(SENT))) == [
        {"control.undo": {}},
        {"message.send": {"recipients": ["Mike"], "content": "hello"}},
    ]
    other = Command("no, remind me to eat", (Step("task.create", {"title": "eat soup"}),), 0.9, "template")
    assert otherwise(other, after(TASK)) is other
    assert otherwise(mike, after(TASK)) is mike


@pytest.mark.parametrize(
    ("action", "words", "expected"),
    [
        ("task.create", "tomorrow at nine, high priority", {"when": "tomorrow at nine", "priority": "high"}),
        ("task.create", "for Mike and Anna", {"assignees": ["Mike", "Anna"]}),
        ("task.create", "for someone nice", {}),
        ("ledger.credit", "twenty dollars", {"amount": "twenty dollars"}),
        ("ledger.credit", "Rahul 20", {"customer": "Rahul", "amount": "20"}),
        ("task.complete", "the second one", {"title": "the second one"}),
        ("task.create", "", {}),
    ],
)
def test_told(action: str, words: str, expected: dict[str, Any]) -> None:
    assert told(words, VOCABULARY[action], NOW, NAMES) == expected


@pytest.mark.parametrize(
    ("action", "slot", "answer", "expected"),
    [
        ("reminder.create", "when", "uh, tomorrow at nine I think", {"when": "tomorrow at nine"}),
        ("reminder.create", "when", "every Monday at 8", {"recurrence": "every Monday at 8"}),
        ("reminder.create", "when", "did you see the game last night", {}),
        ("reminder.create", "when", "blue", {}),
        ("timer.start", "duration", "make it ten minutes please", {"duration": "ten minutes"}),
        ("ledger.credit", "amount", "it's fifty dollars", {"amount": "fifty dollars"}),
        ("ledger.credit", "amount", "a lot of money", {}),
        ("ledger.credit", "customer", "for Rahul", {"customer": "Rahul"}),
        ("ledger.credit", "customer", "I told you that I do not know any of them", {}),
        ("message.send", "recipients", "to Mike and Anna", {"recipients": ["Mike", "Anna"]}),
        ("message.send", "content", "I'm late.", {"content": "I'm late"}),
        (
            "list.add",
            "items",
            "flour and two eggs",
            {"items": [{"item": "flour"}, {"item": "eggs", "quantity": "two"}]},
        ),
        ("task.create", "title", " ", {}),
    ],
)
def test_filled(action: str, slot: str, answer: str, expected: dict[str, Any]) -> None:
    assert filled(answer, slot, VOCABULARY[action], NOW, NAMES) == expected


@pytest.mark.parametrize(
    ("values", "answer", "true"),
    [
        (["at noon"], "uh, at noon", True),
        (["last night"], "did you see the game last night", False),
        ([[{"item": "milk"}], ["Mike"]], "milk for Mike", True),
    ],
)
def test_covers(values: list[Any], answer: str, true: bool) -> None:
    assert covers(values, answer) == true
