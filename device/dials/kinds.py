"""The dials there are (device/dials/base.py): volume, wake sound, do not disturb, wake sensitivity, wake word."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from device.dials.base import Dial
from device.speaking.mouth import Mouth
from services.actions.base import Appliance, Loudness, Sound
from services.actions.rings.quiet import FOREVER
from services.wake.base import WakeDetector

VOLUMES: Mapping[Sound, str] = {"speech": "volume", "alarms": "alarm_volume", "earcons": "beep_volume"}
RESUMED = timedelta(minutes=10)
"""Quiet that is asked for again so soon goes on: what came in it still waits, and is not taken for missed."""


class VolumeDial(Dial):
    """How loud one kind of sound is, percent; never out of the bounds it has in the settings."""

    kept = None

    def __init__(self, loudspeaker: Appliance, sound: Sound = "speech") -> None:
        self._loudspeaker = loudspeaker
        self._sound = sound
        self.name = VOLUMES[sound]

    @property
    def value(self) -> int:
        """Percent."""
        return self._now.volume

    @property
    def bounds(self) -> tuple[int, int]:
        """The least and the most it can be turned to."""
        return self._now.floor, self._now.ceiling

    def turn(self, said: str) -> None:
        """ "70" """
        volume = round(_number(said, *self.bounds))
        if volume != self.value:
            self._loudspeaker.turn(volume, self._sound)

    def restore(self, _: Any) -> None:
        """The appliance itself does."""

    @property
    def _now(self) -> Loudness:
        return self._loudspeaker.loudness(self._sound) or Loudness(0, 0, 0)


class WakeSound(Dial):
    """Whether short sounds tell that the wake word was heard, and that something was done or failed."""

    name = "wake_sound"

    def __init__(self, mouth: Mouth) -> None:
        self._mouth = mouth

    @property
    def value(self) -> bool:
        """Whether they do."""
        return self._mouth.earcons

    def turn(self, said: str) -> None:
        """ "ON" or "OFF" """
        self._mouth.earcons = _switched(said)


class DoNotDisturb(Dial):
    """Whether what has normal priority waits, as it does in quiet hours."""

    name = "do_not_disturb"

    def __init__(
        self, disturb: Callable[[tuple[datetime, datetime] | None], None], now: Callable[[], datetime]
    ) -> None:
        """`disturb` is told since when until when nobody wants to be disturbed (StoreCalendar.disturb)."""
        self._disturb = disturb
        self._now = now
        self._asked: tuple[datetime, datetime] | None = None

    @property
    def value(self) -> bool:
        """Whether it does now."""
        return self._asked is not None and self._asked[1] == FOREVER

    @property
    def kept(self) -> list[str] | None:
        """Since when, until when."""
        return None if self._asked is None else [each.isoformat() for each in self._asked]

    def turn(self, said: str) -> None:
        """ "ON" or "OFF" """
        on = _switched(said)
        if on == self.value:
            return
        now = self._now().astimezone(UTC)
        since, until = self._asked or (now, datetime.min.replace(tzinfo=UTC))
        if on:
            self._set(since if now - until < RESUMED else now, FOREVER)
        else:
            self._set(since, now)

    def restore(self, kept: Any) -> None:
        """As `kept`."""
        since, until = (datetime.fromisoformat(each).astimezone(UTC) for each in kept)
        self._set(since, until)

    def _set(self, since: datetime, until: datetime) -> None:
        self._asked = since, until
        self._disturb(self._asked)


class WakeSensitivity(Dial):
    """How readily the wake word is taken for said: 1 minus the score that it must reach, which is 0.05 to 0.99."""

    name = "wake_sensitivity"

    def __init__(self, wake: WakeDetector) -> None:
        self._wake = wake

    @property
    def value(self) -> float:
        """0.01 to 0.95: more is heard, and more that was not meant."""
        return round(1 - self._wake.threshold, 4)

    def turn(self, said: str) -> None:
        """ "0.5" """
        self._wake.tune(round(1 - _number(said, 0.01, 0.95), 4))


class WakeWord(Dial):
    """Which of the installed wake words listens; those of the settings together, where these are several."""

    name = "wake_word"

    def __init__(self, wake: WakeDetector, installed: Sequence[str]) -> None:
        self._wake = wake
        together = "+".join(wake.words)
        self.choices = tuple(dict.fromkeys(each for each in (together, *installed) if each))
        """All there are to choose from."""

    @property
    def value(self) -> str:
        """One, or several joined by +."""
        return "+".join(self._wake.words)

    def turn(self, said: str) -> None:
        """ "alexa" """
        if said not in self.choices:
            raise ValueError(f"there is {', '.join(self.choices)}")
        if said != self.value:
            self._wake.listen_for(said.split("+"))


def _switched(said: str) -> bool:
    on = {"on": True, "true": True, "off": False, "false": False}.get(said.casefold())
    if on is None:
        raise ValueError("it is “on” or “off”")
    return on


def _number(said: str, least: float, most: float) -> float:
    try:
        value = float(said)
    except ValueError:
        value = math.nan
    if not least <= value <= most:
        raise ValueError(f"it is a number from {least:g} to {most:g}")
    return value
