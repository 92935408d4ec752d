"""The near end of the control socket: how another process asks the running appliance (device/requests)."""

from __future__ import annotations

import json
import math
import os
import socket
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from device import __version__
from device.errors import ApplianceError

NAME = "control.sock"
PROTOCOL = 2
"""Version of what is spoken through the socket: another one where programs of before would no more understand it."""
LONGEST = 16_384
"""Bytes of a request."""
LOADING = "control.loading"
"""Code of a refusal: the appliance has not loaded its models yet."""
LONGEST_ANSWER = 16 * 2**20
"""Bytes of an answer: of one that never ends, no more is kept."""
_TRY_AGAIN_S = 0.02
_GLANCE_S = 0.25
"""Seconds between two looks at whether one still wants to watch."""

Fields = dict[str, Any]


class NotRunning(ApplianceError):
    """The appliance is not running here. Start it: equerry run."""

    code = "control.not_running"


class NotAdmitted(ApplianceError):
    """You may not speak to the appliance. Use sudo, or join its group and log in again: sudo usermod -aG equerry
    $USER
    """

    code = "control.not_admitted"


class OtherVersion(ApplianceError):
    """The appliance runs Equerry {ours}, this command is {theirs}, and they don't understand each other. Start the
    appliance again if it was updated, or use the command of the same version.
    """

    code = "control.version"


class AnswerUnreadable(ApplianceError):
    """What the appliance answered is no answer that this command knows. Start the appliance again if it was updated."""

    code = "control.answer"


class Starting(ApplianceError):
    """Another Equerry (process {pid}) holds the store, and answers nobody yet: it is starting. Try again in a
    moment.
    """

    code = "control.starting"


class NoAnswer(ApplianceError):
    """The appliance gave no answer. What was asked may be done all the same: look, with equerry search, before you ask
    again.
    """

    code = "control.no_answer"


class RequestTooLong(ApplianceError):
    """That is too long: {bytes} bytes, and {most} are the most. Say it in parts."""

    code = "control.too_long"


class Declined(ApplianceError):
    """{words}"""

    def __init__(self, code: str, words: str, wait_s: float | None = None) -> None:
        super().__init__(words=words)
        self.reason = code
        """The code of what the appliance said."""
        self.wait_s = wait_s
        """Seconds after which the same would be accepted; None: waiting does not help."""


@contextmanager
def address_in(folder: Path, name: str = NAME) -> Iterator[str]:
    """Where the socket is, short enough for a socket's address (108 bytes) wherever the folder lies. Raises OSError."""
    descriptor = os.open(folder, os.O_PATH | os.O_DIRECTORY)
    try:
        yield f"/proc/self/fd/{descriptor}/{name}"
    finally:
        os.close(descriptor)


def request(folder: Path, fields: Mapping[str, Any], *, patience: float = 600.0) -> Fields:
    """Ask the appliance whose store lies in `folder`, and wait for its reply, `patience` seconds at most.

    Raises NotRunning, NotAdmitted; RequestTooLong; NoAnswer where it ends meanwhile: nobody knows whether it was done.
    """
    asked = _line(fields)
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as line:
        line.settimeout(patience)
        _connect(line, folder, time.monotonic() + patience)
        try:
            line.sendall(asked)
            with line.makefile("rb") as answers:
                answer = answers.readline(LONGEST_ANSWER)
        except OSError as error:
            raise NoAnswer from error
    if not answer.endswith(b"\n"):
        raise NoAnswer
    return _fields(answer)


def stream(folder: Path, fields: Mapping[str, Any], *, wanted: Callable[[], bool] = lambda: True) -> Iterator[bytes]:
    """The lines of an answer until the appliance ends or no more is `wanted`, with an empty line for each quarter of a
    second without any. Raises NotRunning, NotAdmitted, Declined, AnswerUnreadable.
    """
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as line:
        line.settimeout(_GLANCE_S)
        _connect(line, folder, time.monotonic() + 10.0)
        line.sendall(_line(fields))
        heard = bytearray()
        first = True
        while wanted():
            try:
                came = line.recv(65_536)
            except TimeoutError:
                yield b""
                continue
            except OSError:
                return
            if not came:
                return
            heard += came
            while (end := heard.find(b"\n")) >= 0:
                told = bytes(heard[:end])
                del heard[: end + 1]
                if first:
                    _unless_refused(told)
                    first = False
                yield told
            if len(heard) > LONGEST_ANSWER:
                raise AnswerUnreadable


def _line(fields: Mapping[str, Any]) -> bytes:
    asked = json.dumps({"version": PROTOCOL, "program": __version__, **fields}).encode() + b"\n"
    if len(asked) > LONGEST:
        raise RequestTooLong(bytes=f"{len(asked):,}", most=f"{LONGEST:,}")
    return asked


def _fields(answer: bytes) -> Fields:
    try:
        fields = json.loads(answer)
    except (ValueError, RecursionError) as error:
        raise AnswerUnreadable from error
    if not isinstance(fields, dict):
        raise AnswerUnreadable
    return fields


def _unless_refused(told: bytes) -> None:
    fields = _fields(told)
    if not fields.get("ok", True):
        accepted(fields)


def _connect(line: socket.socket, folder: Path, until: float) -> None:
    """Raises NotRunning, NotAdmitted, NoAnswer."""
    try:
        with address_in(folder) as address:
            while True:
                try:
                    return line.connect(address)
                except BlockingIOError as error:  # others wait, too
                    if time.monotonic() > until:
                        raise NoAnswer from error
                    time.sleep(_TRY_AGAIN_S)
    except PermissionError as error:
        raise NotAdmitted from error
    except OSError as error:
        raise NotRunning from error


def accepted(reply: Fields) -> Fields:
    """A reply without its `ok`. Raises Declined where it is a refusal."""
    if not reply.pop("ok", False):
        wait_s = reply.get("wait_s")
        raise Declined(
            str(reply.get("code", "")),
            str(reply.get("text", "")),
            float(wait_s) if isinstance(wait_s, int | float) and 0 <= wait_s < math.inf else None,
        )
    return reply
