"""How a name sounds, so that spellings of one sound meet.

Recognisers write what they hear in the commonest spelling: Sara for Sarah, Julia for Giulia. A word becomes a string of
sounds by rules of spelling, and two such strings are aligned at the least cost. The rules of the consonants follow L.
Philips, "The Double Metaphone Search Algorithm", C/C++ Users Journal 18(6), 2000. Double Metaphone itself drops vowels,
so that Ben, Bonnie and Bean are one, or Jen, Jane, John and Gina; names are too short for that, so vowels stay here,
long ones apart from short ones, and cost little.
"""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import accumulate

_CONSONANT = "[bcdfghjklmnpqrstvwxz]"
_RULES: tuple[tuple[str, str], ...] = (
    # beginnings and endings
    (r"^(?:kn|gn|pn)", "n"),
    (r"^wr", "r"),
    (r"^ps", "s"),
    (r"^x", "s"),
    (r"^mc(?=[gk])", "mk"),
    (r"^mac(?=[^ehiky])|^mc", "mk"),
    (r"^chr|^khr", "kr"),
    (r"^chl", "kl"),
    (r"^gi(?=[auo])", "j"),
    (r"^ei", "I"),
    (r"mb$", "m"),
    (r"ov$", "of"),
    (r"(?:sch|sh|sz|sj)", "S"),
    (r"tch|tsch|cz", "C"),
    (r"tion|sion|cian", "Sn"),
    # consonants of several letters
    (r"gh(?=[aeiou])", "g"),
    (r"(?<=[aeiou])igh|igh", "I"),
    (r"gh", ""),
    (r"ph", "f"),
    (r"ch(?=ae)", "k"),
    (r"th", "T"),
    (r"dh", "d"),
    (r"kh", "k"),
    (r"bh", "b"),
    (r"zh", "j"),
    (r"ch", "C"),
    (r"ck|cq|cc(?![eiy])", "k"),
    (r"sc(?=[eiy])", "s"),
    (r"qu?", "k"),
    (r"x", "ks"),
    (r"dg(?=[eiy])|dj", "j"),
    (r"wh", "w"),
    (r"c(?=[eiy])", "s"),
    (r"c", "k"),
    (r"gg", "g"),
    (r"g(?=[eiy])", "j"),
    (r"j", "j"),
    (r"z", "s"),
    (r"ss", "s"),
    # vowels; capitals are long
    (r"eau", "O"),
    (rf"a(?={_CONSONANT}e$)|ai|ay|ei|ey(?![aeiou]|$)", "A"),
    (rf"e(?={_CONSONANT}e$)|ee|ea|ie|ey$|y$|i$|eigh$", "E"),
    (rf"i(?={_CONSONANT}e$)|y(?={_CONSONANT}e$)", "I"),
    (rf"o(?={_CONSONANT}e$)|oa|oe|ow|o$", "O"),
    (rf"u(?={_CONSONANT}e$)|oo|ou|ew|eu|ue", "U"),
    (r"au|aw", "o"),
    (rf"(?<={_CONSONANT})e$", ""),
    (r"^y(?=[aeiou])|(?<=[aeiou])y(?=[aeiou])", "y"),
    (rf"(?<={_CONSONANT})y(?=[aeiou])", "E"),
    (r"y", "i"),
    (r"(?<=[aeiou])h(?![aeiou])", ""),
    (rf"(?<={_CONSONANT})h|h$", ""),
)
_SPELLING = re.compile("|".join(f"({rule})" for rule, _ in _RULES))
_SOUNDS = ("", *(sound for _, sound in _RULES))
_DOUBLED = re.compile(r"(.)\1+")


@lru_cache(maxsize=1 << 15)
def sound(word: str) -> str:
    """The sounds of one folded word, a letter each; capitals are long vowels, and S, C, T are sh, ch, th."""
    said = _SPELLING.sub(lambda match: _SOUNDS[match.lastindex or 0], word)
    return _DOUBLED.sub(r"\1", said)


_VOWELS = frozenset("aeiouAEIOU")
_FRONT = frozenset("eiEIA")
_NEAR: dict[frozenset[str], float] = {
    frozenset(pair): cost
    for cost, pairs in (
        (0.3, "fv tT td sS jS jC vw bv"),
        (0.45, "pb kg mn CS sT dT jg kC ly iy Ey"),
        (0.6, "lr wr fp km tk ds sj sC"),
    )
    for pair in pairs.split()
}
"""What it costs to take one consonant for another; any other pair costs 1."""
_WEAK = {"h": 0.25, "y": 0.3, "w": 0.4, "r": 0.5, "n": 0.7, "t": 0.7, "d": 0.7}
"""What it costs to miss a sound, or to hear one that is not there; any other consonant costs 1."""
_VOWEL_MISSED = 0.35
_FIRST = 1.6
"""How much dearer a slip is in the first consonant, which is the one heard best."""


def _missed(one: str) -> float:
    return _VOWEL_MISSED if one in _VOWELS else _WEAK.get(one, 1.0)


def _swapped(one: str, other: str) -> float:
    if one == other:
        return 0.0
    if one in _VOWELS and other in _VOWELS:
        if one.lower() == other.lower():
            return 0.15
        return 0.25 if (one in _FRONT) == (other in _FRONT) else 0.4
    return _NEAR.get(frozenset((one, other)), 1.0)


_LETTERS = "abcdefghijklmnopqrstuvwxyzAEIOUSCT"
_SWAPPED = {one: {other: _swapped(one, other) for other in _LETTERS} for one in _LETTERS}
_MISSED = {one: _missed(one) for one in _LETTERS}


def _weight(said: str) -> float:
    return sum(0.5 if one in _VOWELS else 1.0 for one in said)


def alike(one: str, other: str, *, least: float = 0.0) -> float:
    """How alike two strings of sounds are: 1 the same, 0 nothing in common; 0 as well where it is surely below `least`.

    Both as `sound` writes words of plain letters. The inner loop is spelled out since it is run a hundred times for a
    name not found.
    """
    if one == other:
        return 1.0
    weight = max(_weight(one), _weight(other), 1.0)
    most = (1.0 - least) * weight
    missed = [_MISSED[there] for there in other]
    row = [0.0, *accumulate(missed)]
    for i, here in enumerate(one):
        first = _FIRST if i == 0 else 1.0
        lost = _MISSED[here] * first
        costs = _SWAPPED[here]
        last, cost = row[0], row[0] + lost
        row[0] = cheapest = cost
        for j, there in enumerate(other, start=1):
            swapped = last + costs[there] * (_FIRST if j == 1 else first)
            last = row[j]
            added, cost = cost + missed[j - 1], last + lost
            if swapped < cost:  # noqa: PLR1730 - a call costs more
                cost = swapped
            if added < cost:  # noqa: PLR1730 - a call costs more
                cost = added
            row[j] = cost
            if cost < cheapest:  # noqa: PLR1730 - a call costs more
                cheapest = cost
        if cheapest > most:
            return 0.0
    return max(0.0, 1.0 - row[-1] / weight)
