"""Commands told step by step: what names nothing, has the wrong type or is too much is told; the rest is a command like
any other.
"""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.understanding.base import Command
from services.understanding.explicit import MOST_STEPS, StepsUnusable, explicit
from services.understanding.vocabulary import VOCABULARY


def test_steps_become_a_command_that_is_sure() -> None:
    command = explicit(
        [
            ("list.add", {"items": [{"item": "milk", "quantity": "2"}], "list": "shopping"}),
            ("timer.start", {"duration": "5 minutes"}),
        ]
    )
    assert command.source == "explicit" and command.confidence == 1.0 and not command.confirmed
    assert command.text == "list.add, timer.start" and command.steps[0].slots["items"] == [
        {"item": "milk", "quantity": "2"}
    ]
    assert explicit([("control.stop", {})], " hush ").text == "hush"


def test_a_step_waits_for_what_another_one_makes() -> None:
    command = explicit(
        [("task.create", {"title": "paint", "channel": "design"}), ("channel.create", {"name": "design"})]
    )
    assert [step.after for step in command.steps] == [(1,), ()]


def test_a_number_is_as_good_as_its_words() -> None:
    steps: list[tuple[str, dict[str, Any]]] = [
        ("control.volume", {"level": 30}),
        ("ledger.credit", {"customer": "Karo", "amount": 12.5}),
        ("ledger.debit", {"customer": "K", "amount": 12345678}),
    ]
    assert [list(step.slots.values())[-1] for step in explicit(steps).steps] == ["30", "12.5", "12345678"]


@pytest.mark.parametrize(
    ("steps", "said"),
    [
        ([], "there are none"),
        ([("task.crate", {})], "there is no action 'task.crate'; did you mean task.create?"),
        ([("x" * 10_000, {})], "there is no action 'xxxxxxxx"),
        ([(7, {})], "an action is a word such as task.create"),
        ([("task.create", {"titel": "a"})], "task.create has no slot 'titel'; did you mean title?"),
        ([("control.stop", {"now": "yes"})], "control.stop has no slot 'now'; known: "),
        ([("task.create", ["title"])], "the slots of task.create are an object with names and values"),
        ([("task.create", {"title": 7})], "title of task.create is told in words, not as int"),
        ([("task.create", {"title": None})], "title of task.create is told in words, not as NoneType"),
        ([("task.create", {"title": " "})], "title of task.create is empty"),
        ([("task.create", {"title": "a" * 5001})], "title of task.create has 5,001 letters, and 5,000 are the most"),
        ([("task.create", {"title": "a", "when": ["today"]})], "when of task.create is told in words, not as list"),
        ([("task.create", {"title": "a", "tags": []})], "tags of task.create has 1 to 200 values, not 0"),
        ([("task.create", {"title": "a", "tags": [["b"]]})], "tags of task.create is told in words, not as list"),
        (
            [("task.create", {"title": "a", "tags": [{"name": "b"}]})],
            "tags of task.create is told in words, not as dict",
        ),
        (
            [("list.add", {"items": [{"item": "milk", "weight": "2"}]})],
            "a row of items of list.add has no 'weight'; known: item, name, quantity",
        ),
        ([("list.add", {"items": [{"quantity": "2"}]})], "a row of items of list.add needs an item"),
        ([("list.add", {"items": [{"item": 2}]})], "items of list.add is told in words, not as int"),
        ([("list.add", {"items": ["milk", {"item": "eggs"}]})], "items of list.add is told in words, not as dict"),
        ([("control.volume", {"level": True})], "level of control.volume is told in words, not as bool"),
        ([("control.stop", {})] * 51, "there are 51, and 50 are the most"),
    ],
)
def test_what_is_wrong_is_told(steps: list[Any], said: str) -> None:
    with pytest.raises(StepsUnusable) as raised:
        explicit(steps)
    assert (
        str(raised.value).startswith(f"Those steps can't be carried out: {said}")
        and raised.value.code == "steps.unusable"
    )
    assert len(str(raised.value)) < 400


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda kids: st.lists(kids, max_size=3) | st.dictionaries(st.text(max_size=5), kids, max_size=3),
    max_leaves=6,
)


@given(st.data())
def test_anything_is_a_command_or_a_sentence(data: st.DataObject) -> None:
    actions = st.sampled_from(sorted(VOCABULARY)) | st.text(max_size=12)
    steps: list[tuple[Any, Any]] = []
    for _ in range(data.draw(st.integers(0, 4))):
        name = data.draw(actions)
        known = sorted(VOCABULARY[name].slots) if name in VOCABULARY else []
        names = st.sampled_from(known) if known else st.text(max_size=5)
        steps.append((name, data.draw(st.dictionaries(names, JSON, max_size=3) | JSON)))
    try:
        command = explicit(steps, data.draw(st.text(max_size=20)))
    except StepsUnusable:
        return
    assert isinstance(command, Command) and 0 < len(command.steps) <= MOST_STEPS and command.text
    assert all(
        step.action in VOCABULARY and set(step.slots) <= set(VOCABULARY[step.action].slots) for step in command.steps
    )
