"""Reads telephone numbers and mail addresses as they are spoken. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping

from services.actions.wording import NUMBERS

_DIGITS = {word: str(digit) for digit, word in enumerate(NUMBERS[:10])} | {"zero": "0", "oh": "0", "o": "0"}
_TIMES = {"double": 2, "triple": 3}
_FEWEST_DIGITS = 3
_MOST_DIGITS = 17
"""ITU-T E.164 has at most 15; with an exit code in front."""
_SIGNS = {
    "at": "@",
    "dot": ".",
    "point": ".",
    "period": ".",
    "underscore": "_",
    "dash": "-",
    "hyphen": "-",
    "minus": "-",
    "plus": "+",
}
_ADDRESS = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")


def phone_number(said: str) -> str | None:
    """555 1234; "five five five one two" → 55512; "oh one five two, five five" → 0152 55; "plus 49 170 1234567" →
    +49 170 1234567. None for anything else.
    """
    words = said.casefold().replace(",", " , ").strip(" .?!,").split()
    pieces: list[str] = []
    spelled = False
    times = 1
    for word in words:
        if word == ",":
            spelled = False
            continue
        if word in _TIMES:
            times = _TIMES[word]
            continue
        piece = "+" if word == "plus" else _DIGITS.get(word, word) * times
        glued = (spelled and word in _DIGITS) or pieces == ["+"]
        pieces = [*pieces[:-1], pieces[-1] + piece] if glued and pieces else [*pieces, piece]
        spelled, times = word in _DIGITS, 1
    number = " ".join(pieces)
    digits = sum(char.isdecimal() for char in number)
    good = re.fullmatch(r"\+?[\d\s()./-]+(?:(?:ext\.?|extension|x)\s*\d+)?", number) is not None
    return number if good and number.isascii() and _FEWEST_DIGITS <= digits <= _MOST_DIGITS else None


def mail_address(said: str) -> str | None:
    """sarah@example.com; "sarah dot chen at example dot com" → sarah.chen@example.com. None where it is no address."""
    words = said.casefold().strip(" .?!,").split()
    signs: Mapping[str, str] = _SIGNS if "@" not in said else {**_SIGNS, "at": "at"}
    address = "".join(signs.get(word, word) for word in words)
    return address if address.isascii() and _ADDRESS.fullmatch(address) else None
