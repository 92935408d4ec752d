"""The control socket: `equerry ask`, `jobs`, `status`, `watch` and `talk` reach the appliance by it.

A Unix socket beside the store, for its owner, root and the group equerry (device/control/access.py). Lines of JSON: the
first tells the version of the protocol, {"version": 2, "program": "0.1.0"}, alone or with a request of
device/requests/schemas.py; the reply is {"ok": true, …} or {"ok": false, "code": …, "text": …}. A line that is too long
ends the connection. docs/control.md.
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
from device.control import lines
from device.control.access import GROUP, listening_in
from device.control.client import LOADING, PROTOCOL, Fields
from device.control.connections import MOST_WATCHING, Lines, SocketConnection
from device.control.feed import LOOKS_APART, Feed
from device.control.wire import response_fields
from device.errors import ApplianceError
from device.jobs.job import Job, row_of
from device.jobs.jobs import Jobs
from device.messages.snapshot import line_of
from device.requests.base import Request
from device.requests.schemas import (
    CancelRequest,
    CommandRequest,
    HelloRequest,
    JobsRequest,
    ListenRequest,
    MuteRequest,
    Order,
    StatsRequest,
    StatusRequest,
    WatchRequest,
)
from device.turn import events as on
from firmware.errors import ExpectedError

CONSOLE = "console"
"""Who asks through the socket, but where he says otherwise."""
_LOADS_S = 0.1
"""After so many seconds it is worth asking again whether the models are loaded."""


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

    def __init__(self, folder: Path, *, group: str = GROUP) -> None:
        """`folder` is the store's, which this process holds: a socket that is left there is nobody's. `group` may speak
        to it, too. Until `attend` the appliance is loading.
        """
        self._folder = folder
        self._group = group
        self.feed = Feed()
        self.feed.told = self._notify
        self._desk: tuple[Jobs, Callable[[], Fields], on.Emit] | None = None
        self._answers: SimpleQueue[tuple[SocketConnection, Fields]] = SimpleQueue()
        self._lines = Lines(self._take, lambda: line_of(self.feed.snapshot))
        self._stopping = False
        self._early: threading.Thread | None = None
        self._crash: Exception | None = None
        self.feed.begin(pid=os.getpid())

    def attend(self, jobs: Jobs, facts: Callable[[], Fields], put: on.Emit) -> None:
        """All is loaded: requests go to `jobs`, events to `put`. `facts`: what else is told of how the appliance is;
        called on the thread `control`, it does not wait.
        """
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
            newest = change.topic in ("light", "level", "partial", "jobs", "tasks", "latency")
            self._lines.owe(change.topic if newest else object(), line_of(change))

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
            request = lines.read(asked, first=first)
            if isinstance(request, WatchRequest):
                self._watch(line)
                return
            answered = self._answered(request, lambda fields: self._answer(line, fields))
        except ExpectedError as error:
            answered = {"ok": False, "code": error.code, "text": str(error)}
            if "wait_s" in error.facts:
                answered["wait_s"] = error.facts["wait_s"]
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

    def _answered(self, request: Request, later: Callable[[Fields], None]) -> Fields | None:
        """The reply, or None where it is given `later`. Raises what an expected failure is."""
        match request:
            case HelloRequest():
                return {"ok": True, "version": PROTOCOL, "program": __version__, "state": self.feed.snapshot.state}
            case StatusRequest():
                return {"ok": True, **self._status()}
        if self._desk is None:
            raise StillLoading(wait_s=_LOADS_S)
        return self._done(request, later, *self._desk)

    def _done(
        self, request: Request, later: Callable[[Fields], None], jobs: Jobs, _: object, put: on.Emit
    ) -> Fields | None:
        match request:
            case CommandRequest():
                client = request.client or CONSOLE
                request.submit(jobs, client, lambda response: later({"ok": True, **response_fields(response)}))
                return None
            case JobsRequest(client=client):
                return {"ok": True, "jobs": [job_fields(job, jobs.clock()) for job in jobs.view(client or None)]}
            case CancelRequest(id=id_):
                return {"ok": True, "cancelled": jobs.cancel(id_)}
            case StatsRequest():
                return {"ok": True, **asdict(jobs.stats())}
            case Order():
                if words := self._deaf(request):
                    raise CannotListen(words=words)
                put(request.event())
        return {"ok": True}

    def _deaf(self, order: Order) -> str:
        """Why the microphone can't be opened, for whoever would speak to a closed one; empty where it can."""
        opens = isinstance(order, ListenRequest)
        now = self.feed.snapshot.phase
        if now.switched_off and (opens or (isinstance(order, MuteRequest) and not order.muted)):
            return "The switch on the device keeps the microphone closed."
        if not isinstance(order, ListenRequest):
            return ""
        if now.muted:
            return "The microphone is muted."
        free = ("idle", "listening", "asking") if order.held else ("idle",)
        return now.fault or ("" if now.phase in free else f"It is busy: {now.phase}.")

    def _status(self) -> Fields:
        here: Fields = {"version": __version__, "pid": os.getpid()}
        if self._desk is None:
            return {**here, "state": "loading", "running": 0, "queued": 0}
        jobs, facts, _ = self._desk
        stats = jobs.stats()
        return {**facts(), **here, "state": "running", "running": stats.running, "queued": stats.queued}


def _line(fields: Fields) -> bytes:
    return to_json(fields, inf_nan_mode="null") + b"\n"


def job_fields(job: Job, moment: float) -> dict[str, Any]:
    """A job for a program; times in seconds until now."""
    until = moment if job.ended is None else job.ended
    told = row_of(job)
    return {
        **told,
        "waited_s": round((until if job.started is None else job.started) - job.submitted, 3),
        "took_s": 0.0 if job.started is None else round(until - job.started, 3),
        "reply": told.pop("words"),
    }
