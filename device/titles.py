"""What was said of something that the store knows by its title: "complete water the plants" is about the task of that name.

Sentences say what kind of thing they are about ("the task …") or it is clear from their words. Where neither holds, the titles of the
store decide: the sentence is read once more with the kind before the title.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from services.store.base import Document, Meeting, Project, Reminder, Task
from services.store.store import Store
from services.understanding.base import Command, Parser

_KINDS: Mapping[type[Document], tuple[str, frozenset[str]]] = {
    Task: ("title", frozenset(("todo", "in_progress", "blocked"))),
    Meeting: ("title", frozenset(("planned",))),
    Reminder: ("title", frozenset(("pending",))),
    Project: ("name", frozenset(("open", "on_hold"))),
}
"""Kind → the field with its title, and the states in which it is spoken of; the first that has the title is meant."""
_FAMILIES = frozenset(kind.kind for kind in _KINDS)
_LONGEST = 200
_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")
_ARTICLES = frozenset(("the", "a", "an", "my", "our", "this", "that"))
_SURE = 0.9
"""How much of the confidence remains: the kind was not said."""

Words = tuple[str, ...]


class TitleParser:
    """A parser that looks for titles of the store where a sentence means nothing by itself, or another kind of thing that has no such
    title. What makes something new keeps its meaning."""

    def __init__(self, parser: Parser, store: Store) -> None:
        self._parser = parser
        self._titles = Titles(store)

    def parse(self, text: str, *, now: datetime, focus: str = "") -> Command:
        """Never raises for any text."""
        command = self._parser.parse(text, now=now, focus=focus)
        if len(text) > _LONGEST or len(command.steps) > 1:
            return command
        families = [step.action.partition(".") for step in command.steps]
        if any(family not in _FAMILIES or verb == "create" for family, _, verb in families):
            return command
        for kind, told in self._titles.told(text, but=[family for family, _, _ in families]):
            again = self._parser.parse(told, now=now, focus=focus)
            if again.steps and all(step.action.startswith(f"{kind}.") for step in again.steps):
                return replace(again, text=text, confidence=round(again.confidence * _SURE, 3))
        return command


class Titles:
    """The titles of what is open in a store, by their first word; made anew when one of them changed. Safe to use from several threads."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._lock = threading.Lock()
        self._seen: tuple[int, ...] | None = None
        self._by_first: dict[str, dict[Words, list[str]]] = {}

    def told(self, text: str, *, but: Sequence[str] = ()) -> Iterator[tuple[str, str]]:
        """(kind, the text with the kind before a title in it), the longest title first. A single word must stand behind an article.

        Not of a title that something of the kinds `but` has, too.
        """
        found = list(_WORD.finditer(text))
        words = [each.group().casefold() for each in found]
        with self._lock:
            by_first = self._current()
        meant = [
            (start, len(title), kinds[0])
            for start, word in enumerate(words)
            for title, kinds in by_first.get(word, {}).items()
            if tuple(words[start : start + len(title)]) == title and not set(but) & set(kinds)
        ]
        for start, length, kind in sorted(meant, key=lambda each: -each[1]):
            article = start > 0 and words[start - 1] in _ARTICLES
            first = start - article
            if first and (article or length > 1):  # something is said of it
                yield kind, f"{text[: found[first].start()]}the {kind} {text[found[start].start() :]}"

    def _current(self) -> dict[str, dict[Words, list[str]]]:
        revisions = self._store.storage.revisions
        seen = tuple(revisions.get(kind.kind, 0) for kind in _KINDS)
        if seen != self._seen:
            self._seen = seen
            self._by_first = {}
            for title, kind in self._open():
                self._by_first.setdefault(title[0], {}).setdefault(title, []).append(kind)
        return self._by_first

    def _open(self) -> Iterator[tuple[Words, str]]:
        for kind, (field, states) in _KINDS.items():
            for row in self._store.rows(kind).values():
                if row.get("status") in states and (title := _words(str(row[field]))):
                    yield title, kind.kind


def _words(text: str) -> Words:
    words: Sequence[str] = [word.casefold() for word in _WORD.findall(text)]
    return tuple(words[1:] if words and words[0] in _ARTICLES else words)
