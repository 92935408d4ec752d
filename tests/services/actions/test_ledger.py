"""The ledger: sums that hold, amounts that are asked about, and undo that deletes nothing."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from services.store.base import Customer, LedgerEntry
from services.understanding.base import Reference, Step


@pytest.fixture
def shop(desk: Any) -> Any:
    desk.currency = "INR"
    desk.say("customer.create", name="Rahul")
    desk.say("customer.create", name="Priya")
    return desk


def entries(desk: Any) -> list[tuple[int, str, str]]:
    return [(entry.minor, entry.currency, entry.reason) for entry in desk.store.find(LedgerEntry)]


@pytest.mark.parametrize(
    ("verb", "slots", "reply", "kept"),
    [
        (
            "credit",
            {"amount": "100"},
            "100 rupees credited to Rahul. Rahul's balance is 100 rupees.",
            (10_000, "INR", "credit"),
        ),
        (
            "credit",
            {"amount": "sau rupaye"},
            "100 rupees credited to Rahul. Rahul's balance is 100 rupees.",
            (10_000, "INR", "credit"),
        ),
        ("debit", {"amount": "$20"}, "20 dollars charged to Rahul. Rahul owes 20 dollars.", (-2_000, "USD", "debit")),
        (
            "payment",
            {"amount": "12.50"},
            "12 rupees and 50 paise booked as paid by Rahul. Rahul's balance is 12 rupees and 50 paise.",
            (1_250, "INR", "payment"),
        ),
        (
            "credit",
            {"amount": "7", "currency": "euros"},
            "7 euros credited to Rahul. Rahul's balance is 7 euros.",
            (700, "EUR", "credit"),
        ),
        (
            "credit",
            {"amount": "1500 yen"},
            "1,500 yen credited to Rahul. Rahul's balance is 1,500 yen.",
            (1_500, "JPY", "credit"),
        ),
    ],
)
def test_booking(shop: Any, verb: str, slots: dict[str, Any], reply: str, kept: tuple[int, str, str]) -> None:
    assert shop.say(f"ledger.{verb}", customer="Rahul", **slots) == reply
    assert entries(shop) == [kept]
    assert shop.store.find(LedgerEntry)[0].customer == "Rahul"
    assert shop.outcomes[0].about[0][0] == "customer" and shop.outcomes[0].changed[0][0] == "entry"


def test_several_at_once(shop: Any) -> None:
    reply = shop.command(
        Step("ledger.credit", {"customer": "Rahul", "amount": "100"}),
        Step("ledger.credit", {"customer": "Priya", "amount": "50"}),
    )
    assert (
        reply
        == "100 rupees credited to Rahul. Rahul's balance is 100 rupees. 50 rupees credited to Priya. Priya's balance"
        " is 50 rupees."
    )
    assert (
        shop.say("ledger.debit", customer="Rahul and Priya", amount="20")
        == "20 rupees each charged to Rahul and Priya. Rahul's balance is 80 rupees. Priya's balance is 30 rupees."
    )


def test_everyone_needs_a_yes(shop: Any) -> None:
    assert shop.say("ledger.credit", customer="everyone", amount="5") == "Book that for all two customers?"
    assert entries(shop) == []
    assert shop.agree().startswith("5 rupees each credited to Rahul and Priya.")


def test_one_unknown_customer_leaves_nothing_behind(shop: Any) -> None:
    reply = shop.command(
        Step("ledger.credit", {"customer": "Rahul", "amount": "100"}),
        Step("ledger.credit", {"customer": "Zebulon", "amount": "50"}),
    )
    assert reply == "I don't know a customer Zebulon. Nothing was done."
    assert entries(shop) == []


@pytest.mark.parametrize(
    ("slots", "code"),
    [
        ({"customer": "Rahul"}, "ledger.amount"),
        ({"amount": "100"}, "ledger.no_customer"),
        ({"customer": "Rahul", "amount": "some"}, "ledger.amount"),
        ({"customer": "Rahul", "amount": "0"}, "ledger.zero"),
        ({"customer": "Rahul", "amount": "-50"}, "ledger.amount"),
        ({"customer": "Rahul", "amount": "1.005"}, "ledger.too_fine"),
        ({"customer": "Rahul", "amount": "2.5 yen"}, "ledger.too_fine"),
        ({"customer": "Rahul", "amount": "99999999999999"}, "ledger.too_much"),
        ({"customer": "Rahul", "amount": "5", "currency": "beads"}, "ledger.currency"),
        ({"customer": "Rahul", "amount": "50", "said": "charge Rahul -50"}, "confirm"),
        ({"customer": "Rahul", "amount": "50", "said": "charge Rahul minus 50"}, "confirm"),
        ({"customer": "Rahul", "amount": "20 million"}, "confirm"),
    ],
)
def test_wrong_amounts_are_asked_about(shop: Any, slots: dict[str, Any], code: str) -> None:
    reply = shop.say("ledger.debit", **slots)
    assert shop.codes == [code] and shop.awaits and "?" in reply
    assert entries(shop) == []


def test_what_was_confirmed_is_booked(shop: Any) -> None:
    assert (
        shop.say("ledger.credit", customer="Rahul", amount="20 million")
        == "Credit 20,000,000 rupees to Rahul? That is a lot."
    )
    assert shop.agree().startswith("20,000,000 rupees credited to Rahul.")
    assert (
        shop.say("ledger.debit", "charge Rahul - 50", customer="Rahul", amount="50")
        == "I heard a minus. Charge 50 rupees to Rahul?"
    )
    shop.agree()
    assert entries(shop)[-1] == (-5_000, "INR", "debit")


@pytest.mark.parametrize("said", ["credit Rahul-Singh 50", "charge Rahul 50 - thanks", "credit well-known Rahul 50"])
def test_a_dash_is_not_always_a_minus(shop: Any, said: str) -> None:
    shop.say("ledger.credit", said, customer="Rahul", amount="50")
    assert len(entries(shop)) == 1


@pytest.mark.parametrize(
    ("told", "before", "kept"),
    [
        ("", [], "XXX"),
        ("", ["5 dollars"], "USD"),
        ("", ["5 dollars", "5 euros"], "EUR"),
        ("INR", [], "INR"),
        ("INR", ["5 dollars"], "USD"),
        ("INR", ["5 rupees", "5 dollars"], "INR"),
    ],
)
def test_the_currency_that_goes_without_saying(shop: Any, told: str, before: list[str], kept: str) -> None:
    shop.currency = told
    for amount in before:
        shop.say("ledger.credit", customer="Rahul", amount=amount)
        shop.later(minutes=1)
    shop.say("ledger.credit", customer="Rahul", amount="7")
    assert entries(shop)[-1] == (700, kept, "credit")


def test_balance(shop: Any) -> None:
    assert shop.say("ledger.balance", customer="Rahul") == "Rahul's balance is zero."
    assert shop.say("ledger.balance") == "Every balance is zero."
    shop.say("ledger.credit", customer="Rahul", amount="100")
    shop.say("ledger.debit", customer="Priya", amount="30 dollars")
    assert (
        shop.say("ledger.balance")
        == "One customer owes: Priya, 30 dollars. One customer has credit: Rahul, 100 rupees."
    )
    assert shop.say("customer.query", "who owes us money") == shop.say("ledger.balance")
    assert shop.say("ledger.balance", customer="Zebulon") == "I don't know a customer Zebulon."
    assert shop.codes == ["customer.unknown"]


def test_the_customer_may_be_known_already(shop: Any) -> None:
    rahul = shop.store.find(Customer)[0]
    reference = Reference("customer", "", "customer", "Rahul", rahul.id, "context")
    shop.command(Step("ledger.credit", {"customer": "Rahul", "amount": "100"}, references=(reference,)))
    assert shop.store.find(LedgerEntry)[0].customer_id == rahul.id


def test_history(shop: Any) -> None:
    assert shop.say("ledger.history", customer="Rahul") == "Rahul has no entries."
    shop.say("ledger.credit", customer="Rahul", amount="100")
    shop.later(days=1)
    shop.say("ledger.debit", customer="Rahul", amount="30")
    assert (
        shop.say("ledger.history", customer="Rahul")
        == "Rahul has two entries: today, charge of 30 rupees; yesterday, credit of 100 rupees. Rahul's balance is 70"
        " rupees."
    )
    assert (
        shop.say("ledger.history", customer="Rahul", when="yesterday")
        == "Rahul has one entry yesterday: yesterday, credit of 100 rupees. Rahul's balance is 100 rupees after that."
    )
    assert shop.say("ledger.history", customer="Rahul", when="last week") == "Rahul has no entries last week."
    for _ in range(3):
        shop.say("ledger.payment", customer="Rahul", amount="10")
    assert shop.say("ledger.history", customer="Rahul").startswith(
        "Rahul has five entries. The last three: today, payment of 10 rupees; "
    )
    assert shop.say("ledger.history") == "Of which customer?" and shop.awaits


def test_undo_adds_an_entry_and_deletes_none(shop: Any) -> None:
    shop.say("ledger.credit", customer="Rahul", amount="100")
    shop.say("ledger.debit", customer="Rahul", amount="30 dollars")
    assert shop.say("control.undo") == "Undone: 30 dollars charged to Rahul."
    first, second, third = shop.store.find(LedgerEntry)
    assert (third.minor, third.currency, third.reason, third.reverses) == (3_000, "USD", "reversal", second.id)
    assert third.customer == "Rahul" and first.reverses is second.reverses is None
    assert shop.say("ledger.balance", customer="Rahul") == "Rahul's balance is 100 rupees."
    assert (
        shop.say("ledger.history", customer="Rahul")
        == "Rahul has two entries: today, charge of 30 dollars, taken back; today, credit of 100 rupees. Rahul's"
        " balance is 100 rupees."
    )
    assert shop.say("control.undo") == "Undone: 100 rupees credited to Rahul."
    assert shop.say("ledger.balance", customer="Rahul") == "Rahul's balance is zero."
    assert len(entries(shop)) == 4


def test_undo_of_a_customer_made_for_a_booking(desk: Any) -> None:
    step = Step("ledger.credit", {"customer": "Anna", "amount": "5 euros"}, after=(0,))
    desk.command(Step("customer.create", {"name": "Anna"}), step)
    assert desk.say("control.undo") == "Undone: customer added: Anna; 5 euros credited to Anna."
    assert desk.store.find(Customer) == []
    assert entries(desk) == [(500, "EUR", "credit"), (-500, "EUR", "reversal")]


def test_a_customer_with_money_on_the_account_is_not_undone(desk: Any) -> None:
    desk.say("customer.create", name="Anna")
    with desk.store.transaction("another device", undoable=False) as tx:
        tx.add(LedgerEntry(customer_id=desk.store.find(Customer)[0].id, minor=5, currency="EUR", reason="credit"))
    assert desk.say("control.undo") == "I can't undo that (customer added: Anna): it was changed since."
    assert desk.codes == ["undo.blocked"] and len(desk.store.find(Customer)) == 1


def test_an_entry_is_never_changed_or_deleted(shop: Any) -> None:
    shop.say("ledger.credit", customer="Rahul", amount="100")
    (entry,) = shop.store.find(LedgerEntry)
    for write in ("put", "remove"):
        with pytest.raises(RuntimeError, match="only ever added"), shop.store.transaction("tampering") as tx:
            getattr(tx, write)(entry)


MOVES = st.lists(
    st.tuples(
        st.sampled_from(["credit", "debit", "payment", "undo"]),
        st.sampled_from(["Rahul", "Priya"]),
        st.integers(1, 10**9 - 1),
        st.sampled_from(["rupees", "dollars", "euros"]),
    ),
    max_size=12,
)
CODES = {"rupees": "INR", "dollars": "USD", "euros": "EUR"}


@settings(max_examples=60, suppress_health_check=list(HealthCheck))
@given(moves=MOVES)
def test_a_balance_is_the_sum_of_what_was_booked_and_not_undone(
    shop: Any, moves: list[tuple[str, str, int, str]]
) -> None:
    start = sums(shop)
    history = [start]
    booked = len(entries(shop))
    for verb, customer, minor, currency in moves:
        if verb == "undo":
            if len(history) > 1:
                shop.say("control.undo")
                history.pop()
                booked += 1
        else:
            shop.say(f"ledger.{verb}", customer=customer, amount=f"{minor // 100}.{minor % 100:02} {currency}")
            signed = -minor if verb == "debit" else minor
            now = dict(history[-1])
            now[customer, CODES[currency]] = now.get((customer, CODES[currency]), 0) + signed
            history.append(now)
            booked += 1
        assert {key: value for key, value in sums(shop).items() if value} == {
            key: value for key, value in history[-1].items() if value
        }
        assert len(entries(shop)) == booked  # nothing goes away


def sums(desk: Any) -> dict[tuple[str, str], int]:
    found: dict[tuple[str, str], int] = {}
    for entry in desk.store.find(LedgerEntry):
        key = (entry.customer, entry.currency)
        found[key] = found.get(key, 0) + entry.minor
    return found
