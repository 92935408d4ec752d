"""Which of many hundred templates can fit a line at all, told by its first and its last word."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from hassil import Intents
from hassil.expression import Alternative, Expression, ListReference, RuleReference, Sentence, TextChunk
from hassil.expression import Permutation as AnyOrder
from hassil.expression import Sequence as InOrder
from hassil.intents import Intent, IntentData, SlotList, TextSlotList

_PARTS = re.compile(r"[\s\-_]+")
"""Where hassil may part words."""
_KEPT = 4_000
"""Pairs of first and last word whose templates are remembered."""


@dataclass(frozen=True, slots=True)
class _Edge:
    """What an expression can begin with (or end with)."""

    words: frozenset[str]
    """Beginnings of the first word (ends of the last)."""
    any_word: bool = False
    """Any word may stand there."""
    empty: bool = False
    """It may be nothing at all."""

    def either(self, other: _Edge) -> _Edge:
        return _Edge(self.words | other.words, self.any_word or other.any_word, self.empty or other.empty)


_NOTHING = _Edge(frozenset(), empty=True)
_NEVER = _Edge(frozenset())
_ANYTHING = _Edge(frozenset(), any_word=True)


class Index:
    """A grammar's templates by the edges of what they fit. `typed`: lists whose values stand in the line (xwhenx1x)."""

    def __init__(self, intents: Intents, typed: Iterable[str]) -> None:
        self._intents = intents
        self._typed = frozenset(typed)
        self._first = {id(each): self._edge(each.expression, first=True) for each in _templates(intents)}
        self._last = {id(each): self._edge(each.expression, first=False) for each in _templates(intents)}
        self._starts = _known(self._first)
        self._ends = _known(self._last)
        self._found: dict[tuple[frozenset[str], frozenset[str]], Intents] = {}

    def words(self) -> frozenset[str]:
        """All that the templates are made of."""
        parts: list[Expression] = [each.expression for each in _templates(self._intents)]
        parts += [rule.expression for rule in self._intents.expansion_rules.values()]
        for known in self._intents.slot_lists.values():
            texts = [value.text_in for value in known.values] if isinstance(known, TextSlotList) else []
            parts += [text.expression if isinstance(text, Sentence) else text for text in texts]
        chunks: set[str] = set()
        while parts:
            part = parts.pop()
            if isinstance(part, TextChunk):
                chunks.add(part.text)
            elif isinstance(part, InOrder | Alternative | AnyOrder):
                parts += part.items
        return frozenset(word for chunk in chunks for word in _PARTS.split(chunk.casefold()) if word)

    def fitting(self, line: str) -> Intents:
        """The grammar without the templates that cannot fit the line (lower case, single spaces)."""
        parts = line.split(" ")
        first = frozenset(parts[0][:n] for n in range(1, len(parts[0]) + 1)) & self._starts
        last = frozenset(parts[-1][n:] for n in range(len(parts[-1]))) & self._ends
        if (first, last) not in self._found:
            if len(self._found) >= _KEPT:
                self._found.clear()
            self._found[first, last] = self._filtered(first, last)
        return self._found[first, last]

    def _filtered(self, first: frozenset[str], last: frozenset[str]) -> Intents:
        left: dict[str, Intent] = {}
        for name, intent in self._intents.intents.items():
            blocks = [block for data in intent.data if (block := self._block(data, first, last))]
            if blocks:
                left[name] = replace(intent, data=blocks)
        return replace(self._intents, intents=left)

    def _block(self, data: IntentData, first: frozenset[str], last: frozenset[str]) -> IntentData | None:
        kept = [
            each
            for each in data.sentences
            if _meets(self._first[id(each)], first) and _meets(self._last[id(each)], last)
        ]
        if not kept:
            return None
        block = replace(data, sentence_texts=[each.text or "" for each in kept])
        block.__dict__["sentences"] = kept  # parsed already
        return block

    def _edge(self, part: Expression, *, first: bool) -> _Edge:
        if isinstance(part, TextChunk):
            return _of_text(part.text, first=first)
        if isinstance(part, RuleReference):
            return self._edge(self._intents.expansion_rules[part.rule_name].expression, first=first)
        if isinstance(part, ListReference):
            return self._of_list(part.list_name, self._intents.slot_lists, first=first)
        if isinstance(part, InOrder):
            return self._in_order(part.items if first else part.items[::-1], first=first)
        if isinstance(part, Alternative | AnyOrder):
            edge = _NOTHING if isinstance(part, Alternative) and part.is_optional else _NEVER
            for item in part.items:
                edge = edge.either(self._edge(item, first=first))
            return edge
        return replace(_ANYTHING, empty=True)

    def _in_order(self, items: Iterable[Expression], *, first: bool) -> _Edge:
        words, any_word = frozenset[str](), False
        for item in items:
            edge = self._edge(item, first=first)
            words, any_word = words | edge.words, any_word or edge.any_word
            if not edge.empty:
                return _Edge(words, any_word)
        return _Edge(words, any_word, empty=True)

    def _of_list(self, name: str, lists: Mapping[str, SlotList], *, first: bool) -> _Edge:
        if name in self._typed:
            return _Edge(frozenset([f"x{name}x" if first else "x"]))
        known = lists.get(name)
        if not isinstance(known, TextSlotList):
            return _ANYTHING
        edge = _NEVER
        for value in known.values:
            text = value.text_in
            edge = edge.either(self._edge(text.expression if isinstance(text, Sentence) else text, first=first))
        return edge


def _of_text(text: str, *, first: bool) -> _Edge:
    parts = [part for part in _PARTS.split(text.casefold()) if part]
    return _Edge(frozenset([parts[0 if first else -1]])) if parts else _NOTHING


def _meets(edge: _Edge, words: frozenset[str]) -> bool:
    return edge.any_word or edge.empty or not words.isdisjoint(edge.words)


def _known(edges: Mapping[int, _Edge]) -> frozenset[str]:
    return frozenset(word for edge in edges.values() for word in edge.words)


def _templates(intents: Intents) -> Iterator[Sentence]:
    for intent in intents.intents.values():
        for data in intent.data:
            yield from data.sentences
