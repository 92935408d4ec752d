"""The near end of the control socket: how another process asks the running appliance. What can be asked stands in device/control.py."""

from __future__ import annotations

import json
import os
import socket
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from device.errors import ApplianceError

NAME = "control.sock"
LONGEST = 16_384
"""Bytes of a request."""
_TRY_AGAIN_S = 0.02

Fields = dict[str, Any]


class NotRunning(ApplianceError):
    """The appliance is not running here. Start it: equerry run."""

    code = "control.not_running"


class Starting(ApplianceError):
    """Another Equerry (process {pid}) holds the store, and answers nobody yet: it is starting. Try again in a moment."""

    code = "control.starting"


class NoAnswer(ApplianceError):
    """The appliance gave no answer. What was asked may be done all the same: look, with equerry search, before you ask again."""

    code = "control.no_answer"


class RequestTooLong(ApplianceError):
    """That is too long: {bytes} bytes, and {most} are the most. Say it in parts."""

    code = "control.too_long"


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
def address_in(folder: Path) -> Iterator[str]:
    """Where the socket is, short enough for a socket's address (108 bytes) wherever the folder lies. Raises OSError."""
    descriptor = os.open(folder, os.O_PATH | os.O_DIRECTORY)
    try:
        yield f"/proc/self/fd/{descriptor}/{NAME}"
    finally:
        os.close(descriptor)


def request(folder: Path, fields: Mapping[str, Any], *, patience: float = 600.0) -> Fields:
    """Ask the appliance whose store lies in `folder`, and wait for its reply, `patience` seconds at most.

    Raises NotRunning; RequestTooLong; NoAnswer where it ends meanwhile, and nobody can tell whether it was done.
    """
    asked = json.dumps(fields).encode() + b"\n"
    if len(asked) > LONGEST:
        raise RequestTooLong(bytes=f"{len(asked):,}", most=f"{LONGEST:,}")
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as line:
        line.settimeout(patience)
        try:
            _connect(line, folder, time.monotonic() + patience)
        except OSError as error:
            raise NotRunning from error
        try:
            line.sendall(asked)
            with line.makefile("rb") as answers:
                answer = answers.readline()
        except OSError as error:
            raise NoAnswer from error
    if not answer.endswith(b"\n"):
        raise NoAnswer
    reply: Fields = json.loads(answer)
    return reply


def _connect(line: socket.socket, folder: Path, until: float) -> None:
    """Raises NoAnswer, OSError."""
    with address_in(folder) as address:
        while True:
            try:
                return line.connect(address)
            except BlockingIOError as error:  # others wait, too
                if time.monotonic() > until:
                    raise NoAnswer from error
                time.sleep(_TRY_AGAIN_S)


def accepted(reply: Fields) -> Fields:
    """A reply without its `ok`. Raises RequestRefused where it is a refusal."""
    if not reply.pop("ok"):
        raise RequestRefused(reply["code"], reply["text"])
    return reply
