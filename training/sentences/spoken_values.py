"""Numbers as people say them and recognisers write them: the pools that no list could hold. All else stands in
pools/*.yaml.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from random import Random

_SMALL = (
    *(
        "one",
        "two",
        "three",
        "four",
        "five",
        "six",
        "seven",
        "eight",
        "nine",
        "ten",
        "eleven",
        "twelve",
        "thirteen",
        "fourteen",
        "fifteen",
    ),
    *("sixteen", "seventeen", "eighteen", "nineteen"),
)
_TENS = ("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
_LEVELS = (10, 20, 25, 30, 40, 50, 60, 70, 75, 80, 90, 100)


def number_words(number: int) -> str:
    """0 to 999,999 in English words: three hundred twenty one."""
    if number < 20:
        return _SMALL[number - 1] if number else "zero"
    if number < 100:
        tens, ones = divmod(number, 10)
        return _TENS[tens - 2] + (f" {number_words(ones)}" if ones else "")
    size, word = (1000, "thousand") if number >= 1000 else (100, "hundred")
    high, low = divmod(number, size)
    return f"{number_words(high)} {word}" + (f" {number_words(low)}" if low else "")


def _count(random: Random, least: int, most: int) -> str:
    """In digits or in words; small ones are likelier."""
    number = random.randint(least, random.choice((min(10, most), min(30, most), most)))
    return str(number) if random.random() < 0.5 else number_words(number)


def _level(random: Random) -> int:
    """Of a hundred; round ones are likelier."""
    return random.choice((*_LEVELS, random.randint(1, 100)))


def _sum(random: Random) -> int:
    """Of money: small, hundreds, thousands."""
    rounded = (random.randrange(50, 1000, 50), random.randrange(100, 10_000, 100), random.randrange(1000, 100_000, 500))
    return random.choice((random.randint(1, 99), *rounded))


MADE: Mapping[str, Callable[[Random], str]] = {
    "number": lambda random: _count(random, 1, 60),
    "several": lambda random: _count(random, 2, 59),
    "few": lambda random: _count(random, 2, 12),
    "level_digits": lambda random: str(_level(random)),
    "level_words": lambda random: number_words(_level(random)),
    "sum_digits": lambda random: str(_sum(random)),
    "sum_commas": lambda random: f"{_sum(random):,}",
    "sum_words": lambda random: number_words(_sum(random)),
}
"""Pool → its words."""
