"""Rows for the journal, written aside: a commit may take long on a slow card, and a disk may refuse it for a while. A
power cut loses the last seconds.
"""

from __future__ import annotations

import logging
import queue
import threading
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

from firmware.errors import ExpectedError

log = logging.getLogger(__name__)

Row = tuple[datetime, Mapping[str, Any]]
Keep = Callable[[Sequence[Row]], object]
"""Writes rows to the journal, all or none. Raises a StoreError."""


class Rows:
    """`put`, `stop` and `flush` may be called by any thread; `run` is one of its own, where there is one."""

    def __init__(self, keep: Keep, what: str, *, most: int, gather_s: float = 0.0) -> None:
        """`what` they are of, for the log. `most` wait for a disk that can't be written; the oldest are dropped first.
        `gather_s`: seconds in which what follows the first is written with it; several at once cost one commit.
        """
        self._keep = keep
        self._what = what
        self._most = most
        self._gather_s = gather_s
        self._rows: queue.SimpleQueue[Row | None] = queue.SimpleQueue()
        self._waiting: list[Row] = []
        self._failing = False
        self._stopped = threading.Event()
        self._writing = threading.Lock()

    @property
    def pending(self) -> bool:
        """Whether something waits to be written, and is likely to be."""
        return not self._failing and bool(self._waiting or self._rows.qsize())

    def put(self, at: datetime, fields: Mapping[str, Any]) -> None:
        """To be written soon."""
        self._rows.put((at, fields))

    def run(self) -> None:
        """Write what comes, until stopped."""
        while not self._stopped.is_set():
            row = self._rows.get()
            if row is not None:
                self._stopped.wait(self._gather_s)
                self._write([row])
        self.flush()

    def stop(self) -> None:
        """End soon; what came is written."""
        self._stopped.set()
        self._rows.put(None)

    def flush(self) -> None:
        """Write what came and is not written yet."""
        self._write([])

    def _write(self, rows: list[Row]) -> None:
        with self._writing:
            while True:
                try:
                    row = self._rows.get_nowait()
                except queue.Empty:
                    break
                rows += [row] if row is not None else []
            self._waiting += rows
            if not self._waiting:
                return
            try:
                self._keep(self._waiting)
            except ExpectedError as error:
                if not self._failing:  # once: a log that grows on and on would be no help where the disk is full
                    log.warning("Records of %s wait to be written: %s", self._what, error)
                self._failing = True
                del self._waiting[: -self._most]
            else:
                self._waiting, self._failing = [], False
