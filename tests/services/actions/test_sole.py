"""Lists and customers are one under one name, on however many devices they are made."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from services.store.base import Customer, Item, TodoList, natural_id
from services.store.store import Store
from tests.replicas import tombstones


@pytest.mark.parametrize(
    "one, other", [("Shopping", "shopping"), ("to  do", "To Do"), ("Straße", "STRASSE"), ("ﬁle", "file")]
)
def test_the_way_a_name_is_written_is_of_no_account(one: str, other: str) -> None:
    assert natural_id("list", one) == natural_id("list", other)
    assert natural_id("list", one) != natural_id("customer", one)
    assert natural_id("list", one) != natural_id("list", f"{one}s")


def test_two_devices_make_one_list_and_one_customer(desk: Any, tmp_path: Path) -> None:
    ids = []
    for name in ("one", "other"):
        with Store(tmp_path / f"{name}.db") as desk.store:
            desk.say("list.add", items=["milk"], list="shopping")
            desk.say("list.create", list="Packing")
            desk.say("customer.create", name="Karo")
            ids.append({(each.kind, each.id) for kind in (TodoList, Customer) for each in desk.store.find(kind)})
    assert ids[0] == ids[1]
    assert len(ids[0]) == 3


def test_a_list_that_is_made_again_is_new_and_undo_goes_back_over_it(desk: Any) -> None:
    desk.say("list.create", list="packing", items=["socks"])
    (first,) = desk.store.find(TodoList)
    desk.later(days=1)
    desk.say("list.delete", list="packing")
    desk.agree()
    stone = tombstones(desk.store)
    assert ("list", first.id) in {(each.kind, each.id) for each in stone}
    desk.later(days=1)
    desk.say("list.create", list="Packing")
    (again,) = desk.store.find(TodoList)
    assert again.id == first.id
    assert again.created == again.updated > first.created
    assert desk.store.replica("list", again.id).deleted is None
    assert min(desk.store.replica("list", again.id).stamps.values()) > max(each.deleted for each in stone)
    assert not desk.store.find(Item)
    desk.say("control.undo")
    assert not desk.store.find(TodoList)
    desk.say("control.undo")
    (back,) = desk.store.find(TodoList)
    assert (back.id, back.name, back.created) == (first.id, first.name, first.created)
    assert [item.name for item in desk.store.find(Item)] == ["socks"]


def test_a_list_that_was_called_otherwise_keeps_its_id(desk: Any) -> None:
    desk.say("list.create", list="packing")
    (first,) = desk.store.find(TodoList)
    with desk.store.transaction("renamed") as tx:
        tx.put(replace(first, name="holidays"))
    desk.say("list.create", list="packing")
    assert {each.name: each.id == first.id for each in desk.store.find(TodoList)} == {
        "holidays": True,
        "packing": False,
    }
