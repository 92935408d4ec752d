"""Keeps the records of sessions: told by main, written on a thread of its own."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from device.records.sessions.fold import Folding
from device.records.sessions.record import SessionRecord, fields_of, quality_fields
from device.records.writer import Keep, Rows
from device.turn import events as on
from device.turn.machine import Session

_MOST_WAITING = 100
"""Records that wait for a disk that can't be written."""


class SessionKeeping(Rows):
    """`watch` belongs to the main thread; `run` is the thread `sessions` (device.turn.reactor.Beside)."""

    name = "sessions"

    def __init__(
        self, keep: Keep, *, now: Callable[[], datetime], client: str, kept: bool = True, words: bool = True
    ) -> None:
        """`client`: of spoken commands. `kept`: whether records are; `words`: with what was said."""
        super().__init__(keep, "sessions", most=_MOST_WAITING)
        self._now = now
        self._folding = Folding(client=client)
        self._kept = kept
        self._words = words
        self._last: SessionRecord | None = None

    def watch(self, event: on.Event, session: Session) -> None:
        """A watcher of the daemon."""
        at = self._now()
        record = self._folding.take(event, session, at)
        if record is None:
            return
        self._last = record
        if self._kept:
            self.put(at, fields_of(record if self._words else replace(record, lines=())))

    def facts(self) -> Mapping[str, Any] | None:
        """For `equerry status`: the session that goes on, or the last of this run, if any. For any thread."""
        record = self._folding.open or self._last
        if record is None:
            return None
        quality = record.quality
        told = {"id": record.id, "state": record.state, "began": record.began.isoformat(), "turns": record.turns}
        return {**told, "commands": record.commands, "quality": None if quality is None else quality_fields(quality)}
