"""Sees files arrive in the inbox: over the network, from a stick, by SSH. Runs on the thread `inbox`."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from watchfiles import watch
from watchfiles._rust_notify import WatchfilesRustInternalError

from services.actions.files.names import said
from services.actions.wording import counted, listed, sentence
from services.files.base import FileError, Files, clean

log = logging.getLogger(__name__)

_LOOK_AGAIN_MS = 2_000
"""A file that changed since the last look is looked at again after so long."""
_READ_ALOUD = 3
_REST_S = 0.5
"""Between two watches, should such files arrive one after the other."""
_GONE_S = 30.0
"""How long to wait for a folder that is not there: a stick, a network share."""


State = tuple[int, int]
"""Of a file: bytes, and when it was changed (ns)."""


def arrived(before: Mapping[str, State], now: Mapping[str, State], known: Mapping[str, State]) -> list[str]:
    """Files that are new or another version, and the same at the last look as at this one. Pure."""
    return [name for name, state in now.items() if known.get(name) != state == before.get(name)]


def told(names: Sequence[str]) -> str:
    """ "Brand guidelines has arrived in the inbox." """
    shown = [said(clean(name)) for name in names[:_READ_ALOUD]]
    if len(names) == 1:
        return sentence(f"{shown[0]} has arrived in the inbox")
    more = "" if len(names) <= _READ_ALOUD else ", the latest"
    return sentence(f"{counted(len(names), 'file')} have arrived in the inbox{more}: {listed(shown)}")


class Arrivals:
    """Tells of files that arrived since the start. `poll`: for network folders, which tell nobody of changes."""

    name = "inbox"

    def __init__(
        self, inbox: Path, files: Files, tell: Callable[[tuple[str, ...]], None], *, poll: bool = False
    ) -> None:
        self._inbox = inbox
        self._files = files
        self._tell = tell
        self._poll = poll
        self._stop = threading.Event()
        self._missed = False
        """Something may have arrived while nothing was watched."""
        self._last: dict[str, State] = {}
        self._known: dict[str, State] = {}

    def run(self) -> None:
        """Until stopped."""
        self._last = self._look()
        self._known = dict(self._last)
        while not self._stop.is_set():
            try:
                self._watch()
            except OSError as error:  # the folder is missing, or there are too many watches
                log.warning("The inbox %s can't be watched (%s); trying again.", self._inbox, error)
                self._stop.wait(_GONE_S)
            except WatchfilesRustInternalError:  # a name that is no UTF-8, which it can't hand over
                self.look()
                self._stop.wait(_REST_S)
            self._missed = True

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
            if change or self._missed or self._changing():
                self._missed = False
                self.look()

    def look(self) -> None:
        """Look at the folder now, and tell of what has arrived."""
        now = self._look()
        new = arrived(self._last, now, self._known)
        self._last = now
        known = {**self._known, **{name: now[name] for name in new}}
        self._known = {name: state for name, state in known.items() if name in now}
        if new:
            self._tell(tuple(new))

    def _changing(self) -> bool:
        return self._last != self._known

    def _look(self) -> dict[str, State]:
        try:
            names = self._files.waiting(latest_first=True)
        except FileError as error:
            log.warning("%s", error)
            return {}
        found: dict[str, State] = {}
        for name in names:
            try:
                file = (self._inbox / name).stat(follow_symlinks=False)
                found[name] = (file.st_size, file.st_mtime_ns)
            except OSError:  # gone since it was listed
                continue
        return found
