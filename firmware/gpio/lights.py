"""Lights of one colour at a time: LEDs on pins, a terminal. Strips and rings are in firmware/gpio/strips.py."""

from __future__ import annotations

from typing import TextIO

from gpiozero import PWMLED, RGBLED
from rich.console import Console
from rich.text import Text

from firmware.base import LightsLost, Picture, light_of
from firmware.gpio.pins import claiming

RATE = 30.0
"""Pictures a second."""


class GpioLights:
    """One red-green-blue LED on three pins (BCM numbers)."""

    count = 1
    rate = RATE

    def __init__(self, red: int, green: int, blue: int) -> None:
        """Raises PinsMissing."""
        with claiming():
            self._led = RGBLED(red, green, blue)

    def show(self, picture: Picture) -> None:
        self._led.color = tuple(map(light_of, picture.pixels[0]))

    def close(self) -> None:
        self._led.close()


class GpioLight:
    """One LED of one colour on one pin (BCM number): as bright as the strongest part of the colour."""

    count = 1
    rate = RATE

    def __init__(self, pin: int) -> None:
        """Raises PinsMissing."""
        with claiming():
            self._led = PWMLED(pin)

    def show(self, picture: Picture) -> None:
        self._led.value = light_of(max(picture.pixels[0]))

    def close(self) -> None:
        self._led.close()


class TerminalLights:
    """A line for each state: a coloured dot and its name on a terminal, "light: listening" anywhere else."""

    count = 1
    rate = 0.0

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._console = Console(file=stream, highlight=False) if stream.isatty() else None
        self._shown = ""

    def show(self, picture: Picture) -> None:
        """One line, when it is another state than before. Raises LightsLost."""
        if picture.name == self._shown:
            return
        try:
            if self._console is not None:
                self._console.print(dot(picture))
            else:
                self._stream.write(f"light: {picture.name}\n")
                self._stream.flush()
        except OSError as problem:
            raise LightsLost(reason=problem.strerror or "nobody reads it any more") from problem
        self._shown = picture.name

    def close(self) -> None:
        """Nothing to give back; a later state is shown again."""
        self._shown = ""


def dot(picture: Picture) -> Text:
    """A dot in the colour of the first pixel, and the name."""
    red, green, blue = (round(255 * part) for part in picture.pixels[0])
    lit = red or green or blue
    return Text.assemble(("●", f"#{red:02x}{green:02x}{blue:02x}") if lit else ("○", "dim"), " ", (picture.name, "dim"))
