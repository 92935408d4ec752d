"""Undo of one client's own commands: what others did stays."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from services.store.base import (
    Channel,
    Customer,
    LedgerEntry,
    Message,
    NothingToUndo,
    Person,
    Project,
    Task,
    UndoBlocked,
)
from services.store.store import Store


def add(store: Store, name: str, client: str) -> None:
    with store.transaction(f"{name} added", client=client) as tx:
        tx.add(Person(name=name))


def names(store: Store) -> list[str]:
    return [person.name for person in store.find(Person)]


def test_only_ones_own_command_is_undone(store: Store) -> None:
    for name, client in (("Anna", "mic"), ("Ben", "phone"), ("Cleo", "mic")):
        add(store, name, client)
    with store.transaction("undo", client="phone") as tx:
        assert tx.undo_last().label == "Ben added"
    assert names(store) == ["Anna", "Cleo"]
    with pytest.raises(NothingToUndo), store.transaction("undo", client="phone") as tx:
        tx.undo_last()


def test_several_of_ones_own(store: Store) -> None:
    for name, client in (("Anna", "mic"), ("Ben", "phone"), ("Cleo", "mic")):
        add(store, name, client)
    with store.transaction("undo", client="mic") as tx:
        assert [tx.undo_last().label, tx.undo_last().label] == ["Cleo added", "Anna added"]
    assert names(store) == ["Ben"]


def test_the_last_of_all_where_that_is_meant(store: Store) -> None:
    at = datetime(2026, 12, 2, 9, tzinfo=UTC)
    for name, client in (("Anna", "mic"), ("Ben", "phone")):
        with store.transaction(f"{name} added", client=client, now=at) as tx:
            tx.add(Person(name=name))
    with store.transaction("undo", client="mic") as tx:
        assert tx.undo_last(others=True) == ("Ben added", "phone", at)
        assert tx.undo_last(others=True).label == "Anna added"
    assert names(store) == []


def test_what_blocks_an_undo_is_named(store: Store) -> None:
    with store.transaction("task created: one", client="mic") as tx:
        task = tx.add(Task(title="one"))
    with store.transaction("task done: one", client="phone") as tx:
        tx.put(replace(task, status="done"))
    with store.transaction("renamed", client="phone") as tx:
        tx.put(replace(task, title="two", status="done"))
    with pytest.raises(UndoBlocked) as blocked, store.transaction("undo", client="mic") as tx:
        tx.undo_last()
    assert str(blocked.value) == "I can't undo that (task created: one): a later command built on it (renamed)."
    with store.transaction("undo", client="phone") as tx:
        assert (tx.undo_last().label, tx.undo_last().label) == ("renamed", "task done: one")
    with store.transaction("undo", client="mic") as tx:
        assert tx.undo_last().label == "task created: one"


def test_what_a_later_command_put_into_it_keeps_it(store: Store) -> None:
    with store.transaction("project created: garden", client="mic") as tx:
        project = tx.add(Project(name="garden"))
    with store.transaction("task created: dig", client="phone") as tx:
        tx.add(Task(title="dig", project_id=project.id))
    with (
        pytest.raises(UndoBlocked, match=r"built on it \(task created: dig\)"),
        store.transaction("undo", client="mic") as tx,
    ):
        tx.undo_last()
    assert store.find(Project) == [project]


def test_what_merely_arrived_does_not_keep_it(store: Store) -> None:
    with store.transaction("channel created: marketing") as tx:
        channel = tx.add(Channel(name="marketing"))
    with store.transaction("arrived", undoable=False) as tx:
        tx.add(Message(content="hello", channel_id=channel.id, sender="Anna"))
    with store.transaction("undo") as tx:
        assert tx.undo_last().label == "channel created: marketing"


def test_the_booking_that_keeps_a_customer_is_named(store: Store) -> None:
    with store.transaction("customer created: Karo", client="mic") as tx:
        customer = tx.add(Customer(name="Karo"))
    with store.transaction("100 credited to Karo", client="phone") as tx:
        tx.add(LedgerEntry(customer_id=customer.id, minor=100, currency="EUR", reason="credit"))
    with (
        pytest.raises(UndoBlocked, match=r"built on it \(100 credited to Karo\)"),
        store.transaction("undo", client="mic") as tx,
    ):
        tx.undo_last()
    with store.transaction("booked elsewhere", undoable=False) as tx:
        tx.add(LedgerEntry(customer_id=customer.id, minor=50, currency="EUR", reason="credit"))
    with store.transaction("undo", client="phone") as tx:
        tx.undo_last()
    with pytest.raises(UndoBlocked, match="it was changed since"), store.transaction("undo", client="mic") as tx:
        tx.undo_last()
