"""Rings and strips on SPI: APA102 and SK9822 (data and clock), WS2812 (one wire); encoded and sent."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

from gpiozero import DigitalOutputDevice, GPIOZeroError, SPIDevice, SPIFixedRate

from firmware.base import LightsLost, Picture, Pixel, light_of
from firmware.gpio.pins import claiming, library_errors

RATE = 30.0
BANGED_RATE = 15.0
"""Pictures a second; fewer where each bit is put on the pins by a call of its own."""

APA102_HERTZ = 4_000_000
WS2812_HERTZ = 6_400_000
"""Eight of its bits are 1.25 µs, which is one of the strip's."""

_FULL = 31
_SEEN = 1 / 64
"""What looks less bright than this is dark; what looks brighter is lit, however little light that is."""

ZERO, ONE = 0b1100_0000, 0b1111_1000
"""A bit of the strip as a byte of SPI at 6.4 MHz: high for 0.31 µs or 0.78 µs, then low. WS2812B datasheet (Worldsemi),
data transfer time: T0H 0.4, T1H 0.8, T0L 0.85, T1L 0.45 µs, each ±0.15. Each byte ends low, so a pause between bytes
only lengthens the low part.
"""
RESET = bytes(240)
"""Low for 300 µs: the strip takes over what it got. 50 µs for the WS2812B, 280 for later makes of it (V5)."""
_ENCODED = tuple(bytes(ONE if value >> bit & 1 else ZERO for bit in range(7, -1, -1)) for value in range(256))


def apa102(pixels: Sequence[Pixel]) -> bytes:
    """The frame for these pixels, for APA102 and SK9822.

    APA102 datasheet (Shiji Lighting), cascading data structure: 32 zero bits; for each pixel 111, five bits of
    brightness for all three colours, then blue, green and red; then an end frame. The end frame is only the clock by
    which the last pixels get their data, half a bit for each pixel before them; the SK9822 shows what it got with the
    next 32 zero bits. So there are zero bits for both: 32, and half a bit for each pixel. The five bits are set as low
    as the pixel allows, which leaves more steps for its colours: dim colours stay true.
    """
    frame = bytearray(4)
    for pixel in pixels:
        light = [light_of(part) if part >= _SEEN else 0.0 for part in pixel]
        strong = min(_FULL, max(1, math.ceil(max(light) * _FULL)))
        red, green, blue = (_byte(part * _FULL / strong) for part in light)
        frame += bytes((0b1110_0000 | strong, blue, green, red))
    return bytes(frame + bytes(4 + (len(pixels) + 15) // 16))


def ws2812(pixels: Sequence[Pixel]) -> bytes:
    """What SPI sends at 6.4 MHz for these pixels: green, red, blue, each from its highest bit, then RESET."""
    frame = bytearray(1)  # low before the first bit, whatever the line was before
    for red, green, blue in pixels:
        for part in (green, red, blue):
            frame += _ENCODED[_byte(light_of(part)) if part >= _SEEN else 0]
    return bytes(frame) + RESET


def _byte(light: float) -> int:
    return max(1, min(255, round(255 * light))) if light > 0 else 0


class Strip:
    """A ring or a strip: pictures are encoded and sent (firmware.base.Lights)."""

    def __init__(
        self, bus: Spi | TwoWires, count: int, encode: Callable[[Sequence[Pixel]], bytes], *, power: int | None = None
    ) -> None:
        """`power`: pin (BCM number) that powers the pixels while high. Raises PinsMissing and closes the bus."""
        self.count = count
        self.rate = bus.rate
        self._bus = bus
        self._encode = encode
        self._power: DigitalOutputDevice | None = None
        if power is not None:
            try:
                with claiming():
                    self._power = DigitalOutputDevice(power, initial_value=True)
            except BaseException:
                bus.close()
                raise

    def show(self, picture: Picture) -> None:
        try:
            self._bus.send(self._encode(picture.pixels))
        except (GPIOZeroError, OSError, *library_errors()) as problem:
            raise LightsLost(reason=str(problem) or type(problem).__name__) from problem

    def close(self) -> None:
        if self._bus.closed:
            return
        try:
            self.show(Picture("", ((0.0, 0.0, 0.0),) * self.count))
        except LightsLost:
            pass  # they are as dark as they will be
        finally:
            self._bus.close()
            if self._power is not None:
                self._power.close()


class Spi(SPIDevice):  # type: ignore[misc]
    """The SPI of the header, by gpiozero's own, which needs no library besides lgpio: data on GPIO 10, clock on 11."""

    rate = RATE

    def __init__(self, hertz: int, *, fixed: bool) -> None:
        """`fixed`: the pixels can't do with another speed. Raises PinsMissing, also where SPI is not switched on."""
        with claiming():
            super().__init__(port=0, device=0)
            try:
                self._spi.rate = hertz
            except SPIFixedRate:
                if fixed:
                    self.close()
                    raise

    def send(self, data: bytes) -> None:
        """All of it, without a pause."""
        self._spi.write(data)


class TwoWires:
    """Data and clock on any two pins, for pixels that have a clock."""

    rate = BANGED_RATE

    def __init__(self, data: int, clock: int) -> None:
        """BCM numbers. Raises PinsMissing."""
        with claiming():
            self._data = DigitalOutputDevice(data)
            try:
                self._clock = DigitalOutputDevice(clock)
            except BaseException:
                self._data.close()
                raise

    @property
    def closed(self) -> bool:
        """Whether they were given back."""
        return bool(self._clock.closed)

    def send(self, data: bytes) -> None:
        """Bit by bit, the highest first; each is taken when the clock rises (APA102 datasheet)."""
        was: int | None = None
        for byte in data:
            for shift in range(7, -1, -1):
                bit = byte >> shift & 1
                if bit != was:
                    self._data.value = was = bit
                self._clock.on()
                self._clock.off()

    def close(self) -> None:
        """Give the pins back."""
        self._data.close()
        self._clock.close()
