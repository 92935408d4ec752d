"""Turns read by a language model, beside what is learnt from words alone."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import pytest

from services.calls.meanings.asked import MEANINGS, NOTHING, Turn, asked
from services.calls.meanings.modelled import ModelledMeanings
from services.understanding.base import LanguageModelUnusable

SAID = [Turn(own=False, text="Could you send me the plan?"), Turn(own=True, text="Let me see.")]


class Told:
    """A model that says what it is told to."""

    def __init__(self, *, broken: bool = False) -> None:
        self.broken = broken
        self.asked: list[str] = []

    def likely(self, text: str) -> Mapping[str, float]:
        self.asked.append(text)
        if self.broken:
            raise LanguageModelUnusable(path="model", reason="it is broken")
        return {name: 0.9 if name == "promise" else 0.1 for name in MEANINGS}


class Words:
    """Finds everything as likely as not."""

    def read(self, before: Sequence[Turn], text: str) -> Mapping[str, float]:
        return dict.fromkeys(MEANINGS, 0.5)


def test_a_turn_is_asked_about_with_the_one_before_it_and_whose_that_is() -> None:
    assert asked(SAID[:1], "By Friday.") == "- Could you send me the plan?\n+ By Friday.\n="
    assert asked(SAID, "By Friday.") == "+ Let me see.\n+ By Friday.\n="
    assert asked([], "By Friday.") == "+ By Friday.\n="
    assert len(asked([Turn(own=False, text="word " * 400)] * 9, "word " * 400).split()) < 120


def test_the_odds_of_both_readers_count_by_their_share() -> None:
    read = ModelledMeanings(Told(), Words(), share=0.5).read(SAID, "I'll send the plan by Friday.")
    assert read["promise"] == pytest.approx(0.75)  # the mean of the odds of 0.9 and 0.5
    assert read["offer"] == pytest.approx(0.25)


def test_a_model_that_breaks_leaves_the_call_to_the_words() -> None:
    model = Told(broken=True)
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

    model, clock = Told(), ticking()
    reader = ModelledMeanings(model, Words(), clock=lambda: next(clock))
    for _ in range(8):
        reader.read(SAID, "Fine.")
    assert len(model.asked) == 5


def test_each_meaning_has_a_word_of_its_own() -> None:
    assert len({*MEANINGS.values(), NOTHING}) == len(MEANINGS) + 1
