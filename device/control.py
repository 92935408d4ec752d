"""The local control socket: through it `equerry ask` and `equerry jobs` reach the running appliance. Runs on the thread `control`.

A Unix socket beside the store, for its owner alone (mode 0600). A request is a line of JSON, so is its reply:

    {"request": "ask", "text": "add milk"}    → {"ok": true, "text": …, "steps": …, "outcomes": …, "reply": …}, when done
    {"request": "jobs", "client": "console"}  → {"ok": true, "jobs": […]}; without a client, those of all
    {"request": "cancel", "id": "…"}          → {"ok": true, "cancelled": true}; false where it has ended
    {"request": "stats"}                      → {"ok": true, "queued": 0, …}
    {"request": "status"}                     → {"ok": true, "version": …, "pid": …, "running": …, "queued": …}

What can't be done is {"ok": false, "code": …, "text": …}. A line that is too long, or is no request, ends the connection.
"""

from __future__ import annotations

import contextlib
import json
import os
import selectors
import socket
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import Any

from device import __version__
from device.errors import ApplianceError
from device.jobs.job import Job
from device.jobs.jobs import Jobs
from device.responder import Response
from device.wire import response_fields
from firmware.errors import ExpectedError

NAME = "control.sock"
LONGEST = 16_384
"""Bytes of a request."""
_MOST = 32
"""Connections at once; further ones wait in the kernel's queue."""
_PRIORITIES = ("high", "normal", "low")

Fields = dict[str, Any]


class NotRunning(ApplianceError):
    """The appliance is not running here. Start it: equerry run."""

    code = "control.not_running"


class RequestUnreadable(ApplianceError):
    """That is no request: {reason}."""

    code = "control.unreadable"


class RequestRefused(ApplianceError):
    """{words}"""

    def __init__(self, code: str, words: str) -> None:
        super().__init__(words=words)
        self.reason = code
        """The code of what the appliance said."""


@contextmanager
def _address(folder: Path) -> Iterator[str]:
    """Where the socket is, short enough for a socket's address (108 bytes) wherever the folder lies. Raises OSError."""
    descriptor = os.open(folder, os.O_PATH | os.O_DIRECTORY)
    try:
        yield f"/proc/self/fd/{descriptor}/{NAME}"
    finally:
        os.close(descriptor)


# --- asking -------------------------------------------------------------------------------------------------------------------------


def request(folder: Path, fields: Mapping[str, Any], *, patience: float = 600.0) -> Fields:
    """Ask the appliance whose store lies in `folder`, and wait for its reply, `patience` seconds at most.

    Raises NotRunning; also where it ends meanwhile.
    """
    try:
        with _address(folder) as address, socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as line:
            line.settimeout(patience)
            line.connect(address)
            line.sendall(json.dumps(fields).encode() + b"\n")
            with line.makefile("rb") as answers:
                answer = answers.readline()
    except OSError as error:
        raise NotRunning from error
    if not answer:
        raise NotRunning
    reply: Fields = json.loads(answer)
    return reply


def accepted(reply: Fields) -> Fields:
    """A reply without its `ok`. Raises RequestRefused where it is a refusal."""
    if not reply.pop("ok"):
        raise RequestRefused(reply["code"], reply["text"])
    return reply


# --- answering ----------------------------------------------------------------------------------------------------------------------


@dataclass(slots=True, eq=False)
class _Line:
    """One connection."""

    socket: socket.socket
    heard: bytes = b""
    busy: bool = False
    """A request of it is being answered; the next is read after that."""


class Control:
    """Answers requests one thread for all: what takes long is answered when its job has ended."""

    name = "control"

    def __init__(self, folder: Path, jobs: Jobs) -> None:
        """`folder` is the store's, which this process holds: a socket that is left there is nobody's."""
        self._folder = folder
        self._jobs = jobs
        self._answers: SimpleQueue[tuple[_Line, Fields]] = SimpleQueue()
        self._wake, self._woken = socket.socketpair()
        self._wake.setblocking(False)
        self._stopping = False
        self._selector = selectors.DefaultSelector()
        self._lines: set[_Line] = set()

    def run(self) -> None:
        """Until stopped."""
        with self._listening() as listening, self._selector:
            self._selector.register(listening, selectors.EVENT_READ)
            self._selector.register(self._woken, selectors.EVENT_READ)
            while not self._stopping:
                for key, _ in self._selector.select():
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
            with _address(self._folder) as address:
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
        elif line is not None:
            self._hear(line)
        else:
            self._woken.recv(4096)
            self._send_answers()

    def _accept(self, listening: socket.socket) -> None:
        with contextlib.suppress(OSError):  # gone again
            connection, _ = listening.accept()
            line = _Line(connection)
            if len(self._lines) >= _MOST:
                connection.close()
                return
            connection.settimeout(1.0)  # somebody who does not read his answers holds up nobody for long
            self._lines.add(line)
            self._selector.register(connection, selectors.EVENT_READ, line)

    def _hear(self, line: _Line) -> None:
        try:
            heard = line.socket.recv(4096)
        except OSError:
            heard = b""
        line.heard += heard
        if not heard or len(line.heard) > LONGEST:
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
            line.busy = False
            self._next_request(line)

    def _hang_up(self, line: _Line) -> None:
        self._lines.discard(line)
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
                return {"ok": True, "version": __version__, "pid": os.getpid(), "running": stats.running, "queued": stats.queued}
        raise RequestUnreadable(reason="it asks for none of ask, jobs, cancel, stats, status")

    def _ask(self, fields: Fields, later: Callable[[Fields], None]) -> None:
        text, priority, client = fields.get("text"), fields.get("priority", "normal"), fields.get("client", "console")
        if not isinstance(text, str) or not isinstance(client, str) or priority not in _PRIORITIES:
            raise RequestUnreadable(reason="ask needs a text, and a priority is high, normal or low")

        def done(response: Response) -> None:
            later({"ok": True, **response_fields(response)})

        self._jobs.submit(text, client=client, priority=priority, done=done)


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
