"""Sentences that the owner taught: what they mean, or that they are nothing for us. A file of JSON lines, read anew when it changes.

    {"sentence": "chuck bread on the pile", "meaning": "add bread to the shopping list", "at": "2026-11-23T09:30:00+00:00",
     "steps": [{"action": "list.add", "slots": {"items": [{"item": "bread"}], "list": "shopping"}, "after": []}],
     "places": [[0, "items", 1, 2, ""]]}

Word for word, a sentence means these steps, whatever templates make of it; without steps, nothing. With other words in the places of its
slots it is one more template. A line that can't be read, or that asks for what there is no more, is passed over.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import pairwise
from pathlib import Path
from typing import Any, NamedTuple

from services.understanding.base import Step
from services.understanding.modifiers import PREPOSITIONS, IsName
from services.understanding.reading import Taken, peeled, values
from services.understanding.vocabulary import VOCABULARY
from services.understanding.when.lexicon import words
from services.understanding.words import Word, split_words

_log = logging.getLogger(__name__)

SURE = 0.95
"""As of a precise template."""
_WEAK = frozenset(
    words(
        "a an the this that these those my our your his her their it i me we us you he she they to for of on in at by with from and or is "
        "are was be am do does did have has had can could will would should please now then so just"
    )
)
"""Words that tell nothing by themselves: a sentence of these and slots would fit half of what is said."""


class Place(NamedTuple):
    """Where a slot of a step stands in the sentence: words [start, end). `kind`: of the typed span that must stand there; "": any words."""

    step: int
    slot: str
    start: int
    end: int
    kind: str


class _Gap(NamedTuple):
    """Where other words may stand."""

    start: int
    end: int
    kind: str


@dataclass(frozen=True, slots=True)
class _Piece:
    """Any words, unless `gap` is None, and then these, or spans of these kinds."""

    gap: _Gap | None = None
    fixed: tuple[str | _Gap, ...] = ()


@dataclass(frozen=True)
class Lesson:
    """One sentence that was taught."""

    sentence: str
    """Without the politeness around it."""
    steps: tuple[Step, ...]
    """None: it is not for us."""
    places: tuple[Place, ...] = ()
    meaning: str = ""
    """The same in words that were understood before."""
    at: str = ""

    @cached_property
    def words(self) -> tuple[str, ...]:
        """Lower case, without punctuation at their edges."""
        return words_of(self.sentence)

    @cached_property
    def pattern(self) -> tuple[_Piece, ...]:
        """Fits the same with other words in its slots; empty where it holds in these words alone."""
        gaps = sorted({_Gap(*place[2:]) for place in self.places})
        if not gaps or gaps[-1].end > len(self.words) or any(before.end > gap.start for before, gap in pairwise(gaps)):
            return ()
        pieces, at = [_Piece()], 0
        for gap in gaps:
            pieces[-1] = _longer(pieces[-1], *self.words[at : gap.start])
            if gap.kind:
                pieces[-1] = _longer(pieces[-1], gap)
            else:
                pieces.append(_Piece(gap))
            at = gap.end
        pieces[-1] = _longer(pieces[-1], *self.words[at:])
        told = [each for piece in pieces for each in piece.fixed if isinstance(each, str)]
        side_by_side = any(not piece.fixed for piece in pieces[1:-1])
        return () if side_by_side or _WEAK.issuperset(told) else tuple(pieces)

    @cached_property
    def told(self) -> int:
        """Words that are always the same."""
        return sum(isinstance(each, str) for piece in self.pattern for each in piece.fixed)


def _longer(piece: _Piece, *more: str | _Gap) -> _Piece:
    return _Piece(piece.gap, (*piece.fixed, *more))


def words_of(text: str) -> tuple[str, ...]:
    """As they are compared."""
    return tuple(word.text for word in split_words(text))


class Fit(NamedTuple):
    """What a lesson makes of words that are not its own."""

    steps: tuple[Step, ...]
    explained: int
    """Words that it names itself, or that are a typed span."""
    lead: tuple[Word, ...]
    """Those before the first slot."""
    end: str
    """The last word, where it is no slot's."""
    broad: bool
    """It names a single word."""


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
        """Read the file again if it changed. True when it did; one that can't be read is told once, and what was known stays."""
        if self._path is None:
            return False
        stamp = _stamp_of(self._path)
        if stamp == self._stamp:
            return False
        self._stamp = stamp
        try:
            lessons = [lesson for _, lesson in read_lessons(self._path) if lesson and _is_usable(lesson)] if stamp else []
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

    def fits(self, said: Sequence[Word], text: str, is_name: IsName) -> Iterator[Fit]:
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
                yield Fit(steps, len(said) - len(free), lead, end, lesson.told == 1)


