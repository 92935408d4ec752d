"""Turns read by a language model, beside what is learnt from words alone."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.calls.meanings.asked import MEANINGS, NOTHING, Turn, Written, answer_of, asked, read_answer
from services.calls.meanings.finder import TurnRead
from services.calls.meanings.modelled import ModelledMeanings
from services.understanding.base import LanguageModelUnusable

SAID = [Turn(own=False, text="Could you send me the plan?"), Turn(own=True, text="Let me see.")]
TOLD = Written(own=True, what="send the plan", when="by Friday")


class Told:
    """A model that says what it is told to."""

    def __init__(self, commitment: float, answer: str = "", *, broken: bool = False) -> None:
        self.commitment, self.answer, self.broken = commitment, answer, broken
        self.asked: list[str] = []

    def likely(self, text: str) -> Mapping[str, float]:
        self.asked.append(text)
        if self.broken:
            raise LanguageModelUnusable(path="model", reason="it is broken")
        return {name: 0.9 if name == "promise" else 0.1 for name in MEANINGS} | {"commitment": self.commitment}

    def goes_on(self, word: str, most: int) -> str:
        return self.answer


class Words:
    """Finds everything half likely."""

    def read(self, before: Sequence[Turn], text: str) -> TurnRead:
        return TurnRead(dict.fromkeys(MEANINGS, 0.5))


def test_a_turn_is_asked_about_with_those_before_it_and_whose_they_are() -> None:
    assert asked(SAID, "By Friday.") == "- Could you send me the plan?\n+ Let me see.\n+ By Friday.\n="
    long = asked([Turn(own=False, text="word " * 400)] * 9, "word " * 400)
    assert len(long.split()) < 250


def test_what_is_promised_is_read_with_whose_it_is() -> None:
    model = Told(0.8, " me|send the plan|by Friday")
    read = ModelledMeanings(model, Words()).read(SAID, "I'll send the plan by Friday.")
    assert read.promised == (TOLD,)
    assert read.likely["promise"] == pytest.approx(0.75)  # the mean of the odds of 0.9 and 0.5
    assert "commitment" not in read.likely


def test_nothing_is_promised_that_was_not_said() -> None:
    model = Told(0.8, " me|paint the house|by Friday; you|send the plan|")
    read = ModelledMeanings(model, Words()).read(SAID, "Fine.")
    assert read.promised == (Written(own=False, what="send the plan", when=""),)


def test_where_nothing_is_promised_no_answer_is_written() -> None:
    assert ModelledMeanings(Told(0.2, " me|send the plan|"), Words()).read(SAID, "Fine.").promised == ()


def test_a_model_that_breaks_leaves_the_call_to_the_words() -> None:
    model = Told(0.8, broken=True)
    reader = ModelledMeanings(model, Words())
    for _ in range(3):
        assert reader.read(SAID, "Fine.") == Words().read(SAID, "Fine.")
    assert len(model.asked) == 1


def test_a_model_that_is_too_slow_turn_after_turn_is_asked_no_more() -> None:
    def ticking() -> Iterator[float]:
        at = 0.0
        for took in (0.9, 0.1, 0.9, 0.9, 0.9):
            yield at
            at += took
            yield at

    model, clock = Told(0.2), ticking()
    reader = ModelledMeanings(model, Words(), clock=lambda: next(clock))
    for _ in range(8):
        reader.read(SAID, "Fine.")
    assert len(model.asked) == 5


@given(st.text())
def test_whatever_a_model_writes_is_read_or_left_out(answer: str) -> None:
    for each in read_answer(answer):
        assert each.what


def test_what_is_taught_is_read_back() -> None:
    several = [TOLD, Written(own=False, what="ring back", when="")]
    assert read_answer(answer_of(several)) == several
    assert len({*MEANINGS.values(), NOTHING}) == len(MEANINGS) + 1
