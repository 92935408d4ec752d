"""The talk button and the mute switch, each on a pin."""

from __future__ import annotations

from collections.abc import Callable

import gpiozero

from firmware.gpio.pins import claiming, let_go

_BOUNCE_S = 0.03
"""Within this, further edges are the contact's bouncing."""


class GpioButton:
    """A button or a switch between a pin (BCM number) and ground (firmware.base.Button)."""

    def __init__(self, pin: int) -> None:
        """Raises PinsMissing."""
        with claiming():
            self._button = gpiozero.Button(pin, pull_up=True, bounce_time=_BOUNCE_S)

    @property
    def down(self) -> bool:
        return bool(self._button.is_pressed)

    def watch(self, pressed: Callable[[], None], released: Callable[[], None]) -> None:
        self._button.when_pressed = pressed
        self._button.when_released = released

    def close(self) -> None:
        """Harmless when already closed."""
        let_go(self._button.close)
