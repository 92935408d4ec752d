"""What a ring of lights would show, for those who watch from afar, whatever lights the device has."""

from __future__ import annotations

import time
from collections.abc import Callable

from device.lights.thread import Scene
from device.lights.view import View
from firmware.base import Picture


class Glimpse(Scene):
    """`turned` may be called by any thread, `picture` by one."""

    def __init__(
        self,
        then: Callable[[float], None] = lambda _: None,
        count: int = 12,
        *,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """`then` is told of a new volume, too. `count`: pixels."""
        super().__init__(clock)
        self.view: Callable[[], View | None] = lambda: None
        """What main has told the lights last; may be set at any time."""
        self._then = then
        self._count = count

    def turned(self, volume: float) -> None:
        """The volume is this now, 0 to 1."""
        super().turned(volume)
        self._then(volume)

    def picture(self) -> Picture:
        """Of this moment, as bright as can be."""
        rung, t, view = self.seen(self.view() or View())
        return Picture(rung.name, rung.pattern.draw(t, view, self._count))
