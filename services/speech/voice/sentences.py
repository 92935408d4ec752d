"""Cutting a reply into pieces that are synthesized one after the other. Pure.

The first piece is kept short, since nothing is heard until it is ready; later pieces are made while earlier ones play.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

FIRST = 60
"""The first sentence is cut when it has more characters than this: some three seconds of speech."""
LONGEST = 160
"""No piece has more characters, so the time to make one is bounded."""
_LEAST = 8
"""No clause shorter than this stands alone: a lone "Yes," sounds broken off."""

_NEVER_LAST = re.compile(
    r"dr|mrs?|ms|prof|st|gen|rep|sen|rev|hon|nos?|vs|approx|fig|vol|art|sec|dept|est|tel|ext|e\.g|i\.e|cf"
)
"""Abbreviations that something always follows."""
_SELDOM_LAST = re.compile(r"[ap]\.m|etc|inc|ltd|co|corp|jr|sr|u\.s|u\.k|ph\.d|m\.d|b\.c|a\.d")
"""Abbreviations that end a sentence only when a capital follows that begins no day or month."""
_DAYS_AND_MONTHS = re.compile(
    r"(mon|tue|wed|thu|fri|sat|sun|jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\W*", re.IGNORECASE
)
_END = re.compile(r"[.!?…]+[\"'”’)\]]*$")
_CLAUSE_MARKS = (",", ";", ":", "–", "—")
_JOINTS = re.compile(r"and|but|or|so|because|which|who|that|then|when|while|if|before|after|until|with|for")
"""A long stretch without a clause mark is cut before one of these."""


@dataclass(frozen=True, slots=True)
class SpeechPiece:
    """What is synthesized at once."""

    text: str
    sentence: int
    """Which sentence of the text it is of, from 0."""


def split(text: str) -> list[str]:
    """The pieces of `text` in order, none empty and none longer than LONGEST. Their words are the words of the text."""
    return [piece.text for piece in pieces(text)]


def pieces(text: str) -> list[SpeechPiece]:
    """Likewise, each with its sentence."""
    found: list[SpeechPiece] = []
    for number, sentence in enumerate(sentence for line in text.splitlines() for sentence in _sentences(line.split())):
        rest = sentence
        while rest:
            at = _cut(rest, first=not found)
            found.append(SpeechPiece(rest[:at].strip(), number))
            rest = rest[at:].strip()
    return found


def _sentences(words: list[str]) -> list[str]:
    found: list[str] = []
    begun = 0
    for index, word in enumerate(words):
        following = words[index + 1] if index + 1 < len(words) else ""
        if not following or _ends(words[index - 1] if index else "", word, following):
            found.append(" ".join(words[begun : index + 1]))
            begun = index + 1
    return found


def _ends(previous: str, word: str, following: str) -> bool:
    """Whether a sentence ends with this word."""
    end = _END.search(word)
    if not end:
        return False
    if end.group().rstrip("\"'”’)]") != ".":
        return ("…" not in end.group() and "..." not in end.group()) or following[:1].isupper()
    stem = word[: end.start()].lstrip("\"'“‘([").lower()
    capital = following[:1].isupper()
    # An initial as in J. Smith; but the M of "five P M" is none.
    if len(stem) == 1 and word[:1].isupper() and capital:
        return len(previous) == 1 and previous.isupper()
    if _NEVER_LAST.fullmatch(stem):
        return False
    if _SELDOM_LAST.fullmatch(stem):
        return capital and not _DAYS_AND_MONTHS.fullmatch(following)
    return not following[:1].islower()


def _cut(sentence: str, *, first: bool) -> int:
    """Where to end the next piece."""
    if len(sentence) <= (FIRST if first else LONGEST):
        return len(sentence)
    spaces = [match.start() for match in re.finditer(r" ", sentence)]
    # What stays behind must not be a scrap either.
    possible = [at for at in spaces if _LEAST <= at <= LONGEST and len(sentence) - at > _LEAST]
    clauses = [at for at in possible if sentence[at - 1] in _CLAUSE_MARKS]
    joints = [
        at for at in possible if at >= 3 * _LEAST and _JOINTS.fullmatch(sentence[at + 1 :].split(" ", 1)[0].lower())
    ]
    if first:
        early = [at for at in clauses if at <= FIRST] or [at for at in joints if at <= FIRST]
        if early:
            return early[0]
    if len(sentence) <= LONGEST:
        return len(sentence)
    for choices in (clauses, joints, possible):
        if choices:
            return choices[-1]
    return LONGEST
