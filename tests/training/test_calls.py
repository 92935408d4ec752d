"""What the meanings of calls are learnt from, and that they are learnt."""

from __future__ import annotations

from pathlib import Path

import pytest

from device.configuration.places import ROOT
from services.calls.meanings.asked import Turn
from services.calls.meanings.learnt import read_learnt
from training.calls.exchanges import read_exchanges
from training.calls.learn import learn, save
from training.calls.material import (
    LEFT_OUT,
    MARKED,
    NAMES,
    Example,
    Promise,
    degraded,
    exchanged,
    framed,
    marked,
    written,
)


def test_lines_have_the_meaning_of_their_file() -> None:
    examples = written()
    assert len(examples) > 2500
    assert {name for each in examples for name in each.meanings} == set(NAMES)
    assert sum(not each.meanings for each in examples) > 900
    assert any(each.before for each in examples)


def test_no_line_is_a_turn_of_the_calls_that_are_judged_by() -> None:
    turns = {
        example.text.lower()
        for folder in ("open", "steer")
        for calls in marked(ROOT / "tests" / "calls" / folder).values()
        for example in calls
        if len(example.text.split()) > 2
    }
    assert not [each.text for each in written() if each.text.lower() in turns]


def test_frames_are_filled_and_the_same_seed_gives_the_same() -> None:
    examples = framed(24, 3, 0.5)
    assert [each.text for each in examples] == [each.text for each in framed(24, 3, 0.5)]
    assert not [each.text for each in examples if set(each.text) & set("{}[]()|")]
    assert {each.weight for each in examples} == {0.5}


def test_marked_calls_say_nothing_of_what_is_not_marked() -> None:
    (turns,) = (turns for name, turns in marked(ROOT / "tests" / "calls" / "steer").items() if name == "a-1.yaml")
    asked = next(each for each in turns if each.text.startswith("And how soon"))
    assert asked.meanings == {"deadline_asked"}
    assert "request" not in asked.known


def test_degraded_words_keep_the_meaning() -> None:
    whole = [Example("Can you hear me?", "I will send it to you by Friday.", frozenset({"promise"}))] * 40
    heard = degraded(whole, 1, 0.4)
    assert {each.meanings for each in heard} == {frozenset({"promise"})}
    assert len({each.text for each in heard}) > 5


def test_what_is_learnt_is_written_and_read_again(tmp_path: Path) -> None:
    said = {"goodbye": ("Bye now.", "See you, bye."), "price_asked": ("How much is it?", "How much is the van?")}
    examples = [Example("", text, frozenset({name})) for name, texts in said.items() for text in texts] * 5
    save(learn(examples), tmp_path / "learnt.npz")
    likely = read_learnt(tmp_path / "learnt.npz").likely("", "How much is the boat?")
    assert likely["price_asked"] > 0.5 > likely["goodbye"]


def test_what_is_left_out_is_not_learnt_from() -> None:
    learnt = {(each.before.lower(), each.text.lower()) for each in [*written(), *exchanged()]}
    left = written(LEFT_OUT / "lines")
    assert len(left) > 500 and len(read_exchanges(LEFT_OUT / "exchanges" / "earlier.txt")) > 50
    assert not [each.text for each in left if (each.before.lower(), each.text.lower()) in learnt]


def test_an_exchange_has_its_turns_meanings_and_commitments(tmp_path: Path) -> None:
    told = tmp_path / "told.txt"
    told.write_text(
        "O: Shall I bring the ladder?\nC: Yes, do. #agreement\n= owner | bring the ladder\n\n"
        "C: I'll ring on Monday.\n= other | ring | on Monday | reminder\n"
    )
    first, second = read_exchanges(told)
    assert [(turn.side, turn.say, turn.meanings) for turn in first.turns] == [
        ("owner", "Shall I bring the ladder?", ()),
        ("other", "Yes, do.", ("agreement",)),
    ]
    (bring,), (ring,) = first.turns[1].promise, second.turns[0].promise
    assert (bring.by, bring.what, bring.when, bring.kind) == ("owner", "bring the ladder", "", "task")
    assert (ring.by, ring.when, ring.kind) == ("other", "on Monday", "reminder")
    yes = exchanged(told)[1]
    assert (yes.before, yes.text, yes.meanings) == ("Shall I bring the ladder?", "Yes, do.", {"agreement"})
    assert (yes.known, yes.turns) == (MARKED, (Turn(own=False, text="Shall I bring the ladder?"),))
    assert yes.promised == (Promise(own=False, what="bring the ladder", when=""),)


def test_a_line_of_no_form_is_told(tmp_path: Path) -> None:
    told = tmp_path / "told.txt"
    told.write_text("Somebody says something.")
    with pytest.raises(ValueError, match="neither a turn nor a commitment"):
        read_exchanges(told)


def test_who_speaks_behind_an_unanswered_question_passes_it_over(tmp_path: Path) -> None:
    told = tmp_path / "told.txt"
    told.write_text("C: Is it insured? #question_unanswered\nO: Nice weather today.\n")
    assert [sorted(each.meanings) for each in exchanged(told)] == [[], ["passed_over"]]
