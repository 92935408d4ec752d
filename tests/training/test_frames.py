"""Every frame of every file is sound, and what is made of it holds its values word for word."""

from __future__ import annotations

import sys
from pathlib import Path
from random import Random

import pytest

from services.understanding.model.adapter import _NEVER
from services.understanding.vocabulary import UNLEARNT, VOCABULARY
from training.sentences.compose import around, is_one_of_several, rethought, together
from training.sentences.errors import misheard
from training.sentences.examples import HELD_OUT, Example, Step
from training.sentences.frames import FOLDER, NONE, SEVERAL, Named, Sentence, main, plain, problems, read_frames
from training.sentences.notation import FrameBroken, Mark, read_frame
from training.sentences.pieces import Piece, tidied
from training.sentences.pools import Pools

POOLS = Pools()
FRAMES = [named for path in sorted(FOLDER.glob("*.yaml")) for named in read_frames(path)]


def _named(line: str, action: str = "task.create") -> Named:
    return Named(action, line, read_frame(line))


def _holds_its_values(sentence: Sentence) -> bool:
    said = f" {sentence.words} "
    return all(f" {value} " in said for step in sentence.told() for _, value in step.slots)


def test_every_frame_is_sound() -> None:
    assert [problem for named in FRAMES for problem in problems(named, POOLS)] == []
    unlearnt = {name for name in VOCABULARY if VOCABULARY[name].family in UNLEARNT}
    assert {named.action for named in FRAMES} >= VOCABULARY.keys() - _NEVER - unlearnt


def test_values_stand_in_their_sentences_and_waiting_steps_behind_others() -> None:
    random = Random(7)
    for named in FRAMES:
        sentence = named.said(POOLS, random)
        assert _holds_its_values(sentence), named.line
        before = len(named.goes_on(POOLS, random)[0].steps)
        assert all(mark.after <= before + at for at, mark in enumerate(sentence.steps)), named.line
        assert all(piece.step < len(sentence.steps) for piece in sentence.pieces)
        assert bool(sentence.steps) == (named.action != NONE) or before
        assert sentence.words == plain(sentence.words)


def test_a_group_is_in_one_part_whatever_else_there_is() -> None:
    groups = {f"{named.action}: {named.line}" for named in FRAMES}
    parts = {group: Example("", (), "frames", group).part for group in groups}
    assert parts == {group: Example("x", (Step("task.create"),), "other", group).part for group in groups}
    held = sum(part == "validation" for part in parts.values()) / len(parts)
    assert abs(held - HELD_OUT) < 0.02
    assert (
        Example("", (), "", "task.create: add a task").part == "train"
        and Example("", (), "", "g6").part == "validation"
    )


@pytest.mark.parametrize(
    ("action", "line", "problem"),
    [
        ("task.fly", "fly", "no such action"),
        ("task.create", "add {colour=red}", "no slot colour"),
        ("task.create", "add {title:nowhere}", "no pool nowhere"),
        (SEVERAL, "<task.create> add {title} <task.sing> sing", "no such action"),
    ],
)
def test_what_is_wrong_with_a_frame_is_told(action: str, line: str, problem: str) -> None:
    assert any(problem in each for each in problems(_named(line, action), POOLS))


def test_a_file_with_a_broken_frame_is_named(tmp_path: Path) -> None:
    path = tmp_path / "task.yaml"
    path.write_text('task.create: ["add (a task"]\n')
    with pytest.raises(FrameBroken, match=r"task\.yaml: task\.create"):
        list(read_frames(path))


