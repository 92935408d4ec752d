"""Takes what other programs write into the topics of documents. It has no stamps, so one device of the site makes it a
change of its own.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from contextlib import suppress
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

from services.store.base import DocumentInvalid, Replica, Replicated, Stamp, StoreError, kinds, only_added, utc
from services.sync.context import SyncContext
from services.sync.merge import canonical
from services.sync.payload import External

_OTHERS_S = 5.0
"""So long whoever got it has time to tell what it made of it."""
_MOST = 1000
_KEPT = frozenset(("id", "created", "updated"))
"""Fields that the store keeps; whoever reads a document and writes it back brings them along."""


class ExternalRefused(Exception):
    """In words, why; never raised beyond services.sync."""


@dataclass(slots=True)
class _Waiting:
    external: External
    due: float | None
    """When we take it, on our clock; None: as soon as may be."""
    lost: bool = False
    """Another device got it."""


class Adopting:
    """Called by the thread `mqtt`."""

    def __init__(self, context: SyncContext) -> None:
        self._context = context
        self._waiting: list[_Waiting] = []

    def take(self, external: External, told: bytes, now: datetime) -> None:
        """It came, and `told` tells it from others. Raises ExternalRefused."""
        if len(self._waiting) >= _MOST:
            raise ExternalRefused("too many at once; try again later")
        with suppress(StoreError):  # then it is looked at when it is taken
            changed(self._context.store, external, now)  # who can't take it does not claim it
        waiting = _Waiting(external, None)

        def settled(won: bool) -> None:
            waiting.due, waiting.lost = (None, False) if won else (self._context.clock() + _OTHERS_S, True)

        waiting.due = self._context.clock() + _OTHERS_S  # should we never be told
        if not self._context.claim(f"adopt/{external.kind}/{external.id}/{told.hex()}", settled):
            waiting.due = None
        self._waiting.append(waiting)

    def heard(self, keys: Collection[tuple[str, str]]) -> None:
        """Other devices told of these documents: whoever got what we did not get has taken it in."""
        self._waiting = [
            each for each in self._waiting if not (each.lost and (each.external.kind, each.external.id) in keys)
        ]

    @property
    def due(self) -> list[External]:
        """What is ours now, in the order in which it came; until `took`."""
        moment = self._context.clock()
        return [each.external for each in self._waiting if each.due is None or each.due <= moment]

    @property
    def next(self) -> float | None:
        """Seconds until more is due."""
        return min(
            (max(0.0, each.due - self._context.clock()) if each.due is not None else 0.0 for each in self._waiting),
            default=None,
        )

    def took(self, external: External) -> None:
        """It is done, or never will be."""
        self._waiting = [each for each in self._waiting if each.external is not external]


def changed(store: Replicated, external: External, now: datetime) -> Replica | None:
    """The document with what the other program says, stamped here for what differs; None where nothing does. Raises
    ExternalRefused.
    """
    kind, doc_id = external.kind, external.id
    ours = store.replica(kind, doc_id)
    there = ours if ours is not None and ours.alive else None
    if external.fields.get("id", doc_id) != doc_id:
        raise ExternalRefused("its id is not that of the topic")
    told = {name: value for name, value in external.fields.items() if name not in _KEPT}
    if unknown := told.keys() - _names(kind):
        raise ExternalRefused(f"a {kind} has no {min(unknown)[:40]!r}")
    base = {} if there is None else there.fields
    told = {**_completed(kind, told, base, now), **told}
    try:
        fields = store.written(kind, doc_id, {**base, **told})
    except DocumentInvalid as error:
        raise ExternalRefused(str(error.facts["reason"])) from error
    news = {name for name, value in fields.items() if name not in base or canonical(base[name]) != canonical(value)}
    if there is not None and not news:
        return None
    if there is not None and only_added(kind):
        raise ExternalRefused("what is in the ledger stays as it is")
    stamp, at = _stamp(store.device, ours, now), utc(now)
    stamps = {**({} if there is None else there.stamps), **dict.fromkeys(news, stamp)}
    replica = Replica(kind, doc_id, {**base, **fields, "created": base.get("created") or at, "updated": at}, stamps)
    if why := store.admissible(replica, now=now):
        raise ExternalRefused(why)
    return replica


def _completed(kind: str, told: Mapping[str, Any], base: Mapping[str, Any], now: datetime) -> dict[str, Any]:
    """When a task was completed, where only its status is told."""
    if kind != "task" or "status" not in told or told["status"] == base.get("status"):
        return {}
    return {"completed": now.isoformat() if told["status"] == "done" else None}


def _names(kind: str) -> set[str]:
    return {field.name for field in fields(kinds()[kind])} if kind in kinds() else set()


def _stamp(device: str, ours: Replica | None, now: datetime) -> Stamp:
    """Later than all that is known of the document."""
    known = [] if ours is None else ours.all_stamps
    return Stamp(max([int(now.timestamp() * 1000) << 16, *(stamp.time + 1 for stamp in known)]), device)
