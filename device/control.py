"""The local control socket: through it `equerry ask` and `equerry jobs` reach the running appliance. Runs on the thread `control`.

A Unix socket beside the store, for its owner alone (mode 0600). A request is a line of JSON, so is its reply:

    {"request": "ask", "text": "add milk"}    → {"ok": true, "text": …, "steps": …, "outcomes": …, "reply": …}, when done
    with "steps": [{"action": "task.create", "slots": {"title": "call Bob"}}], these are done, and the text is what they are called
    {"request": "jobs", "client": "console"}  → {"ok": true, "jobs": […]}; without a client, those of all
    {"request": "cancel", "id": "…"}          → {"ok": true, "cancelled": true}; false where it has ended
    {"request": "stats"}                      → {"ok": true, "queued": 0, …}
    {"request": "status"}                     → {"ok": true, "version": …, "pid": …, "running": …, "queued": …, …}, and device/facts.py

What can't be done is {"ok": false, "code": …, "text": …}. A line that is too long ends the connection.
"""

from __future__ import annotations

import contextlib
import json
import os
import selectors
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from queue import Empty, SimpleQueue

from device import __version__
from device.asking import LONGEST, NAME, Fields, RequestUnreadable, address_in
from device.jobs.job import Job
from device.jobs.jobs import Jobs
from device.responder import Response
from device.wire import response_fields
from firmware.errors import ExpectedError
from services.understanding.base import Command
from services.understanding.explicit import explicit

_MOST = 128
"""Connections at once; further ones wait in the kernel's queue, and where that is full, too, at the other end."""
_IDLE_S = 10.0
"""Seconds of silence after which a connection makes room for one that waits."""
_LONGEST_NAME = 100
"""Letters of a client's name."""
_PRIORITIES = ("high", "normal", "low")


@dataclass(slots=True, eq=False)
class _Line:
    """One connection."""

    socket: socket.socket
    since: float
    """When it was last heard or answered."""
    heard: bytes = b""
    busy: bool = False
    """A request of it is being answered; the next is read after that."""
    over: bool = False
    """It says no more, but waits for its answer."""


