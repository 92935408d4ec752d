"""Keeps aside what is stamped ahead of our clock, until the clock gets there or for good. Pure."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from services.store.base import Replica

MOST = 1000
"""Documents kept; the oldest make room. What is dropped comes again with the next connecting, as long as the broker has
it.
"""


@dataclass(frozen=True, slots=True)
class FutureStamped:
    """A document of which somebody tells from the future."""

    kind: str
    id: str
    device: str
    """The store whose stamp it is, as it stands in stamps."""
    ahead_s: int
    """Seconds, when it came."""


class Quarantine:
    """The latest replica of each document."""

    def __init__(self) -> None:
        self._kept: dict[tuple[str, str], tuple[Replica, FutureStamped]] = {}

    def keep(self, replica: Replica, now: datetime) -> None:
        """It is not to be merged yet."""
        stamp = max(replica.all_stamps)
        ahead = FutureStamped(replica.kind, replica.id, stamp.device, int((stamp.at - now).total_seconds()))
        self._kept.pop((replica.kind, replica.id), None)
        self._kept[replica.kind, replica.id] = (replica, ahead)
        if len(self._kept) > MOST:
            del self._kept[next(iter(self._kept))]

    def heard(self, replica: Replica) -> None:
        """Something sane came: if the same device sent it, its clock was put right, and what it told before no longer
        counts.
        """
        kept = self._kept.get((replica.kind, replica.id))
        if kept and kept[1].device in {stamp.device for stamp in replica.all_stamps}:
            del self._kept[replica.kind, replica.id]

    def healed(self, device: str) -> None:
        """What this device itself told ahead of its time is stamped anew."""
        self._kept = {key: kept for key, kept in self._kept.items() if kept[1].device != device}

    def ripe(self, is_ahead: Callable[[Replica], bool]) -> list[Replica]:
        """Those whose time has come."""
        return [replica for replica, _ in self._kept.values() if not is_ahead(replica)]

    def drop(self, replica: Replica) -> None:
        """It is merged, or never will be."""
        self._kept.pop((replica.kind, replica.id), None)

    @property
    def kept(self) -> tuple[FutureStamped, ...]:
        """What is in it."""
        return tuple(ahead for _, ahead in self._kept.values())
