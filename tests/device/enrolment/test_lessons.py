"""Learning a voice by voice, with the real encoder: sentences said by synthetic voices, a question after the other."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

import numpy as np
import pytest

from device.enrolment import wording
from device.enrolment.last_voice import LastVoice
from device.enrolment.lessons import VoiceLessons
from device.turn import events as on
from device.turn.session import Session
from device.voiceprints.book import VoiceprintBook
from device.voiceprints.enrolling import READ_ALOUD
from device.voiceprints.recognition import VoiceRecognition
from firmware.frame import Samples
from services.voiceprints.base import SpeakerEncoder
from services.voiceprints.wespeaker import WespeakerEncoder
from tests.voices import speak

pytestmark = pytest.mark.engine
MODEL = "wespeaker-resnet34"
ANNA, BEN = "espeak:en-us+f2", "flite:rms"
Answer = Callable[[str, int], tuple[str | None, Samples | None]]
"""What is said to a question, the so-manieth, and how it sounds."""


@pytest.fixture(scope="module")
def encoder() -> Callable[[Path], SpeakerEncoder]:
    return cache(WespeakerEncoder)


class Room:
    """Somebody who answers what is asked."""

    def __init__(self, folder: Path, load: Callable[[], SpeakerEncoder], answer: Answer) -> None:
        self.encoder = load
        self.book = VoiceprintBook(folder / "voiceprints.json")
        self.recognition = VoiceRecognition(self.book, load, model=MODEL)
        self.heard = LastVoice(self.recognition)
        self.answer, self.asked = answer, list[str]()
        self.told: queue.SimpleQueue[str] = queue.SimpleQueue()
        self.lessons = VoiceLessons(
            self.book, load, self.heard, self.put, lambda: datetime.now(UTC), model=MODEL, there=load
        )

    def put(self, event: on.Event | on.Crashed) -> None:
        if isinstance(event, on.Announced):
            self.told.put(event.text)
        if isinstance(event, on.QuestionAsked):
            self.asked.append(event.text)
            text, samples = self.answer(event.text, len(self.asked))
            if samples is not None:
                self.heard.who(samples)
            self.lessons.watch(on.Answered(event.id, text), Session())

    def learn(self, name: str) -> str:
        self.lessons.learn(name)
        return self.told.get(timeout=60)

    @contextmanager
    def open(self) -> Iterator[Room]:
        thread = threading.Thread(target=self.lessons.run)
        thread.start()
        try:
            yield self
        finally:
            self.lessons.stop()
            thread.join(20)
            assert not thread.is_alive()


@pytest.fixture
def room(
    tmp_path: Path, model_folder: Callable[[str], Path], encoder: Callable[[Path], SpeakerEncoder]
) -> Callable[[Answer], Room]:
    return lambda answer: Room(tmp_path, lambda: encoder(model_folder(MODEL)), answer)


def sentence_of(question: str) -> str:
    return next(each for each in READ_ALOUD if each in question)


def by(voice: str) -> Answer:
    def answer(question: str, _: int) -> tuple[str | None, Samples | None]:
        text = sentence_of(question)
        return text, speak(text, voice)

    return answer


def test_two_voices_are_learnt_and_told_apart(room: Callable[[Answer], Room]) -> None:
    with room(by(ANNA)).open() as here:
        assert here.lessons.hindrance() == ""
        assert here.learn("Anna").startswith("I know Anna's voice now")
        here.answer = by(BEN)
        assert here.learn("Ben").startswith("I know Ben's voice now")
        assert here.asked[0].startswith("Please say five sentences after me")
        assert len(here.asked) == 10
        assert here.lessons.names() == ("Anna", "Ben")
        for name, voice in (("Anna", ANNA), ("Ben", BEN)):
            embedding = here.encoder().embed(speak("What are my tasks for the rest of this week?", voice))
            likeness = {each.name: float(each.mean @ embedding) for each in here.book.read()}
            assert max(likeness, key=lambda each: likeness[each]) == name
        here.lessons.forget("Anna")
        assert here.lessons.names() == ("Ben",)


def test_learnt_anew_is_known_once(room: Callable[[Answer], Room]) -> None:
    with room(by(ANNA)).open() as here:
        here.learn("Anna")
        here.answer = by(BEN)
        here.learn("anna")
        assert [each.name for each in here.book.read()] == ["anna"]


def test_a_bad_sentence_is_asked_for_again(room: Callable[[Answer], Room]) -> None:
    def answer(question: str, number: int) -> tuple[str | None, Samples | None]:
        text = sentence_of(question)
        samples = speak(text, ANNA)
        return text, (samples // 400).astype(np.int16) if number == 2 else samples

    with room(answer).open() as here:
        assert here.learn("Anna").startswith("I know Anna's voice now")
        assert len(here.asked) == 6
        assert "Once more:" in here.asked[2]
        assert sentence_of(here.asked[1]) == sentence_of(here.asked[2])


def test_silence_is_asked_about_once_more(room: Callable[[Answer], Room]) -> None:
    def answer(question: str, number: int) -> tuple[str | None, Samples | None]:
        return (None, None) if number in (1, 4) else by(ANNA)(question, number)

    with room(answer).open() as here:
        assert here.learn("Anna").startswith("I know Anna's voice now")
        assert len(here.asked) == 7 and here.asked[1].startswith("I didn't hear that. Once more:")


@pytest.mark.parametrize("said", [None, "stop", "no", "never mind"])
def test_nobody_there_or_a_no_ends_it_and_nothing_is_kept(room: Callable[[Answer], Room], said: str | None) -> None:
    def answer(question: str, number: int) -> tuple[str | None, Samples | None]:
        return (said, None) if number >= 3 else by(ANNA)(question, number)

    with room(answer).open() as here:
        assert here.learn("Anna") == wording.GIVEN_UP
        assert len(here.asked) == (3 if said else 4)
        assert here.lessons.names() == ()
        assert not here.book.path.exists()
        here.answer = by(ANNA)
        assert here.learn("Anna").startswith("I know Anna's voice now"), "it can be begun anew"


def test_another_voice_among_them_is_refused(room: Callable[[Answer], Room]) -> None:
    def answer(question: str, number: int) -> tuple[str | None, Samples | None]:
        return by(BEN if number == 4 else ANNA)(question, number)

    with room(answer).open() as here:
        assert "sentence 4" in (told := here.learn("Anna")), told
        assert here.lessons.names() == ()


def test_without_the_model_it_says_what_to_do(tmp_path: Path) -> None:
    def load() -> SpeakerEncoder:
        return WespeakerEncoder(tmp_path)

    here = Room(tmp_path, load, by(ANNA))
    assert "equerry models pull" in here.lessons.hindrance()
