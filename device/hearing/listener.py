"""The listen thread: reads the microphone, feeds the ear, mends the microphone when it fails."""

from __future__ import annotations

import queue
from collections import deque
from collections.abc import Callable

import numpy as np

from device.hearing.ear import PRESS_PREROLL, Ear
from device.turn import effects as do
from device.turn import events as on
from firmware.base import Microphone
from firmware.errors import BodyError
from firmware.frame import Frame, Samples, is_cut_off, power, power_dbfs
from firmware.sound.microphone import Liveness, RetryDelay

_SMOOTHING = 0.2
"""Share of the newest frame in the level: half of it is of the last 250 ms."""
RECENT = 75
"""Frames, six seconds, whose level is known."""
_GLANCE_S = 1.0
"""While the microphone is closed or waited for, the pulse beats this often."""


class MicrophoneConstant(BodyError):
    """The microphone {name} gives one constant value. Check that it is switched on and not muted by a switch of its
    own.
    """

    code = "microphone.constant"


class Listener:
    """Runs on its own thread; its public methods may be called from any and only leave an order for it."""

    def __init__(
        self, microphone: Microphone, ear: Ear, emit: on.Emit, *, silent_s: float = 2.0, muted: bool = False
    ) -> None:
        self._microphone = microphone
        self._ear = ear
        self._emit = emit
        self._silent_s = silent_s
        self._muted = muted
        self._failed = False
        self._orders: queue.SimpleQueue[do.Microphone | None] = queue.SimpleQueue()
        """None: end."""
        self._power: float | None = None
        """Mean square of the last frames, of full scale; None while there is no sound."""
        self._recent: deque[float] = deque(maxlen=RECENT)
        self.clipped = 0
        """Frames so far with a sample at full scale: the gain is too high, or somebody shouts. For any thread."""
        self.tap: Callable[[Frame], None] | None = None
        """Is handed each frame, too: the owner's side of a call. Set from any thread; it must not wait."""
        self.pulse = 0
        """Grows with every frame heard, and every second while muted or waiting after a fault. Where it stands still,
        this thread hangs. For any thread.
        """

    @property
    def level(self) -> float | None:
        """How loud it is: RMS of the last half second or so, dBFS (0 is a square wave at full scale); None while no
        sound comes. From any thread.
        """
        recent = self._power
        return None if recent is None else power_dbfs(recent)

    @property
    def recent(self) -> list[float]:
        """How loud the last frames were, RECENT at most, the newest last: RMS, dBFS. From any thread."""
        return [power_dbfs(each) for each in tuple(self._recent)]

    @property
    def direction(self) -> float | None:
        """Degrees of the voice clockwise from the first light; None where that is unknown. For any thread."""
        return self._microphone.direction

    def take(self, order: do.Microphone) -> None:
        """Open or close the ear or the audio stream, as the machine wants it."""
        self._orders.put(order)

    def stop(self) -> None:
        """End the thread."""
        self._orders.put(None)

    def raise_turn(self, turn: int) -> None:
        """Let the ear know main's latest turn, so that its next number is higher. Only main writes it."""
        self._ear.over.turn = turn

    def own_voice(self, speaks: bool, *, rings: bool = False) -> None:
        """Let the ear know whether the appliance itself speaks, or `rings`. Plain assignments: safe from any thread."""
        self._ear.over.rings = rings
        self._ear.over.own_voice = speaks

    def run(self) -> None:
        """Listen until told to stop or the sound of a file is over."""
        backoff = RetryDelay()
        while True:
            self._power = None
            if self._muted:
                if not self._wait(_GLANCE_S):
                    return
                continue
            try:
                goes_on = self._stream(backoff)
            except BodyError as error:
                self._microphone.close()
                self._power = None
                self._fail(str(error))
                goes_on = self._wait(backoff.next())
            if not goes_on:
                self._microphone.close()
                self._power = None
                return

    def _stream(self, backoff: RetryDelay) -> bool:
        """Read until muted (True), or stopped or the sound is over (False). Raises BodyError."""
        self._ear.reset()
        self._microphone.open()
        liveness = Liveness(self._silent_s)
        while True:
            frame = self._microphone.read()
            if frame is None:
                self._ear.finish()
                self._emit(on.Stopping())
                return False
            if not liveness.process(frame):
                raise MicrophoneConstant(name=self._microphone.name)
            if self._failed and np.ptp(frame.samples) > 0:
                self._failed = False
                backoff.reset()
                self._emit(on.MicrophoneMended())
            self._measure(frame.samples)
            self._ear.lost = self._microphone.overruns
            self._ear.hear(frame)
            if tap := self.tap:
                tap(frame)
            self.pulse += 1
            while not self._orders.empty():
                if not self._obey(self._orders.get()):
                    return False
            if self._muted:
                self._microphone.close()
                return True

    def _measure(self, samples: Samples) -> None:
        self.clipped += is_cut_off(samples)
        now = power(samples)
        self._recent.append(now)
        self._power = now if self._power is None else self._power + _SMOOTHING * (now - self._power)

    def _fail(self, reason: str) -> None:
        if not self._failed:
            self._failed = True
            self._ear.close()
            self._emit(on.MicrophoneFailed(reason))

    def _wait(self, seconds: float) -> bool:
        """Wait before the next try, still obeying orders: at most so long, less where there is one."""
        while seconds > 0.0:
            self.pulse += 1
            try:
                return self._obey(self._orders.get(timeout=min(seconds, _GLANCE_S)))
            except queue.Empty:
                seconds -= _GLANCE_S
        return True

    def _obey(self, order: do.Microphone | None) -> bool:
        """Carry out an order; False: end."""
        match order:
            case do.OpenEar(turn, _, patience, held, preroll, answer):
                preroll = PRESS_PREROLL if preroll is None else preroll
                self._ear.open(turn, patience=patience, preroll=preroll, held=held, answer=answer)
            case do.HoldEar(turn):
                self._ear.hold(turn)
            case do.LetGo(turn, ends):
                self._ear.let_go(turn, ends=ends)
            case _:
                if isinstance(order, do.CloseMicrophone | do.OpenMicrophone):
                    self._muted = isinstance(order, do.CloseMicrophone)
                self._ear.close()
        return order is not None
