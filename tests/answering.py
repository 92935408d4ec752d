"""A control socket with jobs that do everything at once, for tests of who speaks to it."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from device.commands.responder import Responder
from device.control.client import NotRunning, request
from device.control.server import Control
from device.jobs.job import Pace
from device.jobs.jobs import Jobs
from device.turn import events as on
from services.actions.base import Outcome, Reply, Response
from services.understanding.base import Command, Step

NOW = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)


class Knows:
    """Understands everything as one task."""

    def parse(self, text: str, *, now: datetime, focus: str = "", before: Command | None = None) -> Command:
        return Command(text, (Step("task.create", {"title": text}),), 1.0, "template")


class Does:
    """Does everything at once."""

    def run(self, command: Command, *, now: datetime, client: str, **_: object) -> Response:
        return Response(command, (Outcome("task.create", True, f"Did {command.text}."),), Reply(f"Did {command.text}."))


@dataclass
class Answering:
    """One that runs."""

    folder: Path
    control: Control
    jobs: Jobs
    put: list[on.Event] = field(default_factory=list)
    """Events that main would have been given."""

    def attend(self) -> None:
        """All is loaded."""
        self.control.attend(self.jobs, lambda: {"started": NOW.isoformat()}, self.put.append)


@contextmanager
def answering(folder: Path, *, loading: bool = False, group: str = "", pace: Pace | None = None) -> Iterator[Answering]:
    """Open for as long as this lasts. `loading`: until `attend`."""
    folder.mkdir(parents=True, exist_ok=True)
    with Jobs(Responder(Knows(), Does(), lambda: NOW), now=lambda: NOW, pace=pace) as jobs:
        one = Answering(folder, Control(folder, group=group), jobs)
        if not loading:
            one.attend()
        with one.control:
            until(lambda: _answers(folder))
            yield one


def _answers(folder: Path) -> bool:
    try:
        return bool(request(folder, {})["ok"])
    except NotRunning:
        return False


def until(holds: Callable[[], object], within: float = 20.0) -> None:
    """Wait for what comes on another thread."""
    end = time.monotonic() + within
    while not holds():
        assert time.monotonic() < end, "it never came"
        threading.Event().wait(0.01)
