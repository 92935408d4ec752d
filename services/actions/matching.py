"""Which of several things is meant by loose words: every word that counts must be found, give or take a recogniser's slip."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import TypeVar

from rapidfuzz import fuzz

T = TypeVar("T")

_EMPTY_WORDS = frozenset(("a", "an", "the", "my", "our", "your", "to", "of", "for", "on", "in", "at", "and", "that", "this", "please"))
_SAME_WORD = 80.0
"""rapidfuzz ratio from which two words count as one misheard word."""


def words(text: str) -> list[str]:
    """The words that count, in lower case."""
    found = re.findall(r"[^\W_]+(?:'[^\W_]+)?", text.casefold())
    return [word for word in found if word not in _EMPTY_WORDS] or found


def closest(spoken: str, things: Sequence[T], title: Callable[[T], str]) -> list[T]:
    """The things meant, nearest first: none, exactly one, or several that fit equally well.

    A thing whose words are just the spoken ones beats those that have more. Things of the same name count as one: the first.
    """
    wanted = words(spoken)
    scored = [(_share(wanted, words(title(thing))), thing) for thing in things]
    needed = 1.0 if len(wanted) < 4 else 0.75
    best = max((share for share, _ in scored), default=0.0)
    if best < needed:
        return []
    fitting = [thing for share, thing in scored if share == best]
    exact = [thing for thing in fitting if _share(words(title(thing)), wanted) == 1.0]
    fitting = sorted(exact or fitting, key=lambda thing: -fuzz.token_sort_ratio(spoken, title(thing)))
    same = {" ".join(words(title(thing))) for thing in fitting}
    return fitting[:1] if len(same) == 1 else fitting


def _share(wanted: Sequence[str], there: Sequence[str]) -> float:
    """The part of the wanted words that are there."""
    return sum(any(_same(word, other) for other in there) for word in wanted) / len(wanted) if wanted else 0.0


def _same(word: str, other: str) -> bool:
    # send, sending: one word in two forms, which a ratio of letters would part
    stem = min(len(word), len(other)) >= 4 and word[:4] == other[:4] and abs(len(word) - len(other)) <= 3
    return word == other or stem or fuzz.ratio(word, other) >= _SAME_WORD
