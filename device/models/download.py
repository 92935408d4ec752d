"""Fetches one address into one file: resumed, retried, checked.

HTTP Range (RFC 9110, section 14) goes on from what a file already holds, after a cut connection as well as after a
killed process. A server that knows no ranges begins anew.
"""

from __future__ import annotations

import errno
import hashlib
import http.client
import queue
import re
import ssl
import threading
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from device.models.errors import ContentWrong, DiskTooFull, DownloadFailed, ModelsUnwritable
from device.models.progress import MEGABYTE, Watcher

BLOCK = 1 << 18
PAUSES_S = (1.0, 2.0, 4.0, 8.0)
RETRY_STATUS = frozenset({408, 425, 429, 500, 502, 503, 504})


@dataclass(frozen=True, slots=True)
class Patience:
    """How long a server is waited for, seconds."""

    silence_s: float = 30.0
    """A connection that sends nothing for so long is given up."""
    pauses_s: tuple[float, ...] = PAUSES_S
    """Between tries that got no further; a try that got further starts the row again. None: one try."""
    answer_s: float | None = None
    """Until it must have begun to answer, its name looked up and each of its addresses tried; None: no bound."""
    whole_s: float | None = None
    """For all of a try; None: no bound."""


PATIENT = Patience()
BRIEF = Patience(silence_s=10.0, pauses_s=(), answer_s=10.0, whole_s=600.0)
"""For what one can do without: a site that can't be reached costs ten seconds, one that trickles ten minutes."""


class _Cut(Exception):
    """The connection ended before the content did."""


class DownloadRefused(DownloadFailed):
    """{source} could not be downloaded: {reason}."""

    code = "model.refused"


def download(
    url: str,
    into: Path,
    *,
    title: str,
    watcher: Watcher,
    sha256: str | None = None,
    room: Callable[[int], None] = lambda _: None,
    sleep: Callable[[float], None] = time.sleep,
    patience: Patience = PATIENT,
) -> None:
    """Fetch `url` into the file `into`, going on from what it holds, and check its SHA-256 where one is given.

    `room(bytes)` is asked before so many more bytes are written. Raises Refused when the server will not give it (no
    use to try again), DownloadFailed when the network fails again and again, ContentWrong, DiskTooFull,
    ModelsUnwritable.
    """
    resumed = held(into) > 0
    fetching = _Fetching(url, into, title, watcher, room, sleep, patience)
    fetching.with_patience()
    if sha256 and digest(into) != sha256 and resumed:
        # What lay there may have been something else's; it is worth one clean start.
        into.unlink()
        fetching.with_patience()
    if sha256 and digest(into) != sha256:
        into.unlink()
        raise ContentWrong(source=title, reason="its SHA-256 differs")


def held(path: Path) -> int:
    """Bytes the file holds; 0 when there is none."""
    return path.stat().st_size if path.exists() else 0


