"""Which of several things loose words mean: every word that counts must be found, give or take a recogniser's slip."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Collection, Iterable, Sequence
from functools import lru_cache, reduce
from operator import or_
from typing import TypeVar

from rapidfuzz import fuzz, process

T = TypeVar("T")

_EMPTY_WORDS = frozenset(
    ("a", "an", "the", "my", "our", "your", "to", "of", "for", "on", "in", "at", "and", "that", "this", "please")
)
_WORD = re.compile(r"[^\W_]+(?:'[^\W_]+)?")
_STEM = 4
"""Letters that two forms of a word have in common at least."""
_SAME_WORD = 80.0
"""rapidfuzz ratio from which a word counts as another one misheard."""


def words(text: str) -> list[str]:
    """The words that count, in lower case."""
    return list(_words(text))


@lru_cache(maxsize=1 << 17)  # the titles of a full store are looked through again and again
def _words(text: str) -> tuple[str, ...]:
    found = [
        sys.intern(word) for word in _WORD.findall(text.casefold())
    ]  # one string a word, however many titles have it
    return tuple(word for word in found if word not in _EMPTY_WORDS) or tuple(found)


def closest(spoken: str, things: Sequence[T], title: Callable[[T], str]) -> list[T]:
    """The things meant, nearest first: none, exactly one, or several that fit equally well.

    Words just as spoken beat misheard ones, and a thing whose words are just the spoken ones beats those that have
    more. Things of the same name count as one: the first.
    """
    wanted = _words(spoken)
    if not wanted:
        return []
    missing = frozenset(wanted).difference
    split = [_words(title(thing)) for thing in things]
    fitting = [thing for thing, there in zip(things, split, strict=True) if not missing(there)]
    if not fitting:
        counts = _counts(wanted, split)
        best = max(_needed(wanted), *counts, 0)
        fitting = [thing for count, thing in zip(counts, things, strict=True) if count == best]
    if len(fitting) > 1:
        fitting = [thing for thing in fitting if _only(title(thing), wanted)] or fitting
        fitting.sort(key=lambda thing: -fuzz.token_sort_ratio(spoken, title(thing)))
    same = {" ".join(_words(title(thing))) for thing in fitting}
    return fitting[:1] if len(same) == 1 else fitting


def fitting_texts(spoken: str, texts: Iterable[str]) -> set[str]:
    """Those texts that have enough of the spoken words, give or take a slip."""
    wanted, different = _words(spoken), list(dict.fromkeys(texts))
    if not wanted:
        return set()
    counts = _counts(wanted, [_words(text) for text in different])
    return {text for count, text in zip(counts, different, strict=True) if count >= _needed(wanted)}


def _needed(wanted: Sequence[str]) -> int:
    """How many of the wanted words must be there: of four and more, one in four may be missing."""
    return len(wanted) if len(wanted) < 4 else -(-3 * len(wanted) // 4)


def _counts(wanted: Sequence[str], split: Sequence[tuple[str, ...]]) -> list[int]:
    """How many of the wanted words each text has, give or take a slip. Compares each different word once."""
    alike = _alike(wanted, set().union(*split))
    strange = frozenset(alike).isdisjoint
    return [0 if strange(there) else reduce(or_, [alike.get(word, 0) for word in there]).bit_count() for there in split]


def _alike(wanted: Sequence[str], vocabulary: Collection[str]) -> dict[str, int]:
    """Words of a vocabulary that resemble wanted ones, with a bit for each of these."""
    alike: dict[str, int] = {}
    beginnings = {word[:_STEM] for word in wanted}
    begun = [word for word in vocabulary if word[:_STEM] in beginnings]
    for place, word in enumerate(wanted):
        close = process.extract(word, vocabulary, scorer=fuzz.ratio, score_cutoff=_SAME_WORD, limit=None)
        for other in (*(found[0] for found in close), *(other for other in begun if _same_stem(word, other))):
            alike[other] = alike.get(other, 0) | 1 << place
    return alike


def _only(text: str, wanted: Sequence[str]) -> bool:
    """Whether the text has no word that was not spoken."""
    there = _words(text)
    return bool(there) and all(any(_same(word, other) for other in wanted) for word in there)


def _same_stem(word: str, other: str) -> bool:
    """send, sending: two forms of a word, which a ratio of letters would not match."""
    return word[:_STEM] == other[:_STEM] and min(len(word), len(other)) >= _STEM and abs(len(word) - len(other)) <= 3


def _same(word: str, other: str) -> bool:
    return word == other or _same_stem(word, other) or fuzz.ratio(word, other) >= _SAME_WORD
