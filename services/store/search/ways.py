"""The ways in which words may be looked for: as they were said, otherwise, and by what they may have been meant to
be.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence, Sized
from itertools import pairwise
from typing import NamedTuple

from services.store.base import Likeness
from services.store.search.spelling import alike, grams, is_spelled, letters_off, stem

_BEGINNING = 3
"""Letters from which on a word may be the beginning of another."""
_LIKE_NOTHING_KNOWN = 0.70
"""Likeness from which a word that stands nowhere is taken for another; below, in and one more letter changed of a short
one.
"""
_LIKE_A_KNOWN = 0.86
"""The same of a word that does stand somewhere: only slips of one letter in a longer one."""
_MOST_ALIKE = 6
_AS_GOOD = 0.12
"""Of several that are alike, those are taken that come so close to the best."""
_CANDIDATES = 80
_MOST_BEGUN = 20

Terms = tuple[tuple[str, ...], ...]
"""For each word asked for the FTS5 phrases that will do."""


class Way(NamedTuple):
    """One way to look for the words."""

    how: Likeness
    terms: Terms
    operator: str = " AND "


def phrase(words: str) -> str:
    """As FTS5 takes any words literally."""
    return '"' + words.replace('"', '""') + '"'


class Ways:
    """How the words may be looked for, the strictest first."""

    def __init__(self, connection: sqlite3.Connection, words: Sequence[str], found: Sized) -> None:
        """`found`: what was found so far; some ways are tried only where nothing was."""
        self._connection = connection
        self._words = words
        self._found = found
        self._new = [word for (word,) in connection.execute("SELECT word FROM search_new")]
        """The latest words, which stand nowhere else yet."""

    def __iter__(self) -> Iterator[Way]:
        words = self._words
        exact: Terms = tuple((phrase(word),) for word in words)
        yield Way("same", exact)
        forms: Terms = tuple(
            (*terms, *(phrase(other) for other in self._forms(word))) for word, terms in zip(words, exact, strict=True)
        )
        yield Way("form", forms)
        begun: Terms = tuple((*terms, *self._begun(word)) for word, terms in zip(words, forms, strict=True))
        yield Way("beginning", begun)
        there = [any(self._stands(term) for term in terms) for terms in begun]
        for terms in self._cut_otherwise(begun, there):
            yield Way("beginning", terms)
        slips = [
            () if known else self._near(word, _LIKE_NOTHING_KNOWN) for word, known in zip(words, there, strict=True)
        ]
        misspelt: Terms = tuple((*terms, *near) for terms, near in zip(begun, slips, strict=True))
        yield Way("like", misspelt)
        if self._found and len(words) > 1:
            return
        slips = [self._near(word, _LIKE_A_KNOWN) if known else () for word, known in zip(words, there, strict=True)]
        yield Way("like", tuple((*terms, *near) for terms, near in zip(misspelt, slips, strict=True)))
        if not self._found and len(words) > 1:
            yield Way("some", misspelt, " OR ")

    def _begun(self, word: str) -> tuple[str, ...]:
        """What it may be the beginning of: the shortest words, for there may be thousands."""
        if len(word) < _BEGINNING:
            return ()
        if not is_spelled(word):
            return (f"{phrase(word)}*",)
        query = (
            "SELECT word FROM search_words WHERE gram = ? AND word > ? AND word < ? ORDER BY length(word), word LIMIT ?"
        )
        found = [other for (other,) in self._connection.execute(query, (grams(word)[0], word, word + "{", _MOST_BEGUN))]
        found += [other for other in self._new if other != word and other.startswith(word)]
        return tuple(phrase(other) for other in sorted(found, key=lambda other: (len(other), other))[:_MOST_BEGUN])

    def _forms(self, word: str) -> list[str]:
        """Its other forms that stand somewhere: invoice for invoices."""
        base = stem(word)
        if not is_spelled(word) or len(base) < 3:
            return []
        begins = base[:-1] if base.endswith("i") else base
        query = "SELECT word FROM search_words WHERE gram = ? AND word >= ? AND word < ? AND length(word) <= ?"
        found = [
            other for (other,) in self._connection.execute(query, (grams(word)[0], begins, begins + "{", len(base) + 5))
        ]
        found += [other for other in self._new if other.startswith(begins) and len(other) <= len(base) + 5]
        return [other for other in found if other != word and stem(other) == base]

    def _near(self, word: str, least: float) -> tuple[str, ...]:
        """Words that stand somewhere and are spelled or sound nearly so."""
        if not is_spelled(word):
            return ()
        wanted = grams(word)
        query = f"""SELECT word FROM search_words
            WHERE gram IN ({", ".join("?" * len(wanted))}) AND length(word) BETWEEN ? AND ?
            GROUP BY word ORDER BY count(*) DESC LIMIT ?"""  # noqa: S608
        off = letters_off(word)
        bounds = (len(word) - off, len(word) + off, _CANDIDATES)
        others = [other for (other,) in self._connection.execute(query, (*wanted, *bounds)) if other != word]
        others += [
            other
            for other in self._new
            if other != word and abs(len(other) - len(word)) <= off and set(wanted) & set(grams(other))
        ]
        found = alike(word, others, least)[:_MOST_ALIKE]
        return tuple(phrase(other) for likeness, other in found if likeness >= found[0][0] - _AS_GOOD)

    def _cut_otherwise(self, terms: Terms, there: Sequence[bool]) -> Iterator[Terms]:
        """Words that stand nowhere as they were cut, joined with a neighbour (hender son) or parted in two
        (webdesigner).
        """
        for at, (one, two) in enumerate(pairwise(self._words)):
            if not (there[at] and there[at + 1]):
                near = (phrase(one + two),) if self._is_known(one + two) else self._near(one + two, _LIKE_A_KNOWN)
                if near:
                    yield (*terms[:at], near, *terms[at + 2 :])
        for at, word in enumerate(self._words):
            if not there[at] and is_spelled(word):
                cuts = [(word[:cut], word[cut:]) for cut in range(3, len(word) - 2)]
                parts = tuple(
                    phrase(f"{one} {two}") for one, two in cuts if self._is_known(one) and self._is_known(two)
                )
                if parts:
                    yield (*terms[:at], parts, *terms[at + 1 :])

    def _is_known(self, word: str) -> bool:
        if word in self._new:
            return True
        query = "SELECT 1 FROM search_words WHERE gram = ? AND word = ?"
        return self._connection.execute(query, (grams(word)[0], word)).fetchone() is not None

    def _stands(self, term: str) -> bool:
        query = "SELECT 1 FROM search WHERE search MATCH ? LIMIT 1"
        return self._connection.execute(query, (f"{{title body}} : {term}",)).fetchone() is not None
