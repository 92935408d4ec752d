"""Items of a list as they are told in one breath: milk, a dozen eggs and two loaves of bread."""

from __future__ import annotations

from collections.abc import Sequence

from services.understanding.when.lexicon import SMALL, TENS
from services.understanding.words import Word, spoken

_MEASURES = frozenset(
    """bag bags bar bars bottle bottles box boxes bunch bunches can cans carton cartons case cases cup cups dozen gallon gallons gram grams
    half jar jars kilo kilos kilogram kilograms liter liters litre litres loaf loaves ounce ounces pack packs package packages packet packets
    pair pairs piece pieces pint pints pound pounds quart quarts roll rolls slice slices tin tins tray trays tub tubs tube tubes""".split()
)
_ARTICLES = frozenset(("a", "an", "some", "the", "my", "our"))
_COUNTS = frozenset(("a", "an", "couple", "few", "several", "half", "dozen", *SMALL, *TENS))
_PAIRS = frozenset((("salt", "pepper"), ("macaroni", "cheese"), ("mac", "cheese"), ("fish", "chips"), ("half", "half")))
"""Things that keep their "and"."""


def split_items(words: Sequence[Word], text: str) -> list[dict[str, str]]:
    """One row an item: `item`, and `quantity` where one was told. Values are as spoken."""
    rows = [_row(part, text) for part in _parts(words)]
    return [row for row in rows if row["item"]]


def _parts(words: Sequence[Word]) -> list[list[Word]]:
    parts: list[list[Word]] = [[]]
    for i, word in enumerate(words):
        pair = (words[i - 1].text if i else "", words[i + 1].text if i + 1 < len(words) else "")
        if word.text in ("and", "&", "plus") and pair not in _PAIRS:
            parts.append([])
            continue
        parts[-1].append(word)
        if word.stop in (",", ";", "."):
            parts.append([])
    return [part for part in parts if part]


def _row(part: Sequence[Word], text: str) -> dict[str, str]:
    words = list(part)
    while len(words) > 1 and words[0].text in ("also", "then", "some", "the", "my", "our", "maybe"):
        words.pop(0)
    size = _quantity(words)
    quantity, item = words[:size], words[size:]
    if item and item[0].text == "of" and len(item) > 1:
        item = item[1:]
    if not item:
        return {"item": spoken(text, words)}
    if len(quantity) == 1 and quantity[0].text in _ARTICLES:
        quantity = []
    row = {"item": spoken(text, item)}
    return row | {"quantity": spoken(text, quantity)} if quantity else row


def _quantity(words: Sequence[Word]) -> int:
    """How many words at the start tell how much: a number or article, then perhaps a measure that "of" or the item follows."""
    size = 0
    while size < len(words) - 1 and _counts(words[size].text):
        size += 1
    measured = size < len(words) - 1 and words[size].text in _MEASURES
    if measured and (size or words[size + 1].text == "of"):
        size += 1
    return size


def _counts(word: str) -> bool:
    return word in _COUNTS or word.replace(".", "", 1).replace("/", "", 1).isdecimal() or "-" in word and word.split("-")[0] in TENS
