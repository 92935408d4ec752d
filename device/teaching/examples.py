"""Lessons as examples to train the command model with, as training.sentences.examples.Example (not shipped)."""

from __future__ import annotations

from typing import Any

from services.understanding.base import Slot
from services.understanding.sentences.lessons import Lesson, words_of

SOURCE = "owner"


def example_of(lesson: Lesson) -> dict[str, Any]:
    """Of a slot that is not told in the sentence the model can't know: then only the first action is learnt."""
    after = [max(step.after, default=-1) + 1 for step in lesson.steps]
    steps = [
        {"action": step.action, "slots": _slots(lesson, at), "after": after[at]} for at, step in enumerate(lesson.steps)
    ]
    whole = all(
        _is_told(lesson, at, slot, value) for at, step in enumerate(lesson.steps) for slot, value in step.slots.items()
    )
    sentence = " ".join(lesson.words)
    fields = {
        "sentence": sentence,
        "steps": steps,
        "source": SOURCE,
        "group": f"{SOURCE}: {sentence}",
        "context": "",
        "accept": [],
    }
    return {**fields, "whole": whole}


def _slots(lesson: Lesson, at: int) -> list[list[str]]:
    places = sorted((place for place in lesson.places if place.step == at), key=lambda place: place.start)
    return [[place.slot, " ".join(lesson.words[place.start : place.end])] for place in places]


def _is_told(lesson: Lesson, at: int, slot: str, value: Slot) -> bool:
    """Whether it stands in the sentence, or nobody ever says it: "add" of adding somebody to a channel."""
    if any(place.step == at and place.slot == slot for place in lesson.places):
        return True
    return isinstance(value, str) and not set(words_of(value)) <= set(words_of(lesson.meaning))
