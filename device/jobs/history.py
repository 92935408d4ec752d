"""What became of jobs, for good: written to the journal in batches, so that no answer waits for it. A power cut loses
the last seconds.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

from device.jobs.job import Job
from firmware.errors import ExpectedError

log = logging.getLogger(__name__)

_MOST = 1_000
"""Jobs that wait to be written; where the disk is full the oldest are forgotten."""

_WORDS = frozenset(("text", "words"))

Row = tuple[datetime, Mapping[str, Any]]
Keep = Callable[[Sequence[Row]], object]
"""Keeps rows of the journal, all or none. Raises a StoreError."""


def forgotten(_: Sequence[Row]) -> None:
    """Where there is no store, nothing is kept."""


def without_words(keep: Keep) -> Keep:
    """Keeps what became of jobs, and not what was said."""
    return lambda rows: keep(
        [(at, {name: value for name, value in row.items() if name not in _WORDS}) for at, row in rows]
    )


class History:
    """Safe to use from several threads."""

    def __init__(self, keep: Keep) -> None:
        self._keep = keep
        self._rows: list[Row] = []
        self._lock = threading.Lock()
        self._writing = threading.Lock()
        self._failing = False

    @property
    def pending(self) -> bool:
        """Whether something waits to be written, and is likely to be."""
        return bool(self._rows) and not self._failing

    def add(self, at: datetime, job: Job) -> None:
        """It has ended."""
        row = (at, row_of(job))
        with self._lock:
            self._rows.append(row)
            del self._rows[:-_MOST]

    def write(self) -> None:
        """Write what waits, unless another thread does so. What can't be written now is tried again later."""
        if not self._writing.acquire(blocking=False):
            return
        try:
            with self._lock:
                rows, self._rows = self._rows, []
            if rows:
                self._keep(rows)
                self._failing = False
        except ExpectedError as error:
            if not self._failing:  # once: a log that grows on and on would be no help where the disk is full
                log.warning("The history of jobs waits to be written: %s", error)
            self._failing = True
            with self._lock:
                self._rows = [*rows, *self._rows][-_MOST:]
        finally:
            self._writing.release()


def row_of(job: Job) -> dict[str, Any]:
    """A job that ended, for the journal; times in seconds."""
    return {
        "id": job.id,
        "client": job.client,
        "text": job.text,
        "priority": job.priority,
        "state": job.state,
        "label": job.label,
        "words": job.words,
        "code": job.code,
        "after": list(job.after),
        "waited_s": round(job.waited, 3),
        "took_s": round(job.took, 3),
    }
