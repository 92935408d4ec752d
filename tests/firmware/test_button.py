"""The talk button and the mute switch on mock pins."""

from __future__ import annotations

import sys
from types import SimpleNamespace

import pytest
from gpiozero.pins.mock import MockFactory

from firmware.base import PinsMissing
from firmware.gpio.button import GpioButton


def watched(button: GpioButton) -> list[str]:
    edges: list[str] = []
    button.watch(lambda: edges.append("pressed"), lambda: edges.append("released"))
    return edges


def test_a_button_to_ground(pins: MockFactory) -> None:
    button = GpioButton(17)
    edges = watched(button)
    for _ in range(2):
        pins.pin(17).drive_low()
        pins.pin(17).drive_high()
    assert edges == ["pressed", "released"] * 2
    assert pins.pin(17).bounce == pytest.approx(0.03)
    button.close()
    button.close()
    assert edges == ["pressed", "released"] * 2


def test_a_pin_in_use_or_impossible_has_a_name(pins: MockFactory) -> None:
    button = GpioButton(17)
    with pytest.raises(PinsMissing, match="in use"):
        GpioButton(17)
    with pytest.raises(PinsMissing):
        GpioButton(99)
    button.close()


def test_the_mute_switch_tells_its_state_at_once_and_each_turn(pins: MockFactory) -> None:
    switch = GpioButton(27)
    pins.pin(27).drive_low()
    assert switch.down, "it was turned while nobody looked"
    turns: list[bool] = []
    switch.watch(lambda: turns.append(True), lambda: turns.append(False))
    pins.pin(27).drive_high()
    assert not switch.down
    pins.pin(27).drive_low()
    assert turns == [False, True]
    assert pins.pin(27).bounce == pytest.approx(0.03)
    switch.close()
    switch.close()
    assert turns == [False, True]


def test_the_mute_switch_left_open(pins: MockFactory) -> None:
    switch = GpioButton(27)
    assert not switch.down
    with pytest.raises(PinsMissing, match="in use"):
        GpioButton(27)
    switch.close()


class LibraryError(Exception):
    """As lgpio's own, which derives from nothing more special."""


@pytest.mark.parametrize(("refusals", "warned"), [(2, False), (99, True)])
def test_a_line_that_the_kernel_still_holds_is_let_go_a_little_later(
    pins: MockFactory, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, refusals: int, warned: bool
) -> None:
    """Seen on the virtual Pi: of two watched buttons the first one's close() ended in lgpio.error: 'GPIO busy'."""
    button = GpioButton(17)
    watched(button)
    close = pins.pin(17).close
    left = [None] * refusals

    def refuse() -> None:
        if left:
            left.pop()
            raise LibraryError("GPIO busy")
        close()

    monkeypatch.setitem(sys.modules, "lgpio", SimpleNamespace(error=LibraryError))
    monkeypatch.setattr(pins.pin(17), "close", refuse)
    button.close()
    assert ("was not let go" in caplog.text) == warned
    left.clear()
    button.close()
    GpioButton(17).close()
