"""The ears are asked for a word of one's own only where they know it: real ears, real sound."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from firmware.frame import RATE, Samples
from services.speech.finals.whisper import WhisperFinals
from services.wake.teaching.clips import WordTake
from services.wake.teaching.takes import take_of
from services.wake.teaching.written import written
from tests.voices import speak

pytestmark = pytest.mark.engine


@pytest.fixture(scope="module")
def ears(model_folder: Callable[[str], Path]) -> WhisperFinals:
    return WhisperFinals(model_folder("equerry-ears"))


def takes(text: str, count: int) -> list[WordTake]:
    def room(seed: int) -> Samples:
        return np.random.default_rng(seed).normal(0, 15, RATE // 2).astype(np.int16)

    sounds = [np.concatenate((room(at), speak(text, "piper", 0.9 + at / 20), room(at + 9))) for at in range(count)]
    found = [take_of(sound) for sound in sounds]
    assert all(isinstance(each, WordTake) for each in found)
    return [each for each in found if isinstance(each, WordTake)]


@pytest.mark.parametrize("phrase", ["hey matilda", "computer", "good morning house"])
def test_a_word_that_they_hear_is_asked_for_as_they_write_it(ears: WhisperFinals, phrase: str) -> None:
    text = " ".join(word.capitalize() for word in phrase.split())
    assert written(phrase, takes(phrase, 5), ears) == text
    assert written(phrase, [*takes(phrase, 4), *takes("what time is it", 1)], ears) == text, "one of five may be odd"


def test_an_invented_word_is_asked_for_as_they_write_it(ears: WhisperFinals) -> None:
    assert written("hey rhasspy", takes("hey raspy", 5), ears) == "Hey Raspy"


@pytest.mark.parametrize(("phrase", "said"), [("hey matilda", "good night"), ("computer", "what time is it")])
def test_they_are_not_asked_for_other_words(ears: WhisperFinals, phrase: str, said: str) -> None:
    assert written(phrase, takes(said, 5), ears) == ""
