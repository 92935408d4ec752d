"""The talk button and the mute switch, each on a pin."""

from __future__ import annotations

from collections.abc import Callable

import gpiozero

from firmware.gpio.pins import claiming


class GpioButton:
    """A button between a pin (BCM number) and ground, or between the pin and 3.3 V with `pull_up=False`."""

    def __init__(self, pin: int, *, pull_up: bool = True, bounce_s: float = 0.03) -> None:
        """`bounce_s`: seconds in which further edges are taken for the contact's bouncing. Raises PinsMissing."""
        with claiming():
            self._button = gpiozero.Button(pin, pull_up=pull_up, bounce_time=bounce_s)

    @property
    def down(self) -> bool:
        """Whether it is down now."""
        return bool(self._button.is_pressed)

    def watch(self, pressed: Callable[[], None], released: Callable[[], None]) -> None:
        """Call these on every edge, from the pin library's thread."""
        self._button.when_pressed = pressed
        self._button.when_released = released

    def close(self) -> None:
        """Give the pin back; harmless when already closed."""
        self._button.close()


class GpioSwitch:
    """A switch between a pin (BCM number) and ground; closed, it mutes. Its state can be read at any time."""

    def __init__(self, pin: int, *, bounce_s: float = 0.03) -> None:
        """`bounce_s`: seconds in which further edges are taken for the contact's bouncing. Raises PinsMissing."""
        with claiming():
            self._switch = gpiozero.Button(pin, pull_up=True, bounce_time=bounce_s)

    @property
    def closed(self) -> bool:
        """Whether it closes the microphone now."""
        return bool(self._switch.is_pressed)

    def watch(self, turned: Callable[[bool], None]) -> None:
        """Call this on every edge, from the pin library's thread, with whether it closes the microphone."""
        self._switch.when_pressed = lambda: turned(True)
        self._switch.when_released = lambda: turned(False)

    def close(self) -> None:
        """Give the pin back; harmless when already closed."""
        self._switch.close()
