"""Items of a list as they are told in one breath: milk, a dozen eggs and two loaves of bread."""

from __future__ import annotations

from collections.abc import Sequence

from services.understanding.slots.amounts import number_of
from services.understanding.when.words.lexicon import SMALL, TENS
from services.understanding.words import Word, spoken, word_set

_MEASURES = word_set("""bag bags bar bars bottle bottles box boxes bunch bunches can cans carton cartons case
    cases crate crates cup cups dozen gallon gallons gram grams half jar jars kilo kilos kilogram kilograms
    liter liters litre litres loaf loaves lots ounce ounces pack packs package packages packet packets pair pairs
    piece pieces pint pints pound pounds punnet punnets quart quarts roll rolls sack sacks slice slices tin tins
    tray trays tub tubs tube tubes darjan paav paao""")
_ARTICLES = word_set("a an some the my our")
_COUNTS = frozenset(("a", "an", "couple", "few", "several", "half", "dozen", "hundred", "thousand", *SMALL, *TENS))
_FOODS = word_set("roll rolls slice slices")
"""Measures that are things, too: behind a comma they are these."""
_ON_ROLLS = word_set("towels towel paper tape tapes foil film wallpaper wire cable cloth fabric wrap string")
_OF_THEM = [["of", each] for each in ("them", "it", "those", "that")]
_IDLE = word_set("um uh er erm hmm lol")
_LEADS = word_set("also then some the my our maybe only just those these plus")
_PAIRS = frozenset((("salt", "pepper"), ("macaroni", "cheese"), ("mac", "cheese"), ("fish", "chips"), ("half", "half")))
"""Things that keep their "and"."""


def split_items(said: Sequence[Word], text: str) -> list[dict[str, str]]:
    """One row an item: `item`, and `quantity` where one was told. Values are as spoken.

    How much may be told behind the item ("cement, ten bags"), and what is said behind a "no" takes the place of what
    was said before it ("milk, no, bread"; "a bulb, no, three").
    """
    rows: list[dict[str, str]] = []
    for link, part in _parts([word for word in said if word.text not in _IDLE]):
        many = (
            _only_quantity(part, text, rows[-1]["item"])
            if rows
            and number_of(rows[-1]["item"]) is None
            and (link.startswith("no") or (link == "," and "quantity" not in rows[-1]))
            else ""
        )
        row = {**rows[-1], "quantity": many} if many else _row(part, text)
        if many or (rows and (link == "no," or (link == "no" and takes_place(rows[-1]["item"], row["item"])))):
            rows.pop()
        elif link.startswith("no"):
            row["item"] = f"no {row['item']}"
        rows.append(row)
    return [row for row in rows if row["item"]]


def takes_place(old: str, new: str) -> bool:
    """Whether a "no" between them puts one thing in the place of the other: "milk, no bread", but "milk, no sugar
    yoghurt" are two.
    """
    return len(new.split()) == 1 or old.rsplit(maxsplit=1)[-1].lower() == new.rsplit(maxsplit=1)[-1].lower()


def _parts(said: Sequence[Word]) -> list[tuple[str, list[Word]]]:
    """The words of each item, behind what links it to the one before: "and", "," or "no"."""
    parts: list[tuple[str, list[Word]]] = [("", [])]
    for i, word in enumerate(said):
        pair = (said[i - 1].text if i else "", said[i + 1].text if i + 1 < len(said) else "")
        if word.text in ("and", "&", "plus", "aur") and pair not in _PAIRS:
            parts.append(("and", []))
            continue
        if word.text == "no" and any(part for _, part in parts):
            parts.append((f"no{word.stop}" if word.stop == "," else "no", []))
            continue
        parts[-1][1].append(word)
        if word.stop in (",", ";", "."):
            parts.append((",", []))
    return [(link, part) for link, part in parts if part]


def _only_quantity(part: Sequence[Word], text: str, of: str) -> str:
    """How much, where a part tells nothing else: ten bags, twelve, ten of them; six rolls of what comes on rolls."""
    said = [word for word in part if word.text not in _LEADS]
    sizes = _MEASURES - (frozenset() if of.rsplit(maxsplit=1)[-1].casefold() in _ON_ROLLS else _FOODS)
    one_of_it = len(said) > 1 and said[0].text in ("a", "an", "half") and said[-1].text in sizes
    counts = bool(said) and _counts(said[0].text) and (said[0].text not in _ARTICLES or one_of_it)
    if counts and len(said) > 2 and [word.text for word in said[-2:]] in _OF_THEM:
        return spoken(text, said[:-2])
    measures = all(_counts(word.text) or word.text in sizes for word in said[1:])
    return spoken(text, said) if counts and measures else ""


def _row(part: Sequence[Word], text: str) -> dict[str, str]:
    said = list(part)
    if [word.text for word in said[:2]] == ["the", "one"] and len(said) > 2:  # "the one with the storm"
        return {"item": spoken(text, said)}
    while len(said) > 1 and said[0].text in _LEADS:
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
    if size and size < len(said) - 1 and said[size].text == "more":
        size += 1
    measured = size < len(said) - 1 and said[size].text in _MEASURES
    if measured and (size or said[size + 1].text == "of"):
        size += 1
    return size


def _counts(word: str) -> bool:
    number = word.replace(".", "", 1).replace("/", "", 1).isdecimal()
    return number or word in _COUNTS or ("-" in word and word.partition("-")[0] in TENS)
