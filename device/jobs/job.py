"""One job, what is told of it, and the limits for all. Values; times are seconds of a steady clock."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from device.errors import ApplianceError
from device.records.writer import Keep
from services.actions.base import Response
from services.understanding.base import Command
from services.voiceprints.base import Who

Priority = Literal["high", "normal", "low"]
State = Literal["queued", "running", "completed", "failed", "cancelled"]
FINAL: frozenset[State] = frozenset(("completed", "failed", "cancelled"))
BEHIND: Mapping[Priority, float] = {"high": 0.0, "normal": 20.0, "low": 60.0}
"""Seconds: a job of this priority queues as if it had come so much later. So it ages, and none starves."""


class TooMany(ApplianceError):
    """That's too much at once. Please try again {when}."""

    code = "jobs.too_many"


@dataclass(frozen=True, slots=True)
class Job:
    """A command in the queue, and what came of it; replaced, never changed."""

    id: str
    """UUIDv7."""
    client: str
    """Whose conversation it belongs to: microphone, console, mqtt:<name>, mqtt:<name>#<conversation>."""
    text: str
    submitted: float
    priority: Priority = "normal"
    confidence: float = 1.0
    """How surely the text was recognised."""
    turn: int | None = None
    """The turn of the microphone that waits for its reply."""
    after: tuple[str, ...] = ()
    """Jobs that must be completed before."""
    key: str = ""
    """Of a command that its sender may bring twice: under which it is known that it was done."""
    command: Command | None = None
    """Told step by step, until it has ended; None: it is to be understood from the text."""
    unasked: bool = False
    """Heard by an ear that opened by itself: what is no command for us is passed over and kept nowhere."""
    resumes: bool = False
    """The text is that of the command before, and more: it takes its place."""
    who: Who | None = None
    """Whose voice it was."""
    express: bool = False
    """About jobs themselves: it goes before all others, and beyond the limits, for it may be what makes room."""
    state: State = "queued"
    beside: bool = False
    """It runs beside its conversation, which goes on meanwhile."""
    long: bool = False
    """It is understood, and waits for a place among those that take long."""
    held: bool = False
    """It was begun, and had to wait for what it leans on."""
    started: float | None = None
    ended: float | None = None
    label: str = ""
    """The actions it asks for, as far as it was understood: family.verb, family.verb."""
    words: str = ""
    """What was said of it in the end."""
    code: str | None = None
    """Stable code of a failure."""

    @property
    def late(self) -> bool:
        """Whether others of its conversation may have come and gone since it was said."""
        return self.held or bool(self.after)

    @property
    def waited(self) -> float:
        """Seconds in the queue until it started or ended there; 0 while it waits."""
        until = self.started if self.started is not None else self.ended
        return 0.0 if until is None else max(0.0, until - self.submitted)

    @property
    def took(self) -> float:
        """Seconds from its start to its end; 0 before."""
        return 0.0 if self.started is None or self.ended is None else max(0.0, self.ended - self.started)


What = Literal["queued", "began", "beside", "waits", "completed", "failed", "cancelled"]


@dataclass(frozen=True, slots=True)
class JobEvent:
    """What became of a job. `began`: understood (`command`) and being done; `waits`: for another job to end."""

    what: What
    job: Job
    command: Command | None = None
    response: Response | None = None
    """Of one that ended."""
    running: int = 0
    """Jobs that run now, on the whole device."""


Watch = Callable[[JobEvent], None]
"""Told in order, under the lock of the jobs: must not block, nor call them."""


@dataclass(frozen=True, slots=True)
class Limits:
    """How much there may be at once."""

    running: int = 3
    """Of one conversation."""
    most: int = 4
    """Of the whole device while it is cool and has little else to do."""
    queued: int = 50
    """Waiting of one client."""
    all_queued: int = 1000
    kept_s: float = 300.0
    """How long a job that ended stays in view, seconds."""


@dataclass(frozen=True, slots=True)
class Pace:
    """How often somebody may: a minute, and at once."""

    per_minute: float = 120.0
    burst: int = 40
    customer_per_minute: float = 60.0
    customer_burst: int = 20


@dataclass(frozen=True, slots=True)
class QueueStats:
    """The queue in figures; times in seconds, of the last 1,000 jobs that ended."""

    queued: int
    running: int
    bound: int
    """How many may run at once just now."""
    completed: int
    failed: int
    cancelled: int
    refused: int
    waited_p50: float
    waited_p95: float
    took_p50: float
    took_p95: float


_WORDS = frozenset(("text", "words"))


def without_words(keep: Keep) -> Keep:
    """Keeps what became of jobs, and not what was said."""
    return lambda rows: keep(
        [(at, {name: value for name, value in row.items() if name not in _WORDS}) for at, row in rows]
    )


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
