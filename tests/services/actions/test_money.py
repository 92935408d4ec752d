"""Sums of money: whole, and never mixed."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.actions.accounts.money import CREDITS, Money, exact, said, standing, totals
from services.store.base import LedgerEntry

CURRENCIES = st.sampled_from(["USD", "INR", "JPY", "KWD", "SEK", CREDITS])


@pytest.mark.parametrize(
    ("money", "words"),
    [
        (Money(10_000, "INR"), "100 rupees"),
        (Money(100, "INR"), "1 rupee"),
        (Money(125_050, "INR"), "1,250 rupees and 50 paise"),
        (Money(-2_001, "USD"), "20 dollars and 1 cent"),
        (Money(50, "GBP"), "50 pence"),
        (Money(1_500, "JPY"), "1,500 yen"),
        (Money(1_500, "KWD"), "1.500 KWD"),
        (Money(725, "SEK"), "7.25 SEK"),
        (Money(10_000, CREDITS), "100"),
        (Money(10_050, CREDITS), "100.50"),
        (Money(0, "EUR"), "0 euros"),
    ],
)
def test_how_money_is_said(money: Money, words: str) -> None:
    assert said(money) == words


@pytest.mark.parametrize(
    ("value", "currency", "minor"),
    [
        ("100", "INR", 10_000),
        ("0.1", "USD", 10),
        ("2.5", "JPY", None),
        ("1.005", "USD", None),
        ("1.005", "KWD", 1_005),
        ("3", "KRW", 3),
    ],
)
def test_only_whole_coins(value: str, currency: str, minor: int | None) -> None:
    money = exact(Decimal(value), currency)
    assert (money.minor if money else None) == minor


@given(st.integers(0, 10**15), CURRENCIES)
def test_major_units_and_back(minor: int, currency: str) -> None:
    money = Money(minor, currency)
    assert exact(money.major, currency) == money


@given(st.lists(st.tuples(st.integers(-(10**12), 10**12), CURRENCIES)))
def test_currencies_are_never_mixed(moves: list[tuple[int, str]]) -> None:
    entries = [
        LedgerEntry(customer_id="x", minor=minor, currency=currency, reason="credit") for minor, currency in moves
    ]
    sums = totals(entries)
    assert set(sums) == {currency for _, currency in moves}
    for currency, money in sums.items():
        assert money == Money(sum(minor for minor, other in moves if other == currency), currency)


@pytest.mark.parametrize(
    ("sums", "words"),
    [
        ([], "Rahul's balance is zero"),
        ([Money(0, "INR")], "Rahul's balance is zero"),
        ([Money(500, "USD")], "Rahul's balance is 5 dollars"),
        ([Money(-500, "USD")], "Rahul owes 5 dollars"),
        ([Money(500, "USD"), Money(-100, "INR")], "Rahul has 5 dollars in credit and owes 1 rupee"),
        (
            [Money(500, "USD"), Money(100, CREDITS), Money(0, "INR")],
            "Rahul's balance is 5 dollars and 1 without a currency",
        ),
    ],
)
def test_standing(sums: list[Money], words: str) -> None:
    assert standing("Rahul", sums) == words
