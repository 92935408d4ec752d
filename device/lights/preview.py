"""What a ring of lights shows, for those who look from afar: the same rungs and patterns, whatever lights the device
has.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace

from device.lights.ladder import rung_of
from device.lights.thread import LOUD, SOFT, VOLUME_S, Level
from device.lights.view import View
from firmware.base import Picture


def _nothing(_: float) -> None:
    return None


def _nothing_yet() -> None:
    return None


class Glimpse:
    """`turned` may be called by any thread, `picture` by one."""

    def __init__(
        self, then: Callable[[float], None] = _nothing, count: int = 12, *, clock: Callable[[], float] = time.monotonic
    ) -> None:
        """`then` is told of a new volume, too. `count`: pixels."""
        self.view: Callable[[], View | None] = _nothing_yet
        """What main has told the lights last; may be set at any time, as may these two."""
        self.voice: Level = _nothing_yet
        """How loud the microphone hears it."""
        self.sound: Level = _nothing_yet
        """How loud what is spoken is."""
        self._then = then
        self._count = count
        self._clock = clock
        self._volume, self._volume_until = 0.0, -VOLUME_S
        self._name, self._began = "", 0.0

    def turned(self, volume: float) -> None:
        """The volume is this now, 0 to 1."""
        self._volume, self._volume_until = volume, self._clock() + VOLUME_S
        self._then(volume)

    def picture(self) -> Picture:
        """Of this moment, as bright as can be."""
        now, view = self._clock(), self.view() or View()
        view = replace(
            view,
            volume=self._volume if now < self._volume_until else None,
            voice=_loud(self.voice()) if view.phase == "listening" else 0.0,
            sound=_loud(self.sound()) if view.phase == "speaking" else 0.0,
            left=view.timer.left(now) if view.timer else 0.0,
        )
        rung = rung_of(view)
        if rung.name != self._name:
            self._name, self._began = rung.name, now
        return Picture(rung.name, rung.pattern.draw(now - self._began, view, self._count))


def _loud(dbfs: float | None) -> float:
    return 0.0 if dbfs is None else min(1.0, max(0.0, (dbfs - SOFT) / (LOUD - SOFT)))
