"""Numbers and addresses as they are spoken."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.actions.people.addresses import mail_address, phone_number


@pytest.mark.parametrize(
    ("said", "number"),
    [
        ("555 1234", "555 1234"),
        ("555-1234.", "555-1234"),
        ("+49 170 1234567", "+49 170 1234567"),
        ("plus 49 170 1234567", "+49 170 1234567"),
        ("five five five one two three four", "5551234"),
        ("five double five oh one", "55501"),
        ("(212) 555-0100 ext 12", "(212) 555-0100 ext 12"),
        ("12", None),
        ("the same as before", None),
        ("123456789012345678", None),
        ("", None),
        ("५५५ १२३४", None),
    ],
)
def test_phone_numbers(said: str, number: str | None) -> None:
    assert phone_number(said) == number


@pytest.mark.parametrize(
    ("said", "address"),
    [
        ("sarah@example.com", "sarah@example.com"),
        ("Sarah dot Chen at example dot com", "sarah.chen@example.com"),
        ("s underscore chen at my dash firm dot co dot uk", "s_chen@my-firm.co.uk"),
        ("sarah @ example.com", "sarah@example.com"),
        ("sarah at home", None),
        ("", None),
    ],
)
def test_mail_addresses(said: str, address: str | None) -> None:
    assert mail_address(said) == address


@given(st.text(max_size=60))
def test_any_text_is_a_number_or_is_none(said: str) -> None:
    number, address = phone_number(said), mail_address(said)
    assert number is None or phone_number(number) == number
    assert address is None or mail_address(address) == address
