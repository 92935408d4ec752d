"""What two devices know of one document, joined: whoever joins, in whatever order and however often, gets the same.
Pure.

A document is a map of registers, each of which the later stamp wins (a state-based LWW map; Shapiro, Preguiça, Baquero
and Zawirski, Conflict-free Replicated Data Types, SSS 2011); ledger entries are a set that only grows. Proofs in
tests/services/sync/test_merge.py.
"""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

from services.store.base import Replica, Stamp, only_added


def join(ours: Replica | None, theirs: Replica) -> Replica:
    """What is known once both are: services.store.base.Join.

    Each field is as its later stamp has it, and a document lives where anything in it was changed later than it was
    deleted. Equal stamps with different values, which no two devices make, are decided by the values themselves, so
    that all decide alike. `created` is the earlier, `updated` the later one.
    """
    if only_added(theirs.kind):  # what was written first stays, and nothing deletes it
        return _first(ours, theirs)
    if ours is None:
        return theirs
    fields, stamps = dict(ours.fields), dict(ours.stamps)
    for name, stamp in theirs.stamps.items():
        if name not in stamps or _rank(stamp, theirs, name) > _rank(stamps[name], ours, name):
            fields[name], stamps[name] = theirs.fields[name], stamp
    for name, choose in (("created", min), ("updated", max)):
        if told := [each.fields[name] for each in (ours, theirs) if name in each.fields]:
            fields[name] = choose(told)
    deleted = max((each.deleted for each in (ours, theirs) if each.deleted is not None), default=None)
    return Replica(theirs.kind, theirs.id, fields, stamps, deleted)


def canonical(value: Any) -> str:
    """JSON of which each value has one form only. Raises ValueError for what JSON can't say."""
    return json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":"), sort_keys=True)


def _rank(stamp: Stamp, replica: Replica, name: str) -> tuple[Stamp, str]:
    return stamp, canonical(replica.fields[name])


def _first(ours: Replica | None, theirs: Replica) -> Replica:
    """The whole document that was written first."""
    told = [replace(each, deleted=None) for each in (ours, theirs) if each is not None and each.stamps]
    return min(told, key=_age, default=Replica(theirs.kind, theirs.id, {}, {}))


def _age(replica: Replica) -> tuple[Stamp, int, str]:
    """Of two with the same stamp the one with more fields counts: a newer program has filled in what the older one does
    not know.
    """
    stamps = {name: str(stamp) for name, stamp in replica.stamps.items()}
    return max(replica.stamps.values()), -len(replica.fields), canonical([dict(replica.fields), stamps])
