"""Lists: what is said, and what is not there."""

from __future__ import annotations

from typing import Any

import pytest

from services.store.base import Item, TodoList


def test_add_and_query(desk: Any) -> None:
    items = [{"item": "milk"}, {"item": "eggs", "quantity": "a dozen"}, {"item": "bread", "quantity": "two loaves"}]
    assert (
        desk.say("list.add", items=items, list="the shopping list")
        == "Added milk, a dozen eggs and two loaves of bread to your new shopping list."
    )
    assert (
        desk.say("list.add", items=["tea", "Milk"], list="shopping")
        == "Added tea to your shopping list. Milk is on it already."
    )
    assert desk.say("list.add", items=["milk"]) == "Milk is on your shopping list already."
    bread = desk.say("list.add", items=[{"item": "bread", "quantity": "two loaves"}])
    assert bread == "Two loaves of bread are on your shopping list already."
    assert desk.outcomes[0].ok and not desk.outcomes[0].changed
    assert (
        desk.say("list.query", list="my shopping list")
        == "Four items on your shopping list: milk, a dozen eggs, two loaves of bread and tea."
    )
    assert (
        desk.say("list.query", items=["milk", "soap"])
        == "Milk is on your shopping list, but soap is not on your shopping list."
    )
    assert desk.say("list.query", items=["soap"]) == "No, soap is not on your shopping list."


def test_a_misheard_list_is_the_one_that_is_there(desk: Any) -> None:
    desk.say("list.add", items=["milk"], list="shopping list")
    assert desk.say("list.add", items=["soap"], list="chopping list") == "Added soap to your shopping list."


def test_a_quantity_that_changes_replaces_the_old(desk: Any) -> None:
    desk.say("list.add", items=[{"item": "eggs", "quantity": "6"}])
    assert desk.say("list.add", items=[{"item": "eggs", "quantity": "12"}]) == "Added 12 eggs to your shopping list."
    assert desk.say("list.query") == "One item on your shopping list: 12 eggs."


def test_remove(desk: Any) -> None:
    desk.say("list.add", items=["green tea", "black tea", "milk"])
    assert desk.say("list.remove", items=["milk"]) == "Took milk off your shopping list."
    assert desk.say("list.remove", items=["milk"]) == "There is no milk on your shopping list."
    assert desk.say("list.remove", items=["tea"]).startswith("Which one: ")
    assert desk.awaits
    desk.say("list.remove", items=["green tea", "black tea"])
    assert desk.say("list.query") == "Your shopping list is empty."
    assert desk.say("control.undo") == "Undone: taken off shopping: green tea and black tea."


def test_create(desk: Any) -> None:
    assert desk.say("list.create", list="a packing list", items=["socks"]) == "List created: packing with socks."
    assert desk.say("list.create", list="Packing") == "There is a packing list already."
    assert desk.codes == ["list.exists"]


@pytest.mark.parametrize(
    ("there", "action", "slots", "reply", "code"),
    [
        ([], "list.query", {}, "You have no lists yet. Say, for example: add milk to the shopping list.", "list.none"),
        ([], "list.remove", {"items": ["milk"]}, "You have no lists yet.", "list.which"),
        ([], "list.create", {}, "What shall the list be called?", "list.no_name"),
        ([], "list.add", {"list": "shopping"}, "What shall I add?", "list.no_items"),
        (
            ["shopping"],
            "list.query",
            {"list": "packing"},
            "There is no packing list. You have shopping.",
            "list.unknown",
        ),
        (["shopping", "packing"], "list.add", {"items": ["soap"]}, "Which list: shopping or packing?", "list.which"),
        (["shopping", "packing"], "list.query", {}, "You have two lists: shopping and packing.", None),
        (["shopping"], "list.query", {}, "Your shopping list is empty.", None),
    ],
)
def test_what_is_not_there_is_said(
    desk: Any, there: list[str], action: str, slots: dict[str, Any], reply: str, code: str | None
) -> None:
    for name in there:
        desk.say("list.create", list=name)
        desk.later(seconds=1)
    assert desk.say(action, **slots) == reply
    assert desk.codes == [code]


def test_tick_off(desk: Any) -> None:
    desk.say("list.add", items=["milk", "eggs", "tea"], list="shopping")
    assert (
        desk.say("list.complete", items=["milk", "tea"], list="shopping")
        == "Ticked milk and tea off your shopping list. One item left."
    )
    assert desk.say("list.complete", items=["eggs"]) == "Ticked eggs off your shopping list. That was the last one."
    assert desk.say("list.complete", items=["eggs"]) == "There are no eggs on your shopping list."
    assert desk.say("list.complete") == "What shall I tick off?"
    assert desk.say("control.undo") == "Undone: ticked off: eggs."


def test_delete_asks_first(desk: Any) -> None:
    desk.say("list.create", list="packing", items=["socks", "shoes"])
    assert desk.say("list.delete", list="packing") == "Delete your packing list with two items on it?"
    assert desk.codes == ["confirm"] and desk.awaits
    assert desk.agree() == "Packing list deleted."
    assert desk.store.find(TodoList) == [] and desk.store.find(Item) == []
    assert desk.say("control.undo") == "Undone: packing list deleted."
    assert desk.say("list.query") == "Two items on your packing list: socks and shoes."


def test_clearing_a_list_keeps_it(desk: Any) -> None:
    desk.say("list.create", list="packing", items=["socks"])
    assert desk.say("list.delete", "clear the packing list", list="packing") == "Take socks off your packing list?"
    assert desk.agree() == "Your packing list is empty now."
    assert desk.say("list.delete", "clear the packing list", list="packing") == "Your packing list is empty already."
    desk.say("list.create", list="things to buy")
    assert (
        desk.say("list.delete", "delete the things to buy list", list="things to buy")
        == "Delete your things to buy list?"
    )


def test_whether_something_is_on_any_list(desk: Any) -> None:
    desk.say("list.add", items=["milk"], list="shopping")
    desk.later(seconds=1)
    desk.say("list.create", list="packing", items=["socks", "milk"])
    assert desk.say("list.query", items=["socks"]) == "Yes, socks is on your packing list."
    assert desk.say("list.query", items=["milk"]) == "Yes, milk is on your shopping and packing list."
    assert (
        desk.say("list.query", items=["tea", "socks"])
        == "Socks is on your packing list, but tea is on none of your lists."
    )
    assert desk.say("list.query", items=["tea"]) == "No, tea is on none of your lists."
