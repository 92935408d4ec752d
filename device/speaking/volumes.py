"""How loud speech, alarms and earcons are: the loudspeaker's one volume is set before each sounds. Each is kept in a
file beside the store, and stays between its floor and its ceiling.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import get_args

from firmware.base import Speaker
from services.actions.base import Loudness, Sound

log = logging.getLogger(__name__)

SOUNDS: tuple[Sound, ...] = get_args(Sound)
FILES: Mapping[Sound, str] = {"speech": "volume", "alarms": "volume-alarms", "earcons": "volume-earcons"}


@dataclass(frozen=True, slots=True)
class Scale:
    """As the settings have it: 0 to 1 each."""

    volume: float = 1.0
    floor: float = 0.1
    ceiling: float = 1.0

    def within(self, volume: float) -> float:
        """The volume, or the bound that is nearest to it."""
        return min(max(volume, self.floor), self.ceiling)


class Volumes:
    """Turned by any thread, used by the one that speaks."""

    def __init__(
        self,
        speaker: Speaker,
        data: Path,
        scales: Mapping[Sound, Scale],
        *,
        turned: Callable[[float], None] = lambda _: None,
    ) -> None:
        """`data`: where the files are. `turned` is told of every new volume, 0 to 1, by the thread that turns it."""
        self._speaker = speaker
        self._data = data
        self._scales = dict(scales)
        self._turned = turned
        self._lock = threading.Lock()
        self._sounding: Sound = "speech"
        self._levels = {sound: scale.within(self._kept(sound, scale.volume)) for sound, scale in scales.items()}
        speaker.volume = self._levels["speech"]

    def loudness(self, sound: Sound) -> Loudness:
        """Now, and how far it can be turned."""
        scale = self._scales[sound]
        return Loudness(round(100 * self._levels[sound]), round(100 * scale.floor), round(100 * scale.ceiling))

    def use(self, sound: Sound) -> None:
        """What sounds from now on is of this kind."""
        with self._lock:
            self._sounding = sound
            self._speaker.volume = self._levels[sound]

    def turn(self, percent: int, sound: Sound) -> None:
        """Turn it, within its bounds, and keep it. A full or read-only disk is logged: it is turned all the same."""
        with self._lock:
            level = self._levels[sound] = self._scales[sound].within(percent / 100)
            if self._sounding == sound:
                self._speaker.volume = level
        self._turned(level)
        path = self._data / FILES[sound]
        try:
            path.write_text(f"{round(100 * level)}\n", encoding="ascii")
        except OSError as error:
            log.error("The volume will not survive a restart: %s can't be written (%s).", path, error.strerror)

    def follow(self, scales: Mapping[Sound, Scale]) -> None:
        """Take new settings: what they change replaces what was turned; the rest stays within its bounds."""
        for sound, scale in scales.items():
            before, self._scales[sound] = self._scales[sound], scale
            if scale.volume != before.volume:
                self.turn(round(100 * scale.volume), sound)
            elif scale.within(self._levels[sound]) != self._levels[sound]:
                self.turn(round(100 * self._levels[sound]), sound)

    def _kept(self, sound: Sound, otherwise: float) -> float:
        """As it was turned in an earlier run; `otherwise` where it was not, or the file is no number."""
        try:
            return int((self._data / FILES[sound]).read_text(encoding="ascii")) / 100
        except (OSError, ValueError):
            return otherwise
