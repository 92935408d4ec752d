"""How it is with Home Assistant, for `equerry status` and the doctor."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class HomeStatus:
    """Of the connection."""

    connected: bool
    since: float | None = None
    """POSIX time; None: it was not tried yet."""
    version: str = ""
    """Home Assistant's."""
    reason: str = ""
    """Why it is away."""
    code: str = ""
    entities: int = 0
    """How many things of the house are known."""
