"""A finger on mock pins, and a whole appliance on real engines: each gesture of the talk button, from the pin to the
reply.
"""

from __future__ import annotations

import time
from collections.abc import Iterator

import numpy as np
import pytest
from gpiozero import Device
from gpiozero.pins.mock import MockFactory
from typer.testing import CliRunner

from device.cli import app
from device.configuration.owned.aside import NAME
from device.control.client import accepted, request
from device.turn import events as on
from device.turn.rows.talk_button import FACTORY_TEXT
from firmware.frame import RATE, Samples
from services.store.documents import Task
from tests.voices import speak, turn
from tests.whole_appliance import Shared, WholeAppliance

pytestmark = [pytest.mark.engine, pytest.mark.timeout(300)]

PIN, SWITCH = 17, 27
TAP_S = 0.08
"""A finger's; real time is what is tested here."""


class Desk:
    """An appliance with a finger on its button."""

    def __init__(self, appliance: WholeAppliance, pins: MockFactory) -> None:
        self.appliance = appliance
        self.pin, self.switch = pins.pin(PIN), pins.pin(SWITCH)

    def fresh(self) -> None:
        self.appliance.until(lambda: self.appliance.phase in ("idle", "muted"))
        self.appliance.forget()

    def down(self) -> None:
        self.pin.drive_low()
        self.appliance.until(lambda: self.appliance.of(on.Pressed))

    def up(self) -> on.Released:
        self.pin.drive_high()
        self.appliance.until(lambda: self.appliance.of(on.Released))
        released = self.appliance.of(on.Released)[-1]
        assert isinstance(released, on.Released)
        return released

    def tap(self, times: int) -> None:
        for _ in range(times):
            self.pin.drive_low()
            time.sleep(TAP_S)
            self.pin.drive_high()
            time.sleep(TAP_S)
        self.appliance.until(lambda: self.appliance.of(on.Tapped))
        assert self.appliance.of(on.Tapped) == [on.Tapped(times)]

    def hear(self, *pieces: Samples) -> None:
        self.appliance.microphone.play(np.concatenate(pieces))
        self.appliance.until(lambda: self.appliance.microphone.clip_ended is not None)

    def held_to(self, seconds: float) -> None:
        self.appliance.until(lambda: on.Held(seconds) in self.appliance.of(on.Held))

    @property
    def tasks(self) -> list[str]:
        return [task.title for task in self.appliance.documents(Task)]

    @property
    def said(self) -> list[str]:
        return [reply.response.reply.text for reply in self.appliance.of(on.Replied)]


@pytest.fixture(scope="module")
def pins() -> Iterator[MockFactory]:
    before = Device.pin_factory
    Device.pin_factory = MockFactory()
    yield Device.pin_factory
    Device.pin_factory.reset()
    Device.pin_factory = before


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory, pins: MockFactory) -> Iterator[Desk]:
    pages = {
        "EQUERRY_SESSION__OPEN_S": "0",
        "EQUERRY_BUTTON__PIN": str(PIN),
        "EQUERRY_BUTTON__MUTE_PIN": str(SWITCH),
        "EQUERRY_ENDPOINT__BEGIN_S": "2",
    }
    with WholeAppliance(
        tmp_path_factory.mktemp("desk"), "desk", None, shared=Shared.loaded(), environ=pages
    ) as appliance:
        appliance.ready()
        yield Desk(appliance, pins)


@pytest.fixture
def desk(running: Desk) -> Desk:
    running.fresh()
    return running


QUIET = np.zeros(round(2.5 * RATE), np.int16)
"""A pause that ends any other command, and any patience."""


def test_a_press_and_a_command_are_a_turn(desk: Desk) -> None:
    desk.down()
    assert desk.up().seconds < 0.4
    desk.hear(speak("Create a task to call the bank."))
    desk.appliance.until(lambda: desk.appliance.of(on.Played))
    assert desk.appliance.phases == ["idle", "listening", "thinking", "acting", "speaking", "idle"]
    assert desk.tasks == ["call the bank"] and not desk.appliance.of(on.WakeHeard)


def test_push_to_talk_waits_for_the_end_however_long_one_thinks(desk: Desk) -> None:
    desk.down()
    desk.hear(QUIET, speak("Create a task to water the plants."), QUIET)
    up = time.monotonic()
    assert not desk.appliance.of(on.SpeechEnded)
    assert desk.up().seconds > 5, "longer than what would mute, but somebody spoke"
    desk.appliance.until(lambda: desk.appliance.of(on.Played))
    (ended,) = desk.appliance.of(on.SpeechEnded)
    assert ended.endpoint.reason in ("released", "silence") and desk.appliance.when(on.SpeechEnded) > up
    assert any("plants" in title for title in desk.tasks), desk.said


