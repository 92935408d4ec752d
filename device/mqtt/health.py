"""How the machine is, as it is published."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import asdict
from datetime import datetime
from pathlib import Path

from device.messages.states import HealthMessage
from firmware.readings import Sensors, gauges


def nothing_known() -> None:
    """Where there is no such thing."""


class Checkup:
    """Reads all there is, at once. A few small files: it takes about a millisecond."""

    def __init__(
        self,
        sensors: Sensors,
        data: Path,
        *,
        now: Callable[[], datetime],
        level: Callable[[], float | None] = nothing_known,
        backlog: Callable[[], int | None] = nothing_known,
        quarantined: Callable[[], int | None] = nothing_known,
        near_misses: Callable[[], int] = lambda: 0,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """`data`: the folder of the store. `level`: of the microphone, dBFS, None while it is closed. `backlog`: what
        stands in the outbox. `quarantined`: what other devices sent with a clock that can't be believed. `near_misses`
        counts since the start.
        """
        self._sensors = sensors
        self._data = data
        self._now = now
        self._level = level
        self._backlog = backlog
        self._quarantined = quarantined
        self._near_misses = near_misses
        self._clock = clock
        self._started = clock()

    def __call__(self, dropped: int = 0) -> HealthMessage:
        """`dropped`: messages that were never published."""
        power = self._sensors.power()
        return HealthMessage(
            at=self._now(),
            uptime_s=round(self._clock() - self._started, 1),
            machine_uptime_s=_rounded(self._sensors.uptime(), 1),
            process_memory_bytes=self._sensors.process_memory(),
            load=_rounded(self._sensors.load(), 2),
            under_voltage_since_start=power.was_under_voltage if power else None,
            throttled_since_start=power.was_throttled if power else None,
            level_dbfs=_rounded(self._level(), 1),
            backlog=self._backlog(),
            quarantined=self._quarantined(),
            near_misses=self._near_misses(),
            dropped=dropped,
            **asdict(gauges(self._sensors, self._data)),
        )


def _rounded(value: float | None, digits: int) -> float | None:
    return None if value is None else round(value, digits)
