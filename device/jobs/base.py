"""What is told of jobs, and what they are handed. Values and Protocols."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from device.jobs.job import Job
from services.actions.base import Response
from services.understanding.base import Command

What = Literal["queued", "began", "beside", "waits", "completed", "failed", "cancelled"]


@dataclass(frozen=True, slots=True)
class JobEvent:
    """What became of a job. `began`: it is understood (`command`) and being carried out; `waits`: for another job that
    is to end before.
    """

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
class Pace:
    """How often somebody may: a minute, and at once."""

    per_minute: float = 120.0
    burst: int = 40
    customer_per_minute: float = 60.0
    customer_burst: int = 20
