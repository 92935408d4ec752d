"""The local control socket: through it `equerry ask`, `jobs`, `status`, `watch` and `talk` reach the running appliance.
Runs on the thread `control`, from before the models are loaded.

A Unix socket beside the store, for its owner, root and the group equerry (device/control/access.py). A request is a
line of JSON, so is its reply; the first line of a connection tells the version of the protocol:

    {"version": 1, "program": "0.1.0"}        → {"ok": true, "version": 1, "program": "0.1.0", "state": "running"}; or
    with a request: {"request": "ask", "text": "add milk"}    → {"ok": true, "text": …, "steps": …, "outcomes": …,
    "reply": …}, when done with "steps": [{"action": "task.create", "slots": {"title": "call Bob"}}], these are done,
    and the text is what they are called with "id": "17" it is done once, however often it is asked; {"ok": false,
    "code": "jobs.done_before"} where only that is still known {"request": "jobs", "client": "console"}  → {"ok": true,
    "jobs": […]}; without a client, those of all {"request": "cancel", "id": "…"}          → {"ok": true, "cancelled":
    true}; false where it has ended {"request": "stats"}                      → {"ok": true, "queued": 0, …}
    {"request": "status"}                     → {"ok": true, "state": …, "version": …, "pid": …, "running": …, …}, and
    device/control/facts.py {"request": "watch"}                      → device/control/snapshots.py, line after line
    until one hangs up {"request": "listen"}                     → {"ok": true}: the ear opens, as if the button were
    pressed with "held": true it stays open until {"request": "release"}: what was said until then is the command
    {"request": "stop"}                       → {"ok": true}: what is said, rung or listened for ends
    {"request": "mute", "muted": true}        → {"ok": true}

What can't be done is {"ok": false, "code": …, "text": …}. A line that is too long ends the connection. docs/control.md.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import asdict
from pathlib import Path
from queue import Empty, SimpleQueue
from types import TracebackType
from typing import Any, Self

from pydantic_core import to_json

from device import __version__
from device.control import requests as want
from device.control.access import GROUP, listening_in
from device.control.client import LOADING, PROTOCOL, Fields
from device.control.connections import MOST_WATCHING, Lines, SocketConnection
from device.control.feed import LOOKS_APART, Feed
from device.control.snapshots import line_of
from device.control.wire import response_fields
from device.errors import ApplianceError
from device.jobs.job import Job
from device.jobs.jobs import Jobs
from device.turn import events as on
from firmware.errors import ExpectedError
from services.actions.base import Response
from services.understanding.explicit import explicit


class StillLoading(ApplianceError):
    """The appliance is still loading its models. Try again in a moment."""

    code = LOADING


class TooManyWatch(ApplianceError):
    """{most} watch already. End one of them first."""

    code = "control.too_many"


class CannotListen(ApplianceError):
    """{words}"""

    code = "control.deaf"


class Control:
    """Answers requests one thread for all: what takes long is answered when its job has ended."""

    name = "control"

    def __init__(
        self,
        folder: Path,
        jobs: Jobs | None = None,
        facts: Callable[[], Fields] = dict,
        *,
        put: Callable[[on.Event], None] = lambda _: None,
        feed: Feed | None = None,
        group: str = GROUP,
    ) -> None:
        """`folder` is the store's, which this process holds: a socket that is left there is nobody's. Without `jobs`
        the appliance is
        loading, until `attend`. `group` may speak to it, too."""
        self._folder = folder
        self._group = group
        self.feed = feed or Feed()
        self.feed.told = self._notify
        self._desk: tuple[Jobs, Callable[[], Fields], Callable[[on.Event], None]] | None = None
        self._answers: SimpleQueue[tuple[SocketConnection, Fields]] = SimpleQueue()
        self._lines = Lines(self._take, lambda: line_of(self.feed.snapshot))
        self._stopping = False
        self._early: threading.Thread | None = None
        self._crash: Exception | None = None
        self.feed.begin(pid=os.getpid())
        if jobs:
            self.attend(jobs, facts, put)

    def attend(self, jobs: Jobs, facts: Callable[[], Fields], put: Callable[[on.Event], None]) -> None:
        """All is loaded: requests go to `jobs`, events to `put`. `facts`: what else is told of how the appliance is;
        called on the thread
        `control`, it does not wait."""
        self._desk = jobs, facts, put
        self.feed.begin(state="running")

    def __enter__(self) -> Self:
        """It answers from now on, on its own thread."""
        self._early = threading.Thread(target=self._guarded, name=self.name, daemon=True)
        self._early.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()
        if self._early:
            self._early.join(2.0)

    def run(self) -> None:
        """Until stopped; where it answers already, this waits. A bug is raised."""
        if self._early is None:
            self._serve()
            return
        self._early.join()
        if self._crash:
            raise self._crash

    def stop(self) -> None:
        """End soon, from any thread."""
        self._stopping = True
        self._notify()

    def _guarded(self) -> None:
        try:
            self._serve()
        except Exception as error:  # noqa: BLE001 - raised by run, on a thread that main hears of
            self._crash = error

    def _serve(self) -> None:
        with ExitStack() as stack:
            stack.callback(self._lines.close)
            self._lines.listen(*stack.enter_context(listening_in(self._folder, self._group)))
            while not self._stopping:
                self._lines.turn(LOOKS_APART if self.feed.watched else None)
                self._send_answers()
                self._tell()

    def _notify(self) -> None:
        self._lines.notify()

    # --- who watches ---

    def _tell(self) -> None:
        self.feed.watched = bool(self._lines.watching)
        if not self.feed.watched:
            return
        self.feed.look()
        if self.feed.fresh:
            self.feed.fresh = False
            for line in self._lines.watching:
                self._lines.watch(line)
        for change in self.feed.news():
            newest = change.event in ("light", "level", "partial", "jobs", "tasks", "latency")
            self._lines.owe(change.event if newest else object(), line_of(change))

    def _watch(self, line: SocketConnection) -> None:
        if len(self._lines.watching) >= MOST_WATCHING:
            raise TooManyWatch(most=MOST_WATCHING)
        self.feed.look()
        self.feed.watched = True
        if len(self._lines.watching) == 0:
            self.feed.fresh = False  # it is about to be told
        self._lines.watch(line)

    # --- requests ---

    def _take(self, line: SocketConnection, asked: bytes) -> None:
        first, line.met = not line.met, True
        try:
            request = want.read(asked, first=first)
            if isinstance(request, want.Watch):
                self._watch(line)
                return
            answered = self._answered(request, lambda fields: self._answer(line, fields))
        except ExpectedError as error:
            answered = {"ok": False, "code": error.code, "text": str(error)}
        if answered is not None:
            self._lines.answer(line, _line(answered))

    def _answer(self, line: SocketConnection, fields: Fields) -> None:
        """From any thread."""
        self._answers.put((line, fields))
        self._notify()

    def _send_answers(self) -> None:
        while True:
            try:
                line, fields = self._answers.get_nowait()
            except Empty:
                return
            self._lines.answer(line, _line(fields))

    def _answered(self, request: want.Request, later: Callable[[Fields], None]) -> Fields | None:
        """The reply, or None where it is given `later`. Raises what an expected failure is."""
        match request:
            case want.Hello():
                return {"ok": True, "version": PROTOCOL, "program": __version__, "state": self.feed.snapshot.state}
            case want.Status():
                return {"ok": True, **self._status()}
        if self._desk is None:
            raise StillLoading
        return self._worked(request, later, *self._desk)

    def _worked(
        self,
        request: want.Request,
        later: Callable[[Fields], None],
        jobs: Jobs,
        _: Callable[[], Fields],
        put: Callable[[on.Event], None],
    ) -> Fields | None:
        match request:
            case want.Ask(text=text, steps=steps, id=id_, client=client, priority=priority):
                command = explicit([(each.action, each.slots) for each in steps], text) if steps else None
                done = lambda response: later(_response(response))  # noqa: E731
                jobs.submit(text, client=client, priority=priority, id=id_, command=command, done=done)
                return None
            case want.ListJobs(client=client):
                return {"ok": True, "jobs": [job_fields(job, jobs.clock()) for job in jobs.view(client)]}
            case want.Cancel(id=id):
                return {"ok": True, "cancelled": jobs.cancel(id)}
            case want.Stats():
                return {"ok": True, **asdict(jobs.stats())}
            case want.Listen() | want.Release() | want.Stop() | want.Mute():
                put(self._wanted(request))
        return {"ok": True}

    def _wanted(self, request: want.Listen | want.Release | want.Stop | want.Mute) -> on.Event:
        """What main is to be told. Raises CannotListen: somebody who speaks to a closed microphone is to know."""
        now = self.feed.snapshot.phase
        if now.switched_off and (
            isinstance(request, want.Listen) or (isinstance(request, want.Mute) and not request.muted)
        ):
            raise CannotListen(words="The switch on the device keeps the microphone closed.")
        match request:
            case want.Stop():
                return on.StopAsked()
            case want.Mute():
                return on.MuteAsked(request.muted)
            case want.Release():
                return on.ReleaseAsked()
        if now.muted:
            raise CannotListen(words="The microphone is muted.")
        if now.fault:
            raise CannotListen(words=now.fault)
        if now.phase not in (("idle", "listening", "asking") if request.held else ("idle",)):
            raise CannotListen(words=f"It is busy: {now.phase}.")
        return on.ListenAsked(request.held)

    def _status(self) -> Fields:
        here: Fields = {"version": __version__, "pid": os.getpid()}
        if self._desk is None:
            return {**here, "state": "loading", "running": 0, "queued": 0}
        jobs, facts, _ = self._desk
        stats = jobs.stats()
        return {**facts(), **here, "state": "running", "running": stats.running, "queued": stats.queued}


def _response(response: Response) -> Fields:
    return {"ok": True, **response_fields(response)}


def _line(fields: Fields) -> bytes:
    return to_json(fields, inf_nan_mode="null") + b"\n"


def job_fields(job: Job, moment: float) -> dict[str, Any]:
    """A job for a program; times in seconds until now."""
    until = moment if job.ended is None else job.ended
    return {
        "id": job.id,
        "client": job.client,
        "text": job.text,
        "state": job.state,
        "priority": job.priority,
        "label": job.label,
        "after": list(job.after),
        "waited_s": round((until if job.started is None else job.started) - job.submitted, 3),
        "took_s": 0.0 if job.started is None else round(until - job.started, 3),
        "reply": job.words,
        "code": job.code,
    }
