"""Who gives too many commands is noted, but not each time: a line in the log and a commit for each would be what a
flood costs us.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from datetime import datetime

from device.jobs.job import TooMany
from services.actions.policy.roles import identity_of

log = logging.getLogger(__name__)

_SELDOM_S = 60.0
_MOST = 1_024
"""Clients of whom it is known when they were noted; the oldest are forgotten."""

Note = Callable[[str, datetime, str], None]
"""Client, now, code: adds to the audit log. Raises a StoreError."""


class Floods:
    """What `device.jobs.jobs.Jobs` calls `refused`. Safe to use from several threads."""

    def __init__(self, note: Note, *, now: Callable[[], datetime], clock: Callable[[], float]) -> None:
        """`clock`: seconds, only going forward."""
        self._note = note
        self._now = now
        self._clock = clock
        self._lock = threading.Lock()
        self._known: dict[str, tuple[float, int]] = {}
        """Client → when it was noted, and how many there were since."""

    def __call__(self, client: str, _: str, error: TooMany) -> None:
        """Note it, once a minute for each client; those between are counted. Raises a StoreError."""
        who, moment = identity_of(client), self._clock()
        with self._lock:
            since, more = self._known.pop(who, (moment - _SELDOM_S, 0))
            seldom = moment - since >= _SELDOM_S
            self._known[who] = (moment, 0) if seldom else (since, more + 1)
            while len(self._known) > _MOST:
                del self._known[next(iter(self._known))]
        if seldom:
            log.warning("%s gave too many commands%s: %s", who, f", and {more:,} more than told" if more else "", error)
            self._note(who, self._now(), error.code)
