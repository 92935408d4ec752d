"""Customers: added once, told of, taken into focus."""

from __future__ import annotations

from typing import Any

import pytest

from services.store.base import Customer


@pytest.fixture
def shop(desk: Any) -> Any:
    desk.say("customer.create", name="Rahul Sharma")
    desk.say("customer.create", name="priya")
    return desk


def test_create(desk: Any) -> None:
    assert desk.say("customer.create", name="rahul sharma") == "Customer added: Rahul Sharma."
    assert desk.say("control.undo") == "Undone: customer added: Rahul Sharma."
    assert desk.store.find(Customer) == []


def test_one_of_nearly_that_name_is_asked_about(shop: Any) -> None:
    assert (
        shop.say("customer.create", name="Rahul Sharmaa")
        == "There is a customer Rahul Sharma already. Shall I add Rahul Sharmaa too?"
    )
    assert shop.agree() == "Customer added: Rahul Sharmaa."


@pytest.mark.parametrize(
    ("action", "said", "slots", "reply"),
    [
        ("customer.query", "who are my customers", {}, "You have two customers: Priya and Rahul Sharma."),
        ("customer.query", "is Priya a customer", {"name": "Priya"}, "Priya's balance is zero."),
        ("customer.query", "who owes us money?", {}, "Every balance is zero."),
        ("customer.focus", "focus on Rahul", {"name": "Rahul"}, "Rahul Sharma's balance is zero."),
        (
            "customer.focus",
            "focus on both",
            {"name": "Rahul and Priya"},
            "Rahul Sharma's balance is zero. Priya's balance is zero.",
        ),
    ],
)
def test_query_and_focus(shop: Any, action: str, said: str, slots: dict[str, Any], reply: str) -> None:
    assert shop.say(action, said, **slots) == reply
    assert not shop.outcomes[0].changed


@pytest.mark.parametrize(
    ("action", "slots", "code", "awaits"),
    [
        ("customer.create", {}, "customer.no_name", True),
        ("customer.create", {"name": "Priya"}, "customer.exists", False),
        ("customer.focus", {}, "customer.no_name", True),
        ("customer.focus", {"name": "Zebulon"}, "customer.unknown", False),
        ("customer.query", {"name": "Zebulon"}, "customer.unknown", False),
    ],
)
def test_refused(shop: Any, action: str, slots: dict[str, Any], code: str, awaits: bool) -> None:
    shop.say(action, **slots)
    assert shop.codes == [code] and shop.awaits == awaits


def test_without_customers(desk: Any) -> None:
    assert desk.say("customer.query") == "You have no customers yet."


def test_many_customers_are_not_all_read(desk: Any) -> None:
    names = ("Anna", "Bob", "Cecil", "Dora", "Emil", "Flo", "Gus", "Hilda", "Igor", "Jo")
    for name in names:
        desk.say("customer.create", name=name)
    assert desk.say("customer.query") == f"You have ten customers: {', '.join(names[:8])}, and 2 more."
