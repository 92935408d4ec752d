"""Who is told what came of a job; and commands with a key of their sender's, each done once. Not thread-safe."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from device.errors import ApplianceError
from device.jobs.job import Job
from services.actions.base import Response
from services.actions.policy.roles import identity_of
from services.understanding.base import Command


class KeyTaken(ApplianceError):
    """Another command had that id. Give each command an id of its own, and only the same command the same one."""

    code = "jobs.key_taken"


class DoneBefore(ApplianceError):
    """That was done before."""

    code = "jobs.done_before"


def key_of(client: str, id_: str) -> str:
    """What a sender's id is here, of one length whatever it holds: each identity has ids of its own. Empty for none."""
    return (
        hashlib.sha256(f"{identity_of(client)}\0{id_}".encode("utf-8", "backslashreplace")).hexdigest() if id_ else ""
    )


Done = Callable[[Response], None]


@dataclass(slots=True)
class _Known:
    job: str
    told: bytes
    response: Response | None = None


class Answers:
    """Who is to be told what comes of a job; and what came of those with a key, while they are in view."""

    def __init__(self) -> None:
        self._waiting: dict[str, list[Done]] = {}
        self._known: dict[str, _Known] = {}

    def __len__(self) -> int:
        return len(self._known) + len(self._waiting)

    def job(self, key: str, client: str, text: str, command: Command | None) -> str | None:
        """The id of the job that has this key; None for a new one. Raises KeyTaken where it is another command."""
        known = self._known.get(key)
        if known is not None and known.told != _told(client, text, command):
            raise KeyTaken
        return None if known is None else known.job

    def add(self, job: Job, said: str, done: Done | None) -> None:
        """It is in the queue. `said`: its text as it was brought."""
        if job.key:
            self._known[job.key] = _Known(job.id, _told(job.client, said, job.command))
        if done is not None:
            self._waiting[job.id] = [done]

    def again(self, job: Job, done: Done | None) -> None:
        """It was brought once more: whoever did so is told, too."""
        response = self._known[job.key].response
        if done and response:
            done(response)
        elif done:
            self._waiting.setdefault(job.id, []).append(done)

    def ended(self, job: Job, response: Response) -> None:
        """Tell what came of it."""
        if job.key in self._known:
            self._known[job.key].response = response
        for done in self._waiting.pop(job.id, ()):
            done(response)

    def forget(self, jobs: Iterable[Job]) -> None:
        """They are out of view."""
        for job in jobs:
            self._known.pop(job.key, None)


def _told(client: str, text: str, command: Command | None) -> bytes:
    steps = [(step.action, dict(step.slots)) for step in command.steps] if command else None
    return hashlib.sha256(repr((client, text, steps)).encode("utf-8", "backslashreplace")).digest()


WasDone = Callable[[str], bool]
"""Whether a command with this key was committed, maybe before the appliance was started. services.store: Store.done."""
