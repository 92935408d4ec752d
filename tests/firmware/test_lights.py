"""Lights on mock pins and in a terminal."""

from __future__ import annotations

import io
import time
from collections.abc import Callable

import pytest
from gpiozero import Device
from gpiozero.pins.mock import MockFactory, MockPin

from firmware.base import Lights, Pattern, PinsMissing, Rhythm
from firmware.lights import GpioLight, GpioLights, NoLights, TerminalLights, glyph

BLUE = (0.0, 0.5, 1.0)


def pattern(rhythm: Rhythm, name: str = "listening", period: float = 0.02) -> Pattern:
    return Pattern(name, BLUE, rhythm, period)


def soon(what: Callable[[], bool]) -> None:
    """The library's own thread keeps the rhythm; give it a moment of real time."""
    end = time.monotonic() + 5
    while not what():
        assert time.monotonic() < end
        time.sleep(0.005)


def test_steady_and_off(pins: MockFactory) -> None:
    lights = GpioLights(22, 23, 24)
    lights.show(pattern("steady"))
    assert tuple(pins.pin(n).state for n in (22, 23, 24)) == BLUE
    lights.show(pattern("off"))
    assert [pins.pin(n).state for n in (22, 23, 24)] == [0, 0, 0]
    lights.close()
    lights.close()


def test_a_common_anode_is_driven_the_other_way_round(pins: MockFactory) -> None:
    lights = GpioLights(22, 23, 24, active_high=False)
    lights.show(pattern("steady"))
    assert [pins.pin(n).state for n in (22, 23, 24)] == [1.0, 0.5, 0.0]
    lights.close()


def test_blink_and_pulse_go_on_by_themselves_until_the_next_pattern(pins: MockFactory) -> None:
    lights = GpioLights(22, 23, 24)
    blue = pins.pin(24)
    lights.show(pattern("blink"))
    soon(lambda: len(blue.states) > 5)
    assert {state.state for state in blue.states} == {0, 1}
    lights.show(pattern("pulse", period=0.4))
    blue.clear_states()
    soon(lambda: len(blue.states) > 12)
    assert any(0 < state.state < 1 for state in blue.states)
    lights.show(pattern("steady"))
    assert blue.state == 1
    lights.close()
    assert blue.state == 0


def test_the_same_pattern_again_does_not_disturb_its_rhythm(pins: MockFactory) -> None:
    lights = GpioLights(22, 23, 24)
    lights.show(pattern("blink", period=60))
    soon(lambda: pins.pin(24).state == 1)
    pins.pin(24).clear_states()
    lights.show(pattern("blink", period=60))
    assert len(pins.pin(24).states) == 1
    lights.close()


def test_one_light_shows_brightness_and_rhythm(pins: MockFactory) -> None:
    light = GpioLight(22)
    led = pins.pin(22)
    light.show(Pattern("dim", (0.2, 0.1, 0.0)))
    assert led.state == pytest.approx(0.2)
    light.show(pattern("blink"))
    soon(lambda: len(led.states) > 5)
    light.show(pattern("pulse", period=0.4))
    soon(lambda: any(0 < state.state < 1 for state in led.states[-3:]))
    light.show(pattern("off"))
    assert led.state == 0
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
        for rhythm in ("steady", "steady", "pulse"):
            lights.show(pattern(rhythm, name=f"{rhythm} one"))
        lights.close()
    assert file.getvalue() == "light: steady one\nlight: pulse one\n"
    lines = terminal.getvalue().splitlines()
    assert len(lines) == 2
    assert "steady one" in lines[0]


def test_every_rhythm_has_its_own_glyph() -> None:
    assert len({glyph(pattern(rhythm)).plain for rhythm in ("off", "steady", "pulse", "blink")}) == 4


def test_no_lights_bear_everything() -> None:
    lights = NoLights()
    lights.show(pattern("blink"))
    lights.close()


@pytest.mark.parametrize("make", [lambda: GpioLights(22, 23, 24), lambda: GpioLight(24)])
def test_a_blip_is_short(pins: MockFactory, make: Callable[[], Lights]) -> None:
    lights = make()
    led = pins.pin(24)
    led.clear_states()
    lights.show(pattern("blip", period=60))
    soon(lambda: [state.state for state in led.states][-2:] == [1, 0])
    assert 0.05 < led.states[-1].timestamp < 5, "on for a tenth of a second, then dark for the rest of the minute"
    lights.close()
