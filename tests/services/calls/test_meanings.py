"""What an utterance does, by the shipped templates; and the files they come from."""

from __future__ import annotations

from pathlib import Path

import pytest

from services.calls.base import CallRulesBroken, CallSegment
from services.calls.last_good import LastGood
from services.calls.meanings.files import read_meanings
from services.calls.meanings.finder import MeaningFinder
from services.calls.meanings.rules import MeaningRules

MEANT = [
    ("And what would that come to, roughly?", {"price_asked"}),
    ("How much per head, if you don't mind?", {"price_asked"}),
    ("Is there any wiggle room on that?", {"discount_asked"}),
    ("That's, um, a bit too expensive for us.", {"objection"}),
    ("I'd have to run it past my business partner.", {"objection"}),
    ("Northwind do the same thing.", {"competitor_named"}),
    ("The chap from north wind said he could do it off a ladder.", {"competitor_named"}),
    ("By when would you need it?", {"deadline_asked"}),
    ("Tuesday at three is fine for me.", {"agreement"}),
    ("It's the third time I've called about this, I'm really fed up.", {"dissatisfaction"}),
    ("Right, I'd better let you go. Cheers, bye!", {"goodbye"}),
]
NOTHING = [
    "Have you seen the price of butter?",
    "He said it was too expensive.",
    "How much time have we got left?",
    "I'll be honest with you.",
    "How long have you been there?",
    "Say goodbye to your mother from me.",
    "The steak was well done.",
    "Take care of the dog while I'm gone.",
    "If I were annoyed I would tell you.",
    "Ich rufe Sie morgen wieder an, was kostet das denn?",
    "Kya aap mujhe kal phone karenge?",
    "...",
    "",
]


def found(rules: MeaningRules, text: str) -> set[str]:
    segment = CallSegment("other", "Tom", 0.0, 3.0, text)
    return {each.meaning for each in MeaningFinder(lambda: rules).find(segment, {})}


@pytest.mark.parametrize(("text", "meanings"), MEANT)
def test_what_is_meant(rules: MeaningRules, text: str, meanings: set[str]) -> None:
    assert found(rules, text) == meanings


@pytest.mark.parametrize("text", NOTHING)
def test_what_only_sounds_like_it(rules: MeaningRules, text: str) -> None:
    assert found(rules, text) == set()


@pytest.mark.parametrize(("heard", "sure"), [(1.0, 0.9), (0.8, 0.9), (0.5, 0.6)])
def test_doubtful_hearing_makes_it_doubtful(rules: MeaningRules, heard: float, sure: float) -> None:
    segment = CallSegment("other", "Tom", 0.0, 3.0, "How much is it?", confidence=heard)
    (meant,) = MeaningFinder(lambda: rules).find(segment, {})
    assert meant.confidence == pytest.approx(sure) and meant.words == "How much is it"


BROKEN = """
language: en
lists: {yesno: [yes, no]}
guards: {quiet: {before: ["(he|she"]}}
meanings:
  price_asked:
    - sentences: ["how much <is> it", "what (costs"]
      unless: [reportd]
      sure: 3
      colour: red
  goodbye: bye
"""


def test_all_mistakes_of_a_file_are_told_at_once(tmp_path: Path) -> None:
    path = tmp_path / "mine.yaml"
    path.write_text(BROKEN)
    with pytest.raises(CallRulesBroken) as broken:
        read_meanings([path])
    told = str(broken.value)
    for mistake in (
        "yesno",
        "guard quiet",
        "<is>",
        "what (costs",
        "reportd",
        "not 3",
        "colour",
        "goodbye must be a list",
    ):
        assert mistake in told


def test_a_file_that_is_no_yaml_is_told_with_its_line(tmp_path: Path) -> None:
    path = tmp_path / "mine.yaml"
    path.write_text("language: en\nmeanings: [\n")
    with pytest.raises(CallRulesBroken, match=r"mine\.yaml is no YAML at line 3"):
        read_meanings([path])


def test_edited_files_are_taken_and_broken_ones_leave_the_last_good(tmp_path: Path) -> None:
    path = tmp_path / "mine.yaml"
    path.write_text("meanings: {hooray: [{sentences: [hooray]}]}")
    rules = LastGood(lambda: [path], read_meanings)
    assert found(rules(), "Hooray for that!") == {"hooray"}
    path.write_text("meanings: {hooray: [{sentences: [hooray, hurrah]}]}")
    assert rules.refresh() == "" and found(rules(), "Hurrah!") == {"hooray"}
    path.write_text("meanings: {hooray: [{sentences: ['(hooray']}]}")
    assert "hooray" in rules.refresh() and rules.refresh() == "" and rules.problem
    assert found(rules(), "Hurrah!") == {"hooray"}
