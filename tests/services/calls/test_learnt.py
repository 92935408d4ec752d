"""Meanings that were learnt: what the file holds, and how it goes together with templates."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import pytest

from services.calls.base import CallRulesBroken, CallSegment, Commitment, Meant, Side
from services.calls.call import CallSetup, FollowedCall
from services.calls.meanings.asked import MEANINGS, Turn
from services.calls.meanings.features import BUCKETS, buckets
from services.calls.meanings.finder import MeaningFinder
from services.calls.meanings.learnt import LearntMeanings, read_learnt
from services.calls.meanings.rules import MeaningRules
from services.understanding.when import find
from tests.services.calls.conftest import NAMES, NOW, SHIPPED, NoFacts

LEARNT = SHIPPED / "meanings" / "en" / "learnt.npz"


@pytest.fixture(scope="module")
def learnt() -> LearntMeanings:
    return read_learnt(LEARNT)


def _said(text: str, side: Side = "other", at_s: float = 0.0) -> CallSegment:
    return CallSegment(side, NAMES[side], at_s, at_s + 3, text)


@pytest.mark.parametrize(
    ("before", "text", "meaning"),
    [
        ("It comes to nine hundred.", "Whoa. That's rather more than we'd put aside for it.", "objection"),
        ("How does Tuesday at two sound?", "Tuesday at two is splendid.", "agreement"),
        ("", "I've rung you four times about this now.", "dissatisfaction"),
        ("", "What would you want for the pair of them?", "price_asked"),
        ("", "Would you knock a little off if we took three?", "discount_asked"),
        ("", "By what day would you want to have it?", "deadline_asked"),
        ("", "I'd better be off, thanks for ringing.", "goodbye"),
    ],
)
def test_words_that_no_template_has_are_found_by_what_was_learnt(
    learnt: LearntMeanings, before: str, text: str, meaning: str
) -> None:
    likely = learnt.likely(before, text)
    assert max(likely, key=lambda name: likely[name]) == meaning


def test_small_talk_means_nothing(learnt: LearntMeanings) -> None:
    for text in ("The dog is asleep on my foot.", "My sister moved to Bristol in the spring.", "It rained all night."):
        assert max(learnt.likely("", text).values()) < 0.5


def test_what_was_said_before_counts(learnt: LearntMeanings) -> None:
    asked = learnt.likely("Shall we say Monday at ten?", "Monday at ten is good.")["agreement"]
    told = learnt.likely("", "Monday at ten.")["agreement"]
    assert asked > 0.5 > told


def test_a_template_that_what_was_learnt_holds_unlikely_is_not_told(rules: MeaningRules) -> None:
    said = _said("Fine. What does it cost?")
    finder = MeaningFinder(lambda: rules)
    alone = {each.meaning: each.confidence for each in finder.find(said, {})}
    doubted = {each.meaning: each.confidence for each in finder.find(said, {"price_asked": 0.01})}
    agreed = {each.meaning: each.confidence for each in finder.find(said, {"price_asked": 0.8})}
    assert doubted["price_asked"] < 0.5 < alone["price_asked"] < agreed["price_asked"]


def test_a_call_finds_a_promise_that_no_template_has(rules: MeaningRules, learnt: LearntMeanings) -> None:
    setup = CallSetup(lambda: rules, lambda: (), find, NoFacts(), NOW, NAMES, learnt=learnt)
    call = FollowedCall(setup)
    call.feed(_said("Would it help if I wrote up the numbers for you?", "owner"))
    events = call.feed(_said("It would. Do that.", "other", 4.0))
    assert any(isinstance(each, Meant) and each.meaning == "agreement" for each in events)
    (made,) = call.end(10.0).summary.commitments
    assert isinstance(made, Commitment)
    assert (made.by, made.what) == ("owner", "wrote up the numbers for you")


class Sure:
    """What was learnt holds everything to be a promise."""

    def read(self, before: Sequence[Turn], text: str) -> Mapping[str, float]:
        return dict.fromkeys(MEANINGS, 0.1) | {"promise": 0.9}


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("Half past two will be lovely.", []),
        ("I will of course.", []),
        ("Yusuf will bring them round.", ["bring them round"]),
    ],
)
def test_what_comes_by_itself_is_no_promise_however_likely(rules: MeaningRules, text: str, what: list[str]) -> None:
    call = FollowedCall(CallSetup(lambda: rules, lambda: (), find, NoFacts(), NOW, NAMES, learnt=Sure()))
    call.feed(_said(text, "owner"))
    assert [each.what for each in call.end(10.0).summary.commitments] == what


def test_features_are_places_in_order_each_once() -> None:
    places = buckets("Shall we say Monday?", "Monday, Monday! Is it?")
    assert places == sorted(set(places))
    assert places[0] >= 0 and places[-1] < BUCKETS
    assert buckets("", "") == buckets("", "...")


def test_a_file_that_is_none_is_told(tmp_path: Path) -> None:
    broken = tmp_path / "learnt.npz"
    broken.write_bytes(b"no zip")
    with pytest.raises(CallRulesBroken, match=r"learnt\.npz can't be read"):
        read_learnt(broken)
    with pytest.raises(CallRulesBroken, match="can't be read"):
        read_learnt(tmp_path / "missing.npz")
    one = np.ones(1, dtype=np.float32)
    np.savez(broken, names=np.array(["price_asked"]), weights=np.ones((3, 1), dtype=np.int8), scale=one, bias=one)
    with pytest.raises(CallRulesBroken, match="another version"):
        read_learnt(broken)
