"""A command done otherwise: what it wrote is put back in the same transaction, and undo then undoes both."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from services.store.base import Customer, LedgerEntry, Note, NothingToUndo, Person, StoreDamaged, UndoBlocked
from services.store.store import Store


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store(tmp_path / "equerry.db") as opened:
        yield opened


def add(store: Store, name: str, client: str = "mic") -> Person:
    with store.transaction(f"{name} added", client=client) as tx:
        return tx.add(Person(name=name))


def names(store: Store) -> list[str]:
    return [person.name for person in store.find(Person)]


def undo(store: Store) -> str:
    with store.transaction("undo") as tx:
        return tx.undo_last(others=True).label


def test_what_was_made_is_gone_and_the_other_there(store: Store) -> None:
    wrong = add(store, "Hannah")
    with store.transaction("Anna added", client="mic") as tx:
        assert tx.take_back([("person", wrong.id)]) == "Hannah added"
        tx.add(Person(name="Anna"))
    assert names(store) == ["Anna"]
    assert undo(store) == "Anna added" and names(store) == []
    with pytest.raises(NothingToUndo):
        undo(store)


def test_a_document_changed_twice_goes_back_to_the_first(store: Store) -> None:
    person = add(store, "Anna")
    with store.transaction("role", client="mic") as tx:
        person = tx.put(Person(id=person.id, name="Anna", role="baker"))
    with store.transaction("role", client="mic") as tx:
        tx.take_back([("person", person.id)])
        tx.put(Person(id=person.id, name="Anna", role="banker"))
    assert [each.role for each in store.find(Person)] == ["banker"]
    undo(store)
    assert [each.role for each in store.find(Person)] == [""]


def test_entries_of_the_ledger_are_taken_back_and_undone_once(store: Store) -> None:
    with store.transaction("customer", client="mic") as tx:
        rahul = tx.add(Customer(name="Rahul"))

    def book(minor: int) -> LedgerEntry:
        return LedgerEntry(customer_id=rahul.id, minor=minor, currency="USD", reason="credit")

    with store.transaction("100", client="mic") as tx:
        wrong = tx.add(book(100))
    with store.transaction("200", client="mic") as tx:
        tx.take_back([("entry", wrong.id)])
        tx.add(book(200))
    assert [entry.minor for entry in store.find(LedgerEntry)] == [100, -100, 200]
    undo(store)
    assert [entry.minor for entry in store.find(LedgerEntry)] == [100, -100, 200, -200]


def test_what_another_client_wrote_is_not_taken_back(store: Store) -> None:
    person = add(store, "Anna", client="kitchen")
    with pytest.raises(UndoBlocked), store.transaction("x", client="mic") as tx:
        tx.take_back([("person", person.id)])
    assert names(store) == ["Anna"]


def test_commands_of_others_in_between_do_not_hinder(store: Store) -> None:
    person = add(store, "Hannah")
    add(store, "Mike", client="kitchen")
    with store.transaction("Anna added", client="mic") as tx:
        tx.take_back([("person", person.id)])
        tx.add(Person(name="Anna"))
    assert sorted(names(store)) == ["Anna", "Mike"]


def test_what_was_changed_since_stays(store: Store) -> None:
    person = add(store, "Anna")
    with store.transaction("sync", undoable=False) as tx:
        tx.put(Person(id=person.id, name="Anna", role="baker"))
    with pytest.raises(UndoBlocked), store.transaction("x", client="mic") as tx:
        tx.take_back([("person", person.id)])
    assert [each.role for each in store.find(Person)] == ["baker"]


def test_what_nobody_wrote_can_not_be_taken_back(store: Store) -> None:
    with pytest.raises(NothingToUndo), store.transaction("x", client="mic") as tx:
        tx.take_back([("person", "no such id")])


def test_undo_brings_nothing_back_that_is_not_what_was_written(store: Store) -> None:
    with store.transaction("noted") as tx:
        note = tx.add(Note(content="call the bank"))
    with store.transaction("deleted") as tx:
        tx.remove(note)
    with store.storage.file.writing() as connection:
        connection.execute("UPDATE undo SET images = replace(images, 'call the bank', 'call the bang')")
    with pytest.raises(StoreDamaged, match="what undo knows"), store.transaction("") as tx:
        tx.undo_last()
    with store.storage.file.writing() as connection:
        connection.execute(
            "UPDATE undo SET images = substr(replace(images, 'bang', 'bank'), 9)"
        )  # as earlier versions kept it
    with store.transaction("") as tx:
        tx.undo_last()
    assert [each.content for each in store.find(Note)] == ["call the bank"]
