"""Keeps a bucket and this device in step: sends what the bucket lacks, fetches what the device lacks."""

from __future__ import annotations

import logging
import random
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from services.files.base import Content, FileError, Files
from services.files.bucket import Bucket, BucketError

log = logging.getLogger(__name__)

FIRST_WAIT = 1.0
LONGEST_WAIT = 60.0
"""Seconds between two tries at a bucket that fails."""


@dataclass(frozen=True, slots=True)
class MirrorState:
    """How the bucket stands, for whoever asks."""

    waiting: int = 0
    """Content that has yet to go there."""
    sent: int = 0
    fetched: int = 0
    error: str = ""
    """Why it does not go on; empty while all is well."""


class Mirror:
    """`used` tells the content that files have. Used by one thread; `state` may be read by any."""

    def __init__(
        self,
        bucket: Bucket,
        files: Files,
        used: Callable[[], Mapping[str, Content]],
        *,
        fetch: bool = True,
        jitter: Callable[[], float] = random.random,
    ) -> None:
        self._bucket = bucket
        self._files = files
        self._used = used
        self._fetch = fetch
        self._jitter = jitter
        self._there: set[str] | None = None
        """What the bucket has; None until it was asked."""
        self._bad: set[str] = set()
        """What can't be brought here: another content by this name, or nothing."""
        self._wait = 0.0
        self.state = MirrorState()

    def go_on(self, stopped: Callable[[], bool] = lambda: False) -> float | None:
        """Do what is to do. Seconds to wait before the next try; None: until files change."""
        try:
            self._work(stopped)
        except BucketError as error:
            if str(error) != self.state.error:  # once, not every minute
                log.warning("%s", error)
            self._there = None
            self._wait = min(max(FIRST_WAIT, self._wait * 2), LONGEST_WAIT)
            self._tell(error=str(error))
            return self._wait * (0.5 + 0.5 * self._jitter())
        if self.state.error:
            log.info("The bucket can be used again.")
        self._wait = 0.0
        self._tell(error="")
        return None

    def _work(self, stopped: Callable[[], bool]) -> None:
        used = self._used()
        if self._there is None:
            self._there = set(self._bucket.present())
        for sha256 in self._missing(used, self._there):
            if stopped():
                return
            if (path := self._files.path(sha256)) is not None:
                self._bucket.put(path, used[sha256])
                self._there.add(sha256)
                self._tell(sent=self.state.sent + 1)
        if self._fetch:
            self._bring(used, stopped)

    def _bring(self, used: Mapping[str, Content], stopped: Callable[[], bool]) -> None:
        for sha256, content in used.items():
            if stopped():
                return
            if sha256 not in (self._there or ()) or sha256 in self._bad or self._files.path(sha256) is not None:
                continue
            try:
                self._files.receive(self._bucket.get(sha256), content)
            except BucketError:
                raise
            # another content by this name, gone from there, this disk full: no reason to stop with the others
            except FileError as error:
                log.warning("%s", error)
                self._bad.add(sha256)
            else:
                self._tell(fetched=self.state.fetched + 1)

    def _missing(self, used: Iterable[str], there: set[str]) -> list[str]:
        return [sha256 for sha256 in used if sha256 not in there]

    def _tell(self, *, sent: int | None = None, fetched: int | None = None, error: str | None = None) -> None:
        here = [sha256 for sha256 in self._used() if self._files.path(sha256) is not None]
        self.state = MirrorState(
            waiting=len(self._missing(here, self._there or set())),
            sent=self.state.sent if sent is None else sent,
            fetched=self.state.fetched if fetched is None else fetched,
            error=self.state.error if error is None else error,
        )
