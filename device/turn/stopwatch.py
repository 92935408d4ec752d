"""Keeps a record of each turn's stages, from the events the daemon shows its watchers."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

from device.turn import events as on
from device.turn.machine import Session
from services.insight.base import STAGES


@dataclass(slots=True)
class TurnRecord:
    """Wall-clock times of one turn, seconds on one monotonic clock; None for what has not happened."""

    turn: int
    speech_end: float | None = None
    endpoint: float | None = None
    final: float | None = None
    command: float | None = None
    acted: float | None = None
    sounded: float | None = None

    def stages(self) -> dict[str, float]:
        """Seconds each stage took, from the end of the one before it that happened."""
        taken: dict[str, float] = {}
        before = self.speech_end
        for stage in STAGES:
            at: float | None = getattr(self, stage, None)  # a spoken turn is never queued
            if at is None:
                continue
            if before is not None:
                taken[stage] = at - before
            before = at
        return taken

    @property
    def total(self) -> float | None:
        """End of speech → first sample of the reply, seconds."""
        if self.speech_end is None or self.sounded is None:
            return None
        return self.sounded - self.speech_end


class Stopwatch:
    """A watcher; called by the main thread."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self.records: dict[int, TurnRecord] = {}
        self.ready = 0.0
        """When all engines were loaded, on the same clock."""

    def watch(self, event: on.Event, _: Session) -> None:
        """Note when a stage of a turn ended."""
        if isinstance(event, on.Ready):
            self.ready = self._clock()
        if not isinstance(event, on.TurnEvent):
            return
        record = self.records.setdefault(event.turn, TurnRecord(event.turn))
        now = self._clock()
        match event:
            case on.SpeechEnded(_, endpoint):
                record.endpoint = now
                if endpoint.speech_end is not None:
                    # Audio time runs with the clock on a live stream: that long ago the voice fell silent.
                    record.speech_end = now - (endpoint.at - endpoint.speech_end)
            case on.FinalHeard():
                record.final = now
            case on.ActingBegan():
                record.command = now
            case on.Replied():
                record.acted = now
            case on.Sounded():
                record.sounded = now