class Said(NamedTuple):
    """A word as it was spoken, and the word of the templates it is (part of)."""

    text: str
    word: Word
    length: int
    """Words of the typed span that begins here; 0: none does."""


def flattened(said: Sequence[Word], text: str) -> list[Said]:
    """Each word as it was spoken, of a text in which typed spans stand as one."""
    flat: list[Said] = []
    for word in said:
        inside = words_of(text[word.start : word.end]) if word.kind else ()
        flat += [Said(each, word, 0 if at else len(inside)) for at, each in enumerate(inside)] or [Said(word.text, word, 0)]
    return flat


def _found(pattern: Sequence[_Piece], flat: Sequence[Said]) -> dict[_Gap, list[Word]] | None:
    """The words in each gap; None where the pattern does not fit all of them.

    Any words are as few as can be. As with the stars of file names, nothing better is missed by that; so the time is bounded."""
    found: dict[_Gap, list[Word]] = {}
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


def _after(fixed: Sequence[str | _Gap], flat: Sequence[Said], at: int, found: dict[_Gap, list[Word]]) -> int | None:
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


def once(said: Sequence[Said]) -> list[Word]:
    """The words of the templates that these are."""
    return list(dict.fromkeys(each.word for each in said))


def meant(lesson: Lesson, flat: Sequence[Said], text: str, is_name: IsName) -> tuple[Step, ...] | None:
    """What a lesson's pattern makes of these words; None where it does not fit."""
    found = _found(lesson.pattern, flat) if lesson.pattern else None
    return _steps(lesson, found, text, is_name) if found else None


def _steps(lesson: Lesson, found: Mapping[_Gap, list[Word]], text: str, is_name: IsName) -> tuple[Step, ...] | None:
    """With the words that stand there now; None where some can't be what the slot stands for."""
    taken: list[Taken] = []
    left = dict(found)
    for number, step in enumerate(lesson.steps):
        places = [place for place in lesson.places if place.step == number]
        told = {place.slot: found[_Gap(*place[2:])] for place in places}
        taken.append(peeled(Taken(told, [place.slot for place in places if not place.kind]), VOCABULARY[step.action], text, is_name))
        for place in places:  # what one step takes off a title as its time, no other one is to have in it
            left[_Gap(*place[2:])] = min(left[_Gap(*place[2:])], taken[-1].slots[place.slot], key=len)
    for place in lesson.places:
        taken[place.step].slots[place.slot] = left[_Gap(*place[2:])]
    steps = [_step(step, one, text) for step, one in zip(lesson.steps, taken, strict=True)]
    return tuple(step for step in steps if step) if all(steps) else None


def _step(taught: Step, taken: Taken, text: str) -> Step | None:
    """What the sentence leaves out is as it was taught."""
    slots = values(taken, VOCABULARY[taught.action], text)
    return None if slots is None else replace(taught, slots={**taught.slots, **slots})


def _is_usable(lesson: Lesson) -> bool:
    """Whether there still is what it asks for."""
    return all(step.action in VOCABULARY and step.slots.keys() <= VOCABULARY[step.action].slots.keys() for step in lesson.steps)


def _stamp_of(path: Path) -> tuple[int, int, int] | None:
    try:
        status = path.stat()
    except OSError:
        return None
    return status.st_mtime_ns, status.st_size, status.st_ino


def read_lessons(path: Path) -> list[tuple[str, Lesson | None]]:
    """Each line, and what it teaches; None for one that can't be read. Nothing where there is no file. Raises OSError."""
    try:
        text = path.read_bytes().decode("utf-8", "replace")
    except FileNotFoundError:
        return []
    return [(line, _lesson_of(line)) for line in text.split("\n") if line.strip()]


def line_of(lesson: Lesson) -> str:
    """As a line of the file."""
    steps = [{"action": step.action, "slots": dict(step.slots), "after": list(step.after)} for step in lesson.steps]
    fields = {"sentence": lesson.sentence, "meaning": lesson.meaning, "at": lesson.at, "steps": steps, "places": lesson.places}
    return json.dumps(fields, ensure_ascii=False)


def _lesson_of(line: str) -> Lesson | None:
    try:
        fields: dict[str, Any] = json.loads(line)
        steps = tuple(Step(str(each["action"]), dict(each["slots"]), tuple(map(int, each["after"]))) for each in fields["steps"])
        places = tuple(Place(int(step), str(slot), int(start), int(end), str(kind)) for step, slot, start, end, kind in fields["places"])
        lesson = Lesson(str(fields["sentence"]), steps, places, str(fields["meaning"]), str(fields["at"]))
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        return None
    sound = lesson.words and all(0 <= place.step < len(steps) and place.slot in steps[place.step].slots for place in places)
    return lesson if sound and all(0 <= place.start < place.end for place in places) else None
