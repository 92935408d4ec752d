"""Whose claim counts: whichever of the site's arrives first from the broker. Pure; moments are seconds of a clock that
only goes forward.

All devices see the claims of one thing in the order in which the broker took them, their own among them, so that all
agree without comparing clocks. Who hears nothing of its own claim in time acts: twice is better than never.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

Settled = Callable[[bool], None]
"""Told whether we are the one, once."""

MOST_SEEN = 1024
"""Things whose claims are remembered; the oldest are forgotten first."""


@dataclass(frozen=True, slots=True)
class Bid:
    """One of ours."""

    what: str
    id: str
    """Of this claim, so that its echo is known."""
    until: float
    """When we act without an echo."""
    since: float
    """A claim of another that came at this moment or later was before ours."""
    settled: Settled
    parts: tuple[str, ...] = ()
    """What else must not be another's."""


class Race:
    """Ours that wait for their echo, and those of others."""

    def __init__(self) -> None:
        self._ours: list[Bid] = []
        self._seen: dict[str, float] = {}
        self._own: dict[str, float] = {}

    def enter(self, claim: Bid) -> bool:
        """Take part; False: another was before us, and we have lost."""
        if any(self._seen.get(each, float("-inf")) >= claim.since for each in (claim.what, *claim.parts)):
            claim.settled(False)
            return False
        self._ours.append(claim)
        return True

    def other(self, what: str, moment: float) -> None:
        """Another device's claim arrived."""
        _note(self._seen, what, moment)
        self._settle(lambda each: what in (each.what, *each.parts), won=False)

    def echo(self, what: str, claim_id: str, moment: float) -> None:
        """One of ours arrived, and no other before it."""
        _note(self._own, what, moment)
        self._settle(lambda each: (each.what, each.id) == (what, claim_id), won=True)

    def arrived(self, what: str, since: float) -> bool:
        """Whether one of ours did at this moment or later: who claims it now comes after us."""
        return self._own.get(what, float("-inf")) >= since

    def expire(self, moment: float) -> None:
        """Those that have waited long enough act."""
        self._settle(lambda each: moment >= each.until, won=True)

    def give_up(self) -> None:
        """There is nobody to hear from any more: all act."""
        self._settle(lambda _: True, won=True)

    def next(self) -> float | None:
        """When `expire` has something to do."""
        return min((each.until for each in self._ours), default=None)

    def _settle(self, those: Callable[[Bid], bool], *, won: bool) -> None:
        settled = [each for each in self._ours if those(each)]
        self._ours = [each for each in self._ours if not those(each)]
        for each in settled:
            each.settled(won)


def _note(moments: dict[str, float], what: str, moment: float) -> None:
    moments.pop(what, None)
    moments[what] = moment
    if len(moments) > MOST_SEEN:
        del moments[next(iter(moments))]
