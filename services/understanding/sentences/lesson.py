"""Makes a lesson of a sentence and its meaning: the words of the slots are found again in it. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from services.understanding.base import Slot, Step
from services.understanding.sentences.lessons import Lesson, Place, words_of
from services.understanding.sentences.spans import find_spans, mask
from services.understanding.sentences.taught import LessonWord, flattened, meant, once
from services.understanding.slots.modifiers import PREPOSITIONS
from services.understanding.slots.reader import value_of
from services.understanding.vocabulary import VOCABULARY
from services.understanding.when import House

_TYPED = ("when", "duration", "priority")
"""Slots for which nothing but a span of their kind will do."""


def lesson_of(sentence: str, steps: Sequence[Step], meaning: str, now: datetime, house: House | None = None) -> Lesson:
    """`sentence` is to ask for `steps`, as `meaning` does. A slot that is not told in it is always the same."""
    told = tuple(replace(step, references=()) for step in steps)
    flat = flattened(mask(sentence, find_spans(sentence, now, house)), sentence)
    places: list[Place] = []
    wanted = [(at, slot, value) for at, step in enumerate(told) for slot, value in step.slots.items()]
    for at, slot, _ in sorted(wanted, key=lambda each: -len(_plain_words(each[2]))):
        place = _place(at, slot, told[at], sentence, flat)
        if place and all(_apart(place, other) or place[2:] == other[2:] for other in places):
            places.append(place)
    lesson = Lesson(sentence, told, tuple(sorted(places)), meaning, now.isoformat(timespec="seconds"))
    read = meant(lesson, flat, sentence, lambda _: False)
    as_meant = read is not None and all(_same(one, other) for one, other in zip(read, told, strict=True))
    return lesson if as_meant or not lesson.pattern else replace(lesson, places=())


def _place(at: int, slot: str, step: Step, sentence: str, flat: Sequence[LessonWord]) -> Place | None:
    """Where a slot's words stand first, the fewest that hold all of them."""
    action, value, size = VOCABULARY[step.action], step.slots[slot], len(flat)
    typed = action.slots[slot] in _TYPED
    for length in range(1, size + 1):
        for start in range(size - length + 1):
            words = once(flat[start : start + length])
            spoken_words = words_of(sentence[words[0].start : words[-1].end])
            if len(spoken_words) != length or plain(value_of(slot, action, words, sentence)) != plain(value):
                continue
            kind = words[-1].kind if typed else ""
            if not typed:
                return Place(at, slot, start, start + length, kind)
            led = start > 0 and len(words) == 1 and flat[start - 1].text in PREPOSITIONS
            alone = len(words) == 1 or (len(words) == 2 and words[0].text in PREPOSITIONS)
            return Place(at, slot, start - led, start + length, kind) if kind and alone else None
    return None


def _apart(one: Place, other: Place) -> bool:
    return one.end <= other.start or other.end <= one.start


def _same(one: Step, other: Step) -> bool:
    return one.action == other.action and plain(one.slots) == plain(other.slots)


def plain(value: object) -> object:
    """A slot, or all of them, to be compared: without capitals, punctuation, the preposition before a
    time and the ending of what is somebody's."""
    if isinstance(value, str):
        said = words_of(value.removesuffix("'s").removesuffix("’s"))
        return said[1:] if len(said) > 1 and said[0] in PREPOSITIONS else said
    if isinstance(value, Mapping):
        return {name: plain(each) for name, each in value.items()}
    return [plain(each) for each in value] if isinstance(value, Sequence) else value


def _plain_words(value: Slot) -> tuple[str, ...]:
    """All words of a slot."""
    if isinstance(value, str):
        return words_of(value)
    texts = (text for each in value for text in ([each] if isinstance(each, str) else each.values()))
    return tuple(word for text in texts for word in words_of(text))
