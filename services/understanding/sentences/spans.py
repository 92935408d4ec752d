"""Typed spans, found before templates are tried: times, durations, priorities. Each stands in the sentence as one word.

Templates can so speak of `{when}` and `{duration}` rather than of the words these are told in. A further kind of span
(people, amounts, channels) is one more finder in `Finder`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from services.understanding.when import House, find, find_offset
from services.understanding.words import Word, split_words


@dataclass(frozen=True, slots=True)
class Span:
    """A piece of text of a known kind: when, recurrence, duration or priority."""

    kind: str
    start: int
    end: int


Finder = Callable[[str, datetime, House | None], list[Span]]

_LEVEL = r"(?:highest|high|top|urgent|critical|medium|normal|low|lowest|important)"
_PRIORITY = re.compile(
    rf"\b(?:(?:the\s+)?priority\s*(?:is\s+|to\s+|of\s+|[:=]\s*)?{_LEVEL}|(?:an?\s+)?{_LEVEL}(?:est)?[\s-]+(?:priority|importance)|urgent(?:ly)?|asap)\b",
    re.IGNORECASE,
)
_KINDS = {"instant": "when", "interval": "when", "recurrence": "recurrence", "duration": "duration"}


_NO_TIMES = ("from now on", "from here on")
"""Times that say nothing of when: call her Sal from now on."""


_NAMED_NIGHT = re.compile(
    r"(?<![\w'’])(?!(?:me|us|it|them|the|an?|one|every|each|all|at|by|in|on|for|from|until|till|of|to|and|or|good|late|last|this|that|next|first)\b)"
    r"[a-z][a-z'’-]*[ -](nights?)\b(?![ -]?time)",
    re.IGNORECASE,
)
"""Movie night, date night: a name, where no part of a time stands before it."""


def find_times(text: str, now: datetime, house: House | None) -> list[Span]:
    """The times told; "night" is none in "movie night on Friday"."""
    nights = {match.start(1): match.group(1) for match in _NAMED_NIGHT.finditer(text)}
    for found in find(text, now, house) if nights else ():
        if night := nights.get(found.span[0]):
            text = text[: found.span[0]] + "x" * len(night) + text[found.span[0] + len(night) :]
    return [
        Span(_KINDS[found.kind], *found.span)
        for found in find(text, now, house)
        if text[slice(*found.span)].lower() not in _NO_TIMES
    ]


def find_offsets(text: str, _: datetime, house: House | None) -> list[Span]:
    """The day before, an hour beforehand: times once the conversation tells from which."""
    offset = find_offset(text, house)
    return [Span("when", *offset.span)] if offset and not offset.loose else []


def find_priorities(text: str, _: datetime, __: House | None) -> list[Span]:
    return [Span("priority", *match.span()) for match in _PRIORITY.finditer(text)]


def level_of(priority: str) -> str:
    """ "with a high priority" → high."""
    found = re.search(rf"{_LEVEL}|urgent|asap", priority, re.IGNORECASE)
    return found.group() if found else priority


FINDERS: Sequence[Finder] = (find_priorities, find_times, find_offsets)


def find_spans(text: str, now: datetime, house: House | None = None) -> list[Span]:
    """All spans in order, none overlapping; an earlier finder's win. `house`: what times mean here."""
    taken: list[Span] = []
    for finder in FINDERS:
        for span in finder(text, now, house):
            if all(span.end <= other.start or span.start >= other.end for other in taken):
                taken.append(span)
    return sorted(taken, key=lambda span: span.start)


def mask(text: str, spans: Sequence[Span]) -> list[Word]:
    """The words of the text, each span as one word of its kind."""
    words: list[Word] = []
    rest = list(spans)
    inside: Span | None = None
    for word in split_words(text):
        while rest and rest[0].end <= word.start:
            rest.pop(0)
        span = rest[0] if rest and rest[0].start < word.end else None
        if span is None:
            words.append(word)
        elif span is inside:
            last = words[-1]
            words[-1] = Word(last.text, last.start, _end(text, span, word), last.kind, word.stop, several=True)
        else:
            name = f"x{span.kind}x{len(words)}x"
            words.append(Word(name, min(span.start, word.start), _end(text, span, word), span.kind, word.stop))
        inside = span
    return words


def _end(text: str, span: Span, word: Word) -> int:
    """Where the span's words end: with the word, unless that only adds a possessive ("tomorrow's")."""
    return span.end if text[span.end : word.end] in ("'s", "’s") else max(span.end, word.end)
