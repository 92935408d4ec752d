"""What the language model is taught of calls. Needs what teaches (scripts/train installs it)."""

from __future__ import annotations

import pytest

from services.calls.meanings.asked import MEANINGS, Turn
from training.calls.material import MARKED, Example, Promise

pytest.importorskip("torch")
pytest.importorskip("gguf")

from training.calls.modelled import answer_of, epoch, groups_of, lesson

SEND = Promise(own=True, what="send the quote", when="by Friday")
TURN = Example(
    "Could you?",
    "I'll send the quote by Friday.",
    frozenset({"promise"}),
    MARKED,
    earlier=(Turn(own=False, text="Could you?"),),
    promised=(SEND,),
)


def letters(text: str, begins: bool) -> list[int]:
    return [ord(letter) for letter in text]


def test_what_is_promised_is_told_with_whose_it_is() -> None:
    assert answer_of([SEND, Promise(own=False, what="ring back", when="")]) == (
        " me|send the quote|by Friday; you|ring back|\n"
    )


def test_the_meanings_are_told_behind_the_turn_and_the_words_behind_them() -> None:
    made = lesson(TURN, letters)
    said = "".join(map(chr, made.ids))
    assert said[: made.place + 1] == "- Could you?\n+ I'll send the quote by Friday.\n="
    assert said[made.place + 1 :] == " deal me|send the quote|by Friday\n"
    there = dict(zip(MEANINGS, made.there, strict=True))
    counts = dict(zip(MEANINGS, made.counts, strict=True))
    assert (there["promise"], there["commitment"], there["offer"]) == (1.0, 1.0, 0.0)
    assert (counts["promise"], counts["offer"]) == (1.0, 0.0)  # offers are not marked there


def test_an_epoch_has_each_turn_once_and_the_same_seed_gives_the_same() -> None:
    plain = [Example("", f"Sentence number {count}, I think.", frozenset()) for count in range(90)]
    made = epoch([*plain, TURN], 3)
    assert made == epoch([*plain, TURN], 3)
    assert len(made) == len(plain) + 1 and TURN in made
    assert 5 < sum(one != two for one, two in zip(made, plain, strict=False)) < 60
    lessons = [lesson(each, letters) for each in made]
    assert sorted(len(each) for each in groups_of(lessons, 16, 3)) == [11, 16, 16, 16, 16, 16]
