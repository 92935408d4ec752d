"""That it was woken by mistake, in the ways in which people say so."""

from __future__ import annotations

import pytest

from services.understanding.reserved import closes, disowns, reserved


@pytest.mark.parametrize(
    "words",
    [
        "That wasn't for you.",
        "not you",
        "No, not you!",
        "Sorry, I wasn't talking to you",
        "I was not talking to you, Jarvis",
        "oh, nobody called you",
    ],
)
def test_it_was_woken_by_mistake(words: str) -> None:
    step = reserved(words)
    assert disowns(words) and closes(words) and step and step.action == "control.stop"


@pytest.mark.parametrize(
    "words", ["that was for you", "not you too", "stop", "thanks", "tell Anna that wasn't for you", "", "you " * 60]
)
def test_other_sentences_say_nothing_of_the_kind(words: str) -> None:
    assert not disowns(words)
