"""Names that misheard words may be, to be shown to the recogniser when it listens again.

A recogniser knows none of the store's names: it writes "camera hawker" for Cameron Okafor. Whatever it wrote, in any
of its hypotheses, is compared with all names by how both sound; the nearest are few enough to be shown to it.
Retrieving names for the sound at hand instead of showing all is the idea of BR-ASR (arXiv 2505.19179), which trains an
encoder for it; here it is done by the hypotheses and needs no training.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from rapidfuzz import fuzz, process

from services.understanding.names.fold import folded
from services.understanding.names.sounds import alike, sound

_SPAN = 4
"""Words that may have been written for one name."""
_SHORTEST = 3
"""Letters: of less nothing can be told."""
_LEAST = 0.58
"""Likeness from which a name is shown: halves of likeness in letters and in sound."""
_MENTIONED = 0.85
"""Likeness from which a whole name of several words was said: what was said otherwise and sounds alike is at 0.8."""
_BEYOND = 0.15
"""Where another name is nearer by this to the same words, a name is not shown."""
_CLOSELY = 16
"""Names looked at closely for each span, those whose sounds have most in common."""
_ROUGHLY = 50
"""Percent that the sounds must have in common."""


@dataclass(frozen=True, slots=True)
class _Near:
    """A name that words [start, end) of a hypothesis may be."""

    start: int
    end: int
    name: str
    score: float

    def beyond(self, other: _Near) -> bool:
        """Whether the other is another reading of the same words, and a much nearer one; not where it is a part of it:
        "Austin staff room" is Austin Stavros, though Austin alone is exact.
        """
        overlaps = other.start < self.end and self.start < other.end
        return overlaps and other.score > self.score + _BEYOND and other.name not in self.name.split()


class Nearby:
    """Names by how they sound. Immutable."""

    def __init__(self, names: Iterable[str]) -> None:
        """`names` as they are written; each may be said in full or by one of its words."""
        self._names: dict[str, str] = {}
        """By their letters, as one word."""
        for name in names:
            said = [word for word, _, _ in folded(name)]
            written = name.split()
            self._put("".join(said), name)
            if len(said) == len(written) > 1:
                for word, form in zip(said, written, strict=True):
                    if form[0].isupper():
                        self._put(word, form)
        self._letters = tuple(self._names)
        self._sounds = tuple(map(sound, self._letters))
        self._flat = tuple(said.lower() for said in self._sounds)

    def near(self, heard: Sequence[str], *, known: Collection[str], limit: int) -> tuple[str, ...]:
        """Names that words of these hypotheses may be, the nearest first. `known`: words that need not be names."""
        best: dict[str, float] = {}
        for text in dict.fromkeys(" ".join(word for word, _, _ in folded(each)) for each in heard):
            found = list(self._found(text.split(), known))
            for near in found:
                if not any(near.beyond(other) for other in found):
                    best[near.name] = max(best.get(near.name, 0.0), near.score)
        return tuple(sorted(best, key=lambda name: -best[name])[:limit])

    def mentioned(self, text: str, *, known: Collection[str]) -> frozenset[str]:
        """Names of several words that a text has in full, however they are written: "what field and boil" is Whitfield
        and Boyle. `known`: words that need not be names.
        """
        found = self._found([word for word, _, _ in folded(text)], known)
        return frozenset(near.name for near in found if near.score >= _MENTIONED and " " in near.name)

    def _put(self, letters: str, name: str) -> None:
        if letters.isascii() and letters.isalpha() and len(letters) >= _SHORTEST:
            self._names.setdefault(letters, name)

    def _found(self, words: Sequence[str], known: Collection[str]) -> Iterator[_Near]:
        spans = list(_spans(words, known))
        if not spans or not self._flat:
            return
        sounds = [sound(letters) for _, _, letters in spans]
        rough = process.cdist(
            [said.lower() for said in sounds],
            self._flat,
            scorer=fuzz.ratio,
            processor=None,
            score_cutoff=_ROUGHLY,
            dtype=np.uint8,
        )
        most = min(_CLOSELY, len(self._flat))
        for (start, end, letters), said, row in zip(spans, sounds, rough, strict=True):
            if letters in self._names:
                yield _Near(start, end, self._names[letters], 1.0)
                continue
            for index in np.argpartition(-row.astype(np.int16), most - 1)[:most]:
                if row[index]:
                    spelled = fuzz.ratio(letters, self._letters[index]) / 100
                    score = (alike(said, self._sounds[index], least=max(0.0, 2 * _LEAST - spelled)) + spelled) / 2
                    if score >= _LEAST:
                        yield _Near(start, end, self._names[self._letters[index]], score)


def _spans(words: Sequence[str], known: Collection[str]) -> Iterator[tuple[int, int, str]]:
    """(start, end, letters) of what may be a name: no number, and not only words that are said to the appliance."""
    for start in range(len(words)):
        for end in range(start + 1, min(start + _SPAN, len(words)) + 1):
            said, letters = words[start:end], "".join(words[start:end])
            plain = len(letters) >= _SHORTEST and letters.isascii() and letters.isalpha()
            if plain and not all(word in known for word in said):
                yield start, end, letters
