"""Sums of money: whole numbers of the smallest coin, with their currency. Pure; no float, ever."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from services.actions.wording import listed
from services.store.base import LedgerEntry

CREDITS = "XXX"
"""ISO 4217's code where no currency is involved: plain credits."""
MOST = 10**15
"""Minor units; more is not exact in every program that reads our JSON (2**53)."""

_DECIMALS = {"JPY": 0, "KRW": 0, "VND": 0, "CLP": 0, "ISK": 0, "BHD": 3, "KWD": 3, "OMR": 3, "JOD": 3, "TND": 3}
"""ISO 4217's minor units where they are not hundredths."""
_WORDS: Mapping[str, tuple[str, str, str, str]] = {
    "USD": ("dollar", "dollars", "cent", "cents"),
    "CAD": ("Canadian dollar", "Canadian dollars", "cent", "cents"),
    "AUD": ("Australian dollar", "Australian dollars", "cent", "cents"),
    "EUR": ("euro", "euros", "cent", "cents"),
    "GBP": ("pound", "pounds", "penny", "pence"),
    "INR": ("rupee", "rupees", "paisa", "paise"),
    "CHF": ("franc", "francs", "centime", "centimes"),
    "AED": ("dirham", "dirhams", "fils", "fils"),
    "BDT": ("taka", "taka", "poisha", "poisha"),
    "CNY": ("yuan", "yuan", "fen", "fen"),
    "JPY": ("yen", "yen", "", ""),
    "KRW": ("won", "won", "", ""),
}
"""Singular and plural of a currency, and of its smallest coin."""


@dataclass(frozen=True, slots=True)
class Money:
    """So many minor units of a currency; may be negative."""

    minor: int
    currency: str

    @property
    def major(self) -> Decimal:
        """In dollars, rupees …"""
        return Decimal(self.minor).scaleb(-decimals(self.currency))


def decimals(currency: str) -> int:
    """How many digits the smallest coin of a currency has."""
    return _DECIMALS.get(currency, 2)


def exact(value: Decimal, currency: str) -> Money | None:
    """None where it is finer than the smallest coin."""
    minor = value.scaleb(decimals(currency))
    return Money(int(minor), currency) if minor == minor.to_integral_value() else None


def said(money: Money) -> str:
    """100 rupees; 20 dollars and 50 cents; 100 (plain credits); 7.25 SEK. Without its sign."""
    whole, part = divmod(abs(money.minor), 10 ** decimals(money.currency))
    if money.currency not in _WORDS:
        number = f"{whole:,}.{part:0{decimals(money.currency)}d}" if part else f"{whole:,}"
        return number if money.currency == CREDITS else f"{number} {money.currency}"
    one, several, coin, coins = _WORDS[money.currency]
    parts = [f"{whole:,} {one if whole == 1 else several}"] if whole or not part else []
    parts += [f"{part} {coin if part == 1 else coins}"] if part else []
    return listed(parts)


def totals(entries: Iterable[LedgerEntry]) -> dict[str, Money]:
    """The sum in each currency, in the order of their first entries. Currencies are never added up."""
    sums: dict[str, int] = {}
    for entry in entries:
        sums[entry.currency] = sums.get(entry.currency, 0) + entry.minor
    return {currency: Money(minor, currency) for currency, minor in sums.items()}


def standing(name: str, sums: Iterable[Money]) -> str:
    """A customer's standing as a sentence: a negative balance is owed."""
    open_ones = [each for each in sums if each.minor]
    plain = " without a currency" if len(open_ones) > 1 else ""
    words = {each: f"{said(each)}{plain if each.currency == CREDITS else ''}" for each in open_ones}
    owed = [words[each] for each in open_ones if each.minor < 0]
    held = [words[each] for each in open_ones if each.minor > 0]
    if owed and held:
        return f"{name} has {listed(held)} in credit and owes {listed(owed)}"
    if owed:
        return f"{name} owes {listed(owed)}"
    return f"{name}'s balance is {listed(held) or 'zero'}"
