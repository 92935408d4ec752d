"""What somebody does with the talk button: pressed once, twice, or held. Pure: time is an argument."""

from __future__ import annotations

HOLD_S = 0.6
"""Seconds after which it is held."""
AGAIN_S = 0.35
"""Seconds in which a second press belongs to the first."""


class Gestures:
    """From downs and ups, with their times in seconds, to `press`, `double_press` and `hold`."""

    def __init__(self) -> None:
        self._down: float | None = None
        self._up: float | None = None
        self._spent = False
        """What it is down for was told already."""

    @property
    def deadline(self) -> float | None:
        """When `due` has something to tell if nothing happens before."""
        if self._down is not None:
            return self._down + HOLD_S
        return None if self._up is None else self._up + AGAIN_S

    def turned(self, down: bool, at: float) -> list[str]:
        """The button went down or up; what is certain now."""
        told = self.due(at)
        if down and self._up is not None:
            self._up, self._spent = None, True
            return [*told, "double_press"]
        if down:
            self._down, self._spent = at, False
        elif self._down is not None and not self._spent:
            self._down, self._up = None, at
        return told

    def due(self, now: float) -> list[str]:
        """What is certain because nothing more came."""
        if self._down is not None and now >= self._down + HOLD_S:
            self._down, self._spent = None, True
            return ["hold"]
        if self._up is not None and now >= self._up + AGAIN_S:
            self._up = None
            return ["press"]
        return []
