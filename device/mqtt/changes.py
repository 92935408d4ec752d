"""Documents that were changed, as they are told: some each second one by one, all others counted, so that no change
goes unmentioned. Time is an argument.
"""

from __future__ import annotations

import re
import threading
from collections import Counter
from collections.abc import Callable, Sequence
from datetime import datetime

from device.messages.events import ChangeMessage, ChangesMessage
from services.store.base import Change

A_SECOND = 50
_MOST = 500
"""That wait to be told one by one; the others are counted at once."""
_LEVEL = re.compile(r"[A-Za-z0-9_.@-]{1,128}")
"""Ids that can stand in a topic; documents with others are counted."""


class Changes:
    """`put` and `count` are for any thread, the rest for one."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        self._now = now
        self._lock = threading.Lock()
        self._waiting: dict[tuple[str, str], ChangeMessage] = {}
        """By document: its latest change, the oldest first."""
        self._more: Counter[str] = Counter()
        """Changes of each kind that are not told one by one."""
        self._commit = 0
        self._second_ends = 0.0
        self._left = A_SECOND

    def put(self, changes: Sequence[Change], command: str | None) -> None:
        """One commit, of a command or of none."""
        at = self._now()
        with self._lock:
            self._commit += 1
            for kind, id_, deleted in changes:
                known = self._waiting.pop((kind, id_), None)
                if known or (len(self._waiting) < _MOST and _LEVEL.fullmatch(id_)):
                    told = ChangeMessage(
                        at=at, kind=kind, id=id_, deleted=deleted, commit=self._commit, command=command
                    )
                    self._waiting[kind, id_] = told
                else:
                    self._more[kind] += 1

    def count(self, kind: str, changes: int) -> None:
        """Changes that were due, and could not be told."""
        with self._lock:
            self._more[kind] += changes

    def begin(self) -> None:
        """There is a connection: what was changed before is counted."""
        self._second_ends, self._left = 0.0, 0

    def due(self, moment: float) -> Sequence[ChangeMessage | ChangesMessage]:
        """What is to be told now. What is left at the end of a crowded second is counted."""
        with self._lock:
            counted = self._counted(fold=not self._left) if moment >= self._second_ends else []
            if moment >= self._second_ends:
                self._second_ends, self._left = moment + 1.0, A_SECOND
            keys = list(self._waiting)[: self._left]
            self._left -= len(keys)
            return [*counted, *(self._waiting.pop(key) for key in keys)]

    def wait(self, moment: float) -> float | None:
        """Seconds until more is due; None: nothing waits."""
        return max(0.0, self._second_ends - moment) if self._waiting or self._more else None

    def _counted(self, *, fold: bool) -> list[ChangesMessage]:
        if fold:
            self._more.update(kind for kind, _ in self._waiting)
            self._waiting.clear()
        more, self._more = self._more, Counter()
        return [
            ChangesMessage(at=self._now(), kind=kind, count=count, commit=self._commit) for kind, count in more.items()
        ]
