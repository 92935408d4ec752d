"""Talking over it, the open ear, the button and what fails meanwhile, together, on a whole appliance with real engines:
what it says takes as long as it sounds.
"""

from __future__ import annotations

import time
from collections.abc import Iterator

import numpy as np
import pytest
from gpiozero import Device
from gpiozero.pins.mock import MockFactory

from device.control.client import request
from device.turn import events as on
from firmware.frame import RATE, Samples
from services.store.documents import Task
from tests.voices import speak, turn
from tests.whole_appliance import PacedSpeaker, Shared, WholeAppliance

pytestmark = [pytest.mark.engine, pytest.mark.timeout(240)]

PIN = 17
TASKS = ("water the plants in the hall", "order new chairs")
MONOLOGUE = (
    "I was walking down the road yesterday and then we saw the big red bus which was going to the market near the"
    " river."
)
LONGEST_S = 5.0
QUIET = np.zeros(RATE // 5, np.int16)


class Desk:
    """An appliance with much to tell, and a finger on its button."""

    def __init__(self, appliance: WholeAppliance, pins: MockFactory) -> None:
        self.appliance, self.until, self.of, self.pin = appliance, appliance.until, appliance.of, pins.pin(PIN)
        for task in TASKS:
            self.ask(f"Create a task to {task}.")

    def ask(self, text: str) -> None:
        request(self.appliance.settings.paths.data, {"request": "command", "text": text})

    def hears(self, *sounds: Samples) -> None:
        self.appliance.microphone.play(np.concatenate((QUIET, *sounds, QUIET)))

    def rest(self) -> None:
        """Whatever it said or listened to is over."""
        self.until(lambda: self.appliance.phase in ("idle", "listening", "speaking"))
        self.appliance._inbox.put(on.StopAsked())
        self.until(lambda: self.appliance.phase == "idle")
        self.appliance.forget()

    def opened(self) -> None:
        """A command after the wake word, and the ear has opened by itself."""
        self.hears(turn("What time is it?", lead=0.1, tail=0.1))
        self.until(lambda: self.of(on.Replied) and self.appliance.phase == "listening")
        self.appliance.forget()

    def telling(self) -> None:
        """It begins to tell its tasks."""
        self.hears(turn("What are my tasks?", lead=0.1, tail=0.1))
        self.until(lambda: self.of(on.Sounded))
        time.sleep(0.5)  # a while into it: real time is what is tested here

    def barges(self) -> None:
        self.hears(speak("hey jarvis"))
        self.until(lambda: len(self.of(on.WakeHeard)) == 2)

    def holds(self, *sounds: Samples) -> None:
        """The button is down for as long as this is said."""
        self.pin.drive_low()
        self.until(lambda: self.of(on.Held))
        self.hears(*sounds)
        self.until(lambda: self.appliance.microphone.clip_ended is not None)
        self.pin.drive_high()

    @property
    def left(self) -> list[str]:
        return [played.left for played in self.of(on.Played)]


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    before, pins = Device.pin_factory, MockFactory()
    Device.pin_factory = pins
    settings = {
        "EQUERRY_BUTTON__PIN": str(PIN),
        "EQUERRY_SESSION__OPEN_S": "8",
        "EQUERRY_ENDPOINT__LONGEST_S": str(LONGEST_S),
    }
    try:
        folder = tmp_path_factory.mktemp("desk")
        with WholeAppliance(folder, "desk", None, shared=Shared.loaded(), environ=settings, paced=True) as appliance:
            appliance.ready()
            yield Desk(appliance, pins)
    finally:
        pins.reset()
        Device.pin_factory = before


@pytest.fixture
def desk(running: Desk) -> Desk:
    running.rest()
    return running


def test_barging_into_a_reply_within_a_session(desk: Desk) -> None:
    desk.opened()
    desk.hears(speak("What are my tasks?"))
    desk.until(lambda: desk.of(on.Sounded))
    time.sleep(0.5)
    desk.hears(turn("What day is it?", lead=0.1, tail=0.1))
    desk.until(lambda: len(desk.of(on.Replied)) == 2 and desk.appliance.phase == "listening")
    assert desk.left[0] and not any(desk.left[1:])
    assert desk.of(on.Replied)[1].response.command.intent == "datetime.query"


@pytest.mark.parametrize("what", ["switch", "microphone"])
def test_an_ear_that_is_lost_after_barging_in_loses_nothing_of_the_reply(desk: Desk, what: str) -> None:
    desk.telling()
    desk.barges()
    if what == "switch":
        desk.appliance._inbox.put(on.SwitchTurned(True))
    else:
        desk.appliance.microphone.unplugged = True
    desk.until(lambda: desk.appliance.phase == ("muted" if what == "switch" else "fault"))
    desk.appliance._inbox.put(on.SwitchTurned(False))
    desk.appliance.microphone.unplugged = False
    desk.until(lambda: desk.appliance.phase == "idle")
    assert desk.appliance.phases[-5:-1] == [
        "speaking",
        "listening",
        "speaking",
        "muted" if what == "switch" else "fault",
    ]
    assert [played.finished for played in desk.of(on.Played)] == [False, True]


def test_a_microphone_lost_in_the_open_ear(desk: Desk) -> None:
    desk.opened()
    desk.appliance.microphone.unplugged = True
    desk.until(lambda: desk.appliance.phase == "fault")
    desk.appliance.microphone.unplugged = False
    desk.until(lambda: desk.appliance.phase == "idle")
    assert desk.appliance.phases == ["listening", "fault", "idle"]


def test_a_loudspeaker_unplugged_while_it_speaks(desk: Desk) -> None:
    assert isinstance(desk.appliance.speaker, PacedSpeaker)
    desk.telling()
    desk.appliance.speaker.unplugged = True
    time.sleep(0.5)
    desk.appliance.speaker.unplugged = False
    desk.until(lambda: desk.of(on.Played))
    assert [played.finished for played in desk.of(on.Played)] == [True], "said again"


def test_the_wake_word_while_an_answer_is_listened_for_begins_a_turn(desk: Desk) -> None:
    desk.appliance._inbox.put(on.QuestionAsked("door", "Shall I close the door?"))
    desk.until(lambda: desk.appliance.phase == "asking")
    desk.hears(turn("What time is it?", lead=0.3, tail=0.1))
    desk.until(lambda: desk.of(on.Replied))
    assert desk.of(on.Answered) == [on.Answered("door", None, 0.0)]
    assert desk.of(on.Replied)[0].response.command.intent == "datetime.query"


def test_the_button_held_through_a_ringing_and_in_the_open_ear_talks(desk: Desk) -> None:
    desk.ask("Set a timer for one second.")
    desk.until(lambda: desk.appliance.phase == "ringing")
    desk.holds(speak("What time is it?"))
    desk.until(lambda: desk.of(on.Replied) and desk.appliance.phase == "listening")
    assert desk.of(on.Replied)[0].response.command.intent == "datetime.query"
    desk.appliance.forget()
    desk.holds(QUIET, speak("Create a task to buy glue."))
    desk.until(lambda: desk.of(on.Replied))
    assert "buy glue" in [task.title.lower() for task in desk.appliance.documents(Task)]


def test_an_announcement_waits_for_whoever_speaks_in_the_open_ear(desk: Desk) -> None:
    desk.opened()
    desk.appliance._inbox.put(on.Announced("The post has come."))
    desk.until(lambda: desk.of(on.Played) and desk.appliance.phase == "listening")
    desk.hears(speak("Create a task to fetch the post."))
    desk.until(lambda: desk.of(on.SpeechBegan))
    desk.appliance._inbox.put(on.Announced("It is raining.", urgent=True))
    desk.until(lambda: len(desk.of(on.Played)) == 3 and desk.appliance.phase == "listening")
    assert desk.of(on.Replied)[0].response.command.intent == "task.create"


def test_a_monologue_shuts_the_open_ear(desk: Desk) -> None:
    talk = np.concatenate([speak(MONOLOGUE)] * 3)[: round(2.5 * LONGEST_S * RATE)]
    desk.opened()
    told = desk.appliance.spoken
    desk.hears(talk)
    desk.until(lambda: desk.appliance.phase == "idle", within=60)
    assert len(desk.of(on.SpeechEnded)) == 2 and desk.appliance.spoken == told, "not a word, not a tone"
    desk.until(lambda: desk.appliance.microphone.clip_ended is not None)
