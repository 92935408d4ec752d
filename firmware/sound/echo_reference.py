"""What the loudspeaker plays, for whoever hears it, too: the same sound on the same clock."""

from __future__ import annotations

import math
import threading
import time
from collections import deque
from collections.abc import Callable

import numpy as np
import soxr

from firmware.base import Microphone
from firmware.frame import FRAME_SAMPLES, RATE, Frame, Samples
from firmware.sound.echo_canceller import REACH, EchoCanceller, Floats
from firmware.sound.resample import to_float

_KEPT_S = 5.0
"""Seconds of what was played that are kept for who hears late: more than wait in the microphone's queue."""
_LEAD_S = 0.02
"""So much earlier it counts as played: no clock is exact, and an echo before its sound can't be foreseen."""
_SLACK = 320
"""Samples, 20 ms, by which two clocks may have moved against each other before they are set anew; the filter follows
what is less."""
_TOLD = 8
"""So often in a row, a quarter of a second, a device must tell another time to be believed: some know it to 10 ms."""
_TAIL_FRAMES = 5
"""0.4 s in which what was played may still sound in the room."""
_RISE_S = 5e-6
"""Seconds a frame by which a microphone's delay is believed to grow, as its clock is another one. It falls at once."""


class EchoReference:
    """Written by the loudspeaker's thread, read by the microphone's. Times are seconds of `clock`."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._kept: deque[tuple[int, Floats]] = deque()
        """Sounds of this stream at 16 kHz, and the number of their first sample in it, in the order of time."""
        self._length = 0
        """Samples of this stream so far."""
        self._taken_s, self._rate = 0.0, RATE
        """Seconds of it, with what the resampler has not given yet; and its own samples a second."""
        self._began = 0
        """When its first sample was heard, in samples of the clock."""
        self._told: deque[float] = deque(maxlen=_TOLD)
        """The same as the device tells it, again and again."""
        self._resampler: soxr.ResampleStream | None = None
        self.cuts = 0
        """How often something was stopped before it was heard."""
        self.moves = 0
        """How often it was found to be heard at another time than before, or by another stream."""

    def begin(self, rate: int) -> None:
        """A stream was opened, which takes so many samples a second."""
        with self._lock:
            self._kept.clear()
            self._told.clear()
            self._length, self._taken_s, self._rate = 0, 0.0, rate
            self._resampler = None if rate == RATE else soxr.ResampleStream(rate, RATE, 1, dtype="float32")

    def put(self, samples: Samples, ahead: float = 0.0) -> None:
        """The stream took this; the first of them will be heard in `ahead` seconds."""
        now = self._clock()
        sound = to_float(samples)
        with self._lock:
            self._told.append((now + ahead - _LEAD_S - self._taken_s) * RATE)
            if not self._taken_s or (
                len(self._told) == _TOLD and all(abs(each - self._began) > _SLACK for each in self._told)
            ):
                self._began = round(sorted(self._told)[len(self._told) // 2])
                self.moves += 1
            self._taken_s += samples.size / self._rate
            if self._resampler is not None:
                sound = self._resampler.resample_chunk(sound)
            self._kept.append((self._length, sound))
            self._length += sound.size
            while self._kept[0][0] < self._length - _KEPT_S * RATE:
                self._kept.popleft()

    def cut(self) -> None:
        """The stream was closed before all was heard."""
        with self._lock:
            self._kept.clear()
            self.cuts += 1

    def between(self, first: int, count: int) -> Floats:
        """The samples from this number on, at 16 kHz: number n is heard at n / 16,000 s. Silence where nothing is."""
        found = np.zeros(count, np.float32)
        with self._lock:
            first -= self._began
            for at, sound in self._kept:
                begin, end = max(first, at), min(first + count, at + sound.size)
                if begin < end:
                    found[begin - first : end - first] = sound[begin - at : end - at]
        return found


def one_microphone(frame: Frame) -> Samples:
    """What the first one that lives heard: the way from the loudspeaker to it stays as it is, that to the sum of an
    array changes with the direction the array listens to.
    """
    each = [] if frame.channels is None else [np.ascontiguousarray(channel) for channel in frame.channels.T]
    return next((samples for samples in each if samples.any()), frame.samples)


class EchoCancelledMicrophone:
    """A microphone (firmware.base.Microphone) without what the loudspeaker plays."""

    def __init__(
        self, microphone: Microphone, played: EchoReference, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._microphone = microphone
        self._played = played
        self._clock = clock
        self._canceller = EchoCanceller()
        self._late = math.inf
        """Seconds by which frames come after their own time, at best: what waits longer was waited for by us."""
        self._at = 0
        """Number of the first sample of the next frame, as `EchoReference` counts."""
        self._quiet = 0
        """Frames since the last in which something was played."""
        self._seen = (0, 0)
        """Cuts and moves of what is played, until now."""

    @property
    def name(self) -> str:
        return self._microphone.name

    @property
    def overruns(self) -> int:
        return self._microphone.overruns

    @property
    def direction(self) -> float | None:
        return self._microphone.direction

    def open(self) -> None:
        self._late = math.inf
        self._microphone.open()

    def read(self) -> Frame | None:
        frame = self._microphone.read()
        if frame is None:
            return None
        self._late = min(self._clock() - frame.end, self._late + _RISE_S)
        expected = round((frame.end + self._late) * RATE) - FRAME_SAMPLES
        apart = abs(expected - self._at) > _SLACK
        if apart:
            self._at = expected
        seen, self._seen = self._seen, (self._played.cuts, self._played.moves)
        if apart or seen[1] != self._seen[1]:
            self._canceller.relearn(self._played.between(self._at - REACH, REACH))
        elif seen != self._seen:
            self._canceller.remember(self._played.between(self._at - REACH, REACH))
        played = self._played.between(self._at, FRAME_SAMPLES)
        self._at += FRAME_SAMPLES
        self._quiet = 0 if played.any() else self._quiet + 1
        if self._quiet > _TAIL_FRAMES:
            return Frame(self._canceller.process(frame.samples, played), frame.index, frame.channels)
        return Frame(self._canceller.process(one_microphone(frame), played), frame.index)

    def close(self) -> None:
        self._microphone.close()
