"""Telephone numbers as they are spelled aloud, digit by digit."""

from __future__ import annotations

import re

from services.understanding.words import word_set

_FEWEST = 3
_DIGITS = word_set("zero oh o one two three four five six seven eight nine double triple plus")
_TIMES = {"double": 2, "triple": 3}
_FIGURES = {
    **{
        word: str(number)
        for number, word in enumerate(("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"))
    },
    "oh": "0",
    "o": "0",
    "plus": "+",
}
_WRITTEN = re.compile(r"[+\d()/-]+")
_HUNDREDS = re.compile(r"\b(?P<digit>one|two|three|four|five|six|seven|eight|nine) hundred\b", re.IGNORECASE)
""" "Nine hundred, four one eight"."""


def is_number(words: str, fewest: int = _FEWEST) -> bool:
    """Whether these are the digits of a number, and nothing else."""
    said = _HUNDREDS.sub("0", words.casefold()).replace(",", " ").split()  # alone it is an amount
    count = sum(len(re.findall(r"\d", word)) or 1 for word in said)
    return count >= fewest and all(word in _DIGITS or _WRITTEN.fullmatch(word) for word in said)


def spelled(words: str) -> str:
    """The digits of a spoken number; empty for other words."""
    digits, times = "", 1
    words = _HUNDREDS.sub(lambda found: f"{_FIGURES[found['digit'].casefold()]}00", words)
    for word in words.casefold().replace(",", " ").split():
        if word in _TIMES:
            times = _TIMES[word]
            continue
        figure = _FIGURES.get(word, word if _WRITTEN.fullmatch(word) else "")
        if not figure:
            return ""
        digits, times = digits + figure * times, 1
    return digits
