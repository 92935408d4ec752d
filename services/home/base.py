"""The house as others see it: its things (things.py), what tells that something was done (expected.py), what puts it
back (restore.py), and whoever commands it.

HomeError
├── HomeAway      nobody is there to be asked
├── HomeSilent    it was asked and did not answer in time
└── HomeRefused   it was asked and says no
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from firmware.errors import FacultyError
from services.home.expected import missed, settled
from services.home.restore import restoring
from services.home.things import UNAVAILABLE, Home, HouseEntity, HousePlace, ServiceCall, Way

__all__ = [
    "UNAVAILABLE",
    "Controls",
    "Home",
    "HomeAway",
    "HomeError",
    "HomeRefused",
    "HomeSilent",
    "HouseAnswer",
    "HouseEntity",
    "HousePlace",
    "ServiceCall",
    "Way",
    "missed",
    "restoring",
    "settled",
]


class HomeError(FacultyError):
    """The house can't be asked."""

    code = "home"


class HomeAway(HomeError):
    """{who} can't be reached"""

    code = "home.away"


class HomeSilent(HomeError):
    """{who} did not answer within {seconds:g} seconds, so I can't tell whether it was done"""

    code = "home.silent"


class HomeRefused(HomeError):
    """{who} says: {reason}"""

    code = "home.refused"


@dataclass(frozen=True, slots=True)
class HouseAnswer:
    """What Home Assistant's conversation says."""

    text: str
    understood: bool
    """Whether it knew what was meant."""
    refused: bool = False
    """It knew, and could not do it; the text says why."""
    awaits: bool = False
    """It asks something back."""


class Controls(Protocol):
    """Commands a house. Safe to use from several threads."""

    @property
    def who(self) -> str:
        """How replies call it: Home Assistant, the broker."""

    @property
    def home(self) -> Home:
        """As it is now; empty where nothing is connected."""

    @property
    def talks(self) -> bool:
        """Whether `converse` can be asked."""

    def call(self, calls: Sequence[ServiceCall]) -> Home:
        """Have it do all of them, and wait until it says that they are done. The house as it is then.

        Raises HomeAway, HomeSilent, HomeRefused.
        """

    def converse(self, text: str, conversation: str) -> HouseAnswer:
        """What its own conversation answers; `conversation` is whose. Raises HomeAway, HomeSilent, HomeRefused."""
