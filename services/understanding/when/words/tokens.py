"""Text to tokens: words, numbers in digits or words, ordinals and signs, each with its place in the text."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from services.understanding.when.words.lexicon import ORDINALS, SMALL, TENS, UNITS
from services.understanding.words import word_set

LONGEST = 1_200
"""Tokens looked at in one text; what comes after is not searched, so that any text takes bounded time."""

_CENTURIES = (17, 18, 19, 20, 21)
"""Numbers that begin a year told in pairs, as in nineteen eighty-six."""

_POINTS = word_set("that this another other next last which new old same short long early late")
_OF_A_NUMBER = frozenset((*UNITS, "oclock", "am", "pm", "a", "p", ":", ".", "-", "/", "hundred", "thousand"))
"""What stands behind a "one" that counts: "another one hour", "tomorrow's one o'clock"."""
_POSSESSIVE = ("'s", "’s")
_PIECE = re.compile(r"o['’]?\s?clock|\d+(?:st|nd|rd|th)(?![a-z])|\d+|[a-z]+|['’][a-z]+|\S")


@dataclass(frozen=True, slots=True)
class Token:
    """A word, number or sign. `number` is set for numerals and number words; `ordinal` for 21st and twenty-first."""

    text: str
    start: int
    end: int
    number: int | None = None
    ordinal: bool = False
    digits: int = 0
    """How many digits it was written with; 0 for words."""
    glued: bool = False
    """Nothing lies between it and the token before."""
    capital: bool = False

    @property
    def count(self) -> int | None:
        """Its number, unless that is an ordinal."""
        return None if self.ordinal else self.number


def tokenize(text: str) -> list[Token]:
    lowered = text.lower()
    if len(lowered) != len(text):  # a letter that is two in small: places must stay what they are
        lowered = "".join(c.lower() if len(c.lower()) == 1 else c for c in text)
    raw: list[Token] = []
    for match in _PIECE.finditer(lowered):
        raw.append(_token(match.group(), match.start(), match.end(), text, raw[-1].end if raw else -1))
        if len(raw) == LONGEST:
            break
    return _join_numbers([_no_pronoun(raw, i) for i in range(len(raw))])


def _no_pronoun(raw: list[Token], i: int) -> Token:
    """Token i, without its number where it is the "one" of "that one", "another one", "tomorrow's one", or the last one
    of "one by one": no hour.
    """
    token = raw[i]
    if token.text == "one" and [before.text for before in raw[max(0, i - 2) : i]] == ["one", "by"]:
        return replace(token, number=None)
    if token.text != "one" or i == 0 or (raw[i - 1].text not in (*_POINTS, *_POSSESSIVE)):
        return token
    behind = raw[i + 1] if i + 1 < len(raw) else token
    counts = behind is not token and (behind.number is not None or behind.text in _OF_A_NUMBER)
    return token if counts else replace(token, number=None)


def _token(word: str, start: int, end: int, text: str, before: int) -> Token:
    number, ordinal, digits = None, False, 0
    if word[0].isascii() and word[0].isdigit():
        numeral = word.rstrip("stndrh")
        digits, ordinal = len(numeral), numeral != word
        number = int(numeral) if digits <= 15 else None
    elif word in SMALL or word in TENS:
        number = SMALL[word] if word in SMALL else TENS[word]
    elif word in ORDINALS and word != "last":
        number, ordinal = ORDINALS[word], True
    elif word.endswith("ish") and word[:-3] in SMALL:
        number = SMALL[word[:-3]]
    elif word.startswith("o") and word.endswith("clock"):
        word = "oclock"
    return Token(word, start, end, number, ordinal, digits, glued=start == before, capital=text[start].isupper())


def _join_numbers(raw: list[Token]) -> list[Token]:
    """Number words that make one number become one token; "nine thirty" stays two, for it is a time."""
    joined: list[Token] = []
    i = 0
    while i < len(raw):
        number, ordinal, j = _number(raw, i)
        if number is None:
            joined.append(raw[i])
            i += 1
            continue
        first, last = raw[i], raw[j - 1]
        text = " ".join(token.text for token in raw[i:j])
        joined.append(Token(text, first.start, last.end, number, ordinal, 0, first.glued, first.capital))
        i = j
    return joined


def _number(raw: list[Token], i: int) -> tuple[int | None, bool, int]:
    """A number in words that begins at i: (value, ordinal, index after); None where there is none of several words."""
    low, ordinal, j = _below_hundred(raw, i)
    if low is None or ordinal:
        return (low, ordinal, j) if j - i > 1 else (None, False, i)
    total, seen = low, j - i > 1
    if j < len(raw) and raw[j].text == "hundred":
        rest, ordinal, k = _after_and(raw, j + 1, 100)
        total, j, seen = low * 100 + (rest or 0), k, True
    if not ordinal and j < len(raw) and raw[j].text == "thousand":
        rest, ordinal, k = _after_and(raw, j + 1, 1000)
        total, j, seen = total * 1000 + (rest or 0), k, True
    elif total == low in _CENTURIES:
        pair, pair_ordinal, k = _below_hundred(raw, j)
        if pair is not None and not pair_ordinal and pair >= 10:
            return low * 100 + pair, False, k
    return (total, ordinal, j) if seen else (None, False, i)


def _after_and(raw: list[Token], i: int, below: int) -> tuple[int | None, bool, int]:
    start = i + 1 if i < len(raw) and raw[i].text == "and" else i
    low, ordinal, j = _below_hundred(raw, start)
    if low is None:
        return None, False, i
    if below > 100 and j < len(raw) and raw[j].text == "hundred":
        rest, ordinal, j = _after_and(raw, j + 1, 100)
        return low * 100 + (rest or 0), ordinal, j
    return low, ordinal, j


def _below_hundred(raw: list[Token], i: int) -> tuple[int | None, bool, int]:
    if i >= len(raw) or raw[i].number is None or raw[i].digits:
        return None, False, i
    token = raw[i]
    assert token.number is not None
    if token.text in TENS:
        j = i + 1
        if j < len(raw) and raw[j].text == "-" and raw[j].glued:
            j += 1
        ones = raw[j].number if j < len(raw) and not raw[j].digits else None
        if ones is not None and 1 <= ones <= 9:
            return token.number + ones, raw[j].ordinal, j + 1
    return token.number, token.ordinal, i + 1
