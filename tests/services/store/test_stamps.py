"""Stamps of fields and tombstones: what devices that changed a document apart will need to agree."""

from __future__ import annotations

import sqlite3
import zlib
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.store.base import Customer, LedgerEntry, StoreDamaged, Task
from services.store.replicas.stamps import Stamp, StampClock, fresh, read, touched, unpacked
from services.store.sqlite.migrations import MIGRATIONS, migrate
from services.store.store import Store
from tests.replicas import stamps_of, tombstones

NOW = datetime(2026, 12, 2, 9, 0, tzinfo=UTC)
TIMES = st.datetimes(datetime(2020, 1, 1), datetime(2040, 1, 1), timezones=st.just(UTC))
STAMPS = st.builds(Stamp, st.integers(0, 2**62), st.text("0123456789abcdef", min_size=12, max_size=12))


@given(st.lists(TIMES, min_size=1, max_size=30))
def test_stamps_of_a_device_ascend_whatever_its_wall_clock_does(times: list[datetime]) -> None:
    clock = StampClock("aaaaaaaaaaaa")
    stamps = [clock.next(at) for at in times]
    assert stamps == sorted(set(stamps))
    assert StampClock("aaaaaaaaaaaa", clock.last).next(times[0]) > stamps[-1]
    assert max(stamps).at - max(times) < timedelta(milliseconds=1)


@given(STAMPS, STAMPS)
def test_stamps_sort_as_their_text_does_and_can_be_read_again(one: Stamp, other: Stamp) -> None:
    assert read(str(one)) == one
    assert (one < other) == (str(one) < str(other))


@pytest.mark.parametrize("text", ["", "0", "x" * 28, "0" * 29])
def test_what_is_no_stamp_is_not_read(text: str) -> None:
    with pytest.raises(ValueError, match=r"stamp|int"):
        read(text)


def test_a_stamp_seen_is_followed_but_not_one_from_a_wrong_clock() -> None:
    clock, other = StampClock("aaaaaaaaaaaa"), StampClock("bbbbbbbbbbbb")
    ahead = other.next(NOW + timedelta(minutes=2))
    assert clock.seen(ahead, NOW)
    assert clock.next(NOW) > ahead
    wrong = other.next(NOW + timedelta(days=400))
    assert not clock.seen(wrong, NOW)
    assert clock.next(NOW).at < NOW + timedelta(minutes=3)


@given(st.lists(st.sets(st.sampled_from("abcdef")), max_size=10))
def test_packed_stamps_tell_of_each_field_when_it_was_changed_last(changes: list[set[str]]) -> None:
    clock = StampClock("aaaaaaaaaaaa")
    first = clock.next(NOW)
    packed, model = fresh(first), dict.fromkeys("abcdef", first)
    for names in changes:
        stamp = clock.next(NOW)
        packed = touched(packed, names, stamp, first)
        model |= dict.fromkeys(names, stamp)
        assert unpacked(packed, "abcdef", first) == model


def test_a_new_document_has_one_stamp_and_a_change_stamps_what_it_changes(store: Store) -> None:
    with store.transaction("made", now=NOW) as tx:
        task = tx.add(Task(title="water the plants"))
    made = stamps_of(store, "task", task.id)
    assert made is not None
    assert len(set(made.values())) == 1
    assert {"title", "status", "due"} <= set(made)
    assert not {"id", "created", "updated"} & set(made)
    assert made["title"].at == NOW
    assert made["title"].device == store.device
    with store.transaction("renamed", now=NOW - timedelta(days=1)) as tx:
        tx.put(replace(task, title="water the roses"))
    after = stamps_of(store, "task", task.id)
    assert after is not None
    assert {name for name in after if after[name] != made[name]} == {"title"}
    assert after["title"] > made["title"]
    assert stamps_of(store, "task", "nowhere") is None


