"""The reader that the grammar's rules share: tokens in, every reading that begins at a token out, each worked out once."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

from services.understanding.when.house import House
from services.understanding.when.tokens import Token, tokenize

Reading = tuple[Any, int]
"""A value and the index after its last token."""
Rule = Callable[["Reader", int], Iterator[Reading]]

_RULES: dict[str, Rule] = {}
_DEEPEST = 60
_NOTHING = Token("", -1, -1)


def rule(function: Rule) -> Rule:
    """Registers a rule under its function's name. Rules of different modules find each other by name."""
    _RULES[function.__name__] = function
    return function


class Reader:
    """One text being read. Readings of a rule at a place are kept: at most one for each end, the first that was found."""

    def __init__(self, text: str, house: House, holidays: Mapping[str, Sequence[tuple[str, ...]]]) -> None:
        """`holidays`: names in plain words by their first word."""
        self.text = text
        self.holidays = holidays
        self.house = house
        self.tokens = tokenize(text)
        self._kept: dict[tuple[str, int], list[Reading]] = {}
        self._depth = 0
        self.hindi = False
        """The text tells its times in Hindi, at least in part."""

    def at(self, i: int) -> Token:
        return self.tokens[i] if 0 <= i < len(self.tokens) else _NOTHING

    def word(self, i: int) -> str:
        return self.at(i).text

    def all(self, name: str, i: int) -> list[Reading]:
        """Readings of a rule that begin at token i, longest first."""
        key = (name, i)
        if key not in self._kept:
            self._kept[key] = []
            if self._depth < _DEEPEST and 0 <= i < len(self.tokens):
                self._depth += 1
                by_end: dict[int, Any] = {}
                for value, end in _RULES[name](self, i):
                    by_end.setdefault(end, value)
                self._depth -= 1
                self._kept[key] = [(by_end[end], end) for end in sorted(by_end, reverse=True)]
        return self._kept[key]

    def best(self, name: str, i: int) -> Reading | None:
        readings = self.all(name, i)
        return readings[0] if readings else None

    def skip(self, i: int, *words: str) -> int:
        """The index after token i if it is one of the words, else i."""
        return i + 1 if self.word(i) in words else i

    def after(self, i: int, *phrases: str) -> int | None:
        """The index after the longest phrase that stands at i, or None."""
        return self._longest(i, phrases)

    def _longest(self, i: int, phrases: Iterable[str]) -> int | None:
        found = None
        for phrase in phrases:
            words = phrase.split()
            if all(self.word(i + k) == word for k, word in enumerate(words)) and (found is None or i + len(words) > found):
                found = i + len(words)
        return found
