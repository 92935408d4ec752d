"""The thread of the talk buttons, on mock pins."""

from __future__ import annotations

import queue
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from gpiozero import Device
from gpiozero.pins.mock import MockFactory

from device.buttons.thread import Buttons
from device.turn import events as on
from firmware.gpio.button import GpioButton

PATIENCE_S = 20.0


@pytest.fixture
def pins() -> Iterator[MockFactory]:
    before = Device.pin_factory
    Device.pin_factory = MockFactory()
    yield Device.pin_factory
    Device.pin_factory.reset()
    Device.pin_factory = before


@contextmanager
def running(buttons: Buttons) -> Iterator[None]:
    thread = threading.Thread(target=buttons.run)
    thread.start()
    yield
    buttons.stop()
    thread.join(PATIENCE_S)
    assert not thread.is_alive()
    buttons.close()


def test_edges_become_what_is_done(pins: MockFactory) -> None:
    told: queue.SimpleQueue[Any] = queue.SimpleQueue()
    buttons = Buttons([GpioButton(17), GpioButton(4)], told.put)
    with running(buttons):
        pins.pin(4).drive_low()
        assert told.get(timeout=PATIENCE_S) == on.Pressed()
        pins.pin(17).drive_low()
        pins.pin(4).drive_high()
        assert told.get(timeout=PATIENCE_S) == on.Held(0.4), "two buttons count as one"
        pins.pin(17).drive_high()
        released = told.get(timeout=PATIENCE_S)
        assert isinstance(released, on.Released) and released.seconds >= 0.4
    assert told.empty()


def test_a_button_that_is_down_from_the_start_is_nothing(pins: MockFactory) -> None:
    told: queue.SimpleQueue[Any] = queue.SimpleQueue()
    pins.pin(17).drive_low()
    buttons = Buttons([GpioButton(17)], told.put)
    pins.pin(17).drive_high()
    pins.pin(17).drive_low()  # while the models are loaded
    with running(buttons):
        pins.pin(17).drive_high()
        pins.pin(17).drive_low()
        pins.pin(17).drive_high()
    assert told.empty()


def test_it_ends_though_nobody_touches_it(pins: MockFactory) -> None:
    with running(Buttons([GpioButton(17)], pytest.fail)):
        pass


def test_stopped_before_it_ran(pins: MockFactory) -> None:
    buttons = Buttons([GpioButton(17)], pytest.fail)
    buttons.stop()
    with running(buttons):
        pass
