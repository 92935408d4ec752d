"""What the learnt meanings see of a sentence: its words one by one and in rows, parts of them, and what was said just
before by the other side. Training and the call use this one module.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator, Sequence

from services.calls.spoken import SpokenSentence, sentences_of, word_set

BUCKETS = 1 << 15
"""Features are hashed into so many (feature hashing: Weinberger et al., 2009, Feature Hashing for Large Scale
Multitask Learning)."""
_DAYS = word_set("monday tuesday wednesday thursday friday saturday sunday tomorrow tonight")
_MONTHS = word_set("january february march april may june july august september october november december") - word_set(
    "may march"
)
_NUMBERS = word_set(
    """one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen
    eighteen nineteen twenty thirty forty fifty sixty seventy eighty ninety hundred thousand half quarter"""
)
_PART = 4
"""Letters of a part of a word; words that were heard wrongly keep most of theirs."""
_LONGEST_ROW = 3
_MOST_LENGTHS = 6


def buckets(before: str, text: str) -> list[int]:
    """The features of what is said, as places below BUCKETS, in order, each once. `before`: what the other side said
    just before; empty where it said nothing.
    """
    return sorted({zlib.crc32(feature.encode()) % BUCKETS for feature in _features(before, text)})


def _features(before: str, text: str) -> Iterator[str]:
    said: list[str] = []
    for sentence in sentences_of(text):
        forms = _forms(sentence)
        said += forms
        yield from _rows(forms, "", _LONGEST_ROW)
        if sentence.asks:
            yield "?"
            yield from (f"?{row}" for row in _rows(forms, "", 1))
        yield from (part for form in forms for part in _parts(form))
    yield f"length {min(_MOST_LENGTHS, len(said) // 3)}"
    yield from _behind(sentences_of(before)[-1:], said)


def _behind(last: Sequence[SpokenSentence], said: Sequence[str]) -> Iterator[str]:
    first = said[0] if said else ""
    if not last:
        yield "nothing before"
        return
    forms = _forms(last[0])
    yield from _rows(forms, "before ", 2)
    yield f"before asks {last[0].asks}"
    yield f"before asks {last[0].asks} {first}"
    yield f"before {' '.join(forms[:2])} | {first}"
    if set(forms) & set(said) & {"<day>", "<number>"}:
        yield "again"


def _forms(sentence: SpokenSentence) -> list[str]:
    """Its words; days, months and numbers by their kind, numbers in a row as one."""
    forms: list[str] = []
    for word in sentence.text.split():
        number = word in _NUMBERS or word[0].isdigit()
        form = "<number>" if number else "<day>" if word in _DAYS else "<month>" if word in _MONTHS else word
        if not number or forms[-1:] != [form]:
            forms.append(form)
    return forms


def _rows(forms: Sequence[str], prefix: str, longest: int) -> Iterator[str]:
    fenced = ["^", *forms, "$"]
    for first in range(len(fenced)):
        for after in range(first + 1, min(first + longest, len(fenced)) + 1):
            if fenced[first:after] not in (["^"], ["$"]):
                yield prefix + " ".join(fenced[first:after])
        if longest >= _LONGEST_ROW and first + 2 < len(fenced):
            yield f"{prefix}{fenced[first]} _ {fenced[first + 2]}"


def _parts(form: str) -> Iterator[str]:
    if len(form) > _PART and form[0] != "<":
        fenced = f"^{form}$"
        yield from (f"part {fenced[at : at + _PART]}" for at in range(len(fenced) - _PART + 1))
