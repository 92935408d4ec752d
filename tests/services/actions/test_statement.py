"""Statements: an account over a time."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from services.actions.accounts.money import Money
from services.actions.accounts.statement import statements
from services.actions.times import TimeSpan
from services.store.base import LedgerEntry

START = datetime(2026, 12, 1, tzinfo=UTC)


def entry(day: int, minor: int, currency: str = "EUR", *, id_: str = "", reverses: str | None = None) -> LedgerEntry:
    at = (START + timedelta(days=day)).isoformat(timespec="milliseconds")
    made = LedgerEntry(id=id_, created=at, customer_id="c", minor=minor, currency=currency, reason="credit")
    return replace(made, reason="reversal", reverses=reverses) if reverses else made


def test_opening_lines_and_closing() -> None:
    entries = [entry(0, 100), entry(1, 7, "USD"), entry(2, -30), entry(3, 50)]
    euros, dollars = statements(entries, TimeSpan(START + timedelta(days=1), START + timedelta(days=3)))
    assert (euros.opening.minor, [line.balance.minor for line in euros.lines], euros.closing) == (
        100,
        [70],
        Money(70, "EUR"),
    )
    assert (dollars.opening.minor, [line.balance.minor for line in dollars.lines], dollars.closing) == (
        0,
        [7],
        Money(7, "USD"),
    )


def test_what_was_taken_back_is_told_once() -> None:
    (sheet,) = statements([entry(0, 100, id_="a"), entry(1, -100, id_="b", reverses="a"), entry(2, 5, id_="c")])
    assert [(line.entry.id, line.taken_back) for line in sheet.told] == [("a", True), ("c", False)]
    (sheet,) = statements(
        [entry(0, 100, id_="a"), entry(1, -100, id_="b", reverses="a")], TimeSpan(START + timedelta(days=1), None)
    )
    assert [line.entry.id for line in sheet.told] == ["b"]


@given(
    st.lists(st.tuples(st.integers(0, 20), st.integers(-1000, 1000), st.sampled_from(["EUR", "USD"]))),
    st.integers(0, 20),
    st.integers(0, 20),
)
def test_opening_and_lines_make_the_closing(moves: list[tuple[int, int, str]], first: int, days: int) -> None:
    entries = [entry(*move) for move in sorted(moves)]
    end = START + timedelta(days=first + days)
    for sheet in statements(entries, TimeSpan(START + timedelta(days=first), end)):
        assert sheet.opening.minor + sum(line.entry.minor for line in sheet.lines) == sheet.closing.minor
        assert all(line.entry.currency == sheet.currency == line.balance.currency for line in sheet.lines)
        before = [
            each.minor
            for each in entries
            if each.currency == sheet.currency and datetime.fromisoformat(each.created) < end
        ]
        assert sheet.closing.minor == sum(before)