class Control:
    """Answers requests one thread for all: what takes long is answered when its job has ended."""

    name = "control"

    def __init__(self, folder: Path, jobs: Jobs, facts: Callable[[], Fields] = dict) -> None:
        """`folder` is the store's, which this process holds: a socket that is left there is nobody's. `facts`: what else is told of how the
        appliance is; called on this thread, it does not wait."""
        self._folder = folder
        self._jobs = jobs
        self._facts = facts
        self._answers: SimpleQueue[tuple[_Line, Fields]] = SimpleQueue()
        self._wake, self._woken = socket.socketpair()
        self._wake.setblocking(False)
        self._stopping = False
        self._selector = selectors.DefaultSelector()
        self._lines: set[_Line] = set()

    def run(self) -> None:
        """Until stopped."""
        with self._listening() as listening, self._selector:
            self._selector.register(self._woken, selectors.EVENT_READ)
            while not self._stopping:
                room = self._room_for(listening)
                for key, _ in self._selector.select(None if room else 1.0):
                    self._meet(key.fileobj, key.data, listening)
            for line in list(self._lines):
                self._hang_up(line)

    def stop(self) -> None:
        """End soon, from any thread."""
        self._stopping = True
        self._notify()

    @contextmanager
    def _listening(self) -> Iterator[socket.socket]:
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as listening:
            os.fchmod(listening.fileno(), 0o600)  # Linux gives a bound socket the mode it had before: nobody else ever may
            path = self._folder / NAME
            path.unlink(missing_ok=True)
            with address_in(self._folder) as address:
                listening.bind(address)
            try:
                listening.listen(_MOST)
                listening.setblocking(False)
                yield listening
            finally:
                path.unlink(missing_ok=True)

    def _meet(self, what: object, line: _Line | None, listening: socket.socket) -> None:
        if what is listening:
            self._accept(listening)
        elif line is None:
            self._woken.recv(4096)
            self._send_answers()
        elif line in self._lines:  # and was not hung up a moment ago
            self._hear(line)

    def _room_for(self, listening: socket.socket) -> bool:
        """Whether there is room for one more; listen only then. Who says nothing for long makes room."""
        if len(self._lines) >= _MOST:
            now = time.monotonic()
            for line in [line for line in self._lines if not line.busy and now - line.since > _IDLE_S]:
                self._hang_up(line)
        room, listens = len(self._lines) < _MOST, listening in self._selector.get_map()
        if room and not listens:
            self._selector.register(listening, selectors.EVENT_READ)
        elif listens and not room:
            self._selector.unregister(listening)
        return room

    def _accept(self, listening: socket.socket) -> None:
        with contextlib.suppress(OSError):  # gone again
            connection, _ = listening.accept()
            line = _Line(connection, time.monotonic())
            connection.settimeout(1.0)  # somebody who does not read his answers holds up nobody for long
            self._lines.add(line)
            self._selector.register(connection, selectors.EVENT_READ, line)

    def _hear(self, line: _Line) -> None:
        try:
            heard = line.socket.recv(4096)
        except OSError:
            heard = b""
        line.heard += heard
        line.since = time.monotonic()
        if not heard and line.busy:  # it has closed its half, as nc does
            line.over = True
            self._selector.unregister(line.socket)
        elif not heard or len(line.heard) > LONGEST:
            self._hang_up(line)
        else:
            self._next_request(line)

    def _next_request(self, line: _Line) -> None:
        """Take the next whole line, if there is one and none is being answered."""
        if line.busy or b"\n" not in line.heard:
            return
        asked, _, line.heard = line.heard.partition(b"\n")
        line.busy = True
        try:
            answered = self._answered(_read(asked), lambda fields: self._answer(line, fields))
        except ExpectedError as error:
            answered = {"ok": False, "code": error.code, "text": str(error)}
        if answered is not None:
            self._answer(line, answered)

    def _answer(self, line: _Line, fields: Fields) -> None:
        """From any thread."""
        self._answers.put((line, fields))
        self._notify()

    def _notify(self) -> None:
        with contextlib.suppress(BlockingIOError, OSError):  # a full pipe wakes, too
            self._wake.send(b".")

    def _send_answers(self) -> None:
        while True:
            try:
                line, fields = self._answers.get_nowait()
            except Empty:
                return
            if line not in self._lines:
                continue
            try:
                line.socket.sendall(json.dumps(fields, ensure_ascii=False).encode() + b"\n")
            except OSError:
                self._hang_up(line)
                continue
            line.busy, line.since = False, time.monotonic()
            self._next_request(line)
            if line.over and not line.busy:
                self._hang_up(line)

    def _hang_up(self, line: _Line) -> None:
        self._lines.discard(line)
        if not line.over:
            self._selector.unregister(line.socket)
        line.socket.close()

    def _answered(self, fields: Fields, later: Callable[[Fields], None]) -> Fields | None:
        """The reply, or None where it is given `later`. Raises what an expected failure is."""
        match fields.get("request"):
            case "ask":
                self._ask(fields, later)
                return None
            case "jobs":
                client = fields.get("client")
                if not (client is None or isinstance(client, str)):
                    raise RequestUnreadable(reason="a client is a name")
                return {"ok": True, "jobs": [job_fields(job, self._jobs.clock()) for job in self._jobs.view(client)]}
            case "cancel":
                return {"ok": True, "cancelled": self._jobs.cancel(str(fields.get("id")))}
            case "stats":
                return {"ok": True, **asdict(self._jobs.stats())}
            case "status":
                stats = self._jobs.stats()
                here = {"version": __version__, "pid": os.getpid(), "running": stats.running, "queued": stats.queued}
                return {"ok": True, **self._facts(), **here}
        raise RequestUnreadable(reason="it asks for none of ask, jobs, cancel, stats, status")

    def _ask(self, fields: Fields, later: Callable[[Fields], None]) -> None:
        text, priority, client = fields.get("text"), fields.get("priority", "normal"), fields.get("client", "console")
        if not isinstance(text, str) or not isinstance(client, str) or priority not in _PRIORITIES:
            raise RequestUnreadable(reason="ask needs a text, and a priority is high, normal or low")
        if not client.isprintable() or not 0 < len(client) <= _LONGEST_NAME:
            raise RequestUnreadable(reason=f"the name of a client has 1 to {_LONGEST_NAME} letters, all printable")

        def done(response: Response) -> None:
            later({"ok": True, **response_fields(response)})

        steps = fields.get("steps")
        self._jobs.submit(text, client=client, priority=priority, command=_command(steps, text) if steps else None, done=done)


def _command(steps: object, text: str) -> Command:
    """What is told step by step. Raises RequestUnreadable, StepsUnusable."""
    if not isinstance(steps, list) or not all(isinstance(each, dict) and each.keys() <= {"action", "slots"} for each in steps):
        raise RequestUnreadable(reason='steps are a list of {"action", "slots"}')
    return explicit([(each.get("action"), each.get("slots", {})) for each in steps], text)


def _read(asked: bytes) -> Fields:
    try:
        fields = json.loads(asked)
        asked.decode()
        json.dumps(fields, ensure_ascii=False).encode()  # half of a surrogate pair is no text
    except (ValueError, RecursionError):
        raise RequestUnreadable(reason="it is not JSON") from None
    if not isinstance(fields, dict):
        raise RequestUnreadable(reason="it is no JSON object")
    return fields


def job_fields(job: Job, moment: float) -> Fields:
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
