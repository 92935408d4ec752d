"""Keeps the store safe and small beside the turns: backups, and deleting what is old. Runs on the thread `upkeep`."""

from __future__ import annotations

import logging
import math
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from device.calls.record import close_broken, forget_calls
from services.store.backups.base import Backup, BackupError
from services.store.backups.contents import bring_up_to_date
from services.store.backups.folder import BackupFolder, is_same
from services.store.backups.rotation import is_due
from services.store.base import StoreDamaged, StoreError
from services.store.retention import forget
from services.store.store import Store

log = logging.getLogger(__name__)

_LOOK_EVERY_S = 60.0
_FORGET_EVERY = timedelta(days=1)
_JUMP = timedelta(days=1)
"""A clock set by more is believed in deleting only once it has stayed so for `_FORGET_EVERY`."""
DAMAGED = "The store on the disk is damaged, though I still know all of it. Please start me again soon: I mend it then."


@dataclass(frozen=True, slots=True)
class Retention:
    """How long things are kept."""

    turns: timedelta
    jobs: timedelta
    undo: timedelta
    sessions: timedelta = timedelta()


class Upkeep:
    """Looks every minute for something to do (device.turn.reactor.Beside). A failure is said once, then retried."""

    name = "upkeep"

    def __init__(
        self,
        store: Store,
        now: Callable[[], datetime],
        tell: Callable[[str], None],
        *,
        retention: Retention,
        contents: Path,
        first: BackupFolder | None = None,
        second: BackupFolder | None = None,
        steady: Callable[[], float] = time.monotonic,
    ) -> None:
        """`tell` says something aloud. `contents`: the content of files. `first`, `second`: where backups go; None: no
        such.

        `steady`: seconds of a clock that nobody sets."""
        self._store = store
        self._now = now
        self._tell = tell
        self._retention = retention
        self._contents = contents
        self._first = first
        self._second = second
        self._stop = threading.Event()
        self._forgot: datetime | None = None
        self._steady = steady
        self._seen: tuple[datetime, float] | None = None
        self._doubted_until = -math.inf
        self._said: dict[str, str] = {}
        """By what was tried: how it failed the last time."""

    def run(self) -> None:
        """Until stopped."""
        self._trying("calls", lambda: close_broken(self._store, self._now()))
        while not self._stop.is_set():
            self.look()
            self._stop.wait(_LOOK_EVERY_S)

    def stop(self) -> None:
        """End soon."""
        self._stop.set()

    def look(self) -> None:
        """Do what is due now."""
        self._trying("retention", self._forget)
        if self._first is not None:
            self._trying("backup", self._back_up)
            self._trying("second", self._back_up_twice)

    def _trying(self, what: str, work: Callable[[], object]) -> None:
        try:
            work()
        except (BackupError, StoreError) as error:
            if self._said.get(what) != str(error):
                self._said[what] = str(error)
                log.error("%s", error)
                if isinstance(error, StoreDamaged):
                    self._tell(DAMAGED)
        else:
            if self._said.pop(what, None):
                log.info("%s: all is well again", what)

    def _forget(self) -> None:
        now, old = self._now(), self._retention
        if self._doubted(now):
            return
        if self._forgot is not None and timedelta(0) <= now - self._forgot < _FORGET_EVERY:
            return
        entries = {"turn": now - old.turns, "job": now - old.jobs, "session": now - old.sessions}
        forget_calls(self._store, before=now - old.turns)
        forgotten = forget(self._store.storage.file, now=now, entries=entries, undo=now - old.undo)
        if forgotten.whole:
            self._forgot = now

    def _doubted(self, now: datetime) -> bool:
        """Whether the clock was set lately, by so much that years of records would count as old."""
        steady, seen = self._steady(), self._seen
        self._seen = now, steady
        if seen and abs(now - seen[0] - timedelta(seconds=steady - seen[1])) > _JUMP:
            self._doubted_until = steady + _FORGET_EVERY.total_seconds()
            log.warning(
                "The clock was set from %s to %s. Nothing is deleted as too old until it has stayed so for a day.",
                seen[0],
                now,
            )
        return steady < self._doubted_until

    def _back_up(self) -> None:
        assert self._first is not None
        now, newest = self._now(), self._newest()
        if not is_due(newest.at if newest else None, now) or (newest and is_same(self._store.path, newest.path)):
            return
        made = self._first.make(self._store.path, now)
        log.info("backed up as %s", made.path)

    def _back_up_twice(self) -> None:
        newest = self._newest()
        if self._second is None or newest is None:
            return
        if missing := bring_up_to_date(self._second, newest, self._contents):
            log.warning("The content of %d files is not on this device; the backup has not got it either.", missing)

    def _newest(self) -> Backup | None:
        assert self._first is not None
        now = self._now()  # a backup from the future was made while the clock was wrong
        return next((each for each in self._first.backups() if each.before is None and each.at <= now), None)
