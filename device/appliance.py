"""The device itself, as the actions ask and turn it (services.actions.base.Appliance)."""

from __future__ import annotations

import logging
from collections.abc import Callable
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from firmware.base import Microphone, Speaker
from firmware.readings import Readings
from services.actions.base import Room

log = logging.getLogger(__name__)


class ThisAppliance:
    """The machine it runs on, its loudspeaker and its microphone. The volume survives restarts: a file beside the store."""

    def __init__(
        self,
        readings: Readings,
        data: Path,
        *,
        speaker: Speaker | None = None,
        microphone: Microphone | None = None,
        clock_set: Callable[[], bool] = lambda: True,
        turned: Callable[[float], None] = lambda _: None,
    ) -> None:
        """`data`: the folder of the store. The loudspeaker is turned to the volume of the last run. `turned` is told of every new volume,
        0 to 1, by the thread that turns it."""
        self._turned = turned
        self._clock_set = clock_set
        self._readings = readings
        self._data = data
        self._speaker = speaker
        self._microphone = microphone
        kept = self._kept()
        if speaker is not None and kept is not None:
            speaker.volume = kept / 100

    @property
    def version(self) -> str:
        """Of this program."""
        try:
            return version("equerry")
        except PackageNotFoundError:
            return ""

    @property
    def clock_set(self) -> bool:
        """Whether the wall clock can be believed."""
        return self._clock_set()

    @property
    def volume(self) -> int | None:
        """Percent; None without a loudspeaker."""
        return None if self._speaker is None else round(self._speaker.volume * 100)

    def turn(self, volume: int) -> None:
        """Speak with this volume. A full or read-only disk is logged: it is turned all the same."""
        if self._speaker is None:
            return
        self._speaker.volume = volume / 100
        self._turned(volume / 100)
        try:
            self._path.write_text(f"{volume}\n", encoding="ascii")
        except OSError as error:
            log.error("The volume will not survive a restart: %s can't be written (%s).", self._path, error.strerror)

    def temperature(self) -> float | None:
        """°C."""
        return self._readings.temperature()

    def memory(self) -> Room | None:
        """Of the whole machine."""
        return _room(self._readings.memory())

    def disk(self) -> Room | None:
        """Of the disk that holds the store."""
        return _room(self._readings.disk(self._data))

    def uptime(self) -> float | None:
        """Seconds."""
        return self._readings.uptime()

    def load(self) -> float | None:
        """Per processor."""
        return self._readings.load()

    def battery(self) -> int | None:
        """Percent."""
        return self._readings.battery()

    def address(self) -> str | None:
        """IPv4."""
        return self._readings.address()

    def microphone(self) -> str:
        """The name of the device; empty without one."""
        return self._microphone.name if self._microphone is not None else ""

    @property
    def _path(self) -> Path:
        return self._data / "volume"

    def _kept(self) -> int | None:
        """The volume of an earlier run; None where there is none, or the file is no number."""
        try:
            volume = int(self._path.read_text(encoding="ascii"))
        except (OSError, ValueError):
            return None
        return min(max(volume, 0), 100)


def _room(measured: tuple[int, int] | None) -> Room | None:
    return None if measured is None else Room(*measured)
