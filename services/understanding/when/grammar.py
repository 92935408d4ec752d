"""The scanner that all rules share: tokens in, every reading that begins at a token out, each worked out once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Any

from services.understanding.when.house import House
from services.understanding.when.words.hindi import OPENING as HINDI_OPENING
from services.understanding.when.words.hindi import tells_times
from services.understanding.when.words.lexicon import OPENING
from services.understanding.when.words.tokens import Token, tokenize

Reading = tuple[Any, int]
"""A value and the index after its last token."""
Rule = Callable[["Scanner", int], Iterator[Reading]]

_RULES: dict[str, Rule] = {}
_DEEPEST = 60
_BEYOND = 32
_NOTHING = Token("", -1, -1)


def rule(function: Rule) -> Rule:
    """Registers a rule under its function's name. Rules of different modules find each other by name."""
    _RULES[function.__name__] = function
    return function


class Scanner:
    """One text being read. Readings of a rule at a place are kept: one for each end at most, the first found."""

    def __init__(self, text: str, house: House, holidays: Mapping[str, Sequence[tuple[str, ...]]]) -> None:
        """`holidays`: names in plain words by their first word."""
        self.text = text
        self.holidays = holidays
        self.house = house
        self.tokens = tokenize(text)
        said = [token.text for token in self.tokens]
        self._words = said + [""] * _BEYOND
        self.hindi = tells_times(said, [token.capital for token in self.tokens])
        """The text tells its times in Hindi, at least in part."""
        self._opens = [self._opening(token) for token in self.tokens] + [False] * _BEYOND
        self._kept: dict[tuple[str, int], list[Reading]] = {}
        self._depth = 0

    def _opening(self, token: Token) -> bool:
        word = token.text
        known = token.number is not None or word in OPENING or word in self.holidays or word + "s" in self.holidays
        return known or (self.hindi and word in HINDI_OPENING)

    def at(self, i: int) -> Token:
        return self.tokens[i] if 0 <= i < len(self.tokens) else _NOTHING

    def word(self, i: int) -> str:
        """The word at i; "" up to a dozen places beyond either end, which is as far as a rule looks."""
        return self._words[i]

    def may_open(self, i: int) -> bool:
        """Whether some rule may begin with token i: most words begin none, and that is seen at once."""
        return self._opens[i]

    def all(self, name: str, i: int) -> list[Reading]:
        """Readings of a rule that begin at token i, longest first."""
        if not self._opens[i]:
            return []
        key = (name, i)
        kept = self._kept.get(key)
        if kept is None:
            kept = self._kept[key] = []
            if self._depth < _DEEPEST:
                self._depth += 1
                by_end: dict[int, Any] = {}
                for value, end in _RULES[name](self, i):
                    by_end.setdefault(end, value)
                self._depth -= 1
                if by_end:
                    kept = self._kept[key] = [(by_end[end], end) for end in sorted(by_end, reverse=True)]
        return kept

    def best(self, name: str, i: int) -> Reading | None:
        readings = self.all(name, i)
        return readings[0] if readings else None

    def skip(self, i: int, *words: str) -> int:
        """The index after token i if it is one of the words, else i."""
        return i + 1 if self.word(i) in words else i

    def after(self, i: int, *phrases: str) -> int | None:
        """The index after the longest phrase that stands at i, or None."""
        for words in _by_first_word(phrases).get(self.word(i), ()):
            end = i + len(words)
            if self._words[i:end] == words:
                return end
        return None


@lru_cache(maxsize=512)
def _by_first_word(phrases: tuple[str, ...]) -> Mapping[str, Sequence[list[str]]]:
    """Phrases as lists of words, longest first, by their first word."""
    table: dict[str, list[list[str]]] = defaultdict(list)
    for phrase in sorted(phrases, key=lambda phrase: -len(phrase.split())):
        words = phrase.split()
        table[words[0]].append(words)
    return dict(table)
