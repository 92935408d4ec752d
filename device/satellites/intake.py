"""What a satellite sends: its sound, into an ear of its own, and that it wants to be heard. On the thread of its
connection.
"""

from __future__ import annotations

import queue
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from typing import Any

from pydantic import TypeAdapter
from wyoming.audio import AudioChunk, AudioStart, AudioStop
from wyoming.event import Event, Eventable
from wyoming.ping import Ping, Pong
from wyoming.pipeline import PipelineStage, RunPipeline

from device.hearing.ear import Ear
from device.satellites.nearest import Hearer
from device.satellites.services import SatelliteServices
from device.satellites.turns import Order
from device.turn import events as on
from device.turn.session import next_turn
from device.wyoming.asked import read
from device.wyoming.intake import SoundIntake
from device.wyoming.pace import SoundPace
from device.wyoming.waking import NoWakeHere
from firmware.frame import FRAME_SECONDS
from services.wake.base import Detection

_KINDS: Mapping[str, TypeAdapter[Any]] = {
    name: TypeAdapter(kind)
    for name, kind in {
        "run-pipeline": RunPipeline,
        "audio-start": AudioStart,
        "audio-chunk": AudioChunk,
        "audio-stop": AudioStop,
        "ping": Ping,
    }.items()
}


class SatelliteIntake:
    """Of one connection."""

    def __init__(
        self,
        services: SatelliteServices,
        hearer: Hearer,
        orders: queue.SimpleQueue[Order],
        *,
        clock: Callable[[], float],
        sleep: Callable[[float], None],
    ) -> None:
        """`hearer` is where its ear emits; `orders`: for the ear, from any thread, each done before the next frame;
        `sleep` is where it waits when sound comes too fast.
        """
        self._services, self._hearer, self._orders = services, hearer, orders
        self._pace = SoundPace(clock, sleep)
        self._lent = ExitStack()
        self._sound: SoundIntake | None = None
        self._ear: Ear | None = None
        self._wakes = False
        """The wake word is listened for here."""

    def close(self) -> None:
        """The connection is over."""
        self._lent.close()

    def take(self, event: Event) -> Iterator[Eventable]:
        """What is answered at once. Raises AskedWrong, SoundUnusable, NoWakeHere, NoWakePlace, WakeModelUnusable."""
        told = read(event, _KINDS)
        match told:
            case Ping(text):
                yield Pong(text)
            case RunPipeline(start_stage=PipelineStage.WAKE):
                self._listen(wakes=True)
            case RunPipeline(start_stage=PipelineStage.ASR):
                self._open(self._listen(wakes=False))
            case AudioStart():
                self._begin(told)
            case AudioChunk() if self._ear:
                self._hear(told, self._ear)
            case AudioStop() if self._ear:
                self._ear.finish()
                self._sound = None
        self.obey()

    def obey(self) -> None:
        """Carry out what was ordered."""
        while self._ear and not self._orders.empty():
            self._orders.get()(self._ear)

    def _listen(self, *, wakes: bool) -> Ear:
        """The ear that is wanted: the one there is, where it is of the kind."""
        if self._ear and self._wakes == wakes:
            return self._ear
        self._lent.close()
        detector = None
        if wakes:
            if self._services.detectors is None:
                raise NoWakeHere
            detector = self._lent.enter_context(self._services.detectors.lent(list(self._services.words())))
        before, self._wakes = self._ear, wakes
        self._ear = self._hearer.ear = self._services.ear(self._hearer.emit, detector)
        if before:
            self._ear.turn, self._ear.over.turn = before.turn, before.over.turn
        self._sound = None
        return self._ear

    def _open(self, ear: Ear) -> None:
        """The satellite heard the wake word by itself; what it sends from now on is the command."""
        turn = next_turn(max(ear.turn, ear.over.turn), ear=True)
        self._hearer.emit(on.WakeHeard(turn, Detection("", 1.0, 0.0)))
        ear.over.own_voice = False
        ear.open(turn, preroll=0.0)

    def _begin(self, told: AudioStart | AudioChunk) -> SoundIntake:
        """A stream begins. The ear starts anew, but not one that was just opened for it."""
        self._sound = SoundIntake(told)
        if self._ear and not self._ear.listening:
            self._ear.reset()
        return self._sound

    def _hear(self, chunk: AudioChunk, ear: Ear) -> None:
        frames = (self._sound or self._begin(chunk)).take(chunk)
        for frame in frames:
            ear.hear(frame)
            self.obey()
        self._pace.keep(len(frames) * FRAME_SECONDS)
