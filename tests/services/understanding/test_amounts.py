"""How much, in figures and words."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.understanding.slots.amounts import Amount, amount_of, number_of
from services.understanding.when.words import lexicon

SAID = {
    "100": ("100", None),
    "0": ("0", None),
    "1,250.50": ("1250.50", None),
    "1,25,000": ("125000", None),
    "$20": ("20", "USD"),
    "$ 20": ("20", "USD"),
    "₹500": ("500", "INR"),
    "₹ 1,50,000": ("150000", "INR"),
    "rs 500": ("500", "INR"),
    "Rs. 500": ("500", "INR"),
    "500/-": ("500", None),
    "20 dollars": ("20", "USD"),
    "20 US dollars": ("20", "USD"),
    "twenty canadian dollars": ("20", "CAD"),
    "five hundred rupees": ("500", "INR"),
    "a hundred rupees": ("100", "INR"),
    "hundred rupees": ("100", "INR"),
    "two and a half thousand": ("2500", None),
    "a million and a half": ("1500000", None),
    "half a million": ("500000", None),
    "a couple of hundred": ("200", None),
    "sau rupaye": ("100", "INR"),
    "do hazaar": ("2000", None),
    "do sau pachaas rupaye": ("250", "INR"),
    "dedh sau": ("150", None),
    "dhai hazaar rupaye": ("2500", "INR"),
    "sadhe teen sau": ("350", None),
    "paune do lakh": ("175000", None),
    "paanch hazaar": ("5000", None),
    "5 lakh": ("500000", None),
    "2.5 crore": ("25000000", None),
    "fifty bucks": ("50", "USD"),
    "100 credits": ("100", None),
    "100 credit": ("100", None),
    "€ 3 million": ("3000000", "EUR"),
    "€3 million": ("3000000", "EUR"),
    "3 million euros": ("3000000", "EUR"),
    "5k": ("5000", None),
    "$2.5k": ("2500", "USD"),
    "ten grand": ("10000", None),
    "forty two": ("42", None),
    "forty-two pounds": ("42", "GBP"),
    "one thousand two hundred and fifty": ("1250", None),
    "twelve hundred": ("1200", None),
    "two fifty": ("250", None),
    "one point five million": ("1500000", None),
    "three point one four": ("3.14", None),
    "twenty dollars and fifty cents": ("20.50", "USD"),
    "five pounds fifty": ("5.50", "GBP"),
    "fifty cents": ("0.50", "USD"),
    "ten rupees fifty paise": ("10.50", "INR"),
    "another 50": ("50", None),
    "exactly 70 euros": ("70", "EUR"),
    "an amount of 300 rupees": ("300", "INR"),
    "500 rupees only": ("500", "INR"),
    "$20 dollars": ("20", "USD"),
    "two hundred thousand": ("200000", None),
    "three lakh fifty thousand": ("350000", None),
    "one lakh twenty thousand rupees": ("120000", "INR"),
    "a dozen": ("12", None),
}
NONE = (
    "",
    "rupees",
    "credit",
    "and",
    "a",
    "milk",
    "20 apples",
    "100 to Rahul",
    "Rahul 100",
    "€20 dollars",
    "-5",
    "$-5",
    "1.2.3",
    "12,34",
    "1.250,50",
    "10:30",
    "5/6",
    "the first",
    "ten twenty thirty",
    "hundred hundred",
    "two thousand million billion and",
    "five fifty thousand and",
    "twenty twenty",
    "1234567890123456",
    "half past nine",
    "²",
    "🙂",
    "dollars 20 cents 5",
)


@pytest.mark.parametrize(("said", "value"), SAID.items())
def test_an_amount(said: str, value: tuple[str, str | None]) -> None:
    assert amount_of(said) == Amount(Decimal(value[0]), value[1])
    assert amount_of(said.upper() + " ") == amount_of(said)


@pytest.mark.parametrize("said", NONE)
def test_no_amount(said: str) -> None:
    assert amount_of(said) is None


@pytest.mark.parametrize(
    ("said", "value"),
    [
        ("50", "50"),
        ("fifty percent", "50"),
        ("50%", "50"),
        ("50 per cent", "50"),
        ("seven", "7"),
        ("zero", "0"),
        ("saat", "7"),
        ("3.5", "3.5"),
    ],
)
def test_a_number(said: str, value: str) -> None:
    assert number_of(said) == Decimal(value)


@pytest.mark.parametrize("said", ["", "percent", "up", "$20", "fifty dollars", "max", "half of it", "level"])
def test_no_number(said: str) -> None:
    assert number_of(said) is None


@given(
    st.integers(0, 10**12), st.integers(0, 99), st.sampled_from([("", None), ("$", "USD"), ("₹ ", "INR"), ("€", "EUR")])
)
def test_figures_mean_themselves(whole: int, cents: int, sign: tuple[str, str | None]) -> None:
    assert amount_of(f"{sign[0]}{whole:,}.{cents:02}") == Amount(Decimal(f"{whole}.{cents:02}"), sign[1])
    assert amount_of(f"{sign[0]}{whole}") == Amount(Decimal(whole), sign[1])


ONES = list(lexicon.SMALL)
TENS = ["", "ten", *lexicon.TENS]


def in_words(n: int) -> str:
    for scale, name in ((10**6, "million"), (1000, "thousand"), (100, "hundred")):
        if n >= scale:
            rest = f" {in_words(n % scale)}" if n % scale else ""
            return f"{in_words(n // scale)} {name}{rest}"
    return ONES[n] if n < 20 else TENS[n // 10] + (f"-{ONES[n % 10]}" if n % 10 else "")


@given(st.integers(0, 10**9 - 1))
def test_words_mean_their_number(n: int) -> None:
    assert amount_of(in_words(n)) == Amount(Decimal(n))
    assert amount_of(f"{in_words(n)} rupees") == Amount(Decimal(n), "INR")


@given(st.text(max_size=60))
def test_no_text_is_too_much(said: str) -> None:
    found = amount_of(said)
    assert found is None or found.value >= 0
    number = number_of(said)
    assert number is None or number >= 0
