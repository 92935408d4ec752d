"""What one command asks of the house: noted while it is rehearsed, done once that has gone well, told while it is
carried out.

The house can't be rolled back as the store can. So a command that has to do with it is rehearsed in a transaction of
which nothing is kept: whatever refuses or asks does so then. Only afterwards the house is commanded, with no
transaction open, however long that takes; then the steps are done for good, and find here what became of it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from services.home.base import (
    Controls,
    Home,
    HomeAway,
    HomeError,
    HomeSilent,
    HouseAnswer,
    ServiceCall,
    missed,
    restoring,
)


class Words(NamedTuple):
    """What is said to the house's own conversation."""

    text: str
    conversation: str


Wanted = tuple[ServiceCall, ...] | Words


@dataclass(frozen=True, slots=True)
class Had:
    """What came of services that were called."""

    before: Home
    after: Home
    missed: frozenset[str] = frozenset()
    """Entities that are not as they were to be, though nothing refused."""


class Outside:
    """Belongs to the run of one command."""

    def __init__(self, controls: Controls) -> None:
        self._controls = controls
        self._rehearsing = False
        self._noted: list[Wanted] = []
        self._results: dict[int, Had | HouseAnswer | HomeError] = {}
        self._told: set[int] = set()
        self.home = controls.home
        """As it was when the command began."""

    @property
    def who(self) -> str:
        """How the house is called."""
        return self._controls.who

    def rehearse(self) -> None:
        """From now on only note what is asked for."""
        self._rehearsing = True

    def have(self, calls: Sequence[ServiceCall]) -> Had:
        """Have services called; in the rehearsal that is only noted, and nothing has changed. Raises HomeError."""
        result = self._result(tuple(calls))
        return result if isinstance(result, Had) else Had(self.home, self.home)

    def converse(self, text: str, conversation: str) -> HouseAnswer:
        """Ask the house's own conversation; in the rehearsal it is only noted, and says nothing. Raises HomeError."""
        result = self._result(Words(text, conversation))
        return result if isinstance(result, HouseAnswer) else HouseAnswer("", understood=True)

    def perform(self) -> None:
        """Do all that was noted. What fails is raised where its step is carried out; who does not answer is not asked
        for the rest.
        """
        self._rehearsing = False
        gone: HomeError | None = None
        for place, wanted in enumerate(self._noted):
            try:
                self._results[place] = gone or self._do(wanted)
            except HomeError as error:
                self._results[place] = error
                gone = error if isinstance(error, HomeAway | HomeSilent) else None

    def take_back(self) -> bool:
        """Put back what was done, since the rest could not be; whether nothing of it is left."""
        done = [wanted for at, wanted in enumerate(self._noted) if _did(self._results.get(at))]
        if self._rehearsing:
            return True
        whole = True
        for calls in reversed(done):
            if isinstance(calls, Words):
                return False
            back = restoring(calls, self.home)
            whole = whole and _things(calls) <= _things(back)
            try:
                self._do(tuple(back))
            except HomeError:
                whole = False
        return whole

    def _result(self, wanted: Wanted) -> Had | HouseAnswer | None:
        """What became of what was noted; where it was not (the house changed meanwhile), it is done now."""
        if self._rehearsing:
            self._noted.append(wanted)
            return None
        place = next((at for at, each in enumerate(self._noted) if each == wanted and at not in self._told), None)
        if place is None:
            return self._do(wanted)
        self._told.add(place)
        if isinstance(result := self._results[place], HomeError):
            raise result
        return result

    def _do(self, wanted: Wanted) -> Had | HouseAnswer:
        if isinstance(wanted, Words):
            return self._controls.converse(*wanted)
        after = self._controls.call(wanted) if wanted else self._controls.home
        return Had(self.home, after, frozenset(id_ for call in wanted for id_ in missed(call, after)))


def _did(result: Had | HouseAnswer | HomeError | None) -> bool:
    """Whether anything may have been done."""
    return isinstance(result, Had) or (isinstance(result, HouseAnswer) and result.understood and not result.refused)


def _things(calls: Sequence[ServiceCall]) -> set[str]:
    return {id_ for call in calls for id_ in call.entities}
