"""Keeps the records of sessions: told by the main thread, written on a thread of its own, for a commit may take long on a slow card."""

from __future__ import annotations

import logging
import queue
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from device import events as on
from device.machine import Session
from device.sessions.folding import Folding
from device.sessions.record import SessionRecord, fields_of, quality_fields
from firmware.errors import ExpectedError

log = logging.getLogger(__name__)

_MOST_WAITING = 100
"""Records that wait for a disk that can't be written; the oldest are dropped first."""

Row = tuple[datetime, Mapping[str, Any]]
Keep = Callable[[Sequence[Row]], object]
"""Writes rows to the journal, all or none. Raises a StoreError."""


class SessionKeeping:
    """`watch` belongs to the main thread; `run` is the thread `sessions` (device.daemon.Beside)."""

    name = "sessions"

    def __init__(self, keep: Keep, *, now: Callable[[], datetime], client: str, kept: bool = True, words: bool = True) -> None:
        """`client`: whose conversation spoken commands belong to. `kept`: whether records are; `words`: whether what was said is in them.
        Both may be changed at any time."""
        self._keep = keep
        self._now = now
        self._folding = Folding(client=client)
        self.kept = kept
        self.words = words
        self._last: SessionRecord | None = None
        self._rows: queue.SimpleQueue[Row | None] = queue.SimpleQueue()
        self._waiting: list[Row] = []
        self._failing = False

    def watch(self, event: on.Event, session: Session) -> None:
        """A watcher of the daemon."""
        at = self._now()
        record = self._folding.take(event, session, at)
        if record is None:
            return
        self._last = record
        if self.kept:
            self._rows.put((at, fields_of(record if self.words else replace(record, lines=()))))

    def facts(self) -> Mapping[str, Any] | None:
        """For `equerry status`: the session that goes on, or else the last one of this run; None before any. From any thread."""
        record = self._folding.open or self._last
        if record is None:
            return None
        quality = record.quality
        told = {"id": record.id, "state": record.state, "began": record.began.isoformat(), "turns": record.turns}
        return {**told, "commands": record.commands, "quality": None if quality is None else quality_fields(quality)}

    def run(self) -> None:
        """Write what comes, until stopped."""
        while (row := self._rows.get()) is not None:
            self._write([row])
        self.flush()

    def stop(self) -> None:
        """End soon; what came is written."""
        self._rows.put(None)

    def flush(self) -> None:
        """Write what could not be written before."""
        self._write([])

    def _write(self, rows: list[Row]) -> None:
        self._waiting += rows
        if not self._waiting:
            return
        try:
            self._keep(self._waiting)
        except ExpectedError as error:
            if not self._failing:  # once: a log that grows on and on would be no help where the disk is full
                log.warning("Records of sessions wait to be written: %s", error)
            self._failing = True
            del self._waiting[:-_MOST_WAITING]
        else:
            self._waiting, self._failing = [], False
