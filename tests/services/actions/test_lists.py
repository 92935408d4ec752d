"""Lists: what is said, and what is not there."""

from __future__ import annotations

from typing import Any

import pytest


def test_add_and_query(desk: Any) -> None:
    items = [{"item": "milk"}, {"item": "eggs", "quantity": "a dozen"}, {"item": "bread", "quantity": "two loaves"}]
    assert (
        desk.say("list.add", items=items, list="the shopping list")
        == "Added milk, a dozen eggs and two loaves of bread to your new shopping list."
    )
    assert desk.say("list.add", items=["tea", "Milk"], list="shopping") == "Added tea to your shopping list. Milk is on it already."
    assert desk.say("list.add", items=["milk"]) == "Milk is on your shopping list already."
    assert desk.outcomes[0].ok and not desk.outcomes[0].changed
    assert (
        desk.say("list.query", list="my shopping list")
        == "Four items on your shopping list: milk, a dozen eggs, two loaves of bread and tea."
    )
    assert desk.say("list.query", items=["milk", "soap"]) == "Milk is on your shopping list, but soap is not on your shopping list."
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
        (["shopping"], "list.query", {"list": "packing"}, "There is no packing list. You have shopping.", "list.unknown"),
        (["shopping", "packing"], "list.add", {"items": ["soap"]}, "Which list: shopping or packing?", "list.which"),
        (["shopping", "packing"], "list.query", {}, "You have two lists: shopping and packing.", None),
        (["shopping"], "list.query", {}, "Your shopping list is empty.", None),
    ],
)
def test_what_is_not_there_is_said(desk: Any, there: list[str], action: str, slots: dict[str, Any], reply: str, code: str | None) -> None:
    for name in there:
        desk.say("list.create", list=name)
        desk.later(seconds=1)
    assert desk.say(action, **slots) == reply
    assert desk.codes == [code]
