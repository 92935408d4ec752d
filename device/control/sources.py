"""What a feed samples while somebody watches; cheap where nothing has changed. On the thread `control`."""

from __future__ import annotations

import heapq
import time
from collections import deque
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from device.control.wire import plain
from device.jobs.job import FINAL, Job, JobEvent
from device.jobs.jobs import Jobs
from device.lights.preview import Glimpse
from device.lights.thread import Level
from device.messages.snapshot import (
    JobRow,
    JobsMessage,
    LatenciesMessage,
    LevelMessage,
    LightMessage,
    StageSpread,
    TaskRow,
    TasksMessage,
)
from firmware.errors import ExpectedError
from services.insight.base import TurnEntry
from services.insight.summary import latencies
from services.store.base import Change, DocumentStore
from services.store.documents import Task

MOST_JOBS = 20
MOST_TASKS = 20
LAST = 50
"""Turns of whose latency is told."""
_TITLE = 200
_READ_APART = 1.0
"""Seconds between two looks into the store at least, where it is written again and again."""
_OVER = ("done", "cancelled", "archived")
_FAR = datetime.max.replace(tzinfo=UTC)
_PRIORITIES = ("urgent", "high", "normal", "low")


def lit(glimpse: Glimpse) -> LightMessage:
    """The ring."""
    picture = glimpse.picture()
    return LightMessage(picture.name, "".join(f"{round(255 * part):02x}" for pixel in picture.pixels for part in pixel))


def loud(voice: Level, sound: Level) -> LevelMessage:
    """Whole decibels: less is not seen, and would be told all the time."""
    heard, said = voice(), sound()
    return LevelMessage(None if heard is None else round(heard), None if said is None else round(said))


class JobsNow:
    """Those that run or wait; asked for only after one was told of."""

    def __init__(self, jobs: Jobs, now: Callable[[], datetime]) -> None:
        self._jobs = jobs
        self._now = now
        self._stale = True
        self._told = JobsMessage()
        jobs.watch(self._changed)

    def _changed(self, _: JobEvent) -> None:
        """Under the lock of the jobs."""
        self._stale = True

    def __call__(self) -> JobsMessage:
        if self._stale:
            self._stale = False
            moment, now = self._jobs.clock(), self._now()
            going = sorted(
                (each for each in self._jobs.view() if each.state not in FINAL),
                key=lambda each: (each.started is None, each.submitted),
            )
            running = sum(each.started is not None for each in going)
            self._told = JobsMessage(
                running, len(going) - running, tuple(_job(each, now, moment) for each in going[:MOST_JOBS])
            )
        return self._told


def _job(job: Job, now: datetime, moment: float) -> JobRow:
    since = now - timedelta(seconds=moment - (job.submitted if job.started is None else job.started))
    return JobRow(job.id, plain(job.client), plain(job.text)[:_TITLE], job.state, since, plain(job.label)[:_TITLE])


class OpenTasks:
    """Read again after one was written, once a second at most."""

    def __init__(self, store: DocumentStore, rows: Callable[[], Mapping[str, Mapping[str, Any]]]) -> None:
        """`rows`: the fields of all tasks, by id."""
        self._rows = rows
        self._stale, self._read = True, 0.0
        self._told = TasksMessage()
        store.watch(self._changed)

    def _changed(self, changes: Sequence[Change]) -> None:
        """A watcher of the store."""
        if any(change.kind == Task.kind for change in changes):
            self._stale = True

    def __call__(self) -> TasksMessage:
        now = time.monotonic()
        if self._stale and now >= self._read + _READ_APART:
            self._stale, self._read = False, now
            try:
                self._told = open_tasks(self._rows().values())
            except ExpectedError:
                self._stale = True  # a store that can't be read is asked again; who needs what is in it says so
        return self._told


def open_tasks(rows: Iterable[Mapping[str, Any]]) -> TasksMessage:
    """Those due first, then the urgent ones, then the oldest."""
    going = [row for row in rows if row.get("status") not in _OVER]
    first = heapq.nsmallest(
        MOST_TASKS, going, key=lambda row: (_due(row) or _FAR, _PRIORITIES.index(row.get("priority", "normal")))
    )
    return TasksMessage(
        len(going),
        tuple(
            TaskRow(
                plain(row["title"])[:_TITLE], _due(row), row.get("due_grain") == "day", row.get("priority", "normal")
            )
            for row in first
        ),
    )


def _due(row: Mapping[str, Any]) -> datetime | None:
    return datetime.fromisoformat(row["due"]) if row.get("due") else None


class Latencies:
    """Of the last turns, those before the start among them."""

    def __init__(self, before: Callable[[], Sequence[TurnEntry]], near_misses: Callable[[], int]) -> None:
        """`before`: entries of the journal, newest first; raises StoreError. `near_misses`: since the start."""
        self._before = before
        self._near_misses = near_misses
        self._came: deque[TurnEntry] = deque(maxlen=LAST)
        self._entries: deque[TurnEntry] | None = None
        self._told = LatenciesMessage()

    def follow(self, entry: TurnEntry) -> None:
        """A follower of the recorder, on the thread that met it."""
        self._came.append(entry)

    def __call__(self) -> LatenciesMessage:
        came, stale = [], False
        while self._came:
            came.append(self._came.popleft())
        if self._entries is None:
            stale = True
            try:
                before = list(self._before())
            except ExpectedError:
                before = []
            self._entries = deque(
                reversed([entry for entry in before if entry.at < min((one.at for one in came), default=_FAR)]), LAST
            )
        self._entries.extend(came)
        misses = self._near_misses()
        if came or stale or misses != self._told.near_misses:
            spoken = _stages([entry for entry in self._entries if entry.spoken])
            typed = _stages([entry for entry in self._entries if not entry.spoken])
            self._told = LatenciesMessage(spoken, typed, misses)
        return self._told


def _stages(entries: Sequence[TurnEntry]) -> dict[str, StageSpread]:
    found = latencies((entry.stages or {}, entry.total) for entry in entries if entry.total is not None)
    return {stage: StageSpread(round(each.p50, 3), round(each.p95, 3), each.n) for stage, each in found.items()}
