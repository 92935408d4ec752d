"""The microphone through PyAudio, and what the listener needs to keep one alive."""

from __future__ import annotations

import logging
import queue
from collections import deque
from contextlib import suppress
from typing import Any

import numpy as np
import pyaudio

from firmware.base import MicrophoneLost, MicrophoneMissing
from firmware.frame import FRAME_SECONDS, RATE, Frame
from firmware.sound import portaudio
from firmware.sound.array import ArrayFramer
from firmware.sound.portaudio import Layout, SoundDevice
from firmware.sound.resample import Block, Framer
from firmware.sound.shape import ArrayShape

log = logging.getLogger(__name__)

_GLANCE = 0.25
"""Seconds between looks at whether the stream still lives, while nothing comes."""


class MicrophoneBusy(MicrophoneMissing):
    """The microphone {name} can't be opened ({reason}). Another program may hold it; I keep trying."""

    code = "microphone.busy"


class InputMissing(MicrophoneMissing):
    """The capture device {name} is not there. Plug it in, or name another one: {names}."""

    code = "microphone.named"


class PyAudioMicrophone:
    """A microphone (firmware.base.Microphone) by (part of) its device name; where there is none of that name, the
    system's default one.

    Once it was found by its name, only that name will do: after a loss it is waited for, rather than another one taken
    unasked. It is opened with the channels of `array` where it has them, of which one is made; else at 16 kHz mono
    where it can, else at its own rate and channels. PortAudio's thread fills a bounded queue, `read`
    empties it; when the queue is full the oldest sound goes.
    """

    def __init__(
        self,
        name: str | None,
        *,
        array: ArrayShape | None = None,
        silence_s: float = 2.0,
        buffers: int = 64,
        only: bool = False,
    ) -> None:
        """`silence_s`: seconds without a frame after which the device counts as lost. `only`: no other device will do.

        `buffers`: how many frames may wait to be read; 64 are five seconds, more than one could still call listening.
        """
        self._wanted = name
        self._only = only
        self._array = array
        self._silence_s = silence_s
        self.name = name or "default"
        self.overruns = 0
        self._stream: Any = None
        self._found = only
        """One was found by its name, or none else may be taken."""
        self._queue: queue.Queue[bytes] = queue.Queue(buffers)
        self._framer: Framer | ArrayFramer = Framer(RATE)
        self.layout = Layout(RATE, 1)
        """How it was opened last."""
        self._ready: deque[Frame] = deque()

    def open(self) -> None:
        self.close()
        portaudio.enter()
        try:
            device = self._find()
            self._queue = queue.Queue(self._queue.maxsize)
            self._stream, self.layout = self._start(device)
        except MicrophoneMissing:
            portaudio.leave()
            raise
        self.name = device.name
        rate, first = self.layout.rate, self._framer.index
        fits = self._array is not None and self.layout.channels >= self._array.channels
        self._framer = (
            ArrayFramer(self._array, rate, first=first) if self._array and fits else Framer(rate, first=first)
        )
        log.info("microphone %s at %d Hz, %d channel(s)", self.name, self.layout.rate, self.layout.channels)

    def read(self) -> Frame | None:
        while not self._ready:
            block = self.read_block()
            whole = isinstance(self._framer, ArrayFramer) or self.layout.channels > 1
            self._ready.extend(self._framer.process(block if whole else block[:, 0]))
        return self._ready.popleft()

    def read_block(self) -> Block:
        """The next sound as the device gives it, at `rate`, shape (n, channels), int16. Raises MicrophoneLost."""
        return np.frombuffer(self._next_buffer(), np.int16).reshape(-1, self.layout.channels)

    @property
    def rate(self) -> int:
        """Samples a second that the device gives, while it is open."""
        return self.layout.rate

    @property
    def direction(self) -> float | None:
        return self._framer.array.direction if isinstance(self._framer, ArrayFramer) else None

    def close(self) -> None:
        if self._stream is not None:
            portaudio.close_stream(self._stream)
            self._stream = None
            portaudio.leave()

    def _find(self) -> SoundDevice:
        device = portaudio.find("input", self._wanted, instead=not self._found)
        if device is None and self._only:
            raise InputMissing(name=self._wanted, names=portaudio.names_found("input"))
        if device is None:
            raise MicrophoneMissing(names=portaudio.names_found("input"))
        self._found = self._only or (self._wanted is not None and self._wanted.casefold() in device.name.casefold())
        return device

    def _start(self, device: SoundDevice) -> tuple[Any, Layout]:
        waiting = self._queue  # a late callback of a closed stream must not fill the queue of the next one

        def heard(data: bytes, _count: int, _times: object, status: int) -> tuple[None, int]:
            if status & pyaudio.paInputOverflow:
                self.overruns += 1
            try:
                waiting.put_nowait(data)
            except queue.Full:
                self.overruns += 1
                with suppress(queue.Empty):  # the reader may have come in between
                    waiting.get_nowait()
                waiting.put_nowait(data)
            return None, pyaudio.paContinue

        # Channels beyond two are asked for last: arrays mix badly without knowing their geometry.
        counts = sorted({1, min(2, device.channels), device.channels})
        if self._array and self._array.channels <= device.channels:
            counts = list(dict.fromkeys((self._array.channels, device.channels, *counts)))
        layouts = [Layout(rate, channels) for channels in counts for rate in dict.fromkeys((RATE, device.rate))]
        try:
            return portaudio.open_stream(device, "input", layouts, FRAME_SECONDS, lambda _: heard)
        except OSError as refusal:
            raise MicrophoneBusy(name=device.name, reason=refusal) from refusal

    def _next_buffer(self) -> bytes:
        waited = 0.0
        while self._stream is not None and waited < self._silence_s:
            try:
                return self._queue.get(timeout=_GLANCE)
            except queue.Empty:
                waited += _GLANCE
            if not self._stream.is_active():
                break
        raise MicrophoneLost(name=self.name)


class RetryDelay:
    """How long to wait before the next try: doubling from `first` seconds up to `cap`."""

    def __init__(self, first: float = 0.25, cap: float = 10.0) -> None:
        self._first = first
        self._cap = cap
        self._next = first

    def next(self) -> float:
        """Seconds to wait now."""
        wait = self._next
        self._next = min(self._cap, wait * 2)
        return wait

    def reset(self) -> None:
        """It worked; begin with `first` next time."""
        self._next = self._first


class Liveness:
    """Tells a living microphone from one that gives the same value for ever (a dead capsule, a stuck driver, a mute
    switch).

    A living one hisses: even in a silent room the lowest bits of its samples change.
    """

    def __init__(self, patience: float = 2.0) -> None:
        """`patience`: seconds of audio time that may be constant."""
        self._patience = patience
        self._value: int | None = None
        self._since = 0.0

    def process(self, frame: Frame) -> bool:
        """Take the next frame; False when all samples of the last `patience` seconds were one and the same."""
        first = int(frame.samples[0])
        if first != self._value or np.any(frame.samples != first):
            # A change inside the frame: what may be constant begins after it at the earliest.
            self._value = int(frame.samples[-1])
            self._since = frame.start if np.all(frame.samples == first) else frame.end
        return frame.end - self._since < self._patience

    def reset(self) -> None:
        """The microphone was opened again."""
        self._value = None


def input_names() -> list[str]:
    """The names one may write into [microphone] name."""
    return portaudio.names("input")
