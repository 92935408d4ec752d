"""Which job runs next: a queue for each conversation, and one of their heads. No threads; time is an argument.

A conversation has one *turn*: a job that is understood and carried out in its order. One that takes long leaves the
turn and runs *beside*, so that the next can follow. Heads compete from when they became heads, so that one client's
hundred jobs do not stand before another's one (fair queueing, after Nagle, RFC 970); a lower priority counts as having
come later (`BEHIND`), so that every job is the oldest one some day.
"""

from __future__ import annotations

import heapq
import itertools
from collections import Counter, deque
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from statistics import quantiles

from device.jobs.job import BEHIND, FINAL, Job, Limits, QueueStats, State, TooMany
from services.actions.policy.roles import identity_of

EXPRESS = 2
"""Jobs about jobs that may run at once beyond the bound."""
_MOST_KEPT = 2_000
"""Jobs that ended and are in view, at most."""
_MEASURED = 1_000


@dataclass(slots=True)
class _Lane:
    """The queue of one conversation."""

    ready: list[tuple[bool, float, int, str]] = field(default_factory=list)
    """A heap of those that wait for nothing but their turn; those that were cancelled meanwhile are skipped."""
    turn: str | None = None
    running: dict[str, bool] = field(default_factory=dict)
    """Those that run; whether each is an express one, which counts for no limit."""
    freed: float = 0.0
    """Since when its turn is free."""
    queued: int = 0


