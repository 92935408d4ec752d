"""What the owner taught of one sentence, and the file that keeps it: a JSON line each.

    {"sentence": "chuck bread on the pile", "meaning": "add bread to the shopping list",
     "at": "2026-11-23T09:30:00+00:00",
     "steps": [{"action": "list.add", "slots": {"items": [{"item": "bread"}], "list": "shopping"}, "after": []}],
     "places": [[0, "items", 1, 2, ""]]}

Without steps, the sentence is nothing for us.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from pathlib import Path
from typing import Any, NamedTuple

from services.understanding.base import Step
from services.understanding.words import split_words, word_set

_WEAK = word_set("""a an the this that these those my our your his her their it i me we us you he she they to for of on
    in at by with from and or is are was be am do does did have has had can could will would should please now then so
    just""")
"""Words that tell nothing by themselves: a sentence of these and slots would fit half of what is said."""


class Place(NamedTuple):
    """A slot's words in the sentence: [start, end). `kind`: of the typed span that must stand there; "": any words."""

    step: int
    slot: str
    start: int
    end: int
    kind: str


class Gap(NamedTuple):
    """Where other words may stand."""

    start: int
    end: int
    kind: str


@dataclass(frozen=True, slots=True)
class LessonPiece:
    """Any words, unless `gap` is None, and then these, or spans of these kinds."""

    gap: Gap | None = None
    fixed: tuple[str | Gap, ...] = ()


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
    def pattern(self) -> tuple[LessonPiece, ...]:
        """Fits the same with other words in its slots; empty where it holds in these words alone."""
        gaps = sorted({Gap(*place[2:]) for place in self.places})
        if not gaps or gaps[-1].end > len(self.words) or any(before.end > gap.start for before, gap in pairwise(gaps)):
            return ()
        pieces, at = [LessonPiece()], 0
        for gap in gaps:
            pieces[-1] = _longer(pieces[-1], *self.words[at : gap.start])
            if gap.kind:
                pieces[-1] = _longer(pieces[-1], gap)
            else:
                pieces.append(LessonPiece(gap))
            at = gap.end
        pieces[-1] = _longer(pieces[-1], *self.words[at:])
        told = [each for piece in pieces for each in piece.fixed if isinstance(each, str)]
        side_by_side = any(not piece.fixed for piece in pieces[1:-1])
        return () if side_by_side or _WEAK.issuperset(told) else tuple(pieces)

    @cached_property
    def told(self) -> int:
        """Words that are always the same."""
        return sum(isinstance(each, str) for piece in self.pattern for each in piece.fixed)


def _longer(piece: LessonPiece, *more: str | Gap) -> LessonPiece:
    return LessonPiece(piece.gap, (*piece.fixed, *more))


def words_of(text: str) -> tuple[str, ...]:
    """As they are compared."""
    return tuple(word.text for word in split_words(text))


def read_lessons(path: Path) -> list[tuple[str, Lesson | None]]:
    """Each line and its lesson, None for an unreadable one; nothing without a file. Raises OSError."""
    try:
        text = path.read_bytes().decode("utf-8", "replace")
    except FileNotFoundError:
        return []
    return [(line, _lesson_of(line)) for line in text.split("\n") if line.strip()]


def line_of(lesson: Lesson) -> str:
    """As a line of the file."""
    steps = [{"action": step.action, "slots": dict(step.slots), "after": list(step.after)} for step in lesson.steps]
    fields = {
        "sentence": lesson.sentence,
        "meaning": lesson.meaning,
        "at": lesson.at,
        "steps": steps,
        "places": lesson.places,
    }
    return json.dumps(fields, ensure_ascii=False)


def _lesson_of(line: str) -> Lesson | None:
    try:
        fields: dict[str, Any] = json.loads(line)
        steps = tuple(
            Step(str(each["action"]), dict(each["slots"]), tuple(map(int, each["after"]))) for each in fields["steps"]
        )
        places = tuple(
            Place(int(step), str(slot), int(start), int(end), str(kind))
            for step, slot, start, end, kind in fields["places"]
        )
        lesson = Lesson(str(fields["sentence"]), steps, places, str(fields["meaning"]), str(fields["at"]))
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        return None
    sound = lesson.words and all(
        0 <= place.step < len(steps) and place.slot in steps[place.step].slots for place in places
    )
    return lesson if sound and all(0 <= place.start < place.end for place in places) else None
