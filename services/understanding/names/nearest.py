"""The words of the names of one kind, and which of them a spoken word may be."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from rapidfuzz import fuzz, process

from services.understanding.names.base import How
from services.understanding.names.diminutives import SHORT_FORMS, SPELLINGS
from services.understanding.names.sounds import alike, sound

_NONE = frozenset[str]()
_SPELLED = 0.94
"""Another spelling or a short form of a given name; equals, since a recogniser can't tell Jon from John."""
_SOUND = 0.92
_CLOSEST = 0.91
"""Scores of what is spelled otherwise but sounds the same, and at most of what does not."""
_SHORTEST = 4
"""Shorter words must sound the same: a slip in three letters leaves too little."""
_MOST = 32
"""Words looked at closely."""


@dataclass(frozen=True, slots=True)
class Likeness:
    """A word of a name that a spoken word may be."""

    word: str
    score: float
    how: How
    sure: bool = True
    """False where the spoken word is a name of its own: somebody else's, unless one asks."""
    is_given: bool = False
    """Holds of given names only, hence of the first word of a name."""


class NameWords:
    """The words of names, to be looked up by what was heard. Immutable."""

    def __init__(self, sounds: Mapping[str, str], *, given: bool) -> None:
        """`sounds`: words and how they sound. `given`: they are given names, which have short forms."""
        self._words = tuple(sounds)
        self._known = frozenset(self._words)
        self._given = given
        self._sounds = tuple(sounds.values())
        self._flat = tuple(said.lower() for said in self._sounds)

    def __contains__(self, word: str) -> bool:
        return word in self._known

    def same(self, word: str) -> list[Likeness]:
        """The word itself, its other spellings, and its short forms or full ones."""
        found = [Likeness(word, 1.0, "exact")] if word in self._known else []
        if self._given:
            spelled, short = SPELLINGS.get(word, _NONE) & self._known, SHORT_FORMS.get(word, _NONE) & self._known
            found += [Likeness(other, _SPELLED, "sound", is_given=True) for other in sorted(spelled)]
            found += [Likeness(other, _SPELLED, "alias", is_given=True) for other in sorted(short)]
        return found

    def near(self, word: str, *, least: float = 0.52) -> list[Likeness]:
        """Words that sound the same or nearly so, best first; less alike than `least` is another word."""
        if not word.isalpha():
            return []  # sprint 12 is not sprint 13
        said = sound(word)
        hits = process.extract(
            said.lower(), self._flat, scorer=fuzz.ratio, processor=None, score_cutoff=100 * (least - 0.04), limit=_MOST
        )
        given = self._given and word in SPELLINGS
        found = [self._likeness(word, said, index, given, least) for _, _, index in hits]
        return sorted((one for one in found if one is not None), key=lambda one: -one.score)

    def _likeness(self, word: str, said: str, index: int, given: bool, least: float) -> Likeness | None:
        other = self._words[index]
        if other == word or not other.isalpha():
            return None
        letters = fuzz.ratio(word, other) / 100
        plain = word.isascii() and other.isascii()
        sounding = alike(said, self._sounds[index], least=2 * least - letters) if plain else letters
        if sounding == 1.0 and len(said) > 1:
            return Likeness(other, _SOUND, "sound", not given, given)
        score = min((sounding + letters) / 2, _CLOSEST)
        if score < least or min(len(word), len(other)) < _SHORTEST:
            return None
        return Likeness(
            other, score, "sound" if sounding > 0.93 else "close", not given and word not in self._known, given
        )
