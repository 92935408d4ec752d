"""What was heard has the slots of what was said, or is left out."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.understanding.words import marked, split_words
from training.sentences.examples import Example, Step
from training.sentences.spoken import heard_as, kept


def _said(sentence: str, *values: str) -> Example:
    slots = tuple((f"s{at}", value) for at, value in enumerate(values))
    return Example(sentence, (Step("task.create", slots),), "frames", "g")


@pytest.mark.parametrize(
    ("said", "values", "heard", "found"),
    [
        (
            "remind me to call mike at five",
            ["call mike", "at five"],
            "remind me to call mike at five",
            ["call mike", "at five"],
        ),
        (
            "remind me to call mike at five",
            ["call mike", "at five"],
            "remind me to call mic at 5",
            ["call mic", "at 5"],
        ),
        (
            "remind me to call mike at five",
            ["call mike", "at five"],
            "remind me too call uh mike at five okay",
            ["call uh mike", "at five"],
        ),
        ("add standup to my list", ["standup"], "add stand up to my list", ["stand up"]),
        ("ask mike, if he can. and ann", ["mike", "ann"], "Ask Mic if he can, and Ann.", ["mic", "ann"]),
        ("add a lamb stew", ["lamb stew"], "add alarm stew", ["alarm stew"]),
        ("add milk", ["milk"], "add", None),
        ("add milk to shopping", ["milk"], "add to shopping", None),
        ("add milk", ["milk"], "", None),
        ("what is up", [], "whats up", []),
    ],
)
def test_a_slot_is_found_where_its_words_stood(
    said: str, values: list[str], heard: str, found: list[str] | None
) -> None:
    example = heard_as(_said(said, *values), heard)
    assert (None if example is None else [value for _, value in example.steps[0].slots]) == found
    if example:
        assert example.sentence == marked(split_words(heard)) and example.source == "spoken" and example.group == "g"


WORDS = st.lists(
    st.sampled_from(["add", "call", "mike", "at", "five", "to", "two", "milk", "the", "a"]), min_size=1, max_size=9
)


@given(WORDS, WORDS, st.data())
def test_a_slot_that_is_found_stands_in_what_was_heard(said: list[str], heard: list[str], data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(said) - 1))
    end = data.draw(st.integers(start + 1, len(said)))
    example = heard_as(_said(" ".join(said), " ".join(said[start:end])), " ".join(heard))
    if example:
        value = example.steps[0].slots[0][1]
        assert value and f" {value} " in f" {example.sentence} "


@given(WORDS, st.data())
def test_what_is_heard_as_it_was_said_is_the_same(said: list[str], data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(said) - 1))
    value = " ".join(said[start : data.draw(st.integers(start + 1, len(said)))])
    example = heard_as(_said(" ".join(said), value), " ".join(said))
    assert example is not None and example.steps[0].slots == (("s0", value),)


@pytest.mark.parametrize(
    ("said", "values", "heard", "share"),
    [
        ("remind me to call mike", ["call mike"], "Remind me to call Mic.", 1.0),
        ("remind me to call mike", ["call mike"], "remind too call mike", 1 / 3),
        ("undo a new airport routine", ["airport"], "a new airport routine", 3 / 4),
        ("create a channel for hope", ["hope"], "create a channel for i'd", 0.0),
        ("buy milk", ["buy milk"], "by milk", 1.0),
    ],
)
def test_it_is_told_how_much_was_lost(said: str, values: list[str], heard: str, share: float) -> None:
    example = _said(said, *values)
    again = heard_as(example, heard)
    assert again and kept(example, again) == pytest.approx(share)


def test_another_word_that_says_which_way_is_another_command() -> None:
    said = Example("turn the lamp on", (Step("device.switch", (("name", "lamp"), ("state", "on"))),), "frames", "g")
    again = heard_as(said, "turn the lamp of")
    assert again and kept(said, again) == 0.0
