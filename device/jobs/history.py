"""What became of jobs, as the journal has it."""

from __future__ import annotations

from typing import Any

from device.jobs.job import Job
from device.records.writer import Keep

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
