"""A microphone of two sides: the owner on the left channel of one device, the other side of a call on the right."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable

import numpy as np

from firmware.base import MicrophoneMissing
from firmware.frame import Frame
from firmware.sound.microphone import PyAudioMicrophone
from firmware.sound.resample import Framer

SIDES = 2
"""Channels: left and right."""


class SidesUnavailable(MicrophoneMissing):
    """The microphone {name} has no right channel, on which [calls] line says that the other side is. Name another
    device there.
    """

    code = "microphone.sides"


class OtherChannel:
    """Hands on what stands on the right channel; made before the microphone, known to whoever listens to it."""

    def __init__(self) -> None:
        self.tell: Callable[[Frame], None] | None = None
        """Called on the thread that reads the microphone; it must not wait. None: nobody wants it."""
        self.there = True
        """Whether the microphone that was opened last has such a channel."""


class TwoSidedMicrophone:
    """The left channel of a device as a microphone (firmware.base.Microphone); the right one goes to `other`."""

    def __init__(self, microphone: PyAudioMicrophone, other: OtherChannel) -> None:
        """`microphone` is opened with two channels."""
        self._microphone = microphone
        self._other = other
        self._framers = (Framer(1), Framer(1))
        self._ready: deque[Frame] = deque()

    @property
    def name(self) -> str:
        return self._microphone.name

    @property
    def overruns(self) -> int:
        return self._microphone.overruns

    @property
    def direction(self) -> float | None:
        return None

    def open(self) -> None:
        """As of any microphone. One that has no right channel is heard all the same; `other` is told."""
        self._microphone.open()
        rate = self._microphone.rate
        left, right = self._framers
        self._framers = Framer(rate, first=left.index), Framer(rate, first=right.index)
        self._other.there = self._microphone.layout.channels >= SIDES

    def read(self) -> Frame | None:
        left, right = self._framers
        while not self._ready:
            block = self._microphone.read_block()
            self._ready.extend(left.process(np.ascontiguousarray(block[:, 0])))
            if not self._other.there:
                continue
            for frame in right.process(np.ascontiguousarray(block[:, 1])):
                if tell := self._other.tell:
                    tell(frame)
        return self._ready.popleft()

    def close(self) -> None:
        self._microphone.close()
