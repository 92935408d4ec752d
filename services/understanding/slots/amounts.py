"""How much: amounts of money and plain numbers, as they are spoken or written, in English and romanised Hindi.

A text is an amount only where nothing else stands in it: "five hundred rupees", "$20", "2.5k", "sau rupaye", "dhai
hazaar"; "20 apples" is none. Numbers are Decimal throughout, since binary fractions have no place in a ledger.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from decimal import Decimal
from fractions import Fraction

from services.understanding.base import Amount
from services.understanding.when.words import hindi
from services.understanding.when.words.lexicon import SMALL, TENS
from services.understanding.words import spelled, word_set, word_tuples

MOST_DIGITS = 15
"""A longer numeral is an account or a telephone number."""
_MOST_WORDS = 16


def _decimals(numbers: Mapping[str, int | Fraction]) -> dict[str, Decimal]:
    return {word: Decimal(number.numerator) / number.denominator for word, number in numbers.items()}


_ONES = {word: Decimal(number) for word, number in SMALL.items() if number < 10} | {"nil": Decimal(0)}
_TEENS = {word: Decimal(number) for word, number in SMALL.items() if number > 9} | {"dozen": Decimal(12)}
_TENS = {word: Decimal(number) for word, number in TENS.items()} | {"fourty": Decimal(40)}
_HALVES = {"half": Decimal("0.5"), "quarter": Decimal("0.25")}
_HINDI_MORE = _decimals(hindi.MORE)
_WORDS = _decimals({word: number for word, number in hindi.NUMBERS.items() if word not in ("tin", "sat", "chai")})
"""What one word comes to; tin, sat and chai are rather English, or tea."""
_WORDS |= {"fiver": Decimal(5), "tenner": Decimal(10)}
_WORDS |= {**_ONES, **_TEENS, **_TENS, **_HALVES, **_decimals(hindi.WHOLE), "sawa": Decimal("1.25")}
_SCALES = hindi.SCALES | spelled(
    {
        100: "hundred hundreds",
        1_000: "thousand thousands k grand",
        100_000: "lacs",
        1_000_000: "million millions mn mio m",
        10_000_000: "cr",
        1_000_000_000: "billion billions bn",
    }
)
_CURRENCIES = spelled(
    {
        "USD": "$ dollar dollars usd buck bucks us$",
        "INR": "₹ rupee rupees rupaye rupaya rupay rupaiye rupiya rupiye rupye rupee's rs inr",
        "EUR": "€ euro euros eur",
        "GBP": "£ pound pounds gbp quid sterling",
        "JPY": "¥ yen jpy",
        "CNY": "yuan cny renminbi rmb",
        "KRW": "₩ won krw",
        "CHF": "franc francs chf",
        "AED": "dirham dirhams aed",
        "BDT": "৳ taka bdt",
        "CAD": "cad",
        "AUD": "aud",
    }
)
_WHOSE = spelled(
    {"USD": "us american", "CAD": "canadian", "AUD": "australian", "INR": "indian", "CHF": "swiss", "GBP": "british"}
)
_HUNDREDTHS = spelled({"USD": "cent cents", "GBP": "penny pence", "INR": "paise paisa"})
_UNITS = word_set("credit credits point points")
"""What a customer's balance is told in where it is no currency."""
_BEFORE = word_tuples("an amount of | the amount of | a total of | the sum of | another | exactly | just | only")
_BEHIND = word_set("only exactly more total / /-")

_NUMERAL = r"\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d{1,2}(?:,\d{2})*,\d{3}(?:\.\d+)?|\d+(?:\.\d+)?|\.\d+"
_PIECE = re.compile(rf"us\$|{_NUMERAL}|/-|[^\W\d_]+(?:'[^\W\d_]+)?|\S")
_GLUED = re.compile(r"[\d.,]{2,}")


def amount_of(said: str) -> Amount | None:
    """The amount that a text is, or None where it is anything more or else. Never negative."""
    pieces = _pieces(said)
    if pieces is None:
        return None
    currency: str | None = None
    if pieces[0] in _CURRENCIES:
        currency, pieces = _CURRENCIES[pieces[0]], pieces[1:]
    while pieces and pieces[-1] in _UNITS:
        pieces = pieces[:-1]
    at = next((i for i, piece in enumerate(pieces) if piece in _CURRENCIES), None)
    if at is None:
        return _of(_value(pieces) if pieces else None, currency) or _small_change(pieces)
    whole, told, rest = pieces[:at], _CURRENCIES[pieces[at]], pieces[at + 1 :]
    if whole and whole[-1] in _WHOSE:
        whole, told = whole[:-1], _WHOSE[whole[-1]]
    if currency not in (None, told):
        return None
    return _with_change(whole, told, rest)


def number_of(said: str) -> Decimal | None:
    """The number that a text is ("7", "fifty percent", "one half"), else None. Per cent are not divided."""
    pieces = _pieces(said)
    if pieces is None:
        return None
    if len(pieces) > 1 and pieces[-1] in ("%", "percent", "pct"):
        pieces = pieces[:-1]
    elif len(pieces) > 2 and pieces[-2:] == ["per", "cent"]:
        pieces = pieces[:-2]
    return _value(pieces)