@pytest.mark.parametrize(("line", "rc"), [("add a task to {title}", 0), ("add a {colour=red} task", 1)])
def test_the_checker_fails_where_something_is_wrong(
    tmp_path: Path, line: str, rc: int, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "task.yaml"
    path.write_text(f'task.create: ["{line}"]\n')
    monkeypatch.setattr(sys, "argv", ["frames", str(path)])
    with pytest.raises(SystemExit) as left:
        main()
    assert left.value.code == rc and ("no slot colour" in capsys.readouterr().out) == bool(rc)


@pytest.mark.parametrize(
    ("pieces", "said"),
    [
        ([Piece("set a "), Piece("alarm", 0, "name")], "set an alarm"),
        ([Piece("set an "), Piece("unit test", 0, "title"), Piece(" reminder")], "set a unit test reminder"),
        ([Piece("an "), Piece("hour"), Piece(" or plan a or b")], "an hour or plan a or b"),
        (
            [Piece("is "), Piece("teresa and samir", 0, "people", "people"), Piece(" coming")],
            "are teresa and samir coming",
        ),
        ([Piece("anna plus bob", 0, "people", "people"), Piece(" has left")], "anna plus bob have left"),
        ([Piece("anna", 0, "people", "people"), Piece(" has left")], "anna has left"),
        ([Piece("drop the "), Piece("a dozen eggs", 0, "items", "items")], "drop a dozen eggs"),
        (
            [Piece("move my "), Piece("a quarter past ten", 0, "old_when", "clock"), Piece(" alarm")],
            "move a quarter past ten alarm",
        ),
        ([Piece("set it for "), Piece("on friday", 0, "when", "when")], "set it on friday"),
        ([Piece("do it on "), Piece("tomorrow", 0, "when", "day")], "do it tomorrow"),
        ([Piece("do it on "), Piece("friday", 0, "when", "day")], "do it on friday"),
        ([Piece("show "), Piece("anna", 0, "people", "person"), Piece("'s tasks")], "show anna's tasks"),
        ([Piece("that was"), Piece("n't"), Piece(" me")], "that wasn't me"),
        ([Piece("the"), Piece(" "), Piece("end")], "the end"),
    ],
)
def test_pieces_are_put_together_as_one_says_them(pieces: list[Piece], said: str) -> None:
    assert " ".join(piece.words for piece in tidied(pieces)) == said


def test_a_possessive_belongs_to_the_value() -> None:
    sentence = _named("show {assignees=anna|bob}'s tasks", "task.query").said(POOLS, Random(1))
    assert sentence.told()[0].slots[0][1] in ("anna's", "bob's")


def test_words_around_and_second_thoughts_leave_the_values() -> None:
    random = Random(7)
    for named in FRAMES[::7]:
        sentence = named.said(POOLS, random)
        for varied in (around(sentence, POOLS, random), rethought(sentence, POOLS, random)):
            assert varied.told() == sentence.told() and _holds_its_values(varied)


def test_second_thoughts_put_one_value_right() -> None:
    sentence = _named("remind me {when:clock}", "reminder.create").said(POOLS, Random(3))
    varied = rethought(sentence, POOLS, Random(4))
    assert varied.words.startswith("remind me ") and varied.words.endswith(f" {sentence.told()[0].slots[0][1]}")
    assert len(varied.pieces) == len(sentence.pieces) + 1


def test_several_in_one_breath_keep_their_steps_and_what_these_wait_for() -> None:
    random = Random(7)
    leaning = [named for named in FRAMES if named.action == SEVERAL]
    for one, other in zip(leaning[::2], leaning[1::2], strict=False):
        first, second = one.said(POOLS, random), other.said(POOLS, random)
        both = together([first, second], POOLS, random)
        moved = [Step(step.action, step.slots, step.after and step.after + len(first.steps)) for step in second.told()]
        assert both.told() == (*first.told(), *moved) and _holds_its_values(both)


def test_what_follows_in_one_breath_can_be_told_from_what_goes_before() -> None:
    def may_follow(words: str, before: Sentence | None) -> bool:
        return is_one_of_several(_named(words), Sentence((Piece(words, 0),), (Mark("task.query"),)), before)

    told = Sentence((Piece("tell anna", 0, "recipients"), Piece("it works", 0, "content")), (Mark("message.send"),))
    asked = Sentence((Piece("what time is it", 0),), (Mark("datetime.query"),))
    assert may_follow("milk is out", None) and not may_follow("milk is out", asked)
    assert may_follow("show my tasks", told) and may_follow("what's overdue", told)
    assert may_follow("i need my tasks", asked) and not may_follow("i need my tasks", told)
    assert not may_follow("what " * 20, None) and not may_follow("", None)


def test_what_is_misheard_keeps_its_spans_and_steps() -> None:
    random, changed = Random(7), 0
    for named in FRAMES[::3]:
        sentence = named.said(POOLS, random)
        heard = misheard(sentence, random)
        changed += heard.words != sentence.words
        assert _holds_its_values(heard), named.line
        assert [step.action for step in heard.told()] == [step.action for step in sentence.told()]
        assert [[slot for slot, _ in step.slots] for step in heard.told()] == [
            [slot for slot, _ in step.slots] for step in sentence.told()
        ]
    assert changed > len(FRAMES) / 12
