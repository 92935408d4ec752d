"""A body without hardware, with behaviour and ways to misbehave: for tests and rehearsals."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from itertools import groupby

import numpy as np

from firmware.base import LightsLost, MicrophoneLost, MicrophoneMissing, Picture, SpeakerLost
from firmware.frame import FRAME_SAMPLES, RATE, Frame, Samples
from firmware.sound.resample import Framer


class ScriptedMicrophone:
    """Gives the samples it was made with, frame by frame, then None.

    Misbehaves on demand: is lost before frame `lose_at` (once each), cannot be opened the next `missing` times, gives
    one constant value from frame `constant_from` on.
    """

    def __init__(
        self,
        sounds: Iterable[Samples],
        *,
        lose_at: Sequence[int] = (),
        missing: int = 0,
        constant_from: int | None = None,
        name: str = "scripted",
    ) -> None:
        """`sounds`: mono int16 at 16 kHz, played one after the other; the last frame is filled up with silence."""
        framer = Framer(RATE)
        self._frames = [frame for sound in sounds for frame in framer.process(sound)] + framer.finish()
        self._lose_at = sorted(lose_at)
        self._constant_from = constant_from
        self._next = 0
        self._open = False
        self.missing = missing
        self.name = name
        self.overruns = 0
        self.direction: float | None = None
        self.opened = 0
        """Times it was opened."""

    def open(self) -> None:
        """Begin, or go on after a loss. Raises MicrophoneMissing as often as `missing` says."""
        if self.missing > 0:
            self.missing -= 1
            raise MicrophoneMissing(names="(none found)")
        self._open = True
        self.opened += 1

    def read(self) -> Frame | None:
        """The next frame. Raises MicrophoneLost where the script says so, and while it is not open."""
        if self._lose_at and self._next >= self._lose_at[0]:
            self._lose_at.pop(0)
            self._open = False
        if not self._open:
            raise MicrophoneLost(name=self.name)
        if self._next >= len(self._frames):
            return None
        frame = self._frames[self._next]
        self._next += 1
        if self._constant_from is not None and frame.index >= self._constant_from:
            return Frame(np.zeros(FRAME_SAMPLES, np.int16), frame.index)
        return frame

    def close(self) -> None:
        """End."""
        self._open = False


class MemorySpeaker:
    """Keeps what was played. Set `failing` to lose it; set `on_play` to do something in the middle, such as `stop`."""

    def __init__(self) -> None:
        self.played: list[tuple[Samples, int]] = []
        """Each sound with its rate, as far as it was not stopped."""
        self.volume = 1.0
        self.failing = False
        self.on_play: Callable[[], None] | None = None
        self.stops = 0
        self.ducks: list[float] = []
        """How far it was ducked, dB, in order."""
        self.closed = False
        self._stopped = False

    def play(self, samples: Samples, rate: int) -> bool:
        """Keep the sound; False and nothing kept when `stop` came in between. Raises SpeakerLost while `failing`."""
        if self.failing:
            raise SpeakerLost(name="memory")
        self._stopped = False
        if self.on_play is not None:
            self.on_play()
        if self._stopped:
            return False
        self.played.append((samples, rate))
        return True

    def drain(self) -> bool:
        """False when `stop` came since the last `play` began."""
        return not self._stopped

    def stop(self) -> None:
        """From any thread."""
        self.stops += 1
        self._stopped = True

    def duck(self, db: float) -> None:
        """From any thread."""
        self.ducks.append(db)

    def close(self) -> None:
        """End."""
        self.closed = True


class MemoryLights:
    """Remembers every picture it was asked to show. Set `failing` and it is lost."""

    def __init__(self, count: int = 1, *, rate: float = 30.0) -> None:
        self.count = count
        self.rate = rate
        self.shown: list[Picture] = []
        self.failing = False
        self.closed = False

    @property
    def names(self) -> list[str]:
        """The states that were shown, in order."""
        return [name for name, _ in groupby(picture.name for picture in self.shown)]

    def show(self, picture: Picture) -> None:
        """Remember it. Raises LightsLost while `failing`."""
        if self.failing:
            raise LightsLost(reason="they are to be")
        self.shown.append(picture)

    def close(self) -> None:
        """Dark."""
        self.closed = True


class ManualButton:
    """A button pressed by calling `press`; the callbacks run on the caller's thread."""

    def __init__(self) -> None:
        self._pressed: Callable[[], None] | None = None
        self._released: Callable[[], None] | None = None

    def watch(self, pressed: Callable[[], None], released: Callable[[], None]) -> None:
        """Call these on every edge."""
        self._pressed, self._released = pressed, released

    def press(self) -> None:
        """Down. Harmless while nobody watches."""
        if self._pressed is not None:
            self._pressed()

    def release(self) -> None:
        """Up."""
        if self._released is not None:
            self._released()

    def close(self) -> None:
        """Give the pin back: nobody watches any more."""
        self._pressed = self._released = None
