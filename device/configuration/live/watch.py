"""Sees settings and roles change on the disk. Runs on the thread `settings`."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from watchfiles import watch
from watchfiles._rust_notify import WatchfilesRustInternalError

from device.configuration.places import State

log = logging.getLogger(__name__)

_LOOK_AGAIN_MS = 2_000
"""Files behind a link, and folders that were not there, are looked at so often."""
_SETTLE_S = 0.2
"""What was just changed is read only when it has stayed as it is for so long: editors write in several steps."""
_MOST_STEPS = 25
_GONE_S = 5.0
_STEP_MS = 50


@dataclass(frozen=True, slots=True)
class Followed:
    """Files that are read again when they change."""

    state: Callable[[], State]
    """Changes whenever they do."""
    folders: Callable[[], Sequence[Path]]
    """Those that are there of the folders they lie in."""
    take: Callable[[], None]
    """Read them. Expected failures are told there."""
    go_on: Callable[[], None] = lambda: None
    """Called again and again."""


class SettingsWatch:
    """Watches until stopped (device.turn.reactor.Beside)."""

    name = "settings"

    def __init__(self, followed: Sequence[Followed], *, settle_s: float = _SETTLE_S) -> None:
        self._followed = followed
        self._settle_s = settle_s
        self._seen: list[State | None] = [None] * len(followed)
        """Read once at the start: what changed since they were read for the first time must not escape."""
        self._stop = threading.Event()

    def run(self) -> None:
        """Until stopped."""
        while not self._stop.is_set():
            folders = self._folders()
            if not folders:
                self._stop.wait(_LOOK_AGAIN_MS / 1000)
                self.look()
                continue
            try:
                self._watch(folders)
            except OSError as error:  # a folder that went, too many watches
                log.warning("The settings can't be watched (%s); looking at them now and then.", error)
                self._stop.wait(_GONE_S)
                self.look()
            except (
                WatchfilesRustInternalError
            ):  # among what changed is a name that is no UTF-8, which it can't hand over
                self.look()

    def stop(self) -> None:
        """End soon."""
        self._stop.set()

    def look(self) -> None:
        """Take what has changed."""
        for number, each in enumerate(self._followed):
            state = each.state()
            if state != self._seen[number]:
                self._seen[number] = state if self._seen[number] is None else self._settled(each, state)
                each.take()
            each.go_on()

    def _watch(self, folders: Sequence[Path]) -> None:
        changes = watch(
            *folders,
            watch_filter=lambda _, path: path.endswith(".toml"),
            stop_event=self._stop,
            step=_STEP_MS,
            rust_timeout=_LOOK_AGAIN_MS,
            yield_on_timeout=True,
            recursive=False,
            raise_interrupt=False,
        )
        for _ in changes:
            self.look()
            if self._folders() != folders:
                return

    def _folders(self) -> Sequence[Path]:
        return list(dict.fromkeys(folder for each in self._followed for folder in each.folders()))

    def _settled(self, each: Followed, state: State) -> State:
        """As it is when it changes no more; it is not waited for without end."""
        for _ in range(_MOST_STEPS):
            if self._stop.wait(self._settle_s):
                break
            before, state = state, each.state()
            if state == before:
                break
        return state
