"""Announcements that wait while nobody wants to be disturbed. Used by main alone."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from device.turn import events as on
from device.turn.session import MOST_NOTICES


class HeldBack:
    """What is announced in quiet hours or under do-not-disturb, until that is over; not kept over a restart."""

    def __init__(self, quiet: Callable[[], tuple[bool, bool]]) -> None:
        """`quiet`: whether it is within the quiet hours, and whether do-not-disturb is on; asked where it matters."""
        self._quiet = quiet
        self._held: list[on.Announced] = []

    def holds(self, event: on.Event) -> bool:
        """Whether this is none to be told now. Beyond the most that may wait, it is dropped."""
        if not isinstance(event, on.Announced) or event.urgent or not event.waits or not any(self._quiet()):
            return False
        if len(self._held) < MOST_NOTICES:
            self._held.append(event)
        return True

    def over(self) -> Sequence[on.Announced]:
        """What may be told now, in the order in which it came."""
        if not self._held or any(self._quiet()):
            return ()
        held, self._held = self._held, []
        return held
