"""What somebody does with the talk button. Pure: time is an argument, seconds on a clock that only goes forward.

From edges of one or several buttons, which count as one, to ButtonEvent (device/turn/events.py). An edge counts when no
other of the same button follows within `BOUNCE_S`.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from functools import partial

from device.turn import events as on

BOUNCE_S = 0.03
"""Edges closer than this are bounce; gpiozero debounces besides, but not with every pin library."""
HOLD_S = 0.4
"""It is held from here on; a shorter press is a tap."""
COUNTED_S = (3, 4, 5, 6, 7, 8, 9, 10)
"""Of a longer hold each second is told."""
MUTE_S, FACTORY_S = COUNTED_S[0], COUNTED_S[-1]
"""Let go after this long, it mutes; after this long, it asks about the factory settings."""
AGAIN_S = 0.35
"""A press this soon after a tap belongs to it."""
STUCK_S = 30.0
"""Nobody presses it for so long."""

_TOLD = (HOLD_S, *COUNTED_S)


@dataclass(slots=True)
class _Contact:
    """One button."""

    down: bool = False
    """As it settled last."""
    since: float = 0.0
    """When it went down."""
    ignored: bool = False
    """Down at the start, or when another got stuck: it counts as up until it comes up."""
    stuck: bool = False
    edge: tuple[bool, float] | None = None
    """Its last edge, while that may still be bounce."""


class Gestures:
    """Gestures of all buttons together. Only the edges and their times count, not when they are asked for."""

    def __init__(self, *, down: Collection[int] = (), at: float = 0.0) -> None:
        """`down`: buttons that are down at the start, at time `at`; they tell nothing until they have come up."""
        self._contacts = {button: _Contact(down=True, since=at, ignored=True) for button in down}
        self._latest = at
        self._down: float | None = None
        """Since when any is down."""
        self._told = 0
        """How many of `_TOLD` were told for this press."""
        self._taps = 0
        self._up = 0.0
        """When the last tap was over."""

    @property
    def deadline(self) -> float | None:
        """When `due` tells something next if nothing happens before."""
        if (contact := self._unsettled()) and contact.edge:
            return contact.edge[1] + BOUNCE_S
        return min((at for at, _ in self._coming()), default=None)

    def turned(self, down: bool, at: float, button: int = 0) -> list[on.ButtonEvent]:
        """A button went down or up; returns what is certain now."""
        at = max(at, self._latest)
        told = self.due(at)
        self._contacts.setdefault(button, _Contact()).edge = down, at
        return told

    def due(self, now: float) -> list[on.ButtonEvent]:
        """What is certain at this time because nothing more came."""
        self._latest = max(self._latest, now)
        told: list[on.ButtonEvent] = []
        while (contact := self._unsettled()) and contact.edge:
            down, at = contact.edge
            told += self._passed(min(now, at))
            if at + BOUNCE_S > now:
                return told
            contact.edge = None
            if down != contact.down:
                told += self._settled(contact, down, at)
        return told + self._passed(now)

    def _unsettled(self) -> _Contact | None:
        """The contact with the earliest edge that may still be bounce."""
        waiting = [contact for contact in self._contacts.values() if contact.edge]
        return min(waiting, key=lambda contact: contact.edge[1] if contact.edge else 0.0, default=None)

    def _settled(self, contact: _Contact, down: bool, at: float) -> list[on.ButtonEvent]:
        was_stuck, contact.down, contact.stuck = contact.stuck, down, False
        if down:
            contact.since = at
        elif contact.ignored:
            contact.ignored = False
            return (
                [on.ButtonStuck(False)] if was_stuck and not any(each.stuck for each in self._contacts.values()) else []
            )
        any_down = any(each.down and not each.ignored for each in self._contacts.values())
        if any_down == (self._down is not None):
            return []
        return self._went_down(at) if any_down else self._went_up(at)

    def _went_down(self, at: float) -> list[on.ButtonEvent]:
        self._down, self._told = at, 0
        return [on.Pressed()]

    def _went_up(self, at: float) -> list[on.ButtonEvent]:
        assert self._down is not None
        seconds = at - self._down
        if self._told:
            seconds = max(seconds, _TOLD[self._told - 1])  # fractions of a second do not add up exactly
        else:
            self._taps, self._up = self._taps + 1, at
        self._down = None
        return [on.Released(round(seconds, 3))]

    def _passed(self, until: float) -> list[on.ButtonEvent]:
        """What time alone has made certain."""
        told: list[on.ButtonEvent] = []
        while True:
            at, tell = min(self._coming(), key=lambda each: each[0], default=(until, None))
            if tell is None or at > until:
                return told
            told += tell()

    def _coming(self) -> Iterator[tuple[float, Callable[[], list[on.ButtonEvent]]]]:
        """Time and event of what follows if nothing happens before."""
        if self._down is not None and self._told < len(_TOLD):
            yield self._down + _TOLD[self._told], self._held
        if self._down is None and self._taps:
            yield self._up + AGAIN_S, self._tapped
        for contact in self._contacts.values():
            if contact.down and not contact.stuck:
                yield contact.since + STUCK_S, partial(self._stuck, contact)

    def _held(self) -> list[on.ButtonEvent]:
        self._told += 1
        return [*self._tapped(), on.Held(float(_TOLD[self._told - 1]))]

    def _tapped(self) -> list[on.ButtonEvent]:
        taps, self._taps = self._taps, 0
        return [on.Tapped(taps)] if taps else []

    def _stuck(self, contact: _Contact) -> list[on.ButtonEvent]:
        """All buttons that are down count as up until they come up. Told of the first, or where it ends a press."""
        news = self._down is not None or not any(each.stuck for each in self._contacts.values())
        contact.stuck, self._down = True, None
        for each in self._contacts.values():
            each.ignored = each.ignored or each.down
        return [on.ButtonStuck(True)] if news else []
