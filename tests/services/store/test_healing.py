"""A device whose clock was years ahead once: its stamps come back to now, and nobody else's are touched."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from services.store.base import LedgerEntry, StoreReadOnly, Task
from services.store.replicas.stamps import Stamp
from services.store.store import Store
from tests.joining import join
from tests.replicas import stamps_of, tombstones

NOW = datetime(2026, 12, 2, 9, 0, tzinfo=UTC)
AHEAD = NOW + timedelta(days=4000)


@pytest.fixture
def other(tmp_path: Path) -> Iterator[Store]:
    with Store(tmp_path / "other.db") as opened:
        yield opened


def stamps(store: Store, task: Task) -> dict[str, Stamp]:
    found = stamps_of(store, "task", task.id)
    assert found is not None
    return found


def test_what_was_done_in_the_future_is_stamped_now_and_goes_out(store: Store, other: Store) -> None:
    with other.transaction("made", now=NOW - timedelta(days=1)) as tx:
        theirs = tx.add(Task(title="theirs"))
    replica = other.replica("task", theirs.id)
    assert replica is not None
    store.merge([replica], join, now=NOW)
    with store.transaction("made", now=NOW - timedelta(hours=1)) as tx:
        before, gone, gone_before = (tx.add(Task(title=title)) for title in ("before", "gone", "gone before"))
    with store.transaction("deleted", now=NOW - timedelta(hours=1)) as tx:
        tx.remove(gone_before)
    kept = stamps(store, before)
    stone = next(each for each in tombstones(store) if each.id == gone_before.id)
    with store.transaction("ahead", now=AHEAD) as tx:
        tx.put(replace(before, title="from the future"))
        tx.put(replace(theirs, status="done"))
        made = tx.add(Task(title="made ahead"))
        tx.add(LedgerEntry(customer_id="karo", minor=1, currency="EUR", reason="credit"))
        tx.remove(gone)
    store.sent(store.outbox())
    told: list[str] = []
    store.watch(lambda changes: told.extend(each.id for each in changes))
    assert store.heal(NOW) == 5
    assert {name for name, stamp in stamps(store, before).items() if stamp != kept[name]} == {"title"}
    assert stamps(store, before)["title"].at == NOW
    assert {stamp.device for stamp in stamps(store, theirs).values()} == {store.device, other.device}
    assert {name: stamp for name, stamp in stamps(store, theirs).items() if name != "status"} == {
        name: stamp for name, stamp in replica.stamps.items() if name != "status"
    }
    assert {each.id: each.deleted.at for each in tombstones(store)} == {gone.id: NOW, gone_before.id: stone.deleted.at}
    assert {each.id for each in store.outbox()} >= {before.id, theirs.id, made.id, gone.id}
    assert len(store.outbox()) == 5
    assert gone.id not in told
    assert len(told) == 4
    for each in store.find(Task):
        assert each.created <= each.updated <= "2026-12-02T09:00:00.000+00:00"
        found = store.replica("task", each.id)
        assert found is not None
        assert store.admissible(found, now=NOW) is None
    assert store.heal(NOW) == 0
    store.close()
    store.open()
    with store.transaction("now", now=NOW + timedelta(seconds=1)) as tx:
        tx.put(replace(before, title="from now"))
    assert stamps(store, before)["title"].at == NOW + timedelta(seconds=1)


def test_what_was_done_in_the_future_can_be_undone_afterwards(store: Store) -> None:
    with store.transaction("made", now=AHEAD) as tx:
        task = tx.add(Task(title="one"))
    with store.transaction("renamed", now=AHEAD) as tx:
        tx.put(replace(task, title="two"))
    store.heal(NOW)
    for label, titles in (("renamed", ["one"]), ("made", [])):
        with store.transaction("", now=NOW + timedelta(seconds=1)) as tx:
            assert tx.undo_last().label == label
        found = store.find(Task)
        assert [each.title for each in found] == titles
        assert [each.created for each in found if each.created > "2026-12-02T09:00:00.000+00:00"] == []


def test_a_counter_that_is_ahead_alone_goes_back(store: Store) -> None:
    with store.transaction("made", now=NOW) as tx:
        task = tx.add(Task(title="one"))
    with store.transaction("ahead", now=AHEAD) as tx:
        made = tx.add(Task(title="two"))
    with store.transaction("", now=AHEAD) as tx:
        tx.remove(made)
    store.storage.file.connection.execute("DELETE FROM tombstones")
    assert store.heal(NOW) == 0
    with store.transaction("renamed", now=NOW) as tx:
        tx.put(replace(task, title="one more"))
    assert stamps(store, task)["title"].at == NOW
    assert stamps(store, task)["title"] > stamps(store, task)["status"]


def test_a_few_minutes_are_left_alone(store: Store) -> None:
    with store.transaction("made", now=NOW + timedelta(minutes=4)) as tx:
        task = tx.add(Task(title="one"))
    before = stamps(store, task)
    assert store.heal(NOW) == 0
    assert stamps(store, task) == before


def test_a_disk_that_refuses_leaves_all_as_it_was(store: Store) -> None:
    with store.transaction("made", now=AHEAD) as tx:
        task = tx.add(Task(title="one"))
    before = stamps(store, task)
    connection = store.storage.file.connection
    connection.execute("PRAGMA query_only = ON")
    with pytest.raises(StoreReadOnly):
        store.heal(NOW)
    connection.execute("PRAGMA query_only = OFF")
    assert stamps(store, task) == before
    assert store.heal(NOW) == 1
