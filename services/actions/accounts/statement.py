"""A customer's account over a period: opening balance, entries, closing balance. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from services.actions.accounts.money import Money, totals
from services.actions.times import TimeSpan
from services.store.base import LedgerEntry


@dataclass(frozen=True, slots=True)
class StatementLine:
    """One entry, and the balance behind it."""

    at: datetime
    entry: LedgerEntry
    balance: Money
    taken_back: bool
    """A later entry reverses it."""


@dataclass(frozen=True, slots=True)
class Statement:
    """The account in one currency."""

    currency: str
    opening: Money
    lines: tuple[StatementLine, ...]
    closing: Money

    @property
    def told(self) -> tuple[StatementLine, ...]:
        """Lines worth telling: an entry and its reversal count once where both are here."""
        here = {line.entry.id for line in self.lines}
        return tuple(line for line in self.lines if line.entry.reverses not in here)


def statements(entries: Sequence[LedgerEntry], over: TimeSpan | None = None) -> tuple[Statement, ...]:
    """One for each currency. `entries`: all of one customer, oldest first; `over`: the time asked for, None for all."""
    reversed_ones = {entry.reverses for entry in entries}
    found = []
    for currency in totals(entries):
        balance = opening = 0
        lines = []
        for entry in (each for each in entries if each.currency == currency):
            at = booked(entry)
            if over is not None and over.end is not None and at >= over.end:
                break
            balance += entry.minor
            if over is None or over.holds(at):
                lines.append(StatementLine(at, entry, Money(balance, currency), entry.id in reversed_ones))
            else:
                opening = balance
        found.append(Statement(currency, Money(opening, currency), tuple(lines), Money(balance, currency)))
    return tuple(found)


def booked(entry: LedgerEntry) -> datetime:
    """When an entry was made."""
    return datetime.fromisoformat(entry.created)
