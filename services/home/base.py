"""The house as values, and whoever commands it. Words are Home Assistant's: entity, domain, area, floor, service.

HomeError
├── HomeAway      nobody is there to be asked
├── HomeSilent    it was asked and did not answer in time
└── HomeRefused   it was asked and says no
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, Protocol

from firmware.errors import FacultyError

UNAVAILABLE = frozenset(("unavailable", "unknown"))
"""States of what does not answer, or has not yet."""


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
class Place:
    """A room, or a floor."""

    id: str
    name: str
    aliases: tuple[str, ...] = ()
    floor: str = ""
    """Of a room: the id of its floor, if it has one."""


@dataclass(frozen=True, slots=True)
class HomeEntity:
    """One thing of the house, and how it is."""

    id: str
    """domain.name"""
    name: str
    aliases: tuple[str, ...] = ()
    area: str = ""
    """The id of its room."""
    device_class: str = ""
    """What kind of its domain it is: garage, temperature, blind."""
    state: str = "unknown"
    attributes: Mapping[str, Any] = field(default_factory=dict)

    @property
    def domain(self) -> str:
        """light, switch, cover …"""
        return self.id.partition(".")[0]

    @property
    def answers(self) -> bool:
        """Whether it can be commanded now. A scene's state is only when it was last set, a button's likewise."""
        return self.state != "unavailable"


@dataclass(frozen=True, slots=True)
class Home:
    """All of it at one moment. Never changed; what changes makes another one."""

    entities: Mapping[str, HomeEntity] = field(default_factory=dict)
    areas: Mapping[str, Place] = field(default_factory=dict)
    floors: Mapping[str, Place] = field(default_factory=dict)
    names: int = 0
    """Another number as soon as anything is called otherwise, is new, or has gone; states do not count."""

    def __bool__(self) -> bool:
        return bool(self.entities)

    @property
    def called(self) -> Sequence[HomeEntity | Place]:
        """All that has a name."""
        return (*self.entities.values(), *self.areas.values(), *self.floors.values())

    def place(self, entity: HomeEntity) -> str:
        """The name of its room; empty where it has none."""
        return self.areas[entity.area].name if entity.area in self.areas else ""


@dataclass(frozen=True, slots=True)
class ServiceCall:
    """A service of Home Assistant's, called on entities."""

    domain: str
    service: str
    entities: tuple[str, ...]
    data: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Answer:
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

    def converse(self, text: str, conversation: str) -> Answer:
        """What its own conversation answers; `conversation` is whose. Raises HomeAway, HomeSilent, HomeRefused."""


Way = Literal["on", "off", "open", "close", "lock", "unlock", "set", "media"]
"""What is asked of an entity, whatever its domain."""
