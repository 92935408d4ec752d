"""The device itself, as the actions ask and turn it (services.actions.base.Appliance)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from device.speaking.volumes import SOUNDS, Scale, Volumes
from device.turn import events as on
from device.upkeep.backups import Backups
from firmware.base import Microphone, Speaker
from firmware.readings import Readings
from services.actions.base import BackedUp, CallFollower, Loudness, Room, Sound, Voices


class ThisAppliance:
    """The machine it runs on, its loudspeaker and its microphone. What it is turned to survives restarts."""

    def __init__(
        self,
        readings: Readings,
        data: Path,
        *,
        speaker: Speaker | None = None,
        microphone: Microphone | None = None,
        scales: Mapping[Sound, Scale] | None = None,
        clock_set: Callable[[], bool] = lambda: True,
        turned: Callable[[float], None] = lambda _: None,
        put: Callable[[on.MuteAsked | on.StopAsked], None] = lambda _: None,
        backups: Backups | None = None,
    ) -> None:
        """`data`: the folder of the store. The loudspeaker gets the volumes of the last run, else of `scales`, else
        stays as it is. `turned` is told of every new volume, 0 to 1; `put` takes events of the machine.
        """
        self._put = put
        self.backups = backups
        """None where none are made of this store."""
        self._clock_set = clock_set
        self._readings = readings
        self.temperature, self.load, self.uptime = readings.temperature, readings.load, readings.uptime
        self.battery, self.address = readings.battery, readings.address
        self._data = data
        self._microphone = microphone
        scales = scales or dict.fromkeys(SOUNDS, Scale(speaker.volume if speaker else 1.0))
        self.volumes = None if speaker is None else Volumes(speaker, data, scales, turned=turned)
        """None without a loudspeaker."""
        self.switch: Callable[[], bool] = lambda: False
        """Whether the switch keeps the microphone closed; asked by any thread."""
        self.calls: CallFollower | None = None
        """Set by whoever wires it; None where no other side is heard."""
        self.guide: Callable[[str], None] = lambda _: None
        """Told that the setup shall begin, go on or end; by any thread."""
        self.voices: Voices | None = None
        """Whom it knows by voice; None where nobody can speak to it."""

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
    def switched_off(self) -> bool:
        """By the switch of the device."""
        return self.switch()

    @property
    def volume(self) -> int | None:
        """Of speech, percent; None without a loudspeaker."""
        return None if self.volumes is None else self.volumes.loudness("speech").volume

    def loudness(self, sound: Sound) -> Loudness | None:
        """Of one kind of sound; None without a loudspeaker."""
        return None if self.volumes is None else self.volumes.loudness(sound)

    def turn(self, volume: int, sound: Sound = "speech") -> None:
        """Sound with this volume, percent, from now on, also after a restart."""
        if self.volumes is not None:
            self.volumes.turn(volume, sound)

    def memory(self) -> Room | None:
        """Of the whole machine."""
        return _room(self._readings.memory())

    def disk(self) -> Room | None:
        """Of the disk that holds the store."""
        return _room(self._readings.disk(self._data))

    def microphone(self) -> str:
        """The name of the device; empty without one."""
        return self._microphone.name if self._microphone is not None else ""

    def back_up(self) -> BackedUp | None:
        """See Appliance."""
        if self.backups is None:
            return None
        made = self.backups.make()
        return BackedUp(made.second is not None, str(made.trouble or ""))

    def backed_up(self) -> datetime | None:
        """See Appliance."""
        return self.backups.newest() if self.backups else None

    def mute(self, muted: bool) -> None:
        """In its turn among what else happens."""
        self._put(on.MuteAsked(muted))

    def hush(self) -> None:
        """In its turn among what else happens."""
        self._put(on.StopAsked())


def _room(measured: tuple[int, int] | None) -> Room | None:
    return None if measured is None else Room(*measured)
