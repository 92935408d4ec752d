"""Commands with a key of their sender's: each is done once, however often it is brought. Not thread-safe: device/jobs/jobs.py locks it."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass

from device.errors import ApplianceError
from device.responder import Response
from device.whose import identity
from services.understanding.base import Command


class KeyTaken(ApplianceError):
    """Another command had that id. Give each command an id of its own, and only the same command the same one."""

    code = "jobs.key_taken"


class DoneBefore(ApplianceError):
    """That was done before."""

    code = "jobs.done_before"


def key_of(client: str, id_: str) -> str:
    """What a sender's id is here, of one length whatever it holds: each identity has ids of its own. Empty for none."""
    return hashlib.sha256(f"{identity(client)}\0{id_}".encode("utf-8", "backslashreplace")).hexdigest() if id_ else ""


@dataclass(slots=True)
class _Known:
    job: str
    told: bytes
    response: Response | None = None


class Keys:
    """Those of the jobs that are in view, and what came of them."""

    def __init__(self) -> None:
        self._known: dict[str, _Known] = {}

    def __len__(self) -> int:
        return len(self._known)

    def job(self, key: str, client: str, text: str, command: Command | None) -> str | None:
        """The id of the job that has this key; None for a new one. Raises KeyTaken where it is another command."""
        known = self._known.get(key)
        if known is not None and known.told != _told(client, text, command):
            raise KeyTaken
        return None if known is None else known.job

    def add(self, key: str, job: str, client: str, text: str, command: Command | None) -> None:
        """It is in the queue."""
        if key:
            self._known[key] = _Known(job, _told(client, text, command))

    def ended(self, key: str, response: Response) -> None:
        """What came of it."""
        if key in self._known:
            self._known[key].response = response

    def response(self, key: str) -> Response | None:
        """What came of it; None before."""
        return self._known[key].response

    def forget(self, key: str) -> None:
        """Its job is out of view."""
        self._known.pop(key, None)


def _told(client: str, text: str, command: Command | None) -> bytes:
    steps = [(step.action, dict(step.slots)) for step in command.steps] if command else None
    return hashlib.sha256(repr((client, text, steps)).encode("utf-8", "backslashreplace")).digest()


WasDone = Callable[[str], bool]
"""Whether a command with this key was committed, maybe before the appliance was started. services.store: Store.done."""
