"""A light or a switch as it is announced: how it is switched, and how it tells its state."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal


@dataclass(frozen=True, slots=True)
class Lamp:
    """A light or a switch."""

    id: str
    """domain.name, unique at the broker."""
    name: str
    command: str
    """The topic that it is commanded on."""
    state: str = ""
    """The topic on which it tells its state; empty: it tells none."""
    form: Literal["plain", "json"] = "plain"
    """Words, or one JSON object for all of it."""
    on: str = "ON"
    off: str = "OFF"
    says_on: str = "ON"
    says_off: str = "OFF"
    reads: tuple[str, ...] = ()
    """Where its state stands in the JSON that it tells; empty: all of the message is the state."""
    brightness: bool = False
    scale: int = 255
    """What full brightness is."""
    brightness_command: str = ""
    """With plain words, a topic of its own."""
    brightness_state: str = ""
    brightness_reads: tuple[str, ...] = ()
    colours: frozenset[str] = field(default_factory=frozenset)
    """With JSON: rgb, hs, xy, color_temp."""
    room: str = ""
    """Where it proposes to be."""

    @property
    def topics(self) -> Mapping[str, None]:
        """What is to be heard to know its state."""
        return dict.fromkeys(each for each in (self.state, self.brightness_state) if each)