def digest(path: Path) -> str:
    """SHA-256 of a file, in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


@dataclass(frozen=True, slots=True)
class _Fetching:
    url: str
    into: Path
    title: str
    watcher: Watcher
    room: Callable[[int], None]
    sleep: Callable[[float], None]
    patience: Patience

    def with_patience(self) -> None:
        """Try until all is here, or the tries get no further."""
        furthest, vain, pauses = held(self.into), 0, self.patience.pauses_s
        while True:
            try:
                self._rest()
                return
            except (urllib.error.URLError, http.client.HTTPException, OSError, _Cut) as error:
                if not _worth_another_try(error):
                    raise DownloadRefused(source=self.title, reason=_reason(error)) from error
                vain = 0 if held(self.into) > furthest else vain + 1
                furthest = max(furthest, held(self.into))
                if vain > len(pauses) or not pauses:
                    raise DownloadFailed(source=self.title, reason=_reason(error)) from error
                pause = pauses[max(vain - 1, 0)]
                self.watcher.say(f"  {self.title}: {_reason(error)}; trying again in {pause:.0f} s")
            self.sleep(pause)

    def _rest(self) -> None:
        have = held(self.into)
        headers = {"User-Agent": "equerry"} | ({"Range": f"bytes={have}-"} if have else {})
        request = urllib.request.Request(self.url, headers=headers)  # noqa: S310  the list of models allows http, https and file
        try:
            answer = self._answer(request)
        except urllib.error.HTTPError as error:
            if error.code == http.HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE and have:
                return  # all of it is here; the hash decides whether it is what was asked for
            raise
        with answer:
            done = have if _continues(answer.headers.get("Content-Range"), have) else 0
            length = answer.headers.get("Content-Length")
            total = done + int(length) if length and length.isdigit() else None
            self.room((total or 0) - done)
            done = self._copy(answer, done, total)
        if total is not None and done < total:
            raise _Cut(f"the connection ended at {done / MEGABYTE:.1f} of {total / MEGABYTE:.1f} MB")

    def _answer(self, request: urllib.request.Request) -> http.client.HTTPResponse:
        """Ask, on a thread of its own where the answer is due: neither looking up a name nor trying one address after
        the other ends with the timeout of a socket.
        """
        due = self.patience.answer_s
        if due is None:
            return _opened_url(request, self.patience.silence_s)
        answers: queue.SimpleQueue[http.client.HTTPResponse | Exception] = queue.SimpleQueue()

        def ask() -> None:
            try:
                answers.put(_opened_url(request, self.patience.silence_s))
            except Exception as error:  # noqa: BLE001 - raised again by whoever waits
                answers.put(error)

        threading.Thread(target=ask, name="answer", daemon=True).start()
        try:
            answer = answers.get(timeout=due)
        except queue.Empty:
            raise TimeoutError(f"no answer within {due:.0f} s") from None
        if isinstance(answer, Exception):
            raise answer
        return answer

    def _copy(self, answer: http.client.HTTPResponse, done: int, total: int | None) -> int:
        bound = self.patience.whole_s
        until = None if bound is None else time.monotonic() + bound
        self.watcher.begin(self.title, done, total)
        try:
            with _opened(self.into, "ab" if done else "wb") as file:
                while block := answer.read1(BLOCK):  # as it comes, so that the bound holds where it trickles
                    _write(file, block, self.into)
                    done += len(block)
                    self.watcher.update(done)
                    if until and time.monotonic() > until:
                        raise _Cut(f"only {done / MEGABYTE:.1f} MB came within {bound:.0f} s")
        finally:
            self.watcher.end()
        return done


def _opened_url(request: urllib.request.Request, timeout: float) -> http.client.HTTPResponse:
    answer: http.client.HTTPResponse = urllib.request.urlopen(request, timeout=timeout)  # noqa: S310
    return answer


def _continues(content_range: str | None, have: int) -> bool:
    """Whether the answer is the rest that was asked for, not the whole anew."""
    match = re.match(r"bytes (\d+)-", content_range or "")
    return bool(have and match and int(match[1]) == have)


def _opened(path: Path, mode: str) -> IO[bytes]:
    try:
        return path.open(mode)
    except OSError as error:
        raise ModelsUnwritable(path=path.parent, reason=error.strerror) from error


def _write(file: IO[bytes], block: bytes, path: Path) -> None:
    try:
        file.write(block)
    except OSError as error:
        raise write_failed(error, path.parent, len(block)) from error


def write_failed(error: OSError, folder: Path, needed: int) -> DiskTooFull | ModelsUnwritable:
    """The named error for a write that failed."""
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return DiskTooFull(path=folder, needed=max(1, needed // MEGABYTE), free=0)
    return ModelsUnwritable(path=folder, reason=error.strerror or error)


def _worth_another_try(error: Exception) -> bool:
    if isinstance(error, urllib.error.HTTPError):
        return error.code in RETRY_STATUS
    cause = error.reason if isinstance(error, urllib.error.URLError) else error
    return not isinstance(cause, ssl.SSLCertVerificationError | FileNotFoundError)


def _reason(error: Exception) -> str:
    if isinstance(error, urllib.error.HTTPError):
        return f"the server answers {error.code} {error.reason}"
    cause = error.reason if isinstance(error, urllib.error.URLError) else error
    if isinstance(cause, OSError) and cause.strerror:
        return cause.strerror
    return str(cause) or type(cause).__name__
