"""Sentences that the owner taught, from their file (lessons.py), which is read anew when it changes.

Word for word, a sentence means what was taught, whatever templates make of it. With other words in the places of its
slots it is one more template. A line that can't be read, or that asks for what there is no more, is passed over.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

from services.understanding.base import Step
from services.understanding.sentences.lessons import Gap, Lesson, LessonPiece, read_lessons, words_of
from services.understanding.sentences.match import Match
from services.understanding.slots.modifiers import PREPOSITIONS, IsName
from services.understanding.slots.reader import SlotWords, peeled, values
from services.understanding.vocabulary import VOCABULARY, has_all
from services.understanding.words import Word

_log = logging.getLogger(__name__)

SURE = 0.95
"""As of a precise template."""


class Taught:
    """The lessons of a file. Several threads may ask, also while one of them reloads."""

    def __init__(self, path: Path | None = None) -> None:
        """None, or a file that is not there: nothing is taught."""
        self._path = path
        self._stamp: tuple[int, int, int] | None = None
        self._exact: Mapping[tuple[str, ...], Lesson] = {}
        self._patterns: Mapping[str, Sequence[Lesson]] = {}
        """By their first word; "": by none."""
        self.reload()

    def reload(self) -> bool:
        """Read a changed file again; True when it was. An unreadable one is logged once, and what was known stays."""
        if self._path is None:
            return False
        stamp = _stamp_of(self._path)
        if stamp == self._stamp:
            return False
        self._stamp = stamp
        try:
            lessons = (
                [lesson for _, lesson in read_lessons(self._path) if lesson and _is_usable(lesson)] if stamp else []
            )
        except OSError as error:
            _log.error("What was taught can't be read (%s); what is known of it stays in use.", error.strerror)
            return False
        patterns: dict[str, list[Lesson]] = {}
        for lesson in reversed(lessons):  # of two that fit, the later one
            if lesson.pattern:
                first = lesson.pattern[0].fixed[:1]
                patterns.setdefault(first[0] if first and isinstance(first[0], str) else "", []).append(lesson)
        self._exact, self._patterns = {lesson.words: lesson for lesson in lessons}, patterns
        return True

    def __bool__(self) -> bool:
        return bool(self._exact)

    def exactly(self, said: tuple[str, ...]) -> Lesson | None:
        """What these very words were taught to mean."""
        return self._exact.get(said)

    def fits(self, said: Sequence[Word], text: str, is_name: IsName) -> Iterator[Match]:
        """What lessons make of words of a text in which typed spans stand as one word."""
        if not said or not self._patterns:
            return
        flat = flattened(said, text)
        for lesson in (*self._patterns.get(flat[0].text, ()), *self._patterns.get("", ())):
            found = _found(lesson.pattern, flat)
            steps = _steps(lesson, found, text, is_name) if found is not None else None
            if found is not None and steps:
                first = min((each[0] for each in found.values()), key=lambda word: word.start)
                lead = tuple(word for word in said if word.end <= first.start)
                free = {word.start for gap, each in found.items() if not gap.kind for word in each}
                end = "" if any(each[-1].end == said[-1].end for each in found.values()) else said[-1].text
                complete = all(has_all(VOCABULARY[step.action], step.slots) for step in steps)
                yield Match(steps, len(said) - len(free), complete, loose=lesson.told == 1, lead=lead, end=end)


class LessonWord(NamedTuple):
    """A word as it was spoken, and the word of the templates it is (part of)."""

    text: str
    word: Word
    length: int
    """Words of the typed span that begins here; 0: none does."""


def flattened(said: Sequence[Word], text: str) -> list[LessonWord]:
    """Each word as it was spoken, of a text in which typed spans stand as one."""
    flat: list[LessonWord] = []
    for word in said:
        inside = words_of(text[word.start : word.end]) if word.kind else ()
        flat += [LessonWord(each, word, 0 if at else len(inside)) for at, each in enumerate(inside)] or [
            LessonWord(word.text, word, 0)
        ]
    return flat


def _found(pattern: Sequence[LessonPiece], flat: Sequence[LessonWord]) -> dict[Gap, list[Word]] | None:
    """The words in each gap; None where the pattern does not fit all of them.

    Any words are as few as can be. As with the stars of file names, nothing better is missed by that; so the time is
    bounded.
    """
    found: dict[Gap, list[Word]] = {}
    at = 0
    for number, piece in enumerate(pattern):
        for start in [at] if piece.gap is None else range(at + 1, len(flat) + 1):
            ended = _after(piece.fixed, flat, start, found)
            if ended is not None and (number < len(pattern) - 1 or ended == len(flat)):
                break
        else:
            return None
        if piece.gap is not None:
            found[piece.gap] = once(flat[at:start])
        at = ended
    return found


def _after(fixed: Sequence[str | Gap], flat: Sequence[LessonWord], at: int, found: dict[Gap, list[Word]]) -> int | None:
    """Where these end that are to begin there; None where they don't."""
    for each in fixed:
        if at >= len(flat):
            return None
        if isinstance(each, str):
            if flat[at].text != each:
                return None
            at += 1
            continue
        led = flat[at].text in PREPOSITIONS and not flat[at].length and at + 1 < len(flat)
        begin = at + 1 if led else at
        if flat[begin].word.kind != each.kind or not flat[begin].length:
            return None
        found[each] = once(flat[at : begin + 1])
        at = begin + flat[begin].length
    return at


def once(said: Sequence[LessonWord]) -> list[Word]:
    """The words of the templates that these are."""
    return list(dict.fromkeys(each.word for each in said))


def meant(lesson: Lesson, flat: Sequence[LessonWord], text: str, is_name: IsName) -> tuple[Step, ...] | None:
    """What a lesson's pattern makes of these words; None where it does not fit."""
    found = _found(lesson.pattern, flat) if lesson.pattern else None
    return _steps(lesson, found, text, is_name) if found else None


def _steps(lesson: Lesson, found: Mapping[Gap, list[Word]], text: str, is_name: IsName) -> tuple[Step, ...] | None:
    """With the words that stand there now; None where some can't be what the slot stands for."""
    taken: list[SlotWords] = []
    left = dict(found)
    for number, step in enumerate(lesson.steps):
        places = [place for place in lesson.places if place.step == number]
        told = {place.slot: found[Gap(*place[2:])] for place in places}
        taken.append(
            peeled(
                SlotWords(told, [place.slot for place in places if not place.kind]),
                VOCABULARY[step.action],
                text,
                is_name,
            )
        )
        for place in places:  # what one step takes off a title as its time, no other one is to have in it
            left[Gap(*place[2:])] = min(left[Gap(*place[2:])], taken[-1].slots[place.slot], key=len)
    for place in lesson.places:
        taken[place.step].slots[place.slot] = left[Gap(*place[2:])]
    steps = [_step(step, one, text) for step, one in zip(lesson.steps, taken, strict=True)]
    return tuple(step for step in steps if step) if all(steps) else None


def _step(taught: Step, taken: SlotWords, text: str) -> Step | None:
    """What the sentence leaves out is as it was taught."""
    slots = values(taken, VOCABULARY[taught.action], text)
    return None if slots is None else replace(taught, slots={**taught.slots, **slots})


def _is_usable(lesson: Lesson) -> bool:
    """Whether there still is what it asks for."""
    return all(
        step.action in VOCABULARY and step.slots.keys() <= VOCABULARY[step.action].slots.keys() for step in lesson.steps
    )


def _stamp_of(path: Path) -> tuple[int, int, int] | None:
    try:
        status = path.stat()
    except OSError:
        return None
    return status.st_mtime_ns, status.st_size, status.st_ino
