"""The things of a house as values. Words are Home Assistant's: entity, domain, area, floor, service."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

UNAVAILABLE = frozenset(("unavailable", "unknown"))
"""States of what does not answer, or has not yet."""


@dataclass(frozen=True, slots=True)
class HousePlace:
    """A room, or a floor."""

    id: str
    name: str
    aliases: tuple[str, ...] = ()
    floor: str = ""
    """Of a room: the id of its floor, if it has one."""


@dataclass(frozen=True, slots=True)
class HouseEntity:
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

    entities: Mapping[str, HouseEntity] = field(default_factory=dict)
    areas: Mapping[str, HousePlace] = field(default_factory=dict)
    floors: Mapping[str, HousePlace] = field(default_factory=dict)
    names: int = 0
    """Another number as soon as anything is called otherwise, is new, or has gone; states do not count."""
    satellites: Mapping[str, str] = field(default_factory=dict)
    """Its own voice satellites: entity → area, where they have one."""

    def __bool__(self) -> bool:
        return bool(self.entities)

    @property
    def called(self) -> Sequence[HouseEntity | HousePlace]:
        """All that has a name."""
        return (*self.entities.values(), *self.areas.values(), *self.floors.values())

    def place(self, entity: HouseEntity) -> str:
        """The name of its room; empty where it has none."""
        return self.areas[entity.area].name if entity.area in self.areas else ""


@dataclass(frozen=True, slots=True)
class ServiceCall:
    """A service of Home Assistant's, called on entities."""

    domain: str
    service: str
    entities: tuple[str, ...]
    data: Mapping[str, Any] = field(default_factory=dict)


Way = Literal["on", "off", "open", "close", "lock", "unlock", "set", "media"]
"""What is asked of an entity, whatever its domain."""
