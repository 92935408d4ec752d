"""Where a satellite is: "kitchen at 192.168.1.31 in Kitchen". Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass

PORT = 10700
MOST = 10
"""Satellites of one appliance: so many were measured (docs/performance.md)."""
_FORM = re.compile(
    r"(?P<name>[A-Za-z0-9_.-]{1,32}) at (?:\[(?P<six>[0-9A-Fa-f:]{2,45})\]|(?P<host>[A-Za-z0-9.-]{1,253}))"
    r"(?::(?P<port>[0-9]{1,5}))?(?: in (?P<room>\S(?:.{0,98}\S)?))?"
)


@dataclass(frozen=True, slots=True)
class SatellitePlace:
    """One satellite."""

    name: str
    host: str
    port: int = PORT
    room: str = ""
    """As Home Assistant calls it; empty: none."""

    @property
    def client(self) -> str:
        """Whose conversation is had there."""
        return f"satellite:{self.name}"


def place_of(told: str) -> SatellitePlace:
    """From the words of the settings. Raises ValueError with a sentence's end."""
    found = _FORM.fullmatch(" ".join(told.split()))
    port = int(found["port"] or PORT) if found else 0
    if found is None or not 1 <= port <= 65_535:
        raise ValueError(
            f"has {told!r}, which is not like “kitchen at 192.168.1.31 in Kitchen” or “kitchen at 192.168.1.31:10700”"
        )
    return SatellitePlace(found["name"], found["six"] or found["host"], port, found["room"] or "")


def places(told: list[str]) -> list[str]:
    """Checks all of them. Raises ValueError with a sentence's end."""
    found = [place_of(each) for each in told]
    for what, said in (
        ("name", [each.name.casefold() for each in found]),
        ("address", [f"{each.host}:{each.port}" for each in found]),
    ):
        if twice := next((each for each in said if said.count(each) > 1), ""):
            raise ValueError(f"has the {what} {twice} twice")
    if len(found) > MOST:
        raise ValueError(f"has {len(found)} satellites; {MOST} are the most")
    return told
