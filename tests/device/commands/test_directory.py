"""The names of the store, as the parser, the recogniser and the resolution see them."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from device.commands.directory import StoreDirectory
from services.store.documents import Channel, Person, Task, TodoList
from services.store.store import Store
from services.understanding.names.base import NameFound

NOW = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)


def test_names_are_those_of_the_store_as_it_is_now(tmp_path: Path) -> None:
    with Store(tmp_path / "s.db") as store:
        directory = StoreDirectory(store)
        assert directory.hints(["Tell Sarah."], known=()) == ()
        with store.transaction("add", now=NOW) as tx:
            tx.add(Task(title="one", assignees=("Sarah",)))
            tx.add(Person(name="Priya Shah", role="designer"))
            tx.add(Channel(name="marketing"))
            tx.add(TodoList(name="shopping"))
        near = directory.hints(["tell preeya sharh", "post it in mark ting"], known={"tell"})
        assert {"marketing", "Priya", "Priya Shah"} <= set(near)
        assert (
            directory.names().is_name("sarah")
            and directory.names().is_name("priya")
            and not directory.names().is_name("anna")
        )
        assert isinstance(directory.names().resolve("the designer", ("person",)), NameFound)


def test_the_index_is_kept_while_no_name_changed(tmp_path: Path) -> None:
    with Store(tmp_path / "s.db") as store:
        directory = StoreDirectory(store)
        with store.transaction("add", now=NOW) as tx:
            tx.add(Task(title="one", assignees=("Sarah",)))
        before = directory.names()
        with store.transaction("add", now=NOW) as tx:
            tx.add(Task(title="two", assignees=("Sarah",)))
        assert directory.names() is before
        with store.transaction("add", now=NOW) as tx:
            tx.add(Task(title="three", assignees=("Mike",)))
        assert directory.names().is_name("mike")


def test_somebody_whom_a_task_names_is_the_contact_of_that_name(tmp_path: Path) -> None:
    with Store(tmp_path / "s.db") as store, store.transaction("add", now=NOW) as tx:
        tx.add(Task(title="one", assignees=("Sarah",)))
        sarah = tx.add(Person(name="Sarah Chen"))
    with Store(tmp_path / "s.db") as store:
        found = StoreDirectory(store).names().resolve("sara", ("person",))
        assert isinstance(found, NameFound) and found.entity.id == sarah.id
