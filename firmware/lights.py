"""Lights: on pins, in a terminal, or none."""

from __future__ import annotations

from typing import TextIO

from gpiozero import PWMLED, RGBLED
from rich.console import Console
from rich.text import Text

from firmware.base import Pattern, Rhythm
from firmware.pins import claiming

_GLYPHS: dict[Rhythm, str] = {"off": "○", "steady": "●", "pulse": "◉", "blink": "◍", "blip": "·"}
_BLIP = 0.1
"""Seconds."""


class GpioLights:
    """One red-green-blue LED on three pins (BCM numbers)."""

    def __init__(self, red: int, green: int, blue: int, *, active_high: bool = True) -> None:
        """`active_high`: False for LEDs with a common anode. Raises PinsMissing."""
        with claiming():
            self._led = RGBLED(red, green, blue, active_high=active_high)
        self._shown: Pattern | None = None

    def show(self, pattern: Pattern) -> None:
        """Show this from now on; the same pattern again goes on without a jolt. gpiozero's thread keeps the rhythm."""
        if pattern == self._shown:
            return
        self._shown = pattern
        half = pattern.period / 2
        match pattern.rhythm:
            case "off":
                self._led.off()
            case "steady":
                self._led.color = pattern.colour
            case "pulse":
                self._led.pulse(half, half, on_color=pattern.colour)
            case "blink":
                self._led.blink(half, half, on_color=pattern.colour)
            case "blip":
                self._led.blink(_BLIP, pattern.period - _BLIP, on_color=pattern.colour)

    def close(self) -> None:
        """Dark, and the pins given back."""
        self._led.close()


class GpioLight:
    """One LED of one colour on one pin (BCM number): as bright as the strongest part of the pattern's colour."""

    def __init__(self, pin: int, *, active_high: bool = True) -> None:
        """Raises PinsMissing."""
        with claiming():
            self._led = PWMLED(pin, active_high=active_high)
        self._shown: Pattern | None = None

    def show(self, pattern: Pattern) -> None:
        """Show this from now on; pulses and blinks reach full brightness, which is all the library can do with one colour."""
        if pattern == self._shown:
            return
        self._shown = pattern
        half = pattern.period / 2
        match pattern.rhythm:
            case "off":
                self._led.off()
            case "steady":
                self._led.value = max(pattern.colour)
            case "pulse":
                self._led.pulse(half, half)
            case "blink":
                self._led.blink(half, half)
            case "blip":
                self._led.blink(_BLIP, pattern.period - _BLIP)

    def close(self) -> None:
        """Dark, and the pin given back."""
        self._led.close()


class TerminalLights:
    """A line for each pattern: a coloured glyph and the name on a terminal, "light: listening" anywhere else."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._console = Console(file=stream, highlight=False) if stream.isatty() else None
        self._shown: Pattern | None = None

    def show(self, pattern: Pattern) -> None:
        """One line, when it is another pattern than before."""
        if pattern == self._shown:
            return
        self._shown = pattern
        if self._console is not None:
            self._console.print(glyph(pattern))
        else:
            self._stream.write(f"light: {pattern.name}\n")
            self._stream.flush()

    def close(self) -> None:
        """Nothing to give back; a later pattern is shown again."""
        self._shown = None


class NoLights:
    """For a device without lights."""

    def show(self, pattern: Pattern) -> None:
        """Nothing."""

    def close(self) -> None:
        """Nothing."""


def glyph(pattern: Pattern) -> Text:
    """The pattern as a coloured glyph and its name; the glyph alone tells the rhythm."""
    red, green, blue = (round(255 * part) for part in pattern.colour)
    style = "dim" if pattern.rhythm == "off" else f"#{red:02x}{green:02x}{blue:02x}"
    return Text.assemble((_GLYPHS[pattern.rhythm], style), " ", (pattern.name, "dim"))
