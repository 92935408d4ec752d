"""The talk button on a pin."""

from __future__ import annotations

from collections.abc import Callable

import gpiozero

from firmware.pins import claiming


class GpioButton:
    """A button between a pin (BCM number) and ground, or between the pin and 3.3 V with `pull_up=False`."""

    def __init__(self, pin: int, *, pull_up: bool = True, bounce_s: float = 0.03) -> None:
        """`bounce_s`: seconds in which further edges are taken for the contact's bouncing. Raises PinsMissing."""
        with claiming():
            self._button = gpiozero.Button(pin, pull_up=pull_up, bounce_time=bounce_s)

    def watch(self, pressed: Callable[[], None], released: Callable[[], None]) -> None:
        """Call these on every edge, from the pin library's thread."""
        self._button.when_pressed = pressed
        self._button.when_released = released

    def close(self) -> None:
        """Give the pin back; harmless when already closed."""
        self._button.close()