def test_push_to_talk_from_a_terminal_likewise(desk: Desk) -> None:
    """What the two keys of equerry talk ask for (device/watch/talk.py)."""
    folder = desk.appliance.settings.paths.data
    accepted(request(folder, {"request": "listen", "held": True}))
    desk.appliance.until(lambda: desk.appliance.phase == "listening")
    desk.hear(QUIET, speak("Create a task to sweep the yard."), QUIET)
    assert not desk.appliance.of(on.SpeechEnded)
    accepted(request(folder, {"request": "release"}))
    desk.appliance.until(lambda: desk.appliance.of(on.Played))
    (ended,) = desk.appliance.of(on.SpeechEnded)
    assert ended.endpoint.reason in ("released", "silence") and any("yard" in title for title in desk.tasks), desk.said


def test_a_press_stops_the_reply_and_holding_on_talks(desk: Desk) -> None:
    desk.hear(turn("What are my tasks?"))
    desk.appliance.until(lambda: desk.appliance.of(on.Sounded))
    desk.down()
    desk.held_to(0.4)
    assert desk.appliance.phase == "listening"
    desk.hear(speak("What time is it?"))
    desk.up()
    desk.appliance.until(lambda: desk.appliance.of(on.FinalHeard)[1:])
    assert desk.appliance.of(on.FinalHeard)[1].final.text == "What time is it?"
    desk.appliance.until(lambda: len(desk.appliance.of(on.Replied)) == 2 and desk.appliance.phase == "idle")
    assert desk.appliance.of(on.Replied)[1].response.command.intent == "datetime.query"


def test_each_volume_is_turned_from_the_command_line(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """equerry ask, as somebody at the terminal types it; within its floor."""
    monkeypatch.setenv("EQUERRY_PATHS__DATA", str(desk.appliance.settings.paths.data))

    def said(*words: str) -> str:
        return CliRunner().invoke(app, ["ask", *words]).stdout.strip()

    assert said("set the alarm volume to 80 percent") == "Alarm volume 80 percent."
    assert said("set the beep volume to 40 percent") == "Beep volume 40 percent."
    assert said("set the volume to 90 percent") == "Volume 90 percent."
    assert said("what is the alarm volume") == "The alarm volume is at 80 percent."
    assert "the quietest there is" in said("set the alarm volume to 0 percent"), "an alarm is never silent"
    assert said("set the alarm volume to 100 percent") and said("set the beep volume to 100 percent")


def test_twice_repeats(desk: Desk) -> None:
    before = desk.appliance.daemon._session.last_reply
    desk.tap(2)
    desk.appliance.until(lambda: desk.appliance.of(on.Played))
    assert (
        desk.appliance.phases[-2:] == ["speaking", "idle"] and desk.appliance.daemon._session.last_reply == before != ""
    )


def test_three_times_asks_and_a_yes_undoes(desk: Desk) -> None:
    tasks = desk.tasks
    desk.tap(3)
    desk.appliance.until(lambda: desk.appliance.phase == "asking")
    assert desk.said[0].startswith("Undo task created: ") and desk.tasks == tasks
    desk.hear(speak("Yes, please."))
    desk.appliance.until(lambda: len(desk.said) == 2)
    assert desk.said[1].startswith("Undone: task created") and desk.tasks == tasks[:-1]


def test_three_seconds_of_silence_mute_and_a_press_opens(desk: Desk) -> None:
    appliance = desk.appliance
    desk.down()
    desk.held_to(3.0)
    desk.up()
    appliance.until(lambda: appliance.phase == "muted" and appliance.daemon.listener.level is None)
    assert (appliance.settings.paths.data / "muted").exists(), "it survives a restart"
    desk.fresh()
    desk.tap(1)
    appliance.until(lambda: appliance.phase == "idle" and appliance.daemon.listener.level is not None)


def test_nothing_but_the_switch_opens_what_it_closed(desk: Desk) -> None:
    appliance = desk.appliance
    desk.switch.drive_low()
    appliance.until(lambda: appliance.daemon.listener.level is None)
    desk.tap(1)
    appliance._inbox.put(on.MuteAsked(False))
    appliance._inbox.put(on.ListenAsked())
    appliance.until(lambda: appliance.of(on.ListenAsked))
    assert appliance.phase == "muted" and appliance.daemon.listener.level is None
    desk.switch.drive_high()
    appliance.until(lambda: appliance.daemon.listener.level is not None)


def test_ten_seconds_of_silence_ask_for_the_settings_it_was_made_with(desk: Desk) -> None:
    appliance = desk.appliance
    desk.down()
    desk.held_to(10.0)
    desk.up()
    appliance.until(lambda: appliance.phase == "asking")
    assert appliance.daemon._session.last_reply == FACTORY_TEXT
    desk.hear(speak("Yes, I do."))
    appliance.until(lambda: appliance.of(on.Announced))
    assert (appliance.settings.paths.data / NAME).exists()
