"""The lights as the appliance is built with them: of the settings, of a board, of none; a whole turn on mock pins."""

from __future__ import annotations

import io
import logging
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from gpiozero import Device
from gpiozero.pins.mock import MockFactory, MockPWMPin

from device.configuration.load import load
from device.configuration.settings import Settings
from device.errors import ConfigBroken
from device.lights.projection import LightsProjection
from device.lights.thread import Lighting, Unlit
from device.lights.view import View
from device.process.lacks import Lacking
from device.turn import events as on
from device.turn.machine import step
from device.turn.session import Session
from device.wiring import lights as building
from device.wiring.body import build_buttons
from device.wiring.lights import boarded, build_board, build_lights, lit
from firmware.boards import BoardUnknown
from firmware.boards import board as board_called
from firmware.gpio.lights import GpioLight, GpioLights, TerminalLights
from firmware.gpio.strips import Strip, apa102
from services.speech.base import Endpoint


@pytest.fixture
def pins() -> Iterator[MockFactory]:
    before = Device.pin_factory
    Device.pin_factory = MockFactory(pin_class=MockPWMPin)
    yield Device.pin_factory
    Device.pin_factory.reset()
    Device.pin_factory = before


@pytest.fixture
def clocked(pins: MockFactory) -> MockFactory:
    """Pins without PWM, as those of SPI are."""
    Device.pin_factory = MockFactory()
    return Device.pin_factory


def settings_of(**keys: Any) -> Settings:
    return load({"EQUERRY_CONFIG": "", **{f"EQUERRY_{name.upper()}": str(value) for name, value in keys.items()}})


@pytest.mark.parametrize(
    ("keys", "kind"),
    [
        ({"lights__kind": "led", "lights__pins": "[18]"}, GpioLight),
        ({"lights__kind": "rgb", "lights__pins": "[22,23,24]"}, GpioLights),
        ({"board__name": "bare"}, GpioLights),
        ({"board__name": "bare", "lights__kind": "terminal"}, TerminalLights),
        ({"board__name": "bare", "lights__kind": "none"}, Unlit),
        ({"board__name": "none"}, Unlit),
        ({"board__name": "auto"}, Unlit),
    ],
)
def test_lights_of_the_settings_or_of_the_board(pins: MockFactory, keys: dict[str, str], kind: type) -> None:
    built = build_lights(settings_of(**keys))
    assert type(built) is kind
    built.close()


@pytest.mark.parametrize(
    ("keys", "count"),
    [
        ({"board__name": "respeaker-2-mic"}, 3),
        ({"board__name": "respeaker-4-mic"}, 12),
        ({"board__name": "adafruit-voice-bonnet"}, 3),
        ({"lights__kind": "apa102", "lights__leds": "24"}, 24),
        ({"lights__kind": "apa102", "lights__pins": "[5,6]", "lights__leds": "8"}, 8),
    ],
)
def test_rings_of_the_boards(clocked: MockFactory, keys: dict[str, str], count: int) -> None:
    built = build_lights(settings_of(**keys))
    assert isinstance(built, Strip) and built.count == count
    built.close()


def test_wrong_settings_are_told_with_all_that_is_wrong() -> None:
    with pytest.raises(ConfigBroken) as caught:
        settings_of(
            lights__kind="rgb", lights__pins="[22,23]", lights__leds="0", lights__brightness="2", board__name=""
        )
    for words in ("rgb lights have these pins: red, green, blue", "lights.leds", "lights.brightness", "board.name"):
        assert words in str(caught.value)
    with pytest.raises(BoardUnknown):
        build_board(settings_of(board__name="respeaker-3-mic"))


@pytest.mark.parametrize("named", ["auto", "respeaker-4-mic"])
def test_where_spi_is_off_the_lights_are_dark_and_it_is_told(
    clocked: MockFactory, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, named: str
) -> None:
    def off(factory: MockFactory, shared: bool, hardware: bool) -> Any:
        raise FileNotFoundError("/dev/spidev0.0")

    monkeypatch.setattr(type(clocked), "_get_spi_class", off)
    monkeypatch.setattr(building, "detect", lambda: board_called("respeaker-4-mic"))
    settings, lacking = settings_of(board__name=named), Lacking()
    with lit(settings, lambda _: None, lacking) as lighting:
        lighting.show(View("muted"))
        assert "raspi-config" in lacking.told["lights"] and "Going on without the lights" in caplog.text


def test_a_board_that_is_not_there_is_told_once_and_done_without(pins: MockFactory) -> None:
    lacking = Lacking()
    usable = boarded(settings_of(board__name="respeaker-3-mic", button__pin="17"), lacking)
    buttons = build_buttons(usable, lambda _: None, lacking)
    assert buttons, "it is on a pin of its own"
    with lit(usable, lambda _: None, lacking):
        assert list(lacking.told) == ["board"] and "respeaker-3-mic" in lacking.told["board"]
    buttons.close()


