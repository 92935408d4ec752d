"""A text as words with their places, so that whatever is understood can be given back exactly as it was spoken."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

_T = TypeVar("_T")
_WORD = re.compile(r"\S+")
FILLERS = "and|also|so|then|now|ok|okay|right|oh|ah|um|uh|well|yeah|yes"
"""Words that open a sentence and say nothing, for patterns."""
_EDGES = " \t\r\n.,;:!?…\"“”‘()[]{}<>*_~|=+–—-'’`"
_ENDS = re.compile(r"[.!?;,:]")
_SHORT = frozenset(("dr", "mr", "mrs", "ms", "prof", "st", "mt", "vs"))
"""Written with a full stop that ends nothing."""
_MARKS = {",": ",", ":": ",", ".": ".", ";": ".", "!": ".", "?": "."}
_CLOCK = frozenset(("a.m", "p.m"))
"""The full stop of these ends a sentence only before a capital."""


def word_set(text: str) -> frozenset[str]:
    """The words of a text: tables of what people say read better so."""
    return frozenset(text.split())


def phrases(text: str) -> tuple[str, ...]:
    """The phrases of a text, separated by bars."""
    return tuple(" ".join(phrase.split()) for phrase in text.split("|"))


def word_tuples(text: str) -> tuple[tuple[str, ...], ...]:
    """The phrases of a text, separated by bars, each as its words."""
    return tuple(tuple(phrase.split()) for phrase in text.split("|"))


def spelled(rows: Mapping[_T, str]) -> dict[str, _T]:
    """By word: what the row it stands in is about."""
    return {word: meaning for meaning, row in rows.items() for word in row.split()}


def numbered(text: str, first: int = 0) -> dict[str, int]:
    """By word: the number of its row; rows are separated by bars."""
    return {word: number for number, row in enumerate(text.split("|"), first) for word in row.split()}


@dataclass(frozen=True, slots=True)
class Word:
    """One word: lower case, no punctuation, at [start, end). `kind` is set where a typed span stands for it."""

    text: str
    start: int
    end: int
    kind: str = ""
    stop: str = ""
    """The punctuation after it, "" where none is."""
    several: bool = False
    """Stands for more than one spoken word."""


def split_words(text: str) -> list[Word]:
    """Words of a text; a word of signs alone is left out."""
    words: list[Word] = []
    for match in _WORD.finditer(text):
        raw = match.group()
        body = raw.strip(_EDGES)
        if not body:
            if words and _ENDS.search(raw):
                last = words[-1]
                words[-1] = Word(last.text, last.start, last.end, last.kind, raw[0])
            continue
        start = match.start() + raw.index(body)
        tail = raw[raw.index(body) + len(body) :]
        stop = next((sign for sign in tail if sign in ".!?;,:"), "")
        if stop == "." and (body.lower() in _SHORT or (_of_clock(body) and text[match.end() :].lstrip()[:1].islower())):
            stop = ""
        words.append(Word(body.lower().replace("’", "'"), start, start + len(body), "", stop))
    return words


def _of_clock(body: str) -> bool:
    return body.lower().lstrip("0123456789:.") in _CLOCK


def marked(words: Sequence[Word]) -> str:
    """The words with commas and full stops between them, none behind the last; all sentence ends are full stops."""
    return "".join(f"{word.text}{_MARKS.get(word.stop, '')} " for word in words[:-1]) + "".join(
        word.text for word in words[-1:]
    )


def spoken(text: str, words: Sequence[Word]) -> str:
    """The text of consecutive words, as spoken."""
    return text[words[0].start : words[-1].end] if words else ""
