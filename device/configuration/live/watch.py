"""Sees settings and roles change on the disk. Runs on the thread `settings`.

Looked at again and again, and not watched by the kernel: the files may lie behind links, in folders that come later and
on disks that tell nobody.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from device.configuration.places import State

_EVERY_S = 0.4


@dataclass(frozen=True, slots=True)
class Followed:
    """Files that are read again when they change."""

    state: Callable[[], State]
    """Changes whenever they do."""
    take: Callable[[], None]
    """Read them. Expected failures are told there."""
    go_on: Callable[[], None] = lambda: None
    """Called again and again."""


class SettingsWatch:
    """Looks until stopped (device.turn.reactor.Beside)."""

    name = "settings"

    def __init__(self, followed: Sequence[Followed], *, every_s: float = _EVERY_S) -> None:
        self._followed = followed
        self._every_s = every_s
        self._taken: list[State | None] = [None] * len(followed)
        """Read once at the start: what changed since they were read for the first time must not escape."""
        self._seen = self._taken.copy()
        self._stop = threading.Event()

    def run(self) -> None:
        """Until stopped."""
        while True:
            self.look()
            if self._stop.wait(self._every_s):
                return

    def stop(self) -> None:
        """End soon."""
        self._stop.set()

    def look(self) -> None:
        """Take what has changed, and was so at the last look already: editors write in several steps."""
        for number, each in enumerate(self._followed):
            state = each.state()
            if state != self._taken[number] and (self._taken[number] is None or state == self._seen[number]):
                self._taken[number] = state
                each.take()
            self._seen[number] = state
            each.go_on()
