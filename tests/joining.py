"""A join as simple as can be, for tests of the store: services/sync/merge.py has the real one."""

from __future__ import annotations

from dataclasses import replace

from services.store.base import Replica


def join(ours: Replica | None, theirs: Replica) -> Replica:
    """Each field as its later stamp has it."""
    if ours is None:
        return theirs
    later = {name for name, stamp in theirs.stamps.items() if name not in ours.stamps or stamp > ours.stamps[name]}
    fields = {**ours.fields, **{name: theirs.fields[name] for name in later}}
    for name, choose in (("created", min), ("updated", max)):
        if told := [each.fields[name] for each in (ours, theirs) if name in each.fields]:
            fields[name] = choose(told)
    deleted = max((each.deleted for each in (ours, theirs) if each.deleted), default=None)
    return Replica(
        ours.kind, ours.id, fields, {**ours.stamps, **{name: theirs.stamps[name] for name in later}}, deleted
    )


def plain(replica: Replica) -> Replica:
    """As a store keeps it."""
    return replace(replica, deleted=None) if replica.alive else replace(replica, fields={}, stamps={})
