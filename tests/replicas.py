"""What a store says of its stamps and tombstones."""

from __future__ import annotations

from collections.abc import Mapping

from services.store.base import Replica, Stamp, kinds
from services.store.store import Store


def stamps_of(store: Store, kind: str, doc_id: str) -> Mapping[str, Stamp] | None:
    """When each field of a document was changed; None where there is none."""
    found = store.replica(kind, doc_id)
    return found.stamps if found and found.alive else None


def tombstones(store: Store) -> list[Replica]:
    """What was deleted, the earliest first."""
    found = [store.replica(*key) for key in store.known(kinds())]
    return sorted((each for each in found if each and each.deleted), key=lambda each: each.deleted)
