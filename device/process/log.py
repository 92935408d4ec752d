"""Logging to stderr, for systemd's journal; what repeats without end is left out and counted."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from _typeshed import SupportsWrite

MOST = 20
"""Lines from one place in the code that are let through within `WINDOW_S`."""
WINDOW_S = 10.0


@dataclass(slots=True)
class _Place:
    since: float
    lines: int = 0


class Repeats:
    """One for each handler: a driver that warns 10,000 times a second fills neither journal nor processor."""

    def __init__(
        self, *, most: int = MOST, window_s: float = WINDOW_S, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._most = most
        self._window_s = window_s
        self._clock = clock
        self._places: dict[tuple[str, int, str], _Place] = {}
        self._lock = threading.Lock()

    def told(self, record: logging.LogRecord) -> logging.LogRecord | None:
        """The record, or one that says how many are left out; None where this one is."""
        moment = self._clock()
        with self._lock:
            place = self._places.setdefault((record.pathname, record.lineno, record.levelname), _Place(moment))
            left_out = 0
            if moment - place.since >= self._window_s:
                left_out, place.since, place.lines = max(0, place.lines - self._most), moment, 0
            place.lines += 1
            lines = place.lines
        if lines > self._most:
            return None
        if left_out:
            return _with(record, f"{left_out:,} like it were left out before")
        return _with(record, f"more like it are left out for {self._window_s:g} s") if lines == self._most else record


def _with(record: logging.LogRecord, words: str) -> logging.LogRecord:
    """The same for this handler alone."""
    told = logging.makeLogRecord(record.__dict__)
    told.msg, told.args = f"{record.getMessage()} ({words})", ()
    return told


class LogHandler(logging.StreamHandler):  # type: ignore[type-arg] # a generic for the checker alone
    """Lines to stderr, or another stream, without the repeated ones."""

    def __init__(self, stream: SupportsWrite[str] | None = None) -> None:
        super().__init__(stream)
        self._repeats = Repeats()

    def handle(self, record: logging.LogRecord) -> bool:
        """Write it, if it is not one too many."""
        told = self._repeats.told(record)
        return told is not None and bool(super().handle(told))


def log_to_stderr(stream: SupportsWrite[str] | None = None) -> None:
    """From INFO on. `stream`: what stands for stderr, where more than the log is written there."""
    logging.basicConfig(
        level=logging.INFO, format="%(asctime)s %(threadName)s %(levelname)s %(message)s", handlers=[LogHandler(stream)]
    )
    logging.getLogger("watchfiles").setLevel(logging.WARNING)  # it counts what arrives
