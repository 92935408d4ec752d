"""What has come due in a store, as the appliance looks at it, without its clock and its quiet hours."""

from __future__ import annotations

from datetime import datetime, tzinfo

from services.actions.base import Due
from services.actions.rings.due_now import gathered, unheard, waiting
from services.store.store import Store


def next_due(store: Store, now: datetime, *, zone: tzinfo | None = None) -> Due | None:
    """What rings next, or should have rung already."""
    return next((each.due for each in waiting(store, now, _zone(zone, now))), None)


def due(store: Store, now: datetime, *, zone: tzinfo | None = None, off: bool = False) -> list[Due]:
    """What has come, with what rang unheard."""
    zone = _zone(zone, now)
    come = [each for each in waiting(store, now, zone) if each.rings <= now]
    return gathered(come, now, zone, unheard=unheard(store), off=off)


def _zone(zone: tzinfo | None, now: datetime) -> tzinfo:
    zone = zone or now.tzinfo
    assert zone is not None
    return zone
