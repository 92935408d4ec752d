"""Words as they are compared: lower case, plain letters, no punctuation, no titles."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from functools import cache, lru_cache

from services.store.base import row_of
from services.understanding.vocabulary import EntityKind
from services.understanding.words import word_set

_LETTERS = str.maketrans({"ø": "o", "ł": "l", "đ": "d", "ð": "d", "æ": "ae", "œ": "oe", "þ": "th", "ı": "i"})
"""Letters that do not come apart into a plain one and a mark."""
_APOSTROPHES = str.maketrans("’‘ʼ`", "'" * 4)
_TOKEN = re.compile(r"[^\W_]+(?:'[^\W_]+)*")
_DIGITS = re.compile(r"(?<=[^\W\d_])(?=\d)|(?<=\d)(?=[^\W\d_])")
_OWNED = re.compile(r"'s$")

_COUNTED = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")
_NUMBERS = {word: str(number) for number, word in enumerate(_COUNTED)}
_TITLES = word_set("""mr mrs ms miss mx dr doctor prof professor sir madam madame mister missus herr frau monsieur
    signor signora senor senora""")
_DEGREES = {"doctor": "dr", "professor": "prof"}
"""Titles that tell people apart."""
_AFTER = word_set("ji sir madam bhai bhaiya didi san ko ka ke ki")
"""What is said behind a name out of respect, and what Hindi puts there for to and of."""
_ARTICLES = word_set("a an the my our your his her their this that")
_EMPTY = _ARTICLES | word_set("to of for on in at and with please called named about from by")
LONGEST = 24
"""Words looked at; nobody says a name that long."""


def plain(text: str) -> str:
    """Lower case, without marks on its letters."""
    text = text.casefold().translate(_LETTERS)
    if text.isascii():
        return text
    bare = "".join(letter for letter in unicodedata.normalize("NFKD", text) if not unicodedata.combining(letter))
    return bare.casefold()  # the plain letter of an ornamental capital is a capital


@lru_cache(maxsize=1 << 14)
def fold(text: str) -> tuple[str, ...]:
    """Words as they are compared: "Sarah's" is sarah, "O'Brien" is obrien, "v2" is version 2, two is 2."""
    if text.isascii() and text.replace(" ", "").isalpha():
        return tuple(_NUMBERS.get(word, word) for word in text.lower().split())  # most names are as plain as that
    return tuple(token for token, _, _ in folded(text))


def folded(text: str) -> list[tuple[str, int, int]]:
    """The folded words of a text with their places in it."""
    found: list[tuple[str, int, int]] = []
    for match in _TOKEN.finditer(text.translate(_APOSTROPHES)):
        word = _OWNED.sub("", plain(match.group())).replace("'", "")
        parts = _DIGITS.split(word) if not word.isalpha() else [word]
        if parts[0] == "v" and len(parts) > 1:
            parts[0] = "version"
        found += [(_NUMBERS.get(part, part), match.start(), match.end()) for part in parts if part]
    return found


def bare(tokens: Sequence[str], *, spoken: bool) -> tuple[str, ...]:
    """A person's name without articles and titles, and where it is spoken what is said out of respect; whole where
    nothing else is left.

    Somebody may be called Ko: as it is written, a name keeps its end.
    """
    kept = [token for token in tokens if token not in _TITLES and token not in _ARTICLES]
    while spoken and len(kept) > 1 and kept[-1] in _AFTER:
        kept.pop()
    return tuple(kept) or tuple(tokens)


def degrees(tokens: Sequence[str]) -> frozenset[str]:
    """The titles among the words that tell people apart: dr, prof."""
    return frozenset(degree for token in tokens if (degree := _DEGREES.get(token, token)) in _DEGREES.values())


@cache
def _nouns(kind: EntityKind) -> frozenset[str]:
    """What says of which kind something is, and not which."""
    return frozenset(row_of(kind).nouns)


def content(tokens: Sequence[str], kind: EntityKind, *, spoken: bool) -> tuple[str, ...]:
    """The words that tell one entity of a kind from another; all of them where nothing else is left."""
    if kind == "person":
        return bare(tokens, spoken=spoken)
    kept = [token for token in (bare(tokens, spoken=spoken) if kind == "customer" else tokens) if token not in _EMPTY]
    telling = [token for token in kept if token not in _nouns(kind)]
    return tuple(telling or kept or tokens)


def is_definite(tokens: Sequence[str]) -> bool:
    """Whether an article or a possessive comes first: a description follows rather than a name."""
    return len(tokens) > 1 and tokens[0] in _ARTICLES


def of_kind(tokens: Sequence[str], kinds: Sequence[EntityKind]) -> tuple[EntityKind, ...]:
    """The kinds that the words name themselves ("the design channel"); all where they name none."""
    told = tuple(kind for kind in kinds if _nouns(kind) & set(tokens[-1:]))
    return told or tuple(kinds)
