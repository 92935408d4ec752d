"""A lesson made of two sentences: what one says, and the same in words that are understood."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from device.teaching.errors import AlwaysMeans, MeaningNotUnderstood, NothingSaid
from services.understanding.base import VOCABULARY, Slot
from services.understanding.parser import LONGEST_TEXT, CommandParser
from services.understanding.reserved import reserved
from services.understanding.sentences.lesson import lesson_of, plain
from services.understanding.sentences.lessons import Lesson
from services.understanding.sentences.repairs import cleaned
from services.understanding.when import House
from services.understanding.words import spoken

_OR = {
    "": "or other words there",
    "when": "or another time",
    "recurrence": "or another time that comes again",
    "duration": "or another length of time",
    "priority": "or another priority",
}


def lesson_for(sentence: str, meaning: str, parser: CommandParser, now: datetime, house: House | None = None) -> Lesson:
    """`sentence` means what `meaning` does, if any. Raises NothingSaid, AlwaysMeans, MeaningNotUnderstood."""
    clean = cleaned(" ".join(sentence.split()))
    said = spoken(clean, parser.unwrapped(clean))
    if not said or len(said) > LONGEST_TEXT:
        raise NothingSaid(sentence=sentence[:100], most=LONGEST_TEXT)
    if step := reserved(sentence) or reserved(said):
        raise AlwaysMeans(sentence=sentence, action=step.action)
    if not meaning:
        return Lesson(said, (), at=now.isoformat(timespec="seconds"))
    command = parser.parse(meaning, now=now)
    if not command.steps:
        raise MeaningNotUnderstood(meaning=meaning)
    return lesson_of(said, command.steps, " ".join(meaning.split()), now, house)


def is_known(lesson: Lesson, parser: CommandParser, now: datetime) -> bool:
    """Whether the sentence is understood so already."""
    steps = parser.parse(lesson.sentence, now=now).steps
    return [(step.action, plain(step.slots)) for step in steps] == [
        (step.action, plain(step.slots)) for step in lesson.steps
    ]


def told(lesson: Lesson) -> Iterator[str]:
    """What it will mean, for the owner to say yes to; a line each."""
    if not lesson.steps:
        yield f"“{lesson.sentence}” is not for me: I shall do nothing."
        return
    yield f"“{lesson.sentence}” will mean:"
    for at, step in enumerate(lesson.steps):
        yield f"  {step.action}"
        for slot, value in step.slots.items():
            place = next((place for place in lesson.places if (place.step, place.slot) == (at, slot)), None)
            yield f"    {slot}: {_words(value)}  ({_OR[place.kind] if place and lesson.pattern else 'always'})"
    if not lesson.pattern:
        yield "It is understood in these very words only."


def warnings(lesson: Lesson, parser: CommandParser, now: datetime) -> Iterator[str]:
    """What to think of before saying yes: a line each, none where nothing is lost by it."""
    before = [step.action for step in parser.parse(lesson.sentence, now=now).steps]
    after = [step.action for step in lesson.steps]
    if before and before != after:
        yield f"Until now “{lesson.sentence}” means {', '.join(before)}; that must then be said in other words."
    risky = [action for action in after if action not in VOCABULARY or VOCABULARY[action].risk == "high"]
    if risky and risky != before:
        yield f"Careful: {', '.join(risky)} deletes, moves money or leaves the house, and these words do not say so."


def _words(value: Slot) -> str:
    if isinstance(value, str):
        return value
    return ", ".join(
        each if isinstance(each, str) else f"{each.get('quantity', '')} {each['item']}".strip() for each in value
    )