class Queue:
    """The jobs of all conversations. Not thread-safe: device/jobs/jobs.py locks it."""

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self.bound = limits.most
        """How many may run at once; set from outside as load and temperature go."""
        self._live: dict[str, Job] = {}
        self._done: dict[str, Job] = {}
        self._lanes: dict[str, _Lane] = {}
        self._waits: dict[str, set[str]] = {}
        self._awaited: dict[str, list[str]] = {}
        self._stopping: set[str] = set()
        self._running: Counter[bool] = Counter()
        """How many run, express or not."""
        self._beside = 0
        self._long: list[tuple[float, int, str]] = []
        """A heap of those that take long and wait for a place."""
        self._order = itertools.count()
        self._ends: Counter[State] = Counter()
        self._times: deque[tuple[float, float]] = deque(maxlen=_MEASURED)
        self.refused = 0

    # --- in ---

    def add(self, job: Job) -> tuple[Job, ...]:
        """Put a new job into the queue of its conversation. The jobs that ended by that: itself, where one that it
        builds upon was not completed. Raises TooMany.
        """
        lane = self._lanes.setdefault(job.client, _Lane(freed=job.submitted))
        waiting = self._waiting_of(job.client)
        full = waiting >= self.limits.queued or self.queued >= self.limits.all_queued
        if full and not (job.express and waiting < 2 * self.limits.queued):
            self.refused += 1
            self._tidy(job.client)
            raise TooMany(when="when some of it is done")
        self._live[job.id] = job
        lane.queued += 1
        lost = next((each for id_ in job.after if (each := self._done.get(id_)) and each.state != "completed"), None)
        if lost is not None:
            return self._ended(job, "cancelled", job.submitted, _in_vain(lost), "jobs.in_vain")
        self._wait_for(job, job.after)
        return ()

    def _waiting_of(self, client: str) -> int:
        """How many jobs of who is behind this client wait, in all their conversations."""
        who = identity_of(client)
        return sum(lane.queued for each, lane in self._lanes.items() if identity_of(each) == who)

    def _wait_for(self, job: Job, ids: Iterable[str]) -> None:
        if open_ones := {id_ for id_ in ids if id_ in self._live and id_ != job.id}:
            self._waits[job.id] = open_ones
            for id_ in open_ones:
                self._awaited.setdefault(id_, []).append(job.id)
        else:
            self._ready(job)

    def _ready(self, job: Job) -> None:
        key = (not job.express, job.submitted + BEHIND[job.priority], next(self._order), job.id)
        heapq.heappush(self._lanes[job.client].ready, key)

    # --- running ---

    def take(self, now: float) -> Job | None:
        """The job to run next, which runs from now on; None while there is none, or no room."""
        if (long_one := self._next_long()) is not None:
            return self._start(long_one, now)
        best: tuple[tuple[bool, float, int], Job] | None = None
        for lane in self._lanes.values():
            job = self._head(lane)
            if job is None or lane.turn is not None or not self._room(lane, job):
                continue
            late, _, order, _ = lane.ready[0]
            key = (late, max(job.submitted, lane.freed) + BEHIND[job.priority], order)
            if best is None or key < best[0]:
                best = key, job
        return None if best is None else self._start(best[1], now)

    def _head(self, lane: _Lane) -> Job | None:
        while lane.ready:
            job = self._live.get(lane.ready[0][3])
            if job is not None and job.state == "queued":
                return job
            heapq.heappop(lane.ready)
        return None

    def _next_long(self) -> Job | None:
        """The oldest that takes long and may run on now: it had its turn already."""
        for entry in sorted(self._long):
            job = self._live.get(entry[2])
            if job is None or job.state != "queued":
                self._long.remove(entry)
            elif self.place_for_long and self._room(self._lanes[job.client], job):
                self._long.remove(entry)
                return job
        return None

    @property
    def place_for_long(self) -> bool:
        """Whether one more that takes long may run: one place is left for what does not."""
        return self._beside < max(1, self.bound - 1)

    def _room(self, lane: _Lane, job: Job) -> bool:
        if job.express:
            return self._running[True] < EXPRESS
        ordinary = sum(not express for express in lane.running.values())
        return ordinary < self.limits.running and self._running[False] < self.bound

    def _start(self, job: Job, now: float) -> Job:
        lane = self._lanes[job.client]
        if job.long:
            self._beside += 1
        else:
            heapq.heappop(lane.ready)
            lane.turn = job.id
        lane.running[job.id] = job.express
        lane.queued -= 1
        self._running[job.express] += 1
        return self._keep(replace(job, state="running", started=now, beside=job.long))

    def labelled(self, id_: str, label: str) -> None:
        """It was understood."""
        self._keep(replace(self._live[id_], label=label))

    def unsaid(self, id_: str) -> None:
        """Its words were not meant for us."""
        self._keep(replace(self._live[id_], text=""))

    def set_beside(self, id_: str, now: float) -> Job:
        """It runs on beside its conversation, whose next job may have the turn."""
        self._free_turn(self._live[id_], now)
        self._beside += 1
        return self._keep(replace(self._live[id_], beside=True))

    def wait_for_place(self, id_: str, now: float) -> tuple[Job, ...]:
        """It will take long, and there is no place for that: it waits for one, and gives its turn to the next.
        Returns what ended by that: itself, where it was cancelled meanwhile.
        """
        if id_ in self._stopping:
            return self.end(id_, "cancelled", now)
        job = self._back(id_, now)
        self._keep(replace(job, long=True))
        heapq.heappush(self._long, (job.submitted + BEHIND[job.priority], next(self._order), id_))
        return ()

    def put_back(self, id_: str, behind: Iterable[str], now: float) -> tuple[Job, ...]:
        """It needs what others are still making: back to where it stood, until they ended, however they end.
        Returns what ended by that: itself, where it was cancelled meanwhile.
        """
        if id_ in self._stopping:
            return self.end(id_, "cancelled", now)
        self._wait_for(self._keep(replace(self._back(id_, now), held=True)), behind)
        return ()

    def _back(self, id_: str, now: float) -> Job:
        """It waits again."""
        job = self._live[id_]
        self._leave(job, now)
        self._lanes[job.client].queued += 1
        return replace(job, state="queued", started=None)

    def stopping(self, id_: str) -> bool:
        """Whether it runs and was cancelled."""
        return id_ in self._stopping

    # --- out ---

    def end(self, id_: str, state: State, now: float, words: str = "", code: str | None = None) -> tuple[Job, ...]:
        """It ended; with it those that build upon it, unless completed. Nothing where it had ended before."""
        job = self._live.get(id_)
        return () if job is None else self._ended(job, state, now, words, code)

    def cancel(self, id_: str, now: float, words: str = "") -> tuple[Job, ...]:
        """One that waits never starts; one that runs is to stop. The jobs that ended by that, at once."""
        job = self._live.get(id_)
        if job is None:
            return ()
        if job.state == "running":
            self._stopping.add(id_)
            return ()
        return self._ended(job, "cancelled", now, words, "action.cancelled")

    def _ended(self, job: Job, state: State, now: float, words: str, code: str | None) -> tuple[Job, ...]:
        """A job that ends, then those that were to build upon it, and those that were to build upon them."""
        done = [self._finish(job, state, now, words, code)]
        for lost in done:  # grows while it is gone through
            for id_ in self._awaited.pop(lost.id, ()):
                if self._in_vain(id_, lost):
                    done.append(self._finish(self._live[id_], "cancelled", now, _in_vain(lost), "jobs.in_vain"))
        for each in done:
            self._tidy(each.client)
        return tuple(done)

    def _finish(self, job: Job, state: State, now: float, words: str, code: str | None) -> Job:
        assert state in FINAL
        if job.state == "running":
            self._leave(job, now)
        else:
            self._lanes[job.client].queued -= 1
            for other in self._waits.pop(job.id, ()):
                if job.id in self._awaited.get(other, ()):
                    self._awaited[other].remove(job.id)
        del self._live[job.id]
        done = replace(job, state=state, ended=now, words=words, code=code, command=None)
        self._done[job.id] = done
        self._ends[state] += 1
        self._times.append((done.waited, done.took))
        return done

    def _in_vain(self, id_: str, done: Job) -> bool:
        """Whether one that waited for another can't be done now that this has ended; if it can, it may be ready."""
        open_ones = self._waits.get(id_)
        if open_ones is None:
            return False
        if done.id in self._live[id_].after and done.state != "completed":
            return True
        open_ones.discard(done.id)
        if not open_ones:
            del self._waits[id_]
            self._ready(self._live[id_])
        return False

    def _leave(self, job: Job, now: float) -> None:
        self._free_turn(job, now)
        del self._lanes[job.client].running[job.id]
        self._running[job.express] -= 1
        self._beside -= job.beside
        self._stopping.discard(job.id)

    def _free_turn(self, job: Job, now: float) -> None:
        lane = self._lanes[job.client]
        if lane.turn == job.id:
            lane.turn, lane.freed = None, now

    def _tidy(self, client: str) -> None:
        """Nothing is left of a conversation without jobs."""
        lane = self._lanes.get(client)
        if lane is not None and not lane.queued and not lane.running:
            del self._lanes[client]

    def forget(self, now: float) -> list[Job]:
        """Those that ended long ago go out of view; which they were."""
        gone = []
        for id_, job in list(self._done.items()):
            if len(self._done) <= _MOST_KEPT and job.ended is not None and now - job.ended < self.limits.kept_s:
                break
            gone.append(self._done.pop(id_))
        return gone

    # --- seen ---

    def _keep(self, job: Job) -> Job:
        self._live[job.id] = job
        return job

    @property
    def queued(self) -> int:
        """Jobs that wait."""
        return len(self._live) - self.running

    @property
    def running(self) -> int:
        """Jobs that run, those about jobs with them."""
        return self._running.total()

    def get(self, id_: str) -> Job | None:
        """One that waits, runs, or ended a short while ago."""
        return self._live.get(id_) or self._done.get(id_)

    def view(self, client: str | None = None, *, ended: bool = True) -> tuple[Job, ...]:
        """The jobs of a client, or all, as they came; with those that ended a short while ago."""
        shown = [*(self._done.values() if ended else ()), *self._live.values()]
        return tuple(sorted((job for job in shown if client in (None, job.client)), key=lambda job: job.id))

    def stats(self) -> QueueStats:
        """The queue in figures."""
        waited, took = ([pair[index] for pair in self._times] for index in (0, 1))
        return QueueStats(
            queued=self.queued,
            running=self.running,
            bound=self.bound,
            completed=self._ends["completed"],
            failed=self._ends["failed"],
            cancelled=self._ends["cancelled"],
            refused=self.refused,
            waited_p50=_quantile(waited, 50),
            waited_p95=_quantile(waited, 95),
            took_p50=_quantile(took, 50),
            took_p95=_quantile(took, 95),
        )


def _quantile(times: list[float], percent: int) -> float:
    if len(times) < 2:
        return times[0] if times else 0.0
    return quantiles(times, n=100, method="inclusive")[percent - 1]


def _in_vain(lost: Job) -> str:
    what = "failed" if lost.state == "failed" else "was cancelled"
    return f"Not done: it was to come after “{lost.text}”, which {what}."