def test_undo_stamps_anew_and_a_deletion_leaves_a_tombstone_until_it_is_undone(store: Store) -> None:
    with store.transaction("made", now=NOW) as tx:
        task = tx.add(Task(title="water the plants"))
    with store.transaction("done", now=NOW) as tx:
        tx.put(replace(task, status="done"))
    done = stamps_of(store, "task", task.id)
    with store.transaction("", now=NOW) as tx:
        tx.undo_last()
    undone = stamps_of(store, "task", task.id)
    assert done is not None
    assert undone is not None
    assert undone["status"] > done["status"]
    assert undone["title"] == done["title"]
    with store.transaction("deleted", now=NOW) as tx:
        tx.remove(task)
    (stone,) = tombstones(store)
    assert (stone.kind, stone.id) == ("task", task.id)
    assert stone.deleted > undone["status"]
    with store.transaction("", now=NOW) as tx:
        tx.undo_last()
    assert tombstones(store) == []
    back = stamps_of(store, "task", task.id)
    assert back is not None
    assert min(back.values()) > stone.deleted
    found = store.get(Task, task.id)
    assert found is not None
    assert found.created == task.created


def test_what_is_put_back_as_it_was_is_not_stamped(store: Store) -> None:
    with store.transaction("made", now=NOW) as tx:
        task = tx.add(Task(title="water the plants"))
    before = stamps_of(store, "task", task.id)
    with store.transaction("to and fro", now=NOW) as tx:
        tx.put(replace(tx.put(replace(task, title="something else")), title=task.title))
    assert stamps_of(store, "task", task.id) == before


def test_the_ledger_is_stamped_as_it_grows(store: Store) -> None:
    with store.transaction("credit", now=NOW) as tx:
        customer = tx.add(Customer(name="Karo"))
    with store.transaction("credit", now=NOW) as tx:
        tx.add(LedgerEntry(customer_id=customer.id, minor=100, currency="EUR", reason="credit"))
    with store.transaction("", now=NOW) as tx:
        tx.undo_last()
    one, other = (stamps_of(store, "entry", entry.id) for entry in store.find(LedgerEntry))
    assert one is not None
    assert other is not None
    assert other["minor"] > one["minor"]


def test_the_clock_and_the_device_go_on_after_a_restart(path: Path) -> None:
    with Store(path) as store:
        with store.transaction("made", now=NOW) as tx:
            task = tx.add(Task(title="one"))
        device, first = store.device, stamps_of(store, "task", task.id)
    with Store(path) as store:
        assert store.device == device
        with store.transaction("made", now=NOW - timedelta(days=365)) as tx:
            other = tx.add(Task(title="two"))
        second = stamps_of(store, "task", other.id)
    assert first is not None
    assert second is not None
    assert second["title"] > first["title"]
    with Store(path.with_name("other.db")) as store:
        assert store.device != device


def test_a_store_from_before_stamps(path: Path) -> None:
    with Store(path) as store, store.transaction("made", now=NOW) as tx:
        task = tx.add(Task(title="old"))
    old = sqlite3.connect(path)
    rows = old.execute("SELECT kind, id, body FROM documents").fetchall()
    old.close()
    path.unlink()
    before = sqlite3.connect(path, isolation_level=None)
    migrate(before, "then", MIGRATIONS[:2])
    before.executemany(
        "INSERT INTO documents VALUES (?, ?, ?, ?)", [(*row, zlib.crc32("/".join(row).encode())) for row in rows]
    )
    before.close()
    with Store(path) as store:
        stamps = stamps_of(store, "task", task.id)
        assert stamps is not None
        assert {stamp.at for stamp in stamps.values()} == {NOW}
        with store.transaction("renamed", now=NOW + timedelta(hours=1)) as tx:
            tx.put(replace(task, title="new"))
        after = stamps_of(store, "task", task.id)
    assert after is not None
    assert {name for name in after if after[name] != stamps[name]} == {"title"}


def test_a_stamp_that_changed_by_itself_is_damage(path: Path) -> None:
    with Store(path) as store, store.transaction("made", now=NOW) as tx:
        tx.add(Task(title="one"))
    with sqlite3.connect(path) as other:
        other.execute("UPDATE documents SET stamps = replace(stamps, '0', '1')")
    other.close()
    with pytest.raises(StoreDamaged):
        Store(path).open()
