"""How often somebody may give commands and book on a customer; how many jobs run at once. Time is an argument."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from datetime import datetime
from math import inf

from device.jobs.job import Pace, TooMany
from services.actions.policy.roles import identity_of
from services.understanding.base import Command

log = logging.getLogger(__name__)

_MOST_KEYS = 1_024
_BOOKS = frozenset(("ledger.credit", "ledger.debit", "ledger.payment"))
_SELDOM_S = 60.0

HOT = 80.0
"""°C. A Raspberry Pi slows itself down from here on (its firmware's soft limit is 60 or 80, the hard one 85)."""
WARM = 72.0
COOL = 67.0
BUSY = 1.5
"""Load per processor, above which work waits for work."""
CALM = 0.9
FEWEST = 2
"""One that takes long, and one that does not."""

Note = Callable[[str, datetime, str], None]
"""Client, now, code: adds to the audit log. Raises a StoreError."""


class Rates:
    """Each key may do `burst` at once and `per_minute` in the long run (RFC 2697). Not thread-safe."""

    def __init__(self, per_minute: float, burst: int) -> None:
        self._per_s = per_minute / 60
        self._burst = burst
        self._buckets: dict[str, tuple[float, float]] = {}
        """Key → tokens left, and when that was so; the latest last."""

    def wait(self, key: str, now: float, most: float = inf) -> float:
        """0 where it may, which counts; else the seconds until it may. `most`: a lower limit for this key."""
        per_s, burst = min(self._per_s, most / 60), min(float(self._burst), most)
        left, then = self._buckets.pop(key, (burst, now))
        left = min(burst, left + max(0.0, now - then) * per_s)
        granted = left >= 1
        self._buckets[key] = (left - 1 if granted else left, now)
        while len(self._buckets) > _MOST_KEYS:
            del self._buckets[next(iter(self._buckets))]
        return 0.0 if granted else (1 - left) / per_s


class Admission:
    """Whether somebody may. `allowance`: the most commands a minute of a client, in all its conversations together. Not
    thread-safe.
    """

    def __init__(self, pace: Pace, allowance: Callable[[str], float] = lambda _: inf) -> None:
        self._clients = Rates(pace.per_minute, pace.burst)
        self._customers = Rates(pace.customer_per_minute, pace.customer_burst)
        self._allowance = allowance

    def refusal(self, client: str, moment: float, *, urgent: bool = False, again: bool = False) -> TooMany | None:
        """Why this client may not give a command now. What is urgent is counted apart: it may be what makes room;
        `again`, what was brought before, too: it is done no second time.
        """
        mark = " ~" if again else " !" if urgent else ""
        return _too_many(self._clients.wait(identity_of(client) + mark, moment, self._allowance(client)))

    def refusal_of(self, command: Command, moment: float) -> TooMany | None:
        """Why nothing more may be booked on its customers now."""
        booked = {
            ref.id or ref.name
            for step in command.steps
            for ref in step.references
            if step.action in _BOOKS and ref.kind == "customer"
        }
        return _too_many(max((self._customers.wait(customer, moment) for customer in booked), default=0.0))


def _too_many(wait: float) -> TooMany | None:
    return TooMany(when=f"in {max(1, round(wait))} s", wait_s=round(wait, 3)) if wait else None


class Floods:
    """Notes who gives too many commands (`refused` of device.jobs.jobs.Jobs); a line in the log and a commit for each
    would be what a flood costs us. Safe to use from several threads.
    """

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
            while len(self._known) > _MOST_KEYS:
                del self._known[next(iter(self._known))]
        if seldom:
            log.warning("%s gave too many commands%s: %s", who, f", and {more:,} more than told" if more else "", error)
            self._note(who, self._now(), error.code)


def bound(before: int, most: int, temperature: float | None, load: float | None) -> int:
    """The new bound, FEWEST to `most`: the fewest when hot, one fewer when warm or busy, one more when cool and calm,
    else as before. `temperature`: °C, `load`: per processor over a minute; None: no sensor. Asked every few seconds.
    """
    heat = -1.0 if temperature is None else temperature
    work = 0.0 if load is None else load
    fewest = min(FEWEST, most)
    if heat >= HOT:
        return fewest
    if heat >= WARM or work >= BUSY:
        return max(fewest, min(before, most) - 1)
    if heat <= COOL and work <= CALM:
        return min(most, max(fewest, before + 1))
    return max(fewest, min(before, most))
