"""What rings and strips are sent: by their datasheets, and bit by bit on mock pins."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest
from gpiozero import Device
from gpiozero.pins.mock import MockFactory, MockSPIDevice
from hypothesis import given
from hypothesis import strategies as st

from firmware.base import LightsLost, Picture, PinsMissing, Pixel, light_of
from firmware.gpio import strips
from firmware.gpio.strips import APA102_HERTZ, ONE, RESET, WS2812_HERTZ, ZERO, Spi, Strip, TwoWires, apa102, ws2812

RED, DARK, WHITE = (1.0, 0.0, 0.0), (0.0, 0.0, 0.0), (1.0, 1.0, 1.0)
parts = st.floats(0, 1)
rows = st.lists(st.tuples(parts, parts, parts), min_size=1, max_size=144)


def read_apa102(frame: bytes, count: int) -> list[Pixel]:
    """As the pixels themselves read it: the light of red, green and blue, 0 to 1."""
    assert frame[:4] == bytes(4), "the start frame"
    found = []
    for at in range(4, 4 + 4 * count, 4):
        head, blue, green, red = frame[at : at + 4]
        assert head >> 5 == 0b111
        found.append(tuple(part / 255 * (head & 31) / 31 for part in (red, green, blue)))
    return found  # type: ignore[return-value]


def read_ws2812(frame: bytes) -> list[tuple[int, int, int]]:
    """As the pixels read it: red, green, blue, 0 to 255."""
    bits = [1 if byte == ONE else 0 for byte in frame[1 : len(frame) - len(RESET)]]
    assert set(frame[1 : len(frame) - len(RESET)]) <= {ZERO, ONE} and frame[0] == 0 and frame[-len(RESET) :] == RESET
    found = [int("".join(map(str, bits[at : at + 8])), 2) for at in range(0, len(bits), 8)]
    return [(red, green, blue) for green, red, blue in zip(found[::3], found[1::3], found[2::3], strict=True)]


def test_an_apa102_frame_by_hand() -> None:
    assert apa102([RED, DARK]).hex(" ") == "00 00 00 00 ff 00 00 ff e1 00 00 00 00 00 00 00 00"


@given(rows)
def test_apa102_pixels_get_the_light_that_was_meant(pixels: list[Pixel]) -> None:
    frame = apa102(pixels)
    for meant, got in zip(pixels, read_apa102(frame, len(pixels)), strict=True):
        for bright, light in zip(meant, got, strict=True):
            assert light == pytest.approx(light_of(bright), abs=max(light_of(max(meant)) / 255, 1 / 255 / 31) + 1e-4)
            assert (light > 0) == (bright >= 1 / 64), "what is seen stays lit, however dim"


@given(st.integers(1, 1000))
def test_every_apa102_gets_its_clock_and_an_sk9822_its_zeros(count: int) -> None:
    end = apa102([RED] * count)[4 + 4 * count :]
    assert not any(end), "a bit that is set would be the first of another pixel"
    assert len(end) * 8 >= 32 + count / 2


def test_dim_colours_stay_true() -> None:
    red, green, blue = read_apa102(apa102([(0.06, 0.045, 0.03)]), 1)[0]
    assert green / red == pytest.approx((0.045 / 0.06) ** 2.2, rel=0.1)
    assert blue / red == pytest.approx((0.03 / 0.06) ** 2.2, rel=0.2)


@given(rows)
def test_ws2812_pixels_get_what_was_meant(pixels: list[Pixel]) -> None:
    for meant, got in zip(pixels, read_ws2812(ws2812(pixels)), strict=True):
        for bright, byte in zip(meant, got, strict=True):
            assert byte == pytest.approx(255 * light_of(bright), abs=1)
            assert (byte > 0) == (bright >= 1 / 64)


@pytest.mark.parametrize(
    "hertz", [6_250_000, 6_400_000, 6_410_256], ids=["250 MHz / 40", "as asked for", "500 MHz / 78"]
)
@pytest.mark.parametrize(("code", "high_us", "low_us"), [(ZERO, 0.40, 0.85), (ONE, 0.80, 0.45)], ids=["0", "1"])
def test_ws2812_bits_keep_the_times_of_the_datasheet(hertz: int, code: int, high_us: float, low_us: float) -> None:
    bits = f"{code:08b}"
    assert bits == bits.rstrip("0").ljust(8, "0") and "01" not in bits, "high, then low"
    assert bits.count("1") / hertz * 1e6 == pytest.approx(high_us, abs=0.15)
    assert bits.count("0") / hertz * 1e6 == pytest.approx(low_us, abs=0.15)


def test_ws2812_rests_long_enough_and_the_longest_strip_goes_out_in_one_go() -> None:
    assert len(RESET) * 8 / WS2812_HERTZ >= 280e-6
    assert len(ws2812([WHITE] * 144)) <= 4096


# --- on pins
# ----------------------------------------------------------------------------------------------------------------------


class Wire(MockSPIDevice):
    """The other end of the wires: takes a bit whenever the clock rises."""

    def __init__(self, **pins: Any) -> None:
        self.bits: list[bool] = []
        super().__init__(**pins)

    def on_bit(self) -> None:
        self.bits.append(bool(self.rx_buf[-1]))

    @property
    def data(self) -> bytes:
        return bytes(int("".join("01"[bit] for bit in self.bits[at : at + 8]), 2) for at in range(0, len(self.bits), 8))


@pytest.fixture
def clocked() -> Any:
    """Mock pins that are either on or off."""
    before = Device.pin_factory
    Device.pin_factory = MockFactory()
    yield Device.pin_factory
    Device.pin_factory.reset()
    Device.pin_factory = before


def picture(pixels: Sequence[Pixel]) -> Picture:
    return Picture("test", tuple(pixels))


def test_a_ring_on_spi_gets_its_frames_and_is_dark_at_the_end(clocked: MockFactory) -> None:
    wire = Wire(clock_pin=11, mosi_pin=10, miso_pin=9, select_pin=8)
    ring = Strip(Spi(APA102_HERTZ, fixed=False), 3, apa102, power=5)
    assert clocked.pin(5).state == 1, "it has power"
    ring.show(picture([RED, DARK, WHITE]))
    assert wire.data == apa102([RED, DARK, WHITE])
    wire.bits.clear()
    ring.close()
    assert read_apa102(wire.data, 3) == [DARK] * 3
    ring.close()
    assert clocked.pin(5).function == "input", "it is given back"


def test_two_wires_do_as_well_for_what_has_a_clock(clocked: MockFactory) -> None:
    wire = Wire(clock_pin=6, mosi_pin=5, select_pin=25)
    ring = Strip(TwoWires(5, 6), 3, apa102)
    ring.show(picture([RED, (0.0, 0.3, 0.7), WHITE]))
    assert wire.data == apa102([RED, (0.0, 0.3, 0.7), WHITE])
    assert ring.rate == strips.BANGED_RATE
    ring.close()
    ring.close()


def test_a_strip_that_needs_its_speed_is_refused_where_it_can_not_be_had(clocked: MockFactory) -> None:
    with pytest.raises(PinsMissing, match="rate"):
        Spi(WS2812_HERTZ, fixed=True)
    Spi(APA102_HERTZ, fixed=False).close()


def test_spi_that_is_not_switched_on_has_a_name(clocked: MockFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    real = type(clocked)._get_spi_class

    def without_hardware(factory: MockFactory, shared: bool, hardware: bool) -> Any:
        if hardware:
            raise FileNotFoundError("/dev/spidev0.0")
        return real(factory, shared, hardware)

    monkeypatch.setattr(type(clocked), "_get_spi_class", without_hardware)
    with pytest.raises(PinsMissing, match="SPI is not switched on; raspi-config"):
        Spi(APA102_HERTZ, fixed=False)


def test_pins_that_are_taken_are_refused_and_the_others_given_back(clocked: MockFactory) -> None:
    with pytest.raises(PinsMissing):
        TwoWires(5, 5)
    TwoWires(5, 6).close()
    with pytest.raises(PinsMissing):
        Strip(TwoWires(5, 6), 3, apa102, power=6)
    Strip(TwoWires(5, 6), 3, apa102, power=7).close()


class Gone:
    """A bus that was there once."""

    rate = 30.0
    closed = False

    def send(self, data: bytes) -> None:
        raise OSError(5, "Input/output error")

    def close(self) -> None:
        self.closed = True


def test_a_bus_that_is_gone_has_a_name_and_can_be_closed() -> None:
    bus = Gone()
    ring = Strip(bus, 3, apa102)  # type: ignore[arg-type]
    with pytest.raises(LightsLost, match="Input/output error"):
        ring.show(picture([RED] * 3))
    ring.close()
    assert bus.closed
