"""What was said of something that the store knows by its title: "complete water the plants" is about the task of that
name.

Sentences say what kind of thing they are about ("the task …") or it is clear from their words. Where neither holds, the
titles of the store decide: the sentence is read once more with the kind before the title.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from services.store.base import row_of
from services.understanding.base import VOCABULARY, Command, Step
from services.understanding.stages.base import Titles, Understanding
from services.understanding.words import word_set

_PROJECT = "project"
_LONGEST = 200
_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")
_TASK_IN = re.compile(
    r"(?:please )?(?:create|add|make|put|set up|open|log|new) (?:an? |another )?(?:new )?"
    r"(?:task|todo|to-do|to do|ticket|action item) (?:to|in|for|under|on) (?P<the>(?:the |my |our )?)",
    re.IGNORECASE,
)
_ARTICLES = word_set("the a an my our this that")
_BEFORE_NAMES = word_set("on of in for with about is put are how's rename delete close archive")
_SURE = 0.9
"""How much of the confidence remains: the kind was not said."""


def title(said: Understanding) -> Understanding | None:
    """Where a sentence means nothing by itself, or another kind without that title. What makes new things stays."""
    text, command = said.text, said.read(said.text)
    if len(text) > _LONGEST or len(command.steps) > 1 or command.not_for_us:
        return None
    titles = said.directory.titles()
    if [step.action for step in command.steps] == ["task.create"] and (told := in_project(text, titles)):
        again = said.read(told)
        sure = [step.action for step in again.steps] == ["task.create"] and "project" in again.steps[0].slots
        return said.found(_less_sure(again, text)) if sure else None
    families = [step.action.partition(".") for step in command.steps]
    if any(not row_of(family).open or verb == "create" for family, _, verb in families):
        return None
    for kind, told in with_kind(text, titles, but=[family for family, _, _ in families]):
        again = said.read(told)
        if again.steps and all(_about(step, kind) for step in again.steps):
            return said.found(_less_sure(again, text))
    return None


def _less_sure(command: Command, text: str) -> Command:
    return replace(command, text=text, confidence=round(command.confidence * _SURE, 3))


def _about(step: Step, kind: str) -> bool:
    """Whether a step is about a thing of this kind: its own actions, and what else asks about a project."""
    project = kind == _PROJECT and (
        step.slots.get("kind") == kind or ("project" in step.slots and not VOCABULARY[step.action].writes)
    )
    return step.action.startswith(f"{kind}.") or project


def with_kind(text: str, titles: Titles, *, but: Sequence[str] = ()) -> Iterator[tuple[str, str]]:
    """(kind, the text with the kind before a title in it), the longest title first. A single word must stand behind an
    article.

    Not of a title that something of the kinds `but` has, too.
    """
    found = list(_WORD.finditer(text))
    words = [each.group().casefold() for each in found]
    meant = [
        (start, len(called), kinds[0])
        for start, word in enumerate(words)
        for called, kinds in titles.get(word, {}).items()
        if tuple(words[start : start + len(called)]) == called and not set(but) & set(kinds)
    ]
    for start, length, kind in sorted(meant, key=lambda each: -each[1]):
        article = start > 0 and words[start - 1] in _ARTICLES
        first = start - article
        # Something is said of it; a project may be called by one word, behind one that says that it is a name.
        if first and (article or length > 1 or (kind == _PROJECT and words[start - 1] in _BEFORE_NAMES)):
            yield kind, f"{text[: found[first].start()]}the {kind} {text[found[start].start() :]}"


def in_project(text: str, titles: Titles) -> str | None:
    """ "Add a task to the relaunch draft the plan", with "project" behind a project's title; else None."""
    begun = _TASK_IN.match(text)
    if begun is None:
        return None
    found = list(_WORD.finditer(text, begun.end()))
    words = tuple(each.group().casefold() for each in found)
    fitting = [
        len(called)
        for called, kinds in titles.get(words[0] if words else "", {}).items()
        if _PROJECT in kinds and words[: len(called)] == called and words[len(called) :][:1] not in ((), ("project",))
    ]
    if not fitting:
        return None
    end = found[max(fitting) - 1].end()
    return f"{text[: begun.start('the')]}the {text[begun.end() : end]} project{text[end:]}"


def title_words(text: str) -> tuple[str, ...]:
    """The words of a title as they are looked for: without its article, in small letters."""
    words: Sequence[str] = [word.casefold() for word in _WORD.findall(text)]
    return tuple(words[1:] if words and words[0] in _ARTICLES else words)
