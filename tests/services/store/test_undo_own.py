"""Undo of one client's own commands: what others did stays."""

from __future__ import annotations

import pytest

from services.store.base import NothingToUndo, Person
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
        assert tx.undo_last("phone") == "Ben added"
    assert names(store) == ["Anna", "Cleo"]
    with pytest.raises(NothingToUndo), store.transaction("undo", client="phone") as tx:
        tx.undo_last("phone")


def test_several_of_ones_own(store: Store) -> None:
    for name, client in (("Anna", "mic"), ("Ben", "phone"), ("Cleo", "mic")):
        add(store, name, client)
    with store.transaction("undo", client="mic") as tx:
        assert [tx.undo_last("mic"), tx.undo_last("mic")] == ["Cleo added", "Anna added"]
    assert names(store) == ["Ben"]
