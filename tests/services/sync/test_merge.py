"""Joining replicas: whatever the order, whatever comes twice, everybody gets the same, and what was set last stays."""

from __future__ import annotations

from functools import reduce
from itertools import permutations
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.store.base import Replica, Stamp
from services.sync.merge import canonical, join

NAMES = ("title", "status", "tags", "due", "created", "updated")
VALUES = st.sampled_from(["", "a", "b", None, 1, 1.0, True, [], ["x"], {"k": 1}])
STAMPS = st.builds(Stamp, st.integers(0, 4), st.sampled_from(["00000000000a", "00000000000b"]))
TIMES = st.sampled_from(
    ["2026-11-21T09:00:00.000+00:00", "2026-11-21T10:00:00.000+00:00", "2026-11-21T11:00:00.000+00:00"]
)


@st.composite
def replicas(draw: st.DrawFn, kind: str = "task") -> Replica:
    """Any subset of the fields; equal stamps with different values, deletions before, at and after the last change."""
    fields: dict[str, Any] = draw(st.dictionaries(st.sampled_from(NAMES[:4]), VALUES))
    stamps = {name: draw(STAMPS) for name in fields}
    for name in draw(st.sets(st.sampled_from(NAMES[4:]))):
        fields[name] = draw(TIMES)
    deleted = draw(st.none() | STAMPS) if stamps else draw(STAMPS)
    return Replica(kind, "1", fields, stamps, deleted)


def told(replica: Replica) -> str:
    """All of it; Python takes 1, 1.0 and true for equal."""
    return canonical(
        [dict(replica.fields), {name: str(stamp) for name, stamp in replica.stamps.items()}, str(replica.deleted)]
    )


kinds = pytest.mark.parametrize("kind", ["task", "entry"])


@kinds
@settings(max_examples=200)
@given(data=st.data())
def test_join_is_commutative(data: st.DataObject, kind: str) -> None:
    one, other = data.draw(replicas(kind)), data.draw(replicas(kind))
    assert told(join(one, other)) == told(join(other, one))


@kinds
@settings(max_examples=200)
@given(data=st.data())
def test_join_is_associative(data: st.DataObject, kind: str) -> None:
    a, b, c = (data.draw(replicas(kind)) for _ in range(3))
    assert told(join(join(a, b), c)) == told(join(a, join(b, c)))


@kinds
@settings(max_examples=200)
@given(data=st.data())
def test_join_is_idempotent(data: st.DataObject, kind: str) -> None:
    one, other = data.draw(replicas(kind)), data.draw(replicas(kind))
    both = join(one, other)
    assert told(join(both, other)) == told(join(both, one)) == told(join(both, both)) == told(both)
    assert told(join(None, one)) == told(join(one, one))


@settings(max_examples=300)
@given(st.lists(replicas(), min_size=1, max_size=6))
def test_what_was_set_last_stays(told_by: list[Replica]) -> None:
    """No field with the latest stamp is ever lost, and no other value takes its place."""
    both = reduce(join, told_by, None)
    assert both is not None
    for name in NAMES[:4]:
        latest = max((each.stamps[name] for each in told_by if name in each.stamps), default=None)
        if latest is None:
            assert name not in both.fields and name not in both.stamps
            continue
        assert both.stamps[name] == latest
        last = [each.fields[name] for each in told_by if each.stamps.get(name) == latest]
        assert canonical(both.fields[name]) == max(map(canonical, last))
    created = [each.fields["created"] for each in told_by if "created" in each.fields]
    updated = [each.fields["updated"] for each in told_by if "updated" in each.fields]
    assert both.fields.get("created") == min(created, default=None)
    assert both.fields.get("updated") == max(updated, default=None)
    deleted = [each.deleted for each in told_by if each.deleted]
    assert both.deleted == max(deleted, default=None)
    assert both.alive == any(
        stamp > max(deleted, default=Stamp(-1, "")) for each in told_by for stamp in each.stamps.values()
    )


@settings(max_examples=200)
@given(st.lists(replicas("entry"), min_size=1, max_size=4))
def test_a_ledger_entry_is_what_was_written_first_and_never_deleted(told_by: list[Replica]) -> None:
    results = {told(both) for order in permutations(told_by) if (both := reduce(join, order, None))}
    assert len(results) == 1
    both = reduce(join, told_by, None)
    assert both is not None
    assert both.deleted is None
    whole = [each for each in told_by if each.stamps]
    assert both.alive == bool(whole)
    if whole:
        first = min(max(each.stamps.values()) for each in whole)
        assert (dict(both.fields), dict(both.stamps)) in [
            (dict(each.fields), dict(each.stamps)) for each in whole if max(each.stamps.values()) == first
        ]


DESK, HALL = "00000000000a", "00000000000b"


def of(fields: dict[str, Any], *, at: int = 1, device: str = DESK, deleted: int | None = None, **later: int) -> Replica:
    stamps = {name: Stamp(later.get(name, at), device) for name in fields if name not in ("created", "updated")}
    return Replica("task", "1", fields, stamps, None if deleted is None else Stamp(deleted, device))


def test_changes_of_different_fields_both_stay() -> None:
    base = {"title": "Call Anna", "status": "todo", "priority": "normal"}
    ours, theirs = of({**base, "status": "done"}, status=5), of({**base, "priority": "high"}, device=HALL, priority=4)
    assert join(ours, theirs).fields == {"title": "Call Anna", "status": "done", "priority": "high"}


def test_of_one_field_the_later_change_stays() -> None:
    ours, theirs = of({"title": "Call Anna"}, at=3), of({"title": "Call Bert"}, at=4, device=HALL)
    assert join(ours, theirs).fields["title"] == join(theirs, ours).fields["title"] == "Call Bert"


def test_a_change_revives_only_if_it_is_later_than_the_deletion() -> None:
    gone = Replica("task", "1", {}, {}, Stamp(5, HALL))
    assert not join(gone, of({"title": "a", "status": "done"}, status=4)).alive
    assert not join(gone, of({"title": "a", "status": "done"}, status=5)).alive, (
        "at the same moment: the device decides, as of any stamps"
    )
    assert join(gone, of({"title": "a", "status": "done"}, status=6)).alive


def test_of_two_alike_ledger_entries_the_one_with_more_fields_stays() -> None:
    """A newer program fills in what the older one does not know; both must keep to it, or they would tell each other
    for ever.
    """
    old = Replica("entry", "1", {"minor": 5}, {"minor": Stamp(3, DESK)})
    new = Replica("entry", "1", {"minor": 5, "note": ""}, {"minor": Stamp(3, DESK), "note": Stamp(0, "0" * 12)})
    assert join(old, new) == join(new, old) == new
