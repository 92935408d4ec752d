"""Risk × doubt: when a command is carried out, told how to undo, asked about, or not done."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.actions.execution.doubt import BOUNDS, Decision, can_be_undone, question, risk, verdict
from services.understanding.base import VOCABULARY, Command, Reference, Step

QUERY = Step("task.query")
CREATE = Step("task.create", {"title": "call Anna"})
SEND = Step("message.send", {"recipients": ["Anna"], "content": "I'm late"})
CREDIT = Step("ledger.credit", {"amount": "100 dollars", "customer": "Rahul"})


def command(confidence: float, *steps: Step) -> Command:
    return Command("said", steps, confidence, "template")


@pytest.mark.parametrize(
    ("confidence", "steps", "expected"),
    [
        (0.95, (QUERY,), Decision.ACT),
        (0.10, (QUERY,), Decision.ACT),
        (0.95, (CREATE,), Decision.ACT),
        (0.65, (CREATE,), Decision.ACT),
        (0.55, (CREATE,), Decision.TELL),
        (0.46, (CREATE,), Decision.REPEAT),
        (0.95, (SEND,), Decision.TELL),
        (0.70, (SEND,), Decision.ASK),
        (0.50, (SEND,), Decision.ASK),
        (0.46, (SEND,), Decision.REPEAT),
        (0.95, (CREDIT, CREDIT), Decision.TELL),
        (0.95, (CREDIT, CREDIT, CREDIT), Decision.ASK),
        (0.95, (QUERY, CREATE, SEND), Decision.TELL),
        (0.00, (), Decision.ACT),
    ],
)
def test_the_table(confidence: float, steps: tuple[Step, ...], expected: Decision) -> None:
    assert verdict(command(confidence, *steps)) is expected


@pytest.mark.parametrize(
    ("confidence", "steps", "expected"),
    [
        (0.70, (CREATE,), Decision.ACT),
        (0.69, (CREATE,), Decision.ASK),
        (0.47, (CREATE,), Decision.ASK),
        (0.46, (CREATE,), Decision.REPEAT),
        (0.80, (CREATE, CREATE), Decision.ACT),
        (0.79, (CREATE, CREATE), Decision.ASK),
        (0.79, (CREATE, QUERY), Decision.ACT),
        (0.55, (QUERY,), Decision.ACT),
        (0.55, (QUERY, QUERY), Decision.ACT),
        (0.80, (SEND,), Decision.TELL),
    ],
)
def test_what_a_model_guesses_is_asked_about_before_it_is_written(
    confidence: float, steps: tuple[Step, ...], expected: Decision
) -> None:
    assert verdict(Command("said", steps, confidence, "model")) is expected


@pytest.mark.parametrize(("step", "expected"), [(CREATE, Decision.ASK), (SEND, Decision.ASK), (QUERY, Decision.ACT)])
def test_what_the_model_disputes_is_asked_about(step: Step, expected: Decision) -> None:
    assert verdict(replace(command(0.55, step), disputed=True)) is expected


@given(st.lists(st.sampled_from([Step(action) for action in VOCABULARY]), max_size=8), st.floats(0, 1), st.floats(0, 1))
def test_less_sure_is_never_bolder_and_below_the_last_bound_nothing_is_written(
    steps: list[Step], one: float, other: float
) -> None:
    order = list(Decision)
    bolder, warier = (verdict(command(confidence, *steps)) for confidence in (max(one, other), min(one, other)))
    assert order.index(warier) >= order.index(bolder)
    if risk(command(one, *steps)) != "none" and one < BOUNDS[-1]:
        assert verdict(command(one, *steps)) is Decision.REPEAT


@pytest.mark.parametrize(
    ("step", "can"), [(CREATE, True), (SEND, False), (CREDIT, True), (QUERY, False), (Step("file.share"), False)]
)
def test_what_left_the_house_is_not_undone(step: Step, can: bool) -> None:
    assert can_be_undone(command(1.0, step)) == can


@pytest.mark.parametrize(
    ("steps", "asked"),
    [
        ((SEND,), "Send “I'm late” to Anna?"),
        ((CREDIT,), "Credit 100 dollars to Rahul?"),
        ((QUERY, SEND), "Send “I'm late” to Anna?"),
        ((CREATE, CREDIT), "Create the task call Anna and credit 100 dollars to Rahul?"),
        ((Step("message.send", {"content": "hi", "recipients": ["Anna", "Mike"]}),), "Send “hi” to Anna and Mike?"),
        ((Step("channel.delete", {"name": "marketing"}),), "Delete the channel marketing?"),
        ((Step("ledger.credit", {"amount": "5"}),), "Credit 5 to some customer?"),
        (
            (Step("list.add", {"items": [{"item": "milk"}, {"item": "eggs"}], "list": "shopping"}),),
            "Add milk and eggs to the shopping list?",
        ),
        ((Step("list.remove", {"items": [{"item": "milk"}]}),), "Take milk off the list?"),
        ((Step("timer.start", {"duration": "ten minutes"}),), "Start a timer, ten minutes?"),
        ((Step("task.assign", {"title": "flyer", "assignees": ["Anna"]}),), "Give the task flyer to Anna?"),
        (
            (Step("task.assign", {"title": "flyer", "assignees": ["Anna"], "direction": "remove"}),),
            "Take Anna off the task flyer?",
        ),
        ((Step("task.status", {"title": "flyer", "status": "on hold"}),), "Mark the task flyer as on hold?"),
        ((Step("task.create", {"title": "flyer", "when": "by Friday"}),), "Create the task flyer by Friday?"),
    ],
)
def test_what_is_asked(steps: tuple[Step, ...], asked: str) -> None:
    assert question(command(0.6, *steps)) == asked


def test_names_are_told_as_the_store_has_them() -> None:
    known = Reference("recipients", "Anna", "person", "Anna Schmidt", "1", "alias")
    step = Step("message.send", {"recipients": ["Anna"], "content": "hi"}, references=(known,))
    assert question(command(0.6, step)) == "Send “hi” to Anna Schmidt?"


def test_a_pronoun_is_replaced_as_a_word_alone() -> None:
    known = Reference("title", "it", "task", "write the duty roster", "7", "context")
    for told in ("it", "write the duty roster"):
        step = Step("task.deadline", {"title": told, "when": "Friday"}, references=(known,))
        assert question(command(0.5, step)) == "Set a new deadline for the task write the duty roster: Friday?"
