"""What Whisper makes up is dropped; what was clearly said survives."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.speech.finals.guard import loops, reason_to_drop, spoken


@pytest.mark.parametrize(
    ("text", "confidence", "no_speech", "reason"),
    [
        ("", 0.9, 0.1, "silence"),
        (" . ", 0.9, 0.1, "silence"),
        ("...", 0.9, 0.1, "silence"),
        ("[Music]", 0.9, 0.1, "silence"),
        ("[BLANK_AUDIO]", 0.9, 0.1, "silence"),
        ("(upbeat music)", 0.9, 0.1, "silence"),
        ("*sigh* ♪♪", 0.9, 0.1, "silence"),
        ("Thank you for watching.", 0.8, 0.1, "phrase"),
        ("Thanks for watching!", 0.95, 0.05, "phrase"),
        ("Thank you so much for watching!", 0.9, 0.05, "phrase"),
        ("Please subscribe to my channel", 0.9, 0.05, "phrase"),
        ("See you in the next video.", 0.9, 0.05, "phrase"),
        ("Subtitles by the Amara.org community", 0.9, 0.05, "phrase"),
        ("you", 0.4, 0.3, "phrase"),
        ("You.", 0.9, 0.9, "phrase"),
        ("Thank you.", 0.4, 0.4, "phrase"),
        ("Bye.", 0.5, 0.2, "phrase"),
        ("Bye bye", 0.9, 0.7, "phrase"),
        ("So...", 0.3, 0.5, "phrase"),
        ("I'm sorry.", 0.5, 0.7, "phrase"),
        ("turn on the light", 0.3, 0.8, "silence"),
        ("turn on the light", 0.55, 0.9, "silence"),
        ("turn ant delight", 0.1, 0.1, "improbable"),
        ("no no no no no no no no", 0.9, 0.1, "loop"),
        ("I am going to the store. " * 5, 0.95, 0.05, "loop"),
        ("the light the light the light the light", 0.9, 0.1, "loop"),
        ("wawawawawawawawawa", 0.9, 0.1, "loop"),
    ],
)
def test_dropped(text: str, confidence: float, no_speech: float, reason: str) -> None:
    assert reason_to_drop(text, confidence=confidence, no_speech=no_speech) == reason


@pytest.mark.parametrize(
    ("text", "confidence", "no_speech"),
    [
        ("Thank you.", 0.85, 0.1),
        ("Thanks.", 0.8, 0.2),
        ("Yes.", 0.5, 0.3),
        ("No.", 0.5, 0.3),
        ("Stop.", 0.5, 0.45),
        ("Stop.", 0.9, 0.7),
        ("No, no, no.", 0.8, 0.1),
        ("Stop stop stop stop stop", 0.8, 0.1),
        ("Okay.", 0.8, 0.2),
        ("Goodbye.", 0.8, 0.2),
        ("Thank you for watching the dog", 0.8, 0.1),
        ("one zero zero zero zero one nine", 0.6, 0.3),
        ("1000000000000", 0.6, 0.3),
        ("add milk and add bread and add eggs and add butter", 0.8, 0.1),
        ("Create a task to subscribe to the paper", 0.8, 0.1),
        ("turn on the light", 0.7, 0.85),
        ("yes", 0.5, 0.7),
        ("One.", 0.4, 0.4),
    ],
)
def test_believed(text: str, confidence: float, no_speech: float) -> None:
    assert reason_to_drop(text, confidence=confidence, no_speech=no_speech) is None


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("[Music] yes", "yes"),
        ("(sighs) call Anna ♪", "call Anna"),
        ("Yes… stop", "Yes stop"),
        ("call Anna (she is late", "call Anna (she is late"),
        ("?!", ""),
    ],
)
def test_described_noises_are_left_out(text: str, left: str) -> None:
    assert spoken(text) == left


@given(
    st.lists(st.sampled_from(["add", "milk", "to", "the list", "and", "call", "Anna"]), min_size=1, max_size=8),
    st.integers(6, 20),
)
def test_whatever_is_said_often_enough_is_a_loop(words: list[str], times: int) -> None:
    assert loops(" ".join(words * times))


@given(st.text(max_size=80), st.floats(0, 1), st.floats(0, 1))
def test_any_text_is_judged(text: str, confidence: float, no_speech: float) -> None:
    reason_to_drop(text, confidence=confidence, no_speech=no_speech)
