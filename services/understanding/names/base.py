"""What has a name, and what words turn out to stand for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from services.understanding.vocabulary import EntityKind

How = Literal["exact", "alias", "sound", "close", "role", "group"]
"""exact: its name. alias: another of its names, a part of it, or a nickname. sound: spelled otherwise, said the same.
close: nearly that name. role: what somebody does. group: several people by their team.
"""


@dataclass(frozen=True, slots=True)
class Entity:
    """Something in the store that may be spoken of."""

    kind: EntityKind
    id: str
    name: str
    aliases: tuple[str, ...] = ()
    role: str = ""
    """What a person does: designer, head of sales."""
    team: str = ""
    """Where a person works: marketing."""
    members: tuple[str, ...] = ()
    """Ids of the people in a channel or another group."""


@dataclass(frozen=True, slots=True)
class NameFound:
    """What the words stand for: one entity, or the people of a group."""

    entities: tuple[Entity, ...]
    how: How
    score: float
    """0 to 1: how well the words fit."""

    @property
    def entity(self) -> Entity:
        """The one that is meant; the first of a group."""
        return self.entities[0]


@dataclass(frozen=True, slots=True)
class Ambiguous:
    """Several fit equally well, or a single one not well enough to act without asking."""

    candidates: tuple[Entity, ...]
    """One or more, best first."""
    how: How
    score: float


@dataclass(frozen=True, slots=True)
class Unknown:
    """Nothing of that name."""

    words: str
    """As they were given."""


Resolved = NameFound | Ambiguous | Unknown
