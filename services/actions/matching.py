"""Which of several things is meant by loose words: every word that counts must be found, give or take a recogniser's slip."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import TypeVar

from rapidfuzz import fuzz

T = TypeVar("T")

_EMPTY_WORDS = frozenset(("a", "an", "the", "my", "our", "your", "to", "of", "for", "on", "in", "at", "and", "that", "this", "please"))
_SAME_WORD = 80.0
"""rapidfuzz ratio from which two words count as one misheard word."""


def words(text: str) -> list[str]:
    """The words that count, in lower case."""
    return list(_words(text))


@lru_cache(maxsize=20_000)  # the titles of a full store are looked through again and again
def _words(text: str) -> tuple[str, ...]:
    found = re.findall(r"[^\W_]+(?:'[^\W_]+)?", text.casefold())
    return tuple(word for word in found if word not in _EMPTY_WORDS) or tuple(found)


def closest(spoken: str, things: Sequence[T], title: Callable[[T], str]) -> list[T]:
    """The things meant, nearest first: none, exactly one, or several that fit equally well.

    Words just as spoken beat misheard ones, and a thing whose words are just the spoken ones beats those that have more. Things of the
    same name count as one: the first.
    """
    wanted = _words(spoken)
    fitting = [thing for thing in things if wanted and set(wanted) <= set(_words(title(thing)))] or _misheard(wanted, things, title)
    exact = [thing for thing in fitting if _share(_words(title(thing)), wanted) == 1.0]
    fitting = sorted(exact or fitting, key=lambda thing: -fuzz.token_sort_ratio(spoken, title(thing)))
    same = {" ".join(_words(title(thing))) for thing in fitting}
    return fitting[:1] if len(same) == 1 else fitting


def _misheard(wanted: Sequence[str], things: Sequence[T], title: Callable[[T], str]) -> list[T]:
    """Those that have the most of the words, give or take a slip; of many words one may be missing."""
    scored = [(_share(wanted, _words(title(thing))), thing) for thing in things]
    needed = 1.0 if len(wanted) < 4 else 0.75
    best = max((share for share, _ in scored), default=0.0)
    return [thing for share, thing in scored if share == best] if best >= needed else []


def _share(wanted: Sequence[str], there: Sequence[str]) -> float:
    """The part of the wanted words that are there."""
    return sum(any(_same(word, other) for other in there) for word in wanted) / len(wanted) if wanted else 0.0


@lru_cache(maxsize=50_000)
def _same(word: str, other: str) -> bool:
    # send, sending: one word in two forms, which a ratio of letters would part
    stem = min(len(word), len(other)) >= 4 and word[:4] == other[:4] and abs(len(word) - len(other)) <= 3
    return word == other or stem or fuzz.ratio(word, other) >= _SAME_WORD
