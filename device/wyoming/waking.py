"""A stream of sound, listened to for a wake word: as long as it lasts."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack

from wyoming.audio import AudioChunk, AudioStart, AudioStop
from wyoming.event import Eventable
from wyoming.wake import Detection, NotDetected

from device.errors import ApplianceError
from device.wyoming.intake import SoundIntake
from device.wyoming.pace import SoundPace
from device.wyoming.services import WyomingServices
from firmware.frame import FRAME_SECONDS
from services.wake.base import WakeDetector


class NoWakeHere(ApplianceError):
    """This device listens for no wake word."""

    code = "wyoming.wake"


class Waking:
    """Of one client, one stream after the other."""

    def __init__(
        self, offers: WyomingServices, *, clock: Callable[[], float] = time.monotonic, sleep: Callable[[float], None]
    ) -> None:
        self._offers, self._clock, self._sleep = offers, clock, sleep
        self._lent = ExitStack()
        self._detector: WakeDetector | None = None
        self._intake: SoundIntake | None = None
        self._detected = False
        self._pace = SoundPace(clock, sleep)

    def begin(self, names: list[str] | None) -> None:
        """Listen for these, or for all. Raises NoWakeHere, NoWakePlace, WakeWordUnknown, WakeModelUnusable."""
        self.close()
        if self._offers.detectors is None:
            raise NoWakeHere
        self._detector = self._lent.enter_context(self._offers.detectors.lent(names))

    def close(self) -> None:
        """Give back the detector."""
        self._lent.close()
        self._detector, self._intake = None, None

    def hear(self, sound: AudioStart | AudioChunk | AudioStop) -> Iterator[Eventable]:
        """Raises SoundUnusable."""
        if self._detector is None:  # it was told already what came of it
            return
        if isinstance(sound, AudioStop):
            detected = self._detected
            self.close()
            if not detected:
                yield NotDetected()
            return
        if isinstance(sound, AudioStart) or self._intake is None:
            self._intake, self._detected = SoundIntake(sound), False
            self._pace = SoundPace(self._clock, self._sleep)
            self._detector.reset()
        if isinstance(sound, AudioChunk):
            frames = self._intake.take(sound)
            for frame in frames:
                if found := self._detector.process(frame):
                    self._detected = True
                    yield Detection(found.word, sound.timestamp)
            self._pace.keep(len(frames) * FRAME_SECONDS)
