"""Who gives too many commands, and who books too often on one customer. No clock: time is an argument. Not
thread-safe.
"""

from __future__ import annotations

from collections.abc import Callable
from math import inf

from device.jobs.base import Pace
from device.jobs.job import TooMany
from device.jobs.rates import Rates
from services.actions.policy.roles import identity_of
from services.understanding.base import Command

_BOOKS = frozenset(("ledger.credit", "ledger.debit", "ledger.payment"))


class Admission:
    """`allowance`: commands a minute that a client may give at most, whatever the pace. Several conversations of one
    count together.
    """

    def __init__(self, pace: Pace, allowance: Callable[[str], float] = lambda _: inf) -> None:
        self._clients = Rates(pace.per_minute, pace.burst)
        self._customers = Rates(pace.customer_per_minute, pace.customer_burst)
        self._allowance = allowance

    def with_pace(self, pace: Pace) -> Admission:
        """The same with another pace; everybody begins anew."""
        return Admission(pace, self._allowance)

    def refusal(self, client: str, moment: float, *, urgent: bool = False, again: bool = False) -> TooMany | None:
        """Why this client may not give a command now. What is urgent is counted apart: it may be what makes room;
        `again`, what was
        brought before, too: it is done no second time."""
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
    return TooMany(when=f"in {max(1, round(wait))} s") if wait else None
