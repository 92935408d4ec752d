"""Words as search compares them: folded, in their other forms, and spelled or heard a little otherwise. Pure.

Near spellings are found by the runs of three letters that two words share: R. C. Angell, G. E. Freund and P. Willett,
"Automatic spelling correction using a trigram similarity measure", Information Processing & Management 19(4), 1983.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence

from rapidfuzz import fuzz

LONGEST = 30
_DIACRITICS = re.compile("[\u0300-\u0304\u0306-\u030c\u030f\u0311\u031b\u0323-\u0328\u032d-\u032e\u0330-\u0331]")
"""Those that FTS5's tokenizer leaves out (sqlite3Fts5UnicodeIsdiacritic)."""
_RUN = re.compile(r"[^\W_]+")
_POSSESSIVE = re.compile(r"(?<=[^\W\d_])['’]s\b")
_VOWELS = re.compile(r"(?<!^)[aeiouyh]+")
_TWICE = re.compile(r"(.)\1+")
_SPELLINGS = (
    ("ph", "f"),
    ("ck", "k"),
    ("sch", "s"),
    ("sh", "s"),
    ("ch", "k"),
    ("qu", "kw"),
    ("x", "ks"),
    ("c", "k"),
    ("z", "s"),
    ("v", "f"),
)
_ENDINGS = ("ings", "ing", "ed", "es", "s", "e")
_SHORTEST_STEM = 3
_HEARD_LESS = 0.06
"""Taken off where two words only sound alike."""
EMPTY = frozenset(
    _RUN.findall(
        """a an the my our your his her their its of for to in on at by with from about and or is are was were be been
        have has had do does did we i me us you it this that these those any all some anything everything something
        please"""
    )
)
"""Words that tell nothing of what is looked for."""


def folded(text: str) -> str:
    """In lower case, without the marks on Latin letters: Müller → muller."""
    plain = text if text.isascii() else _DIACRITICS.sub("", unicodedata.normalize("NFD", text))
    return plain.lower()


def plain(text: str) -> str:
    """Its folded words with a space before and behind each, to look for whole words in it."""
    return f" {' '.join(_RUN.findall(folded(text)))} "


def parted(text: str) -> str:
    """With a space for each sign that is younger than FTS5's tables, which would take it for a letter: "done🫠" is the
    word done.
    """
    return (
        text
        if text.isascii()
        else "".join(char if _is_of_a_word(char) or _is_known_sign(char) else " " for char in text)
    )


def vocabulary(text: str) -> set[str]:
    """The words of a `parted` text that may be misspelt: of Latin letters, perhaps with digits among them, 3 to 30
    long.
    """
    return {word for word in _words(folded(text)) if is_spelled(word)}


def is_spelled(word: str) -> bool:
    """Whether a folded word belongs to the vocabulary."""
    return 3 <= len(word) <= LONGEST and word.isascii() and not word.isdigit()


def asked(text: str, most: int) -> list[str]:
    """The words to look for, each once, at most so many: without those that tell nothing, unless there are no
    others.
    """
    plain = _POSSESSIVE.sub("", folded(text))
    words = list(dict.fromkeys(_words(plain[: 50 * most])))
    return ([word for word in words if word not in EMPTY] or words)[:most]


def grams(word: str) -> list[str]:
    """Its runs of three letters, beginning and end marked: _he hen end … on_."""
    padded = f"_{word}_"
    return list(dict.fromkeys(padded[at : at + 3] for at in range(len(padded) - 2)))


def stem(word: str) -> str:
    """What its forms begin with: invoices, invoiced and invoicing → invoic. English endings only; names lose nothing by
    it.
    """
    for ending in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= _SHORTEST_STEM and not word.endswith("ss"):
            bare = word.removesuffix(ending)
            break
    else:
        bare = word
    if len(bare) > _SHORTEST_STEM and bare[-1] == bare[-2] and bare != word:  # planned, planning → plan
        bare = bare[:-1]
    return bare[:-1] + "i" if len(bare) > _SHORTEST_STEM and bare.endswith("y") else bare  # story, stories


def letters_off(word: str) -> int:
    """By how many letters a word may be longer or shorter and still be taken for this one."""
    return max(2, len(word) // 4)


def alike(word: str, others: Iterable[str], least: float) -> list[tuple[float, str]]:
    """Those that are spelled or sound nearly so, with their likeness from `least` up to 1, the nearest first."""
    sound = _heard(word)
    found = []
    for other in others:
        likeness = fuzz.ratio(word, other) / 100
        if len(sound) > 1 and abs(len(word) - len(other)) <= letters_off(word):
            likeness = max(likeness, fuzz.ratio(sound, _heard(other)) / 100 - _HEARD_LESS)
        if likeness >= least:
            found.append((likeness, other))
    return sorted(found, key=lambda each: (-each[0], each[1]))


def around(parts: Sequence[str], words: Sequence[str], *, first: bool, most: int = 100) -> str:
    """The words around the first of these, cut between two words: in the first part, or else in the one where they
    stand.

    Where none stands, the beginning of the first part.
    """
    pattern = re.compile(rf"\b(?:{'|'.join(re.escape(word) for word in words)})")
    there = [
        (part, found.start()) for part in (parts[:1] if first else parts) if (found := pattern.search(folded(part)))
    ]
    text, at = there[0] if there else (parts[0], 0)
    if len(text) <= most:
        return text
    start = text.find(" ", at - most // 3) + 1 if at > most // 2 else 0
    end = len(text) if len(text) - start <= most else max(text.rfind(" ", start, start + most), start)
    return f"{'…' if start else ''}{text[start:end] or text[start : start + most]}{'…' if end < len(text) else ''}"


def exactness(words: Sequence[str], title: str, body: str) -> float:
    """1: it is called just that; less: the words stand there in this order, all of them, or what it is called is only
    like them.
    """
    phrase, title, body = f" {' '.join(words)} ", plain(title), plain(body)
    if title == phrase:
        return 1.0
    if phrase in title or (title == "  " and body.startswith(phrase)):
        return 0.7
    if all(f" {word} " in title for word in words):
        return 0.5
    if phrase in body:
        return 0.4
    if all(f" {word} " in title or f" {word} " in body for word in words):
        return 0.2
    return 0.5 * fuzz.ratio(phrase, title) / 100


def _heard(word: str) -> str:
    """Roughly how it sounds: consonants, spellings of one sound alike, and the vowel it begins with."""
    for spelling, sound in _SPELLINGS:
        word = word.replace(spelling, sound)
    return _TWICE.sub(r"\1", _VOWELS.sub("", word))


def _words(plain: str) -> list[str]:
    """Cut as FTS5 does."""
    return (
        _RUN.findall(plain)
        if plain.isascii()
        else "".join(char if _is_of_a_word(char) else " " for char in plain).split()
    )


def _is_of_a_word(char: str) -> bool:
    return char.isalnum() or unicodedata.category(char) in ("Mn", "Mc")


def _is_known_sign(char: str) -> bool:
    """Whether it was one in Unicode 3.2, and is one for every SQLite."""
    category = unicodedata.ucd_3_2_0.category(char)
    return category[0] in "PSZ" or category in ("Cc", "Cf")
