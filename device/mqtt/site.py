"""The other devices of the site, asked through claims (services/sync/claims.py)."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Collection
from datetime import UTC

from device.mqtt.base import Site
from device.turn import events as on
from services.actions.base import Due
from services.store.base import Meeting, Reminder, Task
from services.sync.claims import HELD_S, RING_S, WAKE_S, Claims

_TURN = "wake"
"""What is claimed by whoever listens to somebody."""


class Neighbours(Site):
    """Those of the site that are online."""

    def __init__(self, claims: Claims, put: on.Emit, *, kinds: Collection[str]) -> None:
        """`kinds`: of the documents that all devices have in common; what is due of others rings where it was set."""
        self._claims = claims
        self._put = put
        self._kinds = frozenset(kinds)

    def claim_turn(self, turn: int) -> bool:
        return self._claims.claim(
            _TURN, lambda won: self._put(on.ClaimSettled(turn, won)), within_s=WAKE_S, held_s=WAKE_S
        )

    def hold_turn(self) -> None:
        """Somebody asked for this ear; it can't be lost, so that nobody is kept from hearing of it."""
        self._claims.hold(_TURN)

    def claim_due(self, due: Due) -> bool:
        """Ask where it rings; False: here."""

        def settled(won: bool) -> None:
            if won:
                self._put(on.DueCame(due))

        # What is told as missed here may ring at another device, still.
        parts = [ring_claim(each) for each in due.parts]
        return self._common(due) and self._claims.claim(
            ring_claim(due), settled, within_s=RING_S, held_s=HELD_S, parts=parts
        )

    def hold_due(self, due: Due) -> None:
        """It rings here."""
        if self._common(due):
            self._claims.hold(ring_claim(due))

    def _common(self, due: Due) -> bool:
        return all(_needed(each) <= self._kinds for each in due.parts or (due,))


def heard(put: on.Emit) -> Callable[[str], None]:
    """Tells of what another device claims as far as it is of interest before one claims it, too."""
    return lambda what: put(on.ClaimHeard()) if what == _TURN else None


def _needed(due: Due) -> set[str]:
    """The kinds in which others see that it rang: a warning of a meeting is kept as a reminder."""
    return {due.kind, Reminder.kind} if due.kind in (Meeting.kind, Task.kind) else {due.kind}


def ring_claim(due: Due) -> str:
    """What is claimed, by the same name at every device: ring/reminder/<id>/20261123T093000Z. A digest stands for
    several things that are told together, and for an id that is no level of a topic.
    """
    if due.parts:
        return f"ring/{due.kind}/{_digest(*sorted(map(ring_claim, due.parts)))}"
    name = due.id if re.fullmatch(r"[A-Za-z0-9_.-]{1,64}", due.id) else _digest(due.id)
    return f"ring/{due.kind}/{name}/{due.at.astimezone(UTC):%Y%m%dT%H%M%SZ}"


def _digest(*names: str) -> str:
    return hashlib.sha256("\n".join(names).encode()).hexdigest()[:32]
