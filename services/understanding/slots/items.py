"""Items of a list as they are told in one breath: milk, a dozen eggs and two loaves of bread."""

from __future__ import annotations

from collections.abc import Sequence

from services.understanding.slots.amounts import number_of
from services.understanding.when.words.lexicon import SMALL, TENS
from services.understanding.words import Word, spoken, word_set

_MEASURES = word_set("""bag bags bar bars bottle bottles box boxes bunch bunches can cans carton cartons case cases cup
    cups dozen gallon gallons gram grams half jar jars kilo kilos kilogram kilograms liter liters litre litres loaf
    loaves ounce ounces pack packs package packages packet packets pair pairs piece pieces pint pints pound pounds quart
    quarts roll rolls slice slices tin tins tray trays tub tubs tube tubes darjan paav paao""")
_ARTICLES = word_set("a an some the my our")
_COUNTS = frozenset(("a", "an", "couple", "few", "several", "half", "dozen", *SMALL, *TENS))
_PAIRS = frozenset((("salt", "pepper"), ("macaroni", "cheese"), ("mac", "cheese"), ("fish", "chips"), ("half", "half")))
"""Things that keep their "and"."""


def split_items(said: Sequence[Word], text: str) -> list[dict[str, str]]:
    """One row an item: `item`, and `quantity` where one was told. Values are as spoken."""
    rows = [_row(part, text) for part in _parts(said)]
    return [row for row in rows if row["item"]]


def _parts(said: Sequence[Word]) -> list[list[Word]]:
    parts: list[list[Word]] = [[]]
    for i, word in enumerate(said):
        pair = (said[i - 1].text if i else "", said[i + 1].text if i + 1 < len(said) else "")
        if word.text in ("and", "&", "plus", "aur") and pair not in _PAIRS:
            parts.append([])
            continue
        parts[-1].append(word)
        if word.stop in (",", ";", "."):
            parts.append([])
    return [part for part in parts if part]


def _row(part: Sequence[Word], text: str) -> dict[str, str]:
    said = list(part)
    while len(said) > 1 and said[0].text in ("also", "then", "some", "the", "my", "our", "maybe"):
        said.pop(0)
    size = _quantity(said)
    quantity, item = said[:size], said[size:]
    if item and item[0].text == "of" and len(item) > 1:
        item = item[1:]
    if not item:
        return {"item": spoken(text, said)}
    if len(quantity) == 1 and quantity[0].text in _ARTICLES:
        quantity = []
    row = {"item": spoken(text, item)}
    return row | {"quantity": spoken(text, quantity)} if quantity else row


def _quantity(said: Sequence[Word]) -> int:
    """How many words at the start tell how much: a number or article, perhaps a measure before "of" or the item."""
    size = 0
    while size < len(said) - 1 and _counts(said[size].text):
        size += 1
    if not size and len(said) > 2 and said[1].text in _MEASURES and number_of(said[0].text) is not None:
        size = 1  # do kilo aloo: a word that counts only before a measure
    measured = size < len(said) - 1 and said[size].text in _MEASURES
    if measured and (size or said[size + 1].text == "of"):
        size += 1
    return size


def _counts(word: str) -> bool:
    number = word.replace(".", "", 1).replace("/", "", 1).isdecimal()
    return number or word in _COUNTS or ("-" in word and word.partition("-")[0] in TENS)