def _pieces(said: str) -> list[str] | None:
    """Words, numerals and signs without what is said around a number; None where there are none or too many."""
    lowered = said.lower().replace("’", "'").strip().rstrip(".,;:!?")
    if len(lowered) > 120 or any(not re.fullmatch(_NUMERAL, run.rstrip(".,")) for run in _GLUED.findall(lowered)):
        return None
    pieces = [piece for piece in _PIECE.findall(lowered) if piece not in (",", "-", ".")]
    for phrase in _BEFORE:
        if len(pieces) > len(phrase) and tuple(pieces[: len(phrase)]) == phrase:
            pieces = pieces[len(phrase) :]
    while len(pieces) > 1 and pieces[-1] in _BEHIND:
        pieces.pop()
    minus = re.match(r"[^\w]*[-−–]\s*[^\w]*\d", lowered)
    return pieces if 0 < len(pieces) <= _MOST_WORDS and not minus else None


def _of(value: Decimal | None, currency: str | None) -> Amount | None:
    return None if value is None else Amount(value, currency)


def _small_change(pieces: Sequence[str]) -> Amount | None:
    """Fifty cents."""
    if len(pieces) < 2 or pieces[-1] not in _HUNDREDTHS:
        return None
    value = _value(pieces[:-1])
    return None if value is None else Amount(value / 100, _HUNDREDTHS[pieces[-1]])


def _with_change(whole: Sequence[str], currency: str, rest: Sequence[str]) -> Amount | None:
    """Twenty dollars; twenty dollars and fifty cents; five pounds fifty."""
    value = _value(whole)
    if value is None or not rest:
        return _of(value, currency)
    change = rest[1:] if rest[0] == "and" else rest
    if change and change[-1] in _HUNDREDTHS:
        change = change[:-1]
    elif rest[0] == "and":
        return None
    cents = _value(change)
    if cents is None or not 0 < cents < 100 or cents != int(cents) or value != int(value):
        return None
    return Amount(value + cents / 100, currency)


def _value(pieces: Sequence[str]) -> Decimal | None:
    """What a number's words come to: so many of the largest scale, and the rest."""
    scales = [i for i, piece in enumerate(pieces) if piece in _SCALES]
    if not scales:
        return _below_hundred(pieces)
    at = max(scales, key=lambda i: (_SCALES[pieces[i]], i))
    scale = _SCALES[pieces[at]]
    count = _count(pieces[:at])
    if count is not None and count >= scale and scales[0] < at:
        return None  # hundred hundred
    rest = pieces[at + 1 :]
    if count is None or not rest:
        return None if count is None else count * scale
    if tuple(rest) in (("and", "a", "half"), ("and", "half")):
        return (count + _HALVES["half"]) * scale
    more = _value(rest[1:] if rest[0] == "and" else rest)
    if more is None or more >= scale or count != int(count):
        return None
    return count * scale + more


def _count(pieces: Sequence[str]) -> Decimal | None:
    """How many of a scale: nothing said and "a" are one."""
    if not pieces or tuple(pieces) in (("a",), ("an",), ("the",)):
        return Decimal(1)
    if tuple(pieces) in (("a", "couple"), ("a", "couple", "of"), ("couple",)):
        return Decimal(2)
    if len(pieces) == 1 and pieces[0] in _HINDI_MORE:
        return 1 + _HINDI_MORE[pieces[0]]
    return _value(pieces[:-1] if len(pieces) > 1 and pieces[-1] in ("a", "of") else pieces)


def _below_hundred(pieces: Sequence[str]) -> Decimal | None:
    """A number without a scale: a numeral of any size, or words."""
    if not pieces:
        return None
    if "point" in pieces[1:-1]:
        return _decimal(pieces)
    for tail in (("and", "a", "half"), ("and", "half"), ("and", "a", "quarter")):
        if len(pieces) > len(tail) and tuple(pieces[-len(tail) :]) == tail:
            whole = _below_hundred(pieces[: -len(tail)])
            return None if whole is None or whole != int(whole) else whole + _HALVES[tail[-1]]
    if pieces[0] in _HINDI_MORE and len(pieces) == 2:
        whole = _below_hundred(pieces[1:])
        return None if whole is None else whole + _HINDI_MORE[pieces[0]]
    return _one_word(pieces[0]) if len(pieces) == 1 else _two_words(pieces)


def _one_word(word: str) -> Decimal | None:
    if word[0] in ".0123456789":
        plain = word.replace(",", "")
        is_number = re.fullmatch(r"[0-9]*\.?[0-9]+", plain) and len(plain.partition(".")[0]) <= MOST_DIGITS
        return Decimal(plain) if is_number else None
    return _WORDS.get(word)


def _two_words(pieces: Sequence[str]) -> Decimal | None:
    """Forty two; a half; a dozen; and "two fifty", two hundred and fifty as it is said for short."""
    first, second = pieces[0], pieces[1]
    if first in ("a", "one") and len(pieces) == 2 and (second in _HALVES or second == "dozen"):
        return _one_word(second)
    if first in _TENS and len(pieces) == 2 and _ONES.get(second, 0) > 0:
        return _TENS[first] + _ONES[second]
    if _ONES.get(first, 0) > 0 and (second in _TENS or (second in _TEENS and second != "dozen")):
        rest = _below_hundred(pieces[1:])
        return None if rest is None or rest >= 100 else _ONES[first] * 100 + rest
    return None


def _decimal(pieces: Sequence[str]) -> Decimal | None:
    """Three point one four."""
    at = pieces.index("point")
    whole = _below_hundred(pieces[:at])
    digits = [
        piece if piece.isascii() and piece.isdecimal() else str(_ONES.get(piece, "?")) for piece in pieces[at + 1 :]
    ]
    if whole is None or whole != int(whole) or not all(digit.isdecimal() for digit in digits):
        return None
    return Decimal(f"{int(whole)}.{''.join(digits)}")
