"""What every request passes before it is looked at: who asks, how much it sends. And what a refusal says.

Wrong passwords are waited for, a few at a time; whoever tries more is told to come again later, and the right ones wait
for nobody.
"""

from __future__ import annotations

import base64
import binascii
import io
import logging
import threading
import time
from collections.abc import Callable, Iterable, Mapping
from http import HTTPStatus
from typing import Any
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from device.caldav.accounts import Accounts
from device.caldav.errors import status_of
from firmware.errors import ExpectedError

log = logging.getLogger(__name__)

LARGEST_ENTRY = 256 << 10
"""Bytes of a task or meeting that is sent."""
LARGEST_QUESTION = 4 << 20
"""Bytes of any other request: the names of some ten thousand entries."""
_DISCARDED = 16 << 20
"""Bytes of what is too large that are taken all the same; of more the connection ends."""
_WAITS_S = 1.0
_MOST_WAITING = 4
_SENTENCES: Mapping[int, str] = {
    400: "That is no task or meeting that I understand: it is not iCalendar, or not whole.",
    403: "Your account may not do that here.",
    404: "There is nothing here by that name.",
    405: "That can't be done here.",
    409: "There is an entry with this UID here already, under another name, or no such calendar.",
    412: "It was changed here meanwhile. Fetch it again and repeat your change.",
    500: "Something went wrong here. The log of the appliance tells what.",
}


class Refusals(threading.local):
    """Why the request of this thread failed, where the protocol has no words for it; and what it sent."""

    error: ExpectedError | None = None
    body: bytes = b""


class Door:
    """A WSGI application (PEP 3333) before another one."""

    def __init__(
        self,
        inner: WSGIApplication,
        accounts: Accounts,
        refusals: Refusals,
        *,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._inner = inner
        self._accounts = accounts
        self._refusals = refusals
        self._sleep = sleep
        self._waiting = threading.BoundedSemaphore(_MOST_WAITING)

    def __call__(self, environ: WSGIEnvironment, start: StartResponse) -> Iterable[bytes]:
        """Answers one request."""
        self._refusals.error, self._refusals.body = None, b""
        if refused := self._body(environ):
            return _said(start, *refused)
        if refused := self._unknown(environ):
            return _said(start, *refused)
        return self._answered(environ, start)

    def _body(self, environ: WSGIEnvironment) -> tuple[HTTPStatus, str] | None:
        """Reads all of it, so that a connection is never left with half of it."""
        told = environ.get("CONTENT_LENGTH") or "0"
        if "HTTP_TRANSFER_ENCODING" in environ or not told.isascii() or not told.isdigit():
            return HTTPStatus.LENGTH_REQUIRED, "Tell how many bytes you send (Content-Length)."
        most = LARGEST_ENTRY if environ["REQUEST_METHOD"] == "PUT" else LARGEST_QUESTION
        if int(told) > most:
            _discard(environ["wsgi.input"], min(int(told), _DISCARDED))
            words = f"That is larger than {most >> 10} KiB, the most that I take. Nothing was changed."
            return HTTPStatus.REQUEST_ENTITY_TOO_LARGE, words
        body = environ["wsgi.input"].read(int(told))
        if len(body) != int(told):
            return HTTPStatus.BAD_REQUEST, "The connection ended before all of it had come. Nothing was changed."
        if environ["REQUEST_METHOD"] != "PUT" and b"<!DOCTYPE" in body.upper():
            return HTTPStatus.BAD_REQUEST, "A question must not define entities of its own (DOCTYPE)."
        self._refusals.body = body
        environ["wsgi.input"] = io.BytesIO(body)
        return None

    def _unknown(self, environ: WSGIEnvironment) -> tuple[HTTPStatus, str] | None:
        """Sets REMOTE_USER for who is known."""
        for name in ("REMOTE_USER", "HTTP_X_REMOTE_USER", "HTTP_X_SCRIPT_NAME"):
            environ.pop(name, None)
        if environ.get("PATH_INFO", "").rstrip("/").endswith(("/.well-known/caldav", "/.well-known/carddav")):
            return None  # leads to the root, for anybody
        told = _credentials(environ.get("HTTP_AUTHORIZATION", ""))
        if told is None:
            return HTTPStatus.UNAUTHORIZED, "Sign in with an account of this appliance."
        try:
            known = self._accounts.verified(*told)
        except ExpectedError as error:
            log.error("Nobody can sign in over CalDAV. %s", error)
            return HTTPStatus.SERVICE_UNAVAILABLE, str(error)
        if known:
            environ["REMOTE_USER"] = told[0]
            return None
        if not self._waiting.acquire(blocking=False):
            return HTTPStatus.TOO_MANY_REQUESTS, "Too many wrong passwords. Try again in some seconds."
        try:
            self._sleep(_WAITS_S)
        finally:
            self._waiting.release()
        log.warning("A wrong name or password over CalDAV, from %s", environ.get("REMOTE_ADDR", "somewhere"))
        return HTTPStatus.UNAUTHORIZED, "That is not the name and password of an account of this appliance."

    def _answered(self, environ: WSGIEnvironment, start: StartResponse) -> Iterable[bytes]:
        begun: list[tuple[str, list[tuple[str, str]]]] = []

        def held(status: str, headers: list[tuple[str, str]], _: Any = None) -> Callable[[bytes], object]:
            begun.append((status, headers))
            return lambda _: None

        body = b"".join(self._inner(environ, held))
        status, headers = begun[-1]
        code = int(status.split(" ", 1)[0])
        if (error := self._refusals.error) is not None:
            return _said(start, HTTPStatus(status_of(error)), str(error))
        xml = any(name.lower() == "content-type" and "xml" in value for name, value in headers)
        if code >= HTTPStatus.BAD_REQUEST and not xml and code in _SENTENCES:
            return _said(start, HTTPStatus(code), _SENTENCES[code])
        if environ["REQUEST_METHOD"] == "PUT":
            # What is kept is not to the letter what was sent, so that it must be fetched once (RFC 4791, 5.3.4).
            headers = [each for each in headers if each[0].lower() != "etag"]
        start(status, headers)
        return [body]


def _discard(stream: Any, size: int) -> None:
    """Takes what a phone is still sending: else the connection breaks before it reads the answer."""
    while size > 0 and (piece := stream.read(min(size, 1 << 16))):
        size -= len(piece)


def _credentials(header: str) -> tuple[str, str] | None:
    """Name and password (RFC 7617); None where there are none."""
    scheme, _, told = header.partition(" ")
    if scheme.lower() != "basic" or len(told) > 1000:
        return None
    try:
        text = base64.b64decode(told.strip(), validate=True).decode("utf-8")
    except (binascii.Error, UnicodeDecodeError, ValueError):
        return None
    name, colon, password = text.partition(":")
    return (name, password) if colon and name else None


def _said(start: StartResponse, status: HTTPStatus, sentence: str) -> Iterable[bytes]:
    body = f"{sentence}\n".encode()
    headers = [("Content-Type", "text/plain; charset=utf-8"), ("Content-Length", str(len(body)))]
    if status is HTTPStatus.UNAUTHORIZED:
        headers.append(("WWW-Authenticate", 'Basic realm="Equerry", charset="UTF-8"'))
    if status in (HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.SERVICE_UNAVAILABLE):
        headers.append(("Retry-After", "10"))
    start(f"{status.value} {status.phrase}", headers)
    return [body]
