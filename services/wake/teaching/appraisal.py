"""How good a wake word will be, before anybody records it: by its sounds alone."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from rapidfuzz.distance import Levenshtein

from firmware.errors import FacultyError
from services.wake.teaching.everyday import PHRASES, WORDS

Sounds = Callable[[str], list[str]]
"""A text to its sounds in the alphabet of the IPA, marks of stress and length among them."""

VOWELS = frozenset("aeiouyæɑɒɔəɚɛɜɝɪʊʌɐᵻøœ")
LEAST_SYLLABLES, LEAST_SOUNDS = 2, 4
GOOD_SYLLABLES = 3
LIKE = 0.7
"""Share of sounds in common from which a word is told to be like another."""
MOST_WORDS, MOST_LETTERS = 5, 40
_ALLOWED = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*(?: [^\W\d_]+(?:['’-][^\W\d_]+)*)*")


class PhraseRefused(FacultyError):
    """“{phrase}” can't be a wake word: {reason}"""

    code = "wake.phrase"


@dataclass(frozen=True, slots=True)
class Appraisal:
    """What is to be expected of a phrase."""

    syllables: int
    sounds: int
    like: str = ""
    """The everyday word or phrase that it is most like; empty where it is like none."""
    like_in_use: str = ""
    """The wake word in use that it is like; empty where it is like none."""

    @property
    def good(self) -> bool:
        """Nothing speaks against it."""
        return self.syllables >= GOOD_SYLLABLES and not self.like and not self.like_in_use

    def sentences(self) -> list[str]:
        """What is to be said of it."""
        told = []
        if self.syllables < GOOD_SYLLABLES:
            told.append(f"It has {self.syllables} syllables; three or more are told apart from talk more surely.")
        if self.like:
            told.append(f"It sounds like “{self.like}”, which is often said: expect to wake it by that.")
        if self.like_in_use:
            told.append(f"It sounds like “{self.like_in_use}”, to which it listens already: the two will be confused.")
        return told or [f"It should do well: {self.syllables} syllables, and like no everyday word."]


def name_of(phrase: str) -> str:
    """What the word is called in the settings, e.g. hey_matilda; empty where its letters give no name."""
    plain = unicodedata.normalize("NFKD", phrase.casefold()).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "_", plain.replace("'", "")).strip("_")[:60]


def demand_phrase(phrase: str) -> None:
    """Raises PhraseRefused where its letters alone tell that it can't be one."""
    if not _ALLOWED.fullmatch(phrase) or len(phrase) > MOST_LETTERS or len(phrase.split()) > MOST_WORDS:
        raise PhraseRefused(
            phrase=phrase[: 2 * MOST_LETTERS],
            reason=f"take one to {MOST_WORDS} words of letters, {MOST_LETTERS} letters at most, numbers written out.",
        )
    if not all(map(name_of, phrase.split())):
        raise PhraseRefused(
            phrase=phrase,
            reason="the voice that it is learnt from speaks English. Write it in the letters a to z, as it sounds.",
        )


def appraise(phrase: str, sounds: Sounds, in_use: Iterable[str] = ()) -> Appraisal:
    """`in_use`: the wake words that are listened for, as they are spoken. Raises PhraseRefused."""
    demand_phrase(phrase)
    told = bare(sounds(phrase))
    syllables = len(re.findall("v+", "".join("v" if each in VOWELS else "c" for each in told)))
    if syllables < LEAST_SYLLABLES or len(told) < LEAST_SOUNDS:
        raise PhraseRefused(
            phrase=phrase,
            reason="it is too short to be told from other talk. Take three syllables or more, such as “hey” and a rare"
            " name.",
        )
    return Appraisal(
        syllables,
        len(told),
        _most_like(told, (*WORDS, *PHRASES), sounds),
        _most_like(told, in_use, sounds),
    )


def bare(sounds: Iterable[str]) -> str:
    """Sounds without blanks and marks of stress and length."""
    return "".join(each for each in sounds if each.isalpha() and each not in "ˈˌːˑ")


def likeness(one: str, other: str) -> float:
    """Share of sounds in common, 0 to 1."""
    return float(Levenshtein.normalized_similarity(one, other))


def _most_like(told: str, others: Iterable[str], sounds: Sounds) -> str:
    best, found = max(((likeness(told, bare(sounds(each))), each) for each in others), default=(0.0, ""))
    return found if best >= LIKE else ""
