"""How the machine is, as it is published."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path

from device.messages.states import HealthMessage
from firmware.readings import Sensors, gauges


def nothing_known() -> None:
    """Where there is no such thing."""


@dataclass
class Checkup:
    """Reads all there is, at once. A few small files: it takes about a millisecond."""

    sensors: Sensors
    data: Path
    """The folder of the store."""
    now: Callable[[], datetime]
    level: Callable[[], float | None] = nothing_known
    """Of the microphone, dBFS; None while it is closed."""
    backlog: Callable[[], int | None] = nothing_known
    """What stands in the outbox."""
    quarantined: Callable[[], int | None] = nothing_known
    """What other devices sent with a clock that can't be believed."""
    near_misses: Callable[[], int] = lambda: 0
    """Since the start."""
    clock: Callable[[], float] = time.monotonic

    def __post_init__(self) -> None:
        self._started = self.clock()

    def __call__(self, dropped: int = 0) -> HealthMessage:
        """`dropped`: messages that were never published."""
        power = self.sensors.power()
        return HealthMessage(
            at=self.now(),
            uptime_s=round(self.clock() - self._started, 1),
            machine_uptime_s=_rounded(self.sensors.uptime(), 1),
            process_memory_bytes=self.sensors.process_memory(),
            load=_rounded(self.sensors.load(), 2),
            under_voltage_since_start=power.was_under_voltage if power else None,
            throttled_since_start=power.was_throttled if power else None,
            level_dbfs=_rounded(self.level(), 1),
            backlog=self.backlog(),
            quarantined=self.quarantined(),
            near_misses=self.near_misses(),
            dropped=dropped,
            **asdict(gauges(self.sensors, self.data)),
        )


def _rounded(value: float | None, digits: int) -> float | None:
    return None if value is None else round(value, digits)
