"""A roll-out: wave after wave, until the first device on which it did not go well."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from device.fleet.each import on_each
from device.fleet.errors import BrokenOff, DeviceError
from device.fleet.listed import FleetDevice

Work = Callable[[FleetDevice], str]
"""Done to one device; what came of it, in words. Raises DeviceError."""


class Telling(Protocol):
    """Whoever is told how far it is."""

    def wave(self, number: int, of: int, devices: Sequence[FleetDevice]) -> None:
        """One begins."""

    def done(self, device: FleetDevice, words: str) -> None:
        """It went well there."""

    def failed(self, device: FleetDevice, error: DeviceError) -> None:
        """It did not."""


@dataclass(slots=True)
class RolledOut:
    """What was done. Each device is in one of these."""

    done: dict[str, str] = field(default_factory=dict)
    failed: dict[str, DeviceError] = field(default_factory=dict)
    begun: list[str] = field(default_factory=list)
    """Stopped in the middle of it: it goes on there by itself, and nobody knows yet what comes of it."""
    left: list[str] = field(default_factory=list)
    """Nothing was done."""

    @property
    def well(self) -> bool:
        """Whether all is done."""
        return not (self.failed or self.begun or self.left)


class _NotBegun(DeviceError):
    """Another one failed before."""


class Rollout:
    """Goes through waves; `result` tells at any time what was done, also after it was broken off."""

    def __init__(self, waves: Sequence[Sequence[FleetDevice]], work: Work, *, at_once: int) -> None:
        """`at_once`: devices of one wave."""
        self._waves, self._work, self._at_once = waves, work, at_once
        self._begun: list[str] = []
        self._stop = threading.Event()
        self._result = RolledOut()

    def run(self, tell: Telling, break_off: Callable[[], None]) -> RolledOut:
        """Until the end, or the wave in which one failed; those of it that were begun are waited for."""
        for number, wave in enumerate(self._waves, 1):
            tell.wave(number, len(self._waves), wave)
            for came in on_each(wave, self._guarded, self._at_once, break_off):
                if came.error is None:
                    self._result.done[came.device.name] = came.value or ""
                    tell.done(came.device, came.value or "")
                elif not isinstance(came.error, _NotBegun | BrokenOff):
                    self._result.failed[came.device.name] = came.error
                    tell.failed(came.device, came.error)
            if self._result.failed:
                break
        return self.result

    @property
    def result(self) -> RolledOut:
        """What was done until now."""
        over: Mapping[str, object] = {**self._result.done, **self._result.failed}
        self._result.begun = [name for name in self._begun if name not in over]
        every = [device.name for wave in self._waves for device in wave]
        self._result.left = [name for name in every if name not in over and name not in self._begun]
        return self._result

    def _guarded(self, device: FleetDevice) -> str:
        if self._stop.is_set():
            raise _NotBegun
        self._begun.append(device.name)
        try:
            return self._work(device)
        except BaseException:
            self._stop.set()
            raise
