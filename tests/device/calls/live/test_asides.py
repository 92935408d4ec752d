"""What is whispered and announced, by the thread that speaks."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime

import numpy as np
import pytest

from device.calls.live.asides import Asides
from device.speaking.mouth import INTERRUPTED, Mouth
from device.speaking.reply import Speaking
from device.turn import effects as do
from device.wiring.senses import told_of_sounds
from firmware.base import SpeakerMissing
from firmware.frame import Samples
from firmware.sound.routed import RoutedSpeaker
from services.actions.base import Due


class Tone:
    """A voice that says a hundred samples a letter."""

    name, rate = "tone", 16_000

    def __init__(self) -> None:
        self.said: list[str] = []

    def synthesize(self, sentence: str) -> Samples:
        self.said.append(sentence)
        return np.full(100 * len(sentence), 1_000, np.int16)


class Sink:
    """Remembers how loud and how long what it played was."""

    def __init__(self, *, missing: bool = False) -> None:
        self.volume, self.missing, self.halts = 1.0, missing, False
        self.played: list[tuple[int, int]] = []

    def play(self, samples: Samples, rate: int) -> bool:
        if self.missing:
            raise SpeakerMissing(names="none")
        if rate == Tone.rate and samples.size:
            self.played.append((samples.size, int(samples.max())))
        return not self.halts

    def drain(self) -> bool:
        return not self.halts

    def stop(self) -> None:
        """Nothing lasts."""

    def duck(self, db: float) -> None:
        """Nothing lasts."""

    def close(self) -> None:
        """Nothing is open."""


class Desk:
    """A mouth with an ear and a line."""

    def __init__(self) -> None:
        self.voice, self.loudspeaker, self.ear, self.line = Tone(), Sink(), Sink(), Sink()
        self.asides = Asides(self.voice, ear=self.ear, line=self.line, whisper_volume=0.5)
        self.mouth = Mouth(Speaking(self.voice, self.loudspeaker), lambda _: None)
        self.mouth.aside = self.asides.utter
        self.thread = threading.Thread(target=self.mouth.run, daemon=True)
        self.thread.start()

    def utter(self, words: str, to: str) -> str:
        """Why it was not said."""
        told: list[str] = []
        done = threading.Event()

        def said(why: str) -> None:
            told.append(why)
            done.set()

        self.mouth.take(do.SpeakAside(words, "ear" if to == "ear" else "line", said))
        assert done.wait(10)
        return told[0]


@pytest.fixture
def desk() -> Iterator[Desk]:
    desk = Desk()
    yield desk
    desk.mouth.close()
    desk.thread.join(5)
    desk.asides.close()


def test_a_whisper_is_softer_and_nowhere_but_in_the_ear(desk: Desk) -> None:
    assert desk.utter("Give a number", "ear") == ""
    ((_, loudest),) = desk.ear.played
    assert loudest == 500 and not desk.loudspeaker.played and not desk.line.played


def test_what_is_ready_is_synthesized_once(desk: Desk) -> None:
    desk.asides.make_ready("Give a number")
    for _ in range(2):
        desk.utter("Give a number", "ear")
    assert desk.voice.said == ["Give a number"]


def test_the_announcement_is_for_the_line(desk: Desk) -> None:
    assert desk.utter("I listen.", "line") == ""
    assert desk.line.played and not desk.ear.played


def test_a_missing_ear_is_told_and_nothing_sounds(desk: Desk) -> None:
    desk.ear.missing = True
    assert "No loudspeaker was found" in desk.utter("Give a number", "ear")
    assert not desk.loudspeaker.played and not desk.line.played


def test_what_is_stopped_is_told(desk: Desk) -> None:
    desk.ear.halts = True
    assert desk.utter("Give a number", "ear") == INTERRUPTED


def test_a_timer_rings_in_the_room_where_the_ear_is_lost_and_a_reply_does_not() -> None:
    loudspeaker, ear, voice = Sink(), Sink(missing=True), Tone()
    routed, played = RoutedSpeaker(loudspeaker, ear), threading.Event()
    routed.to_ear = True
    mouth = Mouth(Speaking(voice, routed), lambda _: played.set(), sounds=told_of_sounds(None, routed), again_s=())
    thread = threading.Thread(target=mouth.run, daemon=True)
    thread.start()
    mouth.take(do.Speak(1, "It is nine."))
    assert played.wait(10) and not loudspeaker.played
    mouth.take(do.Ring(2, Due("timer", "1", datetime(2026, 11, 25, tzinfo=UTC), "Your timer is done.")))
    until = time.monotonic() + 10
    while not loudspeaker.played and time.monotonic() < until:
        time.sleep(0.01)
    mouth.close()
    thread.join(5)
    assert loudspeaker.played and not ear.played


class LongSink(Sink):
    """Plays until it is stopped."""

    def __init__(self) -> None:
        super().__init__()
        self.begun, self.over = threading.Event(), threading.Event()

    def play(self, samples: Samples, rate: int) -> bool:
        self.begun.set()
        return not self.over.wait(10)

    def stop(self) -> None:
        self.over.set()


def test_hush_ends_the_whisper_that_sounds() -> None:
    ear, voice = LongSink(), Tone()
    asides = Asides(voice, ear=ear, line=Sink())
    asides.hush()
    assert not ear.over.is_set(), "a reply in the ear is no whisper"
    heard: list[bool] = []
    aside = do.SpeakAside("Give a number", "ear", lambda _: None)
    thread = threading.Thread(target=lambda: heard.append(asides.utter(aside)))
    thread.start()
    assert ear.begun.wait(10)
    asides.hush()
    thread.join(5)
    assert heard == [False]
    asides.close()


def test_what_is_wanted_no_more_does_not_sound(desk: Desk) -> None:
    aside = do.SpeakAside("Give a number", "ear", lambda _: None, wanted=lambda: False)
    assert not desk.asides.utter(aside) and not desk.ear.played


def test_what_is_ready_is_bounded(desk: Desk) -> None:
    for number in range(200):
        desk.asides.make_ready(f"Hint {number}")
    assert len(desk.asides._ready) < 50
