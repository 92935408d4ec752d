"""What was said of something that the store knows by its title: "complete water the plants" is about the task of that
name.

Sentences say what kind of thing they are about ("the task …") or it is clear from their words. Where neither holds, the
titles of the store decide: the sentence is read once more with the kind before the title.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime

from services.store.base import Document, Project, kinds, row_of
from services.store.store import Store
from services.understanding.base import VOCABULARY, Command, Parser, Step

_LONGEST = 200
_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")
_TASK_IN = re.compile(
    r"(?:please )?(?:create|add|make|put|set up|open|log|new) (?:an? |another )?(?:new )?(?:task|todo|to-do|to"
    r" do|ticket|action item)"
    r" (?:to|in|for|under|on) (?P<the>(?:the |my |our )?)",
    re.IGNORECASE,
)
_ARTICLES = frozenset(("the", "a", "an", "my", "our", "this", "that"))
_BEFORE_NAMES = frozenset(
    ("on", "of", "in", "for", "with", "about", "is", "put", "are", "how's", "rename", "delete", "close", "archive")
)
_SURE = 0.9
"""How much of the confidence remains: the kind was not said."""

Words = tuple[str, ...]


class TitleParser:
    """A parser that looks for titles of the store where a sentence means nothing by itself, or another kind of thing
    that has no such
    title. What makes something new keeps its meaning."""

    def __init__(self, parser: Parser, store: Store) -> None:
        self._parser = parser
        self._titles = Titles(store)

    def parse(self, text: str, *, now: datetime, focus: str = "") -> Command:
        """Never raises for any text."""
        command = self._parser.parse(text, now=now, focus=focus)
        if len(text) > _LONGEST or len(command.steps) > 1 or command.not_for_us:
            return command
        if [step.action for step in command.steps] == ["task.create"] and (told := self._titles.in_project(text)):
            again = self._parser.parse(told, now=now, focus=focus)
            sure = [step.action for step in again.steps] == ["task.create"] and "project" in again.steps[0].slots
            return replace(again, text=text, confidence=round(again.confidence * _SURE, 3)) if sure else command
        families = [step.action.partition(".") for step in command.steps]
        if any(not row_of(family).open or verb == "create" for family, _, verb in families):
            return command
        for kind, told in self._titles.told(text, but=[family for family, _, _ in families]):
            again = self._parser.parse(told, now=now, focus=focus)
            if again.steps and all(_about(step, kind) for step in again.steps):
                return replace(again, text=text, confidence=round(again.confidence * _SURE, 3))
        return command


def _about(step: Step, kind: str) -> bool:
    """Whether a step is about a thing of this kind: its own actions, and what else asks about a project."""
    project = kind == Project.kind and (
        step.slots.get("kind") == kind or ("project" in step.slots and not VOCABULARY[step.action].writes)
    )
    return step.action.startswith(f"{kind}.") or project


class Titles:
    """The titles of what is open in a store, by their first word; made anew when one of them changed. Safe to use from
    several threads.
    """

    def __init__(self, store: Store) -> None:
        self._store = store
        self._lock = threading.Lock()
        self._seen: tuple[int, ...] | None = None
        self._by_first: dict[str, dict[Words, list[str]]] = {}

    def told(self, text: str, *, but: Sequence[str] = ()) -> Iterator[tuple[str, str]]:
        """(kind, the text with the kind before a title in it), the longest title first. A single word must stand behind
        an article.

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
            # Something is said of it; a project may be called by one word, behind one that says that it is a name.
            if first and (article or length > 1 or (kind == Project.kind and words[start - 1] in _BEFORE_NAMES)):
                yield kind, f"{text[: found[first].start()]}the {kind} {text[found[start].start() :]}"

    def in_project(self, text: str) -> str | None:
        """ "Add a task to the relaunch draft the plan", with the word project behind the title of one; None where none
        is named so.
        """
        begun = _TASK_IN.match(text)
        if begun is None:
            return None
        found = list(_WORD.finditer(text, begun.end()))
        words = tuple(each.group().casefold() for each in found)
        with self._lock:
            by_first = self._current()
        fitting = [
            len(title)
            for title, kinds in by_first.get(words[0] if words else "", {}).items()
            if Project.kind in kinds
            and words[: len(title)] == title
            and words[len(title) :][:1] not in ((), ("project",))
        ]
        if not fitting:
            return None
        end = found[max(fitting) - 1].end()
        return f"{text[: begun.start('the')]}the {text[begun.end() : end]} project{text[end:]}"

    def _current(self) -> dict[str, dict[Words, list[str]]]:
        revisions = self._store.storage.revisions
        seen = tuple(revisions.get(kind.kind, 0) for kind in _kinds())
        if seen != self._seen:
            self._seen = seen
            self._by_first = {}
            for title, kind in self._open():
                self._by_first.setdefault(title[0], {}).setdefault(title, []).append(kind)
        return self._by_first

    def _open(self) -> Iterator[tuple[Words, str]]:
        for kind in _kinds():
            for row in self._store.rows(kind).values():
                if row.get("status") in kind.about.open and (title := _words(str(row[kind.about.title]))):
                    yield title, kind.kind


def _kinds() -> list[type[Document]]:
    """The kinds that a title alone may mean; the first that has it is meant, and what has a name comes last."""
    return sorted((kind for kind in kinds().values() if kind.about.open), key=lambda kind: kind.about.spoken == "name")


def _words(text: str) -> Words:
    words: Sequence[str] = [word.casefold() for word in _WORD.findall(text)]
    return tuple(words[1:] if words and words[0] in _ARTICLES else words)
