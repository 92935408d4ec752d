"""Lights on mock pins and in a terminal."""

from __future__ import annotations

import io
from collections.abc import Callable

import pytest
from gpiozero import Device
from gpiozero.pins.mock import MockFactory, MockPin

from firmware.base import GAMMA, Lights, LightsLost, Picture, PinsMissing, Pixel, light_of
from firmware.gpio.lights import GpioLight, GpioLights, TerminalLights, dot

BLUE = (0.0, 0.5, 1.0)


def picture(pixel: Pixel = BLUE, name: str = "listening") -> Picture:
    return Picture(name, (pixel,))


def test_half_as_bright_is_a_fifth_of_the_light() -> None:
    assert [light_of(value) for value in (-1, 0, 0.5, 1, 2)] == [0, 0, pytest.approx(0.5**GAMMA), 1, 1]
    assert light_of(0.5) == pytest.approx(0.218, abs=0.001)


def test_three_pins_show_a_colour(pins: MockFactory) -> None:
    lights = GpioLights(22, 23, 24)
    lights.show(picture())
    assert [pins.pin(n).state for n in (22, 23, 24)] == [0, pytest.approx(light_of(0.5)), 1]
    lights.show(picture((0.0, 0.0, 0.0)))
    assert [pins.pin(n).state for n in (22, 23, 24)] == [0, 0, 0]
    lights.show(picture())
    lights.close()
    lights.close()
    assert pins.pin(24).state == 0, "dark at the end"


def test_one_light_is_as_bright_as_the_strongest_part(pins: MockFactory) -> None:
    light = GpioLight(22)
    for pixel, bright in (((0.2, 0.1, 0.0), 0.2), (BLUE, 1.0), ((0.0, 0.0, 0.0), 0.0)):
        light.show(picture(pixel))
        assert pins.pin(22).state == pytest.approx(light_of(bright))
    light.close()


@pytest.mark.parametrize("make", [lambda: GpioLights(22, 23, 22), lambda: GpioLight(99), lambda: GpioLights(1, 2, 2)])
def test_impossible_pins_have_a_name(pins: MockFactory, make: Callable[[], Lights]) -> None:
    with pytest.raises(PinsMissing, match="can't be used"):
        make()


def test_pins_without_pwm_have_a_name(pins: MockFactory) -> None:
    Device.pin_factory = MockFactory(pin_class=MockPin)
    with pytest.raises(PinsMissing):
        GpioLight(22)


def test_a_machine_without_pins(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Device, "pin_factory", None)
    monkeypatch.setenv("GPIOZERO_PIN_FACTORY", "pigpio-of-no-such-name")
    with pytest.raises(PinsMissing, match="gpio group"):
        GpioLights(22, 23, 24)


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_a_terminal_gets_a_coloured_line_and_a_file_a_plain_one() -> None:
    terminal, file = Terminal(), io.StringIO()
    for stream in (terminal, file):
        lights = TerminalLights(stream)
        for name in ("thinking", "thinking", "idle"):
            lights.show(picture(name=name))
        lights.close()
    assert file.getvalue() == "light: thinking\nlight: idle\n"
    lines = terminal.getvalue().splitlines()
    assert len(lines) == 2
    assert "thinking" in lines[0]


def test_the_dot_is_lit_or_not() -> None:
    assert dot(picture()).plain == "● listening"
    assert dot(picture((0.0, 0.0, 0.0), "idle")).plain == "○ idle"


def test_a_terminal_that_nobody_reads_has_a_name_and_is_tried_again() -> None:
    class Closed(io.StringIO):
        broken = True

        def flush(self) -> None:
            if self.broken:
                raise BrokenPipeError(32, "Broken pipe")

    stream = Closed()
    lights = TerminalLights(stream)
    with pytest.raises(LightsLost, match="Broken pipe"):
        lights.show(picture())
    stream.broken = False
    lights.show(picture())
    assert stream.getvalue().endswith("light: listening\n")
