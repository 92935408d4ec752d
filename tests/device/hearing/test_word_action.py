"""What a wake word does, as the settings tell it."""

from __future__ import annotations

import pytest

from device.hearing.word_action import WordAction, action_of, signals, word_actions


@pytest.mark.parametrize(
    ("told", "word", "says"),
    [
        ("stop_it: stop", "stop_it", "stop"),
        ("stop_it:STOP", "stop_it", "stop"),
        ("hey_matilda : listen", "hey_matilda", "listen"),
        ("good_night:  run the  Good night routine", "good_night", "run the Good night routine"),
        ("at_seven: wake me at 7:30", "at_seven", "wake me at 7:30"),
    ],
)
def test_a_word_and_what_it_stands_for(told: str, word: str, says: str) -> None:
    assert action_of(told) == WordAction(word, says)


@pytest.mark.parametrize("told", ["", "stop_it", "stop_it:", ": stop", "Stop it: stop", "a: " + "b" * 300])
def test_what_is_no_action_is_told_by_examples(told: str) -> None:
    with pytest.raises(ValueError, match="which is not like “stop_it: stop”"):
        action_of(told)


def test_a_word_has_one_action() -> None:
    assert word_actions(["a_b: stop", "c_d: stop"]) == ["a_b: stop", "c_d: stop"]
    with pytest.raises(ValueError, match="has the word a_b twice"):
        word_actions(["a_b: stop", "a_b: listen"])


def test_a_word_that_listens_is_no_signal() -> None:
    told = ["hey_matilda: listen", "stop_it: stop", "good_night: turn off the lights"]
    assert signals(told) == {"stop_it": "", "good_night": "turn off the lights"}
