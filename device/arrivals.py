"""Sees files arrive in the inbox: over the network, from a stick, by SSH. Runs on the thread `inbox`."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Collection, Mapping
from pathlib import Path

from watchfiles import watch

from services.files.base import FileError, Files

log = logging.getLogger(__name__)

_LOOK_AGAIN_MS = 2_000
"""A file that grew since the last look is looked at again after so long."""
_GONE_S = 30.0
"""How long to wait for a folder that is not there: a stick, a network share."""


def arrived(before: Mapping[str, int], now: Mapping[str, int], known: Collection[str]) -> list[str]:
    """The files that are new and no longer grow: sizes (bytes) by name, at the last look and at this one. Pure."""
    return [name for name, size in now.items() if name not in known and before.get(name) == size]


class Arrivals:
    """Tells of files that arrived since it was started. `poll`: for folders of other machines, which tell nobody of changes."""

    name = "inbox"

    def __init__(self, inbox: Path, files: Files, tell: Callable[[tuple[str, ...]], None], *, poll: bool = False) -> None:
        self._inbox = inbox
        self._files = files
        self._tell = tell
        self._poll = poll
        self._stop = threading.Event()
        self._sizes: dict[str, int] = {}
        self._known: set[str] = set()

    def run(self) -> None:
        """Until stopped."""
        self._sizes = self._look()
        self._known = set(self._sizes)
        while not self._stop.is_set():
            try:
                self._watch()
            except OSError as error:  # watchfiles raises FileNotFoundError where the folder is missing, OSError for too many watches
                log.warning("The inbox %s can't be watched (%s); trying again.", self._inbox, error)
                self._stop.wait(_GONE_S)

    def stop(self) -> None:
        """End soon."""
        self._stop.set()

    def _watch(self) -> None:
        changes = watch(
            self._inbox,
            watch_filter=None,
            stop_event=self._stop,
            rust_timeout=_LOOK_AGAIN_MS,
            yield_on_timeout=True,
            force_polling=self._poll or None,
            recursive=False,
            raise_interrupt=False,
        )
        for change in changes:
            if change or self._growing():
                self.look()

    def look(self) -> None:
        """Look at the folder now, and tell of what has arrived."""
        now = self._look()
        new = arrived(self._sizes, now, self._known)
        self._sizes = now
        self._known = {name for name in (*self._known, *new) if name in now}
        if new:
            self._tell(tuple(new))

    def _growing(self) -> bool:
        return any(name not in self._known for name in self._sizes)

    def _look(self) -> dict[str, int]:
        try:
            names = self._files.waiting(latest_first=True)
        except FileError as error:
            log.warning("%s", error)
            return {}
        sizes: dict[str, int] = {}
        for name in names:
            try:
                sizes[name] = (self._inbox / name).stat(follow_symlinks=False).st_size
            except OSError:  # gone since it was listed
                continue
        return sizes