@pytest.mark.parametrize(
    "keys",
    [
        {"button__pin": "18", "lights__kind": "led", "lights__pins": "[18]"},
        {"lights__kind": "rgb", "lights__pins": "[18,18,19]"},
        {"button__pin": "5", "board__name": "adafruit-voice-bonnet"},
    ],
)
def test_two_on_one_pin_leave_the_second_dark(pins: MockFactory, keys: dict[str, str]) -> None:
    settings, lacking = settings_of(**keys), Lacking()
    buttons = build_buttons(boarded(settings, lacking), lambda _: None, lacking)
    assert (buttons is not None) == ("button__pin" in keys)
    with lit(settings, lambda _: None, lacking):
        assert list(lacking.told) == ["lights"]
    if buttons:
        buttons.close()


def test_the_button_is_that_of_the_settings_or_of_the_board(pins: MockFactory) -> None:
    board = {"board__name": "respeaker-2-mic"}
    for keys, used in (
        (board, {17}),
        (board | {"button__pin": "4"}, {4, 17}),
        (board | {"button__mute_pin": "17"}, set()),
    ):
        buttons = build_buttons(settings_of(**keys), lambda _: None, Lacking())
        assert (buttons is not None) == bool(used)
        assert {pin for pin in (4, 17) if pins.pin(pin).when_changed is not None} == used
        if buttons:
            buttons.close()
        pins.reset()
    assert build_buttons(settings_of(board__name="respeaker-4-mic"), lambda _: None, Lacking()) is None


def test_a_button_that_cannot_be_used_takes_no_other_with_it(
    pins: MockFactory, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(building, "detect", lambda: board_called("respeaker-2-mic"))
    taken = build_buttons(settings_of(), lambda _: None, Lacking())
    assert taken
    for keys in ({}, {"board__name": "respeaker-2-mic"}, {"button__pin": "17"}):
        caplog.clear()
        lacking = Lacking()
        assert build_buttons(settings_of(**keys), lambda _: None, lacking) is None
        assert list(lacking.told) == ["button"] and lacking.told["button"] in caplog.text
    lacking = Lacking()
    other = build_buttons(settings_of(button__pin="4"), lambda _: None, lacking)
    assert other and list(lacking.told) == ["button"], "that of the settings can be used, that of the board can't"
    for each in (taken, other):
        each.close()


def test_a_turn_is_seen_on_three_pins(pins: MockFactory, caplog: pytest.LogCaptureFixture) -> None:
    """Press, speak, mute: the pins have the colours of the states."""
    caplog.set_level(logging.ERROR)
    put: list[on.Event | on.Crashed] = []
    with lit(settings_of(board__name="bare", lights__brightness="1.0"), put.append, Lacking()) as lighting:
        red, green, blue = (pins.pin(number) for number in (22, 23, 24))
        following = LightsProjection(lighting)
        session = Session()

        def shows(*wanted: bool) -> bool:
            seen = threading.Event()
            for _ in range(500):
                if tuple(pin.state > 0.02 for pin in (red, green, blue)) == wanted:
                    return True
                seen.wait(0.01)
            return False

        def come(event: on.Event) -> None:
            nonlocal session
            session, _ = step(session, event)
            following.follow(session, event)

        following.follow(session)
        assert shows(True, True, True), "starting is white"
        come(on.Ready())
        assert shows(False, False, False), "idle is dark"
        come(on.Pressed())
        assert shows(False, True, True), "listening is blue"
        come(on.SpeechEnded(session.turn, Endpoint(1.0, "silence")))
        assert shows(False, True, True) and session.phase == "thinking"
        come(on.MuteAsked(True))
        come(on.DeadlineCame(session.serial))
        assert session.phase == "muted" and shows(True, False, False), "muted is red"
    assert [pin.state for pin in (red, green, blue)] == [0, 0, 0], "dark at the end"
    assert not put and not caplog.records


def test_without_lights_nothing_is_shown() -> None:
    with lit(settings_of(lights__kind="none"), lambda _: None, Lacking()) as dark:
        following = LightsProjection(dark)
        following.follow(Session())
        dark.turned(0.5)
        following.close()


def shown(holds: Callable[[], bool]) -> bool:
    """The lights thread needs a moment."""
    until = time.monotonic() + 5
    while not holds() and time.monotonic() < until:
        time.sleep(0.01)
    return holds()


def test_a_bug_on_the_thread_comes_to_main(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    class Closed(io.StringIO):
        def write(self, _: str) -> int:
            raise ZeroDivisionError

    put: list[on.Event | on.Crashed] = []
    monkeypatch.setattr("sys.stdout", Closed())
    with lit(settings_of(lights__kind="terminal"), put.append, Lacking()) as lighting:
        assert isinstance(lighting, Lighting)
    assert isinstance(put[0], on.Crashed) and isinstance(put[0].error, ZeroDivisionError)


def test_a_ring_of_three_is_sent_what_its_encoder_says(clocked: MockFactory) -> None:
    built = build_lights(settings_of(board__name="adafruit-voice-bonnet"))
    assert isinstance(built, Strip) and built._encode is apa102
    built.close()
