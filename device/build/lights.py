"""The board, its lights and its button; what the lights follow."""

from __future__ import annotations

import logging
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from functools import partial

from device import events as on
from device.calendar import StoreCalendar
from device.ear import Emit
from device.lights.following import Following, Quiet, Timers
from device.lights.lighting import Dark, Lighting, Unlit
from device.listener import Listener
from device.settings import Settings
from device.speaking import Speaking
from firmware.base import Lights
from firmware.boards import Board, BoardLights, board, detect
from firmware.errors import BodyError, ExpectedError
from services.store.store import Store

log = logging.getLogger(__name__)


def build_board(settings: Settings) -> Board | None:
    """The one that is named, or found; None without one. Raises BoardUnknown, BoardBroken."""
    name = settings.board.name
    if name == "none":
        return None
    return detect() if name == "auto" else board(name)


@contextmanager
def lit(settings: Settings, put: Emit) -> Iterator[Lighting]:
    """The lights of this device and their thread, lit from now on. Raises PinsMissing, where they are not those of a board that was
    found by itself: then the device does without."""
    wanted = settings.lights
    with Lighting(
        build_lights(settings),
        brightness=wanted.brightness,
        quiet_brightness=wanted.quiet_brightness,
        crashed=lambda bug: put(on.Crashed(bug)),
    ) as lighting:
        yield lighting


def relight(lighting: Lighting, before: Settings, new: Settings) -> None:
    """Other lights from now on. Raises BodyError, BoardUnknown, BoardBroken: then those before are back."""
    try:
        lighting.change(partial(build_lights, new))
    except ExpectedError:
        lighting.change(partial(build_lights, before))
        raise


def build_lights(settings: Settings) -> Lights:
    """What [lights] asks for. Raises PinsMissing, BoardUnknown, BoardBroken."""
    wanted = settings.lights
    if wanted.kind == "none":
        return Unlit()
    if wanted.kind == "terminal":
        from firmware.lights import TerminalLights

        return TerminalLights(sys.stdout)
    if wanted.kind != "board":
        return _on_pins(BoardLights(kind=wanted.kind, leds=wanted.leds, pins=tuple(wanted.pins)))
    there = build_board(settings)
    if there is None or there.lights is None:
        return Unlit()
    try:
        return _on_pins(there.lights)
    except BodyError as error:
        if settings.board.name != "auto":
            raise
        log.error("The lights of the %s stay dark. %s", there.board.description, error)
        return Unlit()


def _on_pins(wanted: BoardLights) -> Lights:
    from firmware import lights, strips

    match wanted.kind:
        case "led":
            return lights.GpioLight(*wanted.pins)
        case "rgb":
            return lights.GpioLights(*wanted.pins)
        case "apa102":
            bus = strips.TwoWires(*wanted.pins) if wanted.pins else strips.Spi(strips.APA102_HERTZ, fixed=False)
            return strips.Strip(bus, wanted.leds, strips.apa102, power=wanted.power)
        case "ws2812":
            return strips.Strip(strips.Spi(strips.WS2812_HERTZ, fixed=True), wanted.leds, strips.ws2812, power=wanted.power)


def build_shown(
    lights: Lighting | Dark,
    store: Store,
    calendar: StoreCalendar,
    *,
    listener: Listener,
    speaking: Speaking,
    newer: Callable[[], bool],
    now: Callable[[], datetime],
) -> Following:
    """What the daemon has its lights follow."""
    lights.voice = lambda: listener.level
    lights.direction = lambda: listener.direction
    lights.sound = lambda: speaking.level
    timers = Timers(store, now)
    following = Following(lights, quiet=lambda: Quiet(*calendar.quiet(now())), timer=timers, newer=newer)
    store.watch(timers.changed)
    store.watch(following.committed)
    return following
