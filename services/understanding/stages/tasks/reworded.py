"""Other words in the place of some of a task just told of: "three, not two", "sorry, not Lena, Tom"; and words put to
it: "it's 726 euros, write that into the task".
"""

from __future__ import annotations

import re
from itertools import pairwise

from services.understanding.base import Command
from services.understanding.slots.amounts import number_of
from services.understanding.stages.base import Understanding
from services.understanding.stages.tasks.phrasings import is_command
from services.understanding.stages.tasks.titles import (
    Subject,
    command,
    family,
    form_of,
    head,
    people,
    pointed,
    time_of,
)

_LEAD = (
    r"(?:(?:no|nope|oh|ah|sorry|sry|wait|actually|hang on|hold on|i mean|i meant|make (?:that|it)|it's|but|and)\b"
    r"[\s,.]*)*"
)
_WORDS = r"[^\W_][\w'’-]*(?: [\w'’-]+){0,3}?"
_SWAPS = (
    re.compile(rf"{_LEAD}(?P<new>{_WORDS}),? (?:and )?not (?:the )?(?P<old>{_WORDS})", re.I),
    re.compile(rf"{_LEAD}not (?:the )?(?P<old>{_WORDS})(?:,|\.| but)+ (?P<new>{_WORDS})", re.I),
    re.compile(rf"{_LEAD}(?P<new>{_WORDS}) (?:instead of|rather than) (?P<old>{_WORDS})", re.I),
)
_INTO = re.compile(
    r"(?P<what>.+?)[,.;:]+ (?:and )?(?:please )?(?:write|add|put|note|enter)(?: that| it| this)?(?: down)?"
    r"(?: (?:in|into|to|onto|on|with)(?P<there> (?:the|that|this) (?:task|job))?)?(?: please| too)*",
    re.I,
)
_SAYS = re.compile(
    r"^(?:(?:it|that|this)(?:'s|’s| is)|(?:it|that) says|(?:he|she|they) (?:said|says?))(?: that)?,? ", re.I
)
_PLACES = re.compile(r"(?:to|at|in|for|from|with|without|about|on|near|by) ", re.I)
""" "To the airport, put that in" goes on from the title, and needs no word for the task."""
_COUNT = re.compile(
    rf"{_LEAD}(?:(?:make|let's say|better|rather|say)(?: it| that| them)? )?(?P<n>[^\W_]+) (?P<noun>[^\W_]+)"
    r"(?: instead| then| after all| please)?",
    re.I,
)
""" "Actually make it three sets", of "order two sets of walkie talkies"."""
_LONGEST = 120
_MOST_WORDS = 12


def reworded_task(said: Understanding) -> Understanding | None:
    """What is put right or added in the title of the task spoken of last."""
    text = said.text.strip(" .!")
    if len(text) > _LONGEST or "?" in text or family(said) != "task" or (task := pointed(said, "")) is None:
        return None
    return said.found(_swapped(said, text, task) or _counted(said, text, task) or _added(said, text, task), "talk")


def _swapped(said: Understanding, text: str, task: Subject) -> Command | None:
    for pattern in _SWAPS:
        found = pattern.fullmatch(text)
        if found is None:
            continue
        if (new := people(said, found["new"])) and people(said, found["old"]):
            return command(said, "task.assign", task, assignees=new, direction="instead")
        if (title := _with_other(task.words, found["old"], found["new"])) is not None:
            return command(said, "task.update", task, new_title=title)
    return None


def _counted(said: Understanding, text: str, task: Subject) -> Command | None:
    found = _COUNT.fullmatch(text)
    if found is None or number_of(found["n"]) is None:
        return None
    for number, noun in pairwise(task.words.split()):
        if number_of(number) is not None and form_of(noun.casefold(), found["noun"].casefold()):
            title = f" {task.words} ".replace(f" {number} {noun} ", f" {found['n']} {noun} ").strip()
            return command(said, "task.update", task, new_title=title)
    return None


def _with_other(title: str, old: str, new: str) -> str | None:
    """The title with these words in the place of those; None where it does not have them."""
    words, gone = title.split(), old.casefold().split()
    for i in range(len(words) - len(gone) + 1):
        if all(_same(word, other) for word, other in zip(words[i : i + len(gone)], gone, strict=True)):
            return " ".join([*words[:i], new, *words[i + len(gone) :]])
    return None


def _same(word: str, other: str) -> bool:
    number = number_of(word)
    return form_of(word.casefold(), other) or (number is not None and number == number_of(other))


def _added(said: Understanding, text: str, task: Subject) -> Command | None:
    """ "It's 726 euros, write that into the task": a time is when it is due, other words are its title's."""
    found = _INTO.fullmatch(text)
    what = _SAYS.sub("", found["what"]) if found else ""
    runs_on = _PLACES.match(what)
    if found is None or not what or not (runs_on or found["there"]):
        return None
    if len(what.split()) > _MOST_WORDS or is_command(said, what):
        return None
    if (when := time_of(said, what)) is not None:
        return command(said, "task.deadline", task, when=_on_its_day(said, when))
    return command(said, "task.update", task, new_title=f"{task.words}{' ' if runs_on else ', '}{what}")


def _on_its_day(said: Understanding, when: str) -> str:
    """A time of day belongs to the day on which the task is due already."""
    one = head(said)
    due = said.directory.when_of("task", one.id) if one and one.id else None
    only_clock = re.fullmatch(r"(?:at )?(?:half |quarter )?[\w: ]+", when, re.I) and not _DAY.search(when)
    return f"{due:%B} {due.day} at {when.removeprefix('at ')}" if due and only_clock else when


_DAY = re.compile(
    r"day\b|morrow|night|week|month|(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)\w*|\d(?:st|nd|rd|th)", re.I
)
