"""How many, what part of one, and which of several: 2.5, two and a half, three quarters, the third to last."""

from __future__ import annotations

from collections.abc import Iterator

from services.understanding.when.grammar import Reading, Scanner, rule
from services.understanding.words import word_set

_MORE = word_set("more extra additional whole full")
_DENOMINATORS = {"half": 2, "third": 3, "quarter": 4, "fourth": 4, "fifth": 5, "sixth": 6, "eighth": 8, "tenth": 10}
_DENOMINATORS |= {word + "s": count for word, count in _DENOMINATORS.items() if word != "half"}
SIGNS = {"½": 1 / 2, "⅓": 1 / 3, "⅔": 2 / 3, "¼": 1 / 4, "¾": 3 / 4}
_MOST = 12
"""The largest denominator that is read in digits."""
_NEXT_TO_LAST = ("penultimate", "next to last", "last but one")


def fraction_at(r: Scanner, i: int) -> tuple[float, int] | None:
    """A part of one: half, a quarter, three quarters, two-thirds, 3/4, ¾; (value, index after)."""
    if r.word(i) in SIGNS:
        return SIGNS[r.word(i)], i + 1
    count = r.at(i).number
    if r.word(i + 1) == "/" and r.at(i + 1).glued and r.at(i + 2).glued and count:
        below = r.at(i + 2).number or 0
        return (count / below, i + 3) if count < below <= _MOST else None
    j = i if r.word(i) in ("half", "quarter") else i + 1
    told = 1 if j == i or r.word(i) == "a" else count if count and not r.at(i).ordinal and not r.at(i).digits else None
    j = r.skip(j, "-") if r.at(j).glued else j
    below = _DENOMINATORS.get(r.word(j), 0)
    return (told / below, j + 1) if told and told < below else None


@rule
def amount(r: Scanner, i: int) -> Iterator[Reading]:
    """How many: 3, a, a couple of, a few, 2.5, two point five, two and a half, 1 1/2, five more, another ten."""
    token = r.at(i)
    if token.number is not None and not token.ordinal and token.number <= 100_000:
        decimals = r.at(i + 2)
        dotted = r.word(i + 1) == "." and r.at(i + 1).glued and decimals.glued and decimals.digits
        if dotted or (r.word(i + 1) == "point" and decimals.number is not None and decimals.number < 100):
            yield float(f"{token.number}.{decimals.number if not dotted else decimals.text}"), i + 3
            return
        part = fraction_at(r, r.skip(i + 1, "and")) if r.word(i + 1) == "and" or token.digits else None
        if part and not (r.word(i + 1) != "and" and r.at(part[1] - 1).text in _DENOMINATORS):
            yield token.number + part[0], part[1]
        yield float(token.number), _more(r, i + 1)
        return
    j = r.skip(i, "a", "an", "the")
    if r.word(j) in ("extra", "additional", "another") and (j > i or r.word(j) == "another"):
        yield from ((count, end) for count, end in r.all("amount", j + 1) if r.word(j + 1) not in ("a", "an", "the"))
    few = r.skip(j, "another")
    if r.word(few) in ("couple", "few") or r.word(i) == "several":
        yield 2.0 if r.word(few) == "couple" else float(r.house.few), _more(r, r.skip(few + 1, "of"))
    elif token.text in ("a", "an", "another"):
        yield 1.0, r.skip(i + 1, "good") if token.text == "a" else i + 1
        if r.word(i + 1) in _MORE and token.text != "another":
            yield 1.0, i + 2


def _more(r: Scanner, i: int) -> int:
    return i + 1 if r.word(i) in _MORE else i


def ordinal_at(r: Scanner, i: int) -> tuple[int, int] | None:
    """(n, index after); negative counts from the end."""
    word = r.word(i)
    penultimate = r.after(i, *_NEXT_TO_LAST) if word in ("penultimate", "next", "last") else None
    if penultimate:
        return -2, penultimate
    if word in ("last", "final"):
        return -1, i + 1
    token = r.at(i)
    if not token.ordinal or token.number is None:
        return None
    from_end = r.after(i + 1, "last", "to last", "- to - last", "to the last", "- last")
    return (-token.number, from_end) if from_end else (token.number, i + 1)
