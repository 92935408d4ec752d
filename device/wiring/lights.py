"""The board, its lights and its button. What the lights follow is wired in senses.py."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial

from device.configuration.settings import BoardSettings, Settings
from device.lights.thread import Lighting, Unlit
from device.process.lacks import Lacking
from device.turn import events as on
from firmware.base import Lights
from firmware.boards import Board, BoardLights, board, detect


def build_board(settings: Settings) -> Board | None:
    """The one that is named, or found; None without one. Raises BoardUnknown, BoardBroken."""
    name = settings.board.name
    if name == "none":
        return None
    return detect() if name == "auto" else board(name)


def boarded(settings: Settings, lacking: Lacking) -> Settings:
    """These settings; without a board where the one that is named can't be used."""
    lacking.built("board", partial(build_board, settings))
    return settings.model_copy(update={"board": BoardSettings(name="none")}) if "board" in lacking.told else settings


@contextmanager
def lit(settings: Settings, put: on.Emit, lacking: Lacking) -> Iterator[Lighting]:
    """The lights of this device and their thread, lit from now on; dark where they can't be used."""
    wanted = settings.lights
    with Lighting(
        lacking.built("lights", partial(build_lights, settings)) or Unlit(),
        brightness=wanted.brightness,
        quiet_brightness=wanted.quiet_brightness,
        crashed=lambda bug: put(on.Crashed(bug)),
    ) as lighting:
        yield lighting


def build_lights(settings: Settings) -> Lights:
    """What [lights] asks for. Raises PinsMissing, BoardUnknown, BoardBroken."""
    wanted = settings.lights
    if wanted.kind == "none":
        return Unlit()
    if wanted.kind == "terminal":
        from firmware.gpio.lights import TerminalLights

        return TerminalLights(sys.stdout)
    if wanted.kind != "board":
        return _on_pins(BoardLights(kind=wanted.kind, leds=wanted.leds, pins=tuple(wanted.pins)))
    there = build_board(settings)
    return _on_pins(there.lights) if there and there.lights else Unlit()


def _on_pins(wanted: BoardLights) -> Lights:
    from firmware.gpio import lights, strips

    match wanted.kind:
        case "led":
            return lights.GpioLight(*wanted.pins)
        case "rgb":
            return lights.GpioLights(*wanted.pins)
        case "apa102":
            bus = strips.TwoWires(*wanted.pins) if wanted.pins else strips.Spi(strips.APA102_HERTZ, fixed=False)
            return strips.Strip(bus, wanted.leds, strips.apa102, power=wanted.power)
        case "ws2812":
            return strips.Strip(
                strips.Spi(strips.WS2812_HERTZ, fixed=True), wanted.leds, strips.ws2812, power=wanted.power
            )
