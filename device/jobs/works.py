"""What commands see of the jobs: those of their own conversation, and for the owner's "stop everything" all of them."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from device.jobs.job import FINAL, Job
from device.jobs.jobs import Jobs
from device.jobs.wording import everything, matching
from services.actions.base import Work
from services.actions.policy.voices import without_voice


class ConversationWorks:
    """Implements services.actions.base.Works on jobs that are made after it."""

    def __init__(self, owns: Callable[[str], bool]) -> None:
        """`owns`: whether a client may stop what others do."""
        self._owns = owns
        self.jobs: Jobs | None = None

    def of(self, client: str, words: str = "everything", *, to_stop: bool = False) -> Sequence[Work]:
        """See Works."""
        if self.jobs is None:
            return ()
        everybody = to_stop and everything(words) and self._owns(client)
        moment = self.jobs.clock()
        known = [
            job
            for job in self.jobs.view(None if everybody else without_voice(client))
            if _counts(job) and not self.jobs.stopping(job.id)
        ]
        return [
            _work(job, moment)
            for job in matching(words, [job for job in known if not (to_stop and job.state in FINAL)])
        ]

    def stop(self, ids: Sequence[str]) -> None:
        """See Works. Who asked is answered already: those that stop say nothing in their turn."""
        for id_ in ids if self.jobs else ():
            assert self.jobs
            self.jobs.cancel(id_, "")


def _counts(job: Job) -> bool:
    """Not what is about jobs; and of what has ended, only what took long or had to wait for something."""
    about_jobs = job.express or job.label.startswith("job.")
    return not about_jobs and (job.state not in FINAL or job.beside or bool(job.after))


def _work(job: Job, moment: float) -> Work:
    since = job.ended if job.ended is not None else job.started if job.started is not None else job.submitted
    return Work(job.id, job.text, job.state, max(0.0, moment - since), job.words)
