"""Phrases that sound nearly like a wake word, made on purpose, so that it learns not to be woken by them."""

from __future__ import annotations

from random import Random

from services.wake.teaching.appraisal import Sounds, bare, likeness
from services.wake.teaching.everyday import PHRASES, WORDS

_SWAPS = ("aeiou", "bpdtgk", "fvszh", "mnlr", "wy")
"""Letters that are put in the place of one another."""
_MOST_LIKE = 0.92
"""What has more sounds in common is the word itself, as another would spell it."""


def near(phrase: str, sounds: Sounds, count: int, seed: int) -> list[str]:
    """So many texts, each at most once: parts of the phrase, the phrase with one word or one letter exchanged, and what
    is said all day. The same seed gives the same.
    """
    random, own = Random(seed), bare(sounds(phrase))  # noqa: S311 - nothing secret
    parts = _parts(phrase)
    swapped = _swapped(phrase, random)
    edited = _edited(phrase, random)
    random.shuffle(edited)
    made = dict.fromkeys([*parts, *swapped[: count // 4], *edited])
    kept = [text for text in made if likeness(own, bare(sounds(text))) <= _MOST_LIKE][: count - count // 4]
    everyday = [*random.sample(WORDS, min(len(WORDS), count)), *PHRASES]
    return list(dict.fromkeys([*kept, *(each for each in everyday if each.casefold() not in phrase.casefold())]))[
        :count
    ]


def _parts(phrase: str) -> list[str]:
    words = phrase.split()
    if len(words) == 1:
        half = len(phrase) // 2
        return [phrase[: half + 1], phrase[half - 1 :], phrase[: -max(2, len(phrase) // 4)]]
    return [*words, " ".join(words[:-1]), " ".join(words[1:]), " ".join([*words[1:], words[0]])]


def _swapped(phrase: str, random: Random) -> list[str]:
    words = phrase.split()
    if len(words) == 1:
        return [f"{each} {phrase[: len(phrase) // 2]}" for each in random.sample(WORDS, 3)]
    longer = [each for each in WORDS if len(each) > 4]
    made = []
    for other in random.sample(longer, 8):
        at = random.randrange(len(words))
        made.append(" ".join([*words[:at], other, *words[at + 1 :]]))
    return made


def _edited(phrase: str, random: Random) -> list[str]:
    made = []
    for at, letter in enumerate(phrase.casefold()):
        others = next((group.replace(letter, "") for group in _SWAPS if letter in group), "")
        made += [phrase[:at] + other + phrase[at + 1 :] for other in random.sample(others, min(2, len(others)))]
    return made
