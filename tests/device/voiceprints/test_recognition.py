"""Who is known while it runs: nobody at no cost, whoever is in the file, nobody where something can't be used."""

from __future__ import annotations

import logging
from pathlib import Path

import numpy as np
import pytest

from device.models.errors import ModelMissing
from device.voiceprints.book import VoiceprintBook
from device.voiceprints.recognition import STRANGE, VoiceRecognition, may_wake
from firmware.frame import RATE, Samples
from services.voiceprints.base import SpeakerEncoder, Who
from tests.doubles.voiceprints import OneVoice, person

MODEL = "wespeaker-resnet34"
STRANGER = Who(None, 0.0)
"""Somebody who is not known, of whom nothing can be told."""


class Loading:
    """Counts how often the encoder is loaded."""

    def __init__(self, encoder: SpeakerEncoder | None) -> None:
        self.encoder = encoder
        self.times = 0

    def __call__(self) -> SpeakerEncoder:
        self.times += 1
        if self.encoder is None:
            raise ModelMissing(model=MODEL)
        return self.encoder


def spoken(seconds: float = 2.0) -> Samples:
    random = np.random.default_rng(2)
    words = random.normal(0, 3000, round(seconds * RATE))
    return np.concatenate((random.normal(0, 9, RATE), words, random.normal(0, 9, RATE))).astype(np.int16)


@pytest.fixture
def book(tmp_path: Path) -> VoiceprintBook:
    return VoiceprintBook(tmp_path / "voiceprints.json")


class Says:
    """A recogniser of one opinion (services.voiceprints.base.Recogniser)."""

    def __init__(self, who: Who | None) -> None:
        self._who = who

    def names(self) -> tuple[str, ...]:
        return ()

    def who(self, samples: Samples) -> Who | None:
        return self._who


@pytest.mark.parametrize(
    ("who", "may"),
    [
        (None, True),
        (STRANGER, True),
        (Who("Anna", 0.9, (("Anna", 0.9),)), True),
        (Who(None, 0.1, (("Anna", 0.5), ("Ben", 0.4))), True),
        (Who(None, STRANGE - 0.01, (("Anna", 1.01 - STRANGE),)), True),
        (Who(None, STRANGE, (("Anna", 1.0 - STRANGE),)), False),
    ],
)
def test_only_who_is_surely_nobody_known_does_not_wake_it(who: Who | None, may: bool) -> None:
    assert may_wake(Says(who), spoken()) is may


def test_while_nobody_is_enrolled_nothing_is_loaded_or_listened_to(book: VoiceprintBook) -> None:
    loading = Loading(OneVoice(person("Anna", 1).mean))
    recognition = VoiceRecognition(book, loading, model=MODEL)
    assert recognition.names() == ()
    assert recognition.who(spoken()) is None
    assert loading.times == 0


def test_who_is_enrolled_or_forgotten_meanwhile_counts_from_the_next_turn_on(book: VoiceprintBook) -> None:
    loading = Loading(OneVoice(person("Anna", 1).mean))
    recognition = VoiceRecognition(book, loading, model=MODEL)
    assert recognition.who(spoken()) is None
    book.add(person("Anna", 1))
    book.add(person("Ben", 2))
    who = recognition.who(spoken())
    assert who is not None
    assert (who.name, [name for name, _ in who.likely]) == ("Anna", ["Anna", "Ben"])
    assert recognition.names() == ("Anna", "Ben")
    book.forget("Anna")
    assert (after := recognition.who(spoken())) is not None
    assert after.name is None
    assert after.sureness > 0.99
    book.forget("Ben")
    assert recognition.who(spoken()) is None
    assert loading.times == 1


@pytest.mark.parametrize("sound", [np.zeros(0, np.int16), np.zeros(RATE, np.int16), spoken(0.2)])
def test_too_little_of_a_voice_says_nothing(book: VoiceprintBook, sound: Samples) -> None:
    book.add(person("Anna", 1))
    encoder = OneVoice(person("Anna", 1).mean)
    assert VoiceRecognition(book, Loading(encoder), model=MODEL).who(sound) is None
    assert encoder.asked == 0


def test_a_damaged_file_is_told_once_and_the_turn_goes_on(
    book: VoiceprintBook, caplog: pytest.LogCaptureFixture
) -> None:
    book.path.write_text("{")
    recognition = VoiceRecognition(book, Loading(OneVoice(person("Anna", 1).mean)), model=MODEL)
    with caplog.at_level(logging.ERROR):
        assert [recognition.who(spoken()) for _ in range(3)] == [STRANGER] * 3, "nobody known, not as if nobody were"
    assert len(caplog.records) == 1
    assert "Nobody is known by voice. The voiceprints in" in caplog.text
    book.path.unlink()
    book.add(person("Anna", 1))
    assert (who := recognition.who(spoken())) is not None
    assert who.name == "Anna"


def test_a_model_that_is_not_pulled_is_told_once(book: VoiceprintBook, caplog: pytest.LogCaptureFixture) -> None:
    book.add(person("Anna", 1))
    recognition = VoiceRecognition(book, Loading(None), model=MODEL)
    with caplog.at_level(logging.ERROR):
        assert [recognition.who(spoken()) for _ in range(2)] == [STRANGER] * 2
    assert len(caplog.records) == 1
    assert "equerry models pull wespeaker-resnet34" in caplog.text


def test_voiceprints_of_another_model_are_compared_with_nothing(
    book: VoiceprintBook, caplog: pytest.LogCaptureFixture
) -> None:
    book.add(person("Anna", 1))
    loading = Loading(OneVoice(person("Anna", 1).mean))
    recognition = VoiceRecognition(book, loading, model="another")
    with caplog.at_level(logging.WARNING):
        assert recognition.who(spoken()) == STRANGER
    assert "1 were enrolled with another model" in caplog.text
    assert "Anna" not in caplog.text
    assert loading.times == 0
