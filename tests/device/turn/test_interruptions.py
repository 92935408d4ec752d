"""The mute switch thrown in every phase, and a guide that is interrupted by all there is: one whole appliance on real
engines, mock pins and a real broker.
"""

from __future__ import annotations

import json
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from typing import Any

import numpy as np
import pytest
from gpiozero import Device
from gpiozero.pins.mock import MockFactory
from typer.testing import CliRunner

from device.cli import app
from device.control.client import Declined, accepted, request
from device.guide.wording import LATER
from device.lights.ladder import rung_of
from device.lights.projection import LightsProjection
from device.turn import events as on
from device.turn.machine import SWITCHED_OFF
from device.turn.session import Session
from firmware.frame import RATE, Samples
from services.store.documents import Person, Task
from tests.broker import Broker, Client
from tests.voices import speak, turn
from tests.whole_appliance import PacedSpeaker, Shared, WholeAppliance, roles

pytestmark = [pytest.mark.engine, pytest.mark.timeout(240)]

PIN, SWITCH = 17, 27
QUIET = np.zeros(RATE // 5, np.int16)
ROLES = '[clients]\n"mqtt:phone" = "owner"\n'
TIMER = "Set a timer for one second."
DOOR = "Shall I close the door?"


class Desk:
    """An appliance, a finger on its button and its switch, and a phone that may do all over MQTT."""

    def __init__(self, appliance: WholeAppliance, pins: MockFactory, phone: Client) -> None:
        self.appliance, self.until, self.of, self.phone = appliance, appliance.until, appliance.of, phone
        self.pin, self.switch = pins.pin(PIN), pins.pin(SWITCH)

    def ask(self, text: str) -> dict[str, Any]:
        return request(self.appliance.settings.paths.data, {"request": "command", "text": text})

    def tell(self, verb: str, **fields: object) -> None:
        self.phone.publish(f"equerry/desk/{verb}/phone", json.dumps(fields), qos=1)

    def replied(self, id: str) -> dict[str, Any]:
        message = self.phone.wait_for("equerry/desk/reply/phone", lambda each: json.loads(each.payload)["id"] == id)
        fields: dict[str, Any] = json.loads(message.payload)
        return fields

    def hears(self, *sounds: Samples) -> None:
        self.appliance.microphone.play(np.concatenate((QUIET, *sounds, QUIET)))

    def phase(self, *phases: str) -> None:
        self.until(lambda: self.appliance.phase in phases)

    def press(self, seconds: float) -> None:
        """Real time is what is tested here."""
        self.pin.drive_low()
        time.sleep(seconds)
        self.pin.drive_high()
        self.until(lambda: self.of(on.Released))

    def throw(self) -> None:
        """The switch closes the microphone, whatever goes on."""
        self.switch.drive_low()
        self.closed()

    def closed(self) -> None:
        self.until(lambda: self.of(on.SwitchTurned) and not self.appliance.microphone.is_open)

    def thrown_with(self, kind: type[on.Event]) -> None:
        """As soon as this happens."""

        def throw(event: on.Event, _: Session) -> None:
            if isinstance(event, kind):
                self.switch.drive_low()

        self.appliance.hook = throw
        self.closed()
        self.appliance.hook = lambda _event, _session: None

    def released(self) -> None:
        """It hears again, and nothing goes on."""
        self.switch.drive_high()
        self.phase("idle")
        self.until(lambda: self.appliance.microphone.is_open)
        self.appliance.forget()

    @property
    def shown(self) -> str:
        """By the lights."""
        lights = self.appliance.daemon.lights
        assert isinstance(lights, LightsProjection) and lights.view
        return rung_of(lights.view).name

    @property
    def tasks(self) -> list[str]:
        return [task.title.lower() for task in self.appliance.documents(Task)]

    # --- into a phase, and the switch is thrown ---

    def idle(self) -> None:
        self.throw()

    def listening(self) -> None:
        accepted(request(self.appliance.settings.paths.data, {"request": "listen"}))
        self.hears(speak("Create a task to sell the house."))
        self.until(lambda: self.of(on.SpeechBegan))
        self.throw()

    def open_ear(self) -> None:
        self.hears(turn("What time is it?", lead=0.1, tail=0.1))
        self.until(lambda: self.of(on.Played) and self.appliance.phase == "listening")
        self.throw()

    def thinking(self) -> None:
        self.hears(turn("Create a task to buy glue.", lead=0.1, tail=0.1))
        self.thrown_with(on.SpeechEnded)

    def acting(self) -> None:
        with closing(sqlite3.connect(self.appliance.store.path, isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")  # another program writes, so it has to wait
            self.appliance._inbox.put(on.TextGiven("Create a task to paint the fence."))
            self.phase("acting")
            self.throw()
            other.execute("ROLLBACK")

    def speaking(self) -> None:
        self.appliance._inbox.put(on.TextGiven("What are my tasks?"))
        self.until(lambda: self.of(on.Sounded))
        self.throw()

    def asked(self) -> None:
        """A question is being spoken."""
        self.tell("ask", question=DOOR, id="spoken")
        self.until(lambda: self.of(on.Sounded))
        self.throw()

    def asking(self) -> None:
        self.tell("ask", question=DOOR, id="heard")
        self.phase("asking")
        self.throw()

    def ringing(self) -> None:
        self.ask(TIMER)
        self.phase("ringing")
        self.throw()
        assert self.appliance.phase == "ringing"
        self.tell("stop")


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """As it comes up: the switch was thrown while it started."""
    before, pins, folder = Device.pin_factory, MockFactory(), tmp_path_factory.mktemp("home")
    Device.pin_factory = pins
    settings = {
        "EQUERRY_BUTTON__PIN": str(PIN),
        "EQUERRY_BUTTON__MUTE_PIN": str(SWITCH),
        "EQUERRY_SESSION__OPEN_S": "8",
        "EQUERRY_ENDPOINT__BEGIN_S": "3",
    }
    try:
        with roles(folder, ROLES), Broker(folder / "broker") as broker:
            phone = broker.client("phone")
            phone.subscribe("equerry/desk/reply/phone")
            appliance = WholeAppliance(
                folder / "desk",
                "desk",
                (broker.host, broker.port),
                shared=Shared.loaded(),
                environ=settings,
                paced=True,
            )
            assert isinstance(appliance.speaker, PacedSpeaker)
            appliance.speaker.haste = 4.0
            pins.pin(SWITCH).drive_low()
            with appliance:
                appliance.ready()
                appliance.until(lambda: appliance.daemon._session.broker == "there")
                yield Desk(appliance, pins, phone)
    finally:
        pins.reset()
        Device.pin_factory = before


def test_the_switch_while_it_starts(desk: Desk) -> None:
    desk.closed()
    assert desk.appliance.phases == ["starting", "muted"]
    assert desk.shown == "muted"
    desk.released()


THROWN: list[tuple[Callable[[Desk], None], list[str]]] = [
    # where, and what it goes through from the moment it is thrown
    (Desk.idle, ["idle", "muted"]),
    (Desk.listening, ["listening", "muted"]),
    (Desk.open_ear, ["listening", "muted"]),
    (Desk.thinking, ["thinking", "acting", "speaking", "muted"]),
    (Desk.acting, ["acting", "speaking", "muted"]),
    (Desk.speaking, ["speaking", "muted"]),
    (Desk.asked, ["speaking", "muted"]),
    (Desk.asking, ["asking", "muted"]),
    (Desk.ringing, ["ringing", "muted"]),
]


@pytest.mark.parametrize(("where", "through"), THROWN, ids=[where.__name__ for where, _ in THROWN])
def test_the_switch_thrown(desk: Desk, where: Callable[[Desk], None], through: list[str]) -> None:
    where(desk)
    desk.phase("muted")
    phases = desk.appliance.phases
    assert phases[-len(through) :] == through
    thrown = next(index for index, each in enumerate(desk.appliance.seen) if isinstance(each.event, on.SwitchTurned))
    assert desk.appliance.seen[thrown].phase in (through[0], "muted") and not desk.appliance.microphone.is_open
    assert desk.shown == "muted"
    assert all(played.finished for played in desk.of(on.Played)) or where is Desk.asked, "a reply is said to its end"
    assert len(desk.of(on.Replied)) <= 1
    desk.released()


def test_what_was_done_and_what_was_not(desk: Desk) -> None:
    """Words that were being listened to are dropped; what was being done was done once. Whoever asked is told that
    nobody answered.
    """
    assert sorted(desk.tasks) == ["buy glue", "paint the fence"]
    for id in ("spoken", "heard"):
        answer = desk.replied(id)
        assert not answer["ok"] and answer["code"]


def test_nothing_else_lifts_it(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither the owner over MQTT, nor a terminal, nor the button."""
    data = desk.appliance.settings.paths.data
    desk.throw()
    desk.tell("mute", muted=False, id="open")
    desk.tell("listen", id="listen")
    desk.tell("command", text="unmute", speak=True, id="word")
    desk.replied("open")
    desk.replied("listen")
    assert SWITCHED_OFF in desk.replied("word")["text"]
    monkeypatch.setenv("EQUERRY_PATHS__DATA", str(data))
    assert SWITCHED_OFF in CliRunner().invoke(app, ["ask", "unmute"]).stdout
    for wanted in ({"request": "mute", "muted": False}, {"request": "listen"}):
        with pytest.raises(Declined, match=SWITCHED_OFF):
            accepted(request(data, wanted))
    desk.press(0.1)
    desk.until(lambda: desk.of(on.Tapped))
    desk.phase("muted")
    assert not desk.appliance.microphone.is_open and desk.shown == "muted"
    desk.released()


def test_words_from_a_terminal_and_over_mqtt_close_and_open_it(desk: Desk) -> None:
    """What no switch has closed."""
    assert desk.ask("mute")["ok"]
    desk.phase("muted")
    desk.until(lambda: not desk.appliance.microphone.is_open)
    desk.tell("command", text="unmute", id="opens")
    desk.phase("idle")
    desk.until(lambda: desk.appliance.microphone.is_open)


# --- the guide
# ----------------------------------------------------------------------------------------------------------------------


class Guided:
    """Somebody goes through the setup."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.said: list[str] = []
        self.serial = 0
        desk.appliance.hook = self._note

    def _note(self, _: on.Event, session: Session) -> None:
        if session.saying and session.serial != self.serial:
            self.serial = session.serial
            self.said.append(session.saying.text)

    def asks(self, words: str) -> None:
        """It has begun to say this, after what was waited for before."""
        self.desk.until(lambda: any(words in each for each in self.said))
        self.said.clear()

    def says(self, text: str) -> None:
        """As soon as it listens."""
        self.desk.phase("asking")
        self.desk.hears(QUIET, speak(text))
        self.desk.until(lambda: self.desk.appliance.phase != "asking")

    def put(self, words: str) -> int:
        """How often it was said."""
        told = (on.QuestionAsked, on.Announced)
        return sum(words in event.text for event in self.desk.of(*told))

    @property
    def kept(self) -> dict[str, Any]:
        kept: dict[str, Any] = json.loads((self.desk.appliance.settings.paths.data / "guide.json").read_text())
        return kept


def test_the_guide_and_all_that_comes_between(desk: Desk) -> None:
    guide = Guided(desk)
    desk.ask("Start the setup.")
    guide.asks("What is your name?")
    desk.tell("say", text="The post has come.", id="say")
    desk.tell("ask", question=DOOR, id="door")
    guide.says("My name is Anna.")
    guide.asks(DOOR)  # behind the answer, and before the next question of the guide
    guide.says("No, thank you.")
    assert "no" in desk.replied("door")["text"].lower() and guide.put("The post has come.") == 1
    guide.asks("Did you say Anna?")
    desk.throw()
    desk.phase("muted")
    assert not desk.appliance.documents(Person)
    desk.switch.drive_high()
    guide.asks("Did you say Anna?")
    desk.phase("asking")
    desk.ask(TIMER)
    desk.until(lambda: desk.of(on.DueCame))
    guide.says("Yes, please.")
    desk.phase("ringing")
    desk.press(0.1)  # stops the ringing, and nothing else
    guide.asks("Say it now")
    assert [person.name for person in desk.appliance.documents(Person)] == ["Anna"]
    desk.phase("idle")
    desk.press(3.2)
    desk.phase("muted")
    desk.until(lambda: not desk.appliance.microphone.is_open and desk.shown == "muted")
    desk.appliance.forget()
    desk.press(0.1)
    guide.asks("Say it now")
    assert guide.put("Say it now") == 1, "asked for anew, and not as one that was not heard"
    desk.phase("idle")
    desk.hears(speak("hey jarvis"))
    guide.asks("Once more")
    desk.press(0.1)  # this sends it away
    guide.asks(LATER)
    desk.phase("idle")
    assert guide.kept["waiting"] and guide.kept["step"] == "wake" and guide.kept["owner"] == "Anna"
    assert len(desk.appliance.documents(Person)) == 1 and not guide.put("did not hear")
