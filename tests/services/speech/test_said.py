"""Finals that go on from the wake word: what is known to have been said is neither put out nor spoils what comes after
it.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from firmware.frame import RATE
from services.speech.finals.wake_phrase import cut, spoken
from services.speech.finals.whisper import WhisperFinals
from tests.voices import speak, take

pytestmark = pytest.mark.engine


@pytest.fixture(scope="module")
def finals(model_folder: Callable[[str], Path]) -> WhisperFinals:
    return WhisperFinals(model_folder("whisper-tiny.en"))


def heard(voice: str, *, before: float = 1.3, gap: float = 0.2, snr_db: float | None = None) -> np.ndarray:
    turn = take("Set a timer for ten minutes.", voice=voice, gap=gap, snr_db=snr_db)
    return turn.samples[max(0, int((turn.wake_end - before) * RATE)) : int((turn.command_end + 0.3) * RATE)]


@pytest.mark.parametrize("voice", ["piper", "flite:rms", "flite:kal16", "espeak:en-gb-x-rp+f3"])
@pytest.mark.parametrize("snr_db", [None, 15.0])
def test_the_wake_word_is_not_in_the_final_and_the_command_is(
    finals: WhisperFinals, voice: str, snr_db: float | None
) -> None:
    text = cut(finals.transcribe(heard(voice, snr_db=snr_db), said="Hey Jarvis,").text, ["hey_jarvis"]).lower()
    assert "timer for 10 minutes" in text
    assert text.startswith("set"), "nothing of the wake word is left"


def test_what_was_said_before_the_wake_word_is_left_out(finals: WhisperFinals) -> None:
    talk = speak("and then we went to the office", voice="flite:slt")[-int(0.7 * RATE) :]
    sound = np.concatenate([talk, heard("piper", before=0.75)])
    assert finals.transcribe(sound, said="Hey Jarvis,").text.lower().startswith("set a timer")


def test_the_wake_word_alone_is_no_command(finals: WhisperFinals) -> None:
    turn = take("Set a timer for ten minutes.", voice="piper", gap=3.0)
    alone = turn.samples[max(0, int((turn.wake_end - 1.3) * RATE)) : int((turn.wake_end + 0.7) * RATE)]
    assert cut(finals.transcribe(alone, said="Hey Jarvis,").text, ["hey_jarvis"]) == ""


def test_a_wake_word_that_was_not_said_does_no_harm(finals: WhisperFinals) -> None:
    sound = np.concatenate([speak("what time is it"), np.zeros(RATE // 2, np.int16)])
    assert "what time is it" in finals.transcribe(sound, said="Hey Jarvis,").text.lower()


@pytest.mark.parametrize(
    ("word", "words"), [("hey_jarvis", "Hey Jarvis,"), ("alexa", "Alexa,"), ("hey_rhasspy", "Hey Rhasspy,")]
)
def test_wake_words_as_they_begin_a_sentence(word: str, words: str) -> None:
    assert spoken(word) == words


@pytest.mark.parametrize(
    ("said", "phrase", "other"), [("hey jarvis", "Hey Jarvis", "Alexa"), ("alexa", "Alexa", "Hey Jarvis")]
)
def test_a_phrase_that_was_said_is_likelier_than_one_that_was_not(
    finals: WhisperFinals, said: str, phrase: str, other: str
) -> None:
    sound = np.concatenate((np.zeros(RATE // 2, np.int16), speak(said), np.zeros(RATE // 10, np.int16)))
    right, best = finals.compare(sound, phrase)
    wrong, _ = finals.compare(sound, other)
    assert wrong < -8 < -5 < right <= 0 and best <= 0


def test_silence_says_no_phrase(finals: WhisperFinals) -> None:
    assert finals.compare(np.zeros(3 * RATE // 2, np.int16), "Alexa")[0] < -8
