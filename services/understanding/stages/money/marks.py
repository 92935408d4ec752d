"""A sentence with its sums and customers as marks: "Vogt's boy dropped in fifty" → "WHO 's boy dropped in SUM"."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from services.understanding.conversation.memory import FOCUS_SCORE, Mention, latest
from services.understanding.names.base import Ambiguous, Entity, NameFound
from services.understanding.names.names import Names
from services.understanding.slots.amounts import amount_of
from services.understanding.stages.base import Understanding
from services.understanding.when.words.lexicon import SMALL, TENS
from services.understanding.words import Word, split_words, word_set

LONGEST = 160
_MOST_SUM_WORDS = 9
_MOST_NAME_WORDS = 4
_PRONOUNS = word_set("he she they him her them theirs hers")
_POSSESSIVE = word_set("his her their")
_SOMEBODY = word_set("lady gentleman man woman guy fellow client customer patient couple")
"""Who is pointed at by "the" or "that"."""
_BEHIND_HER = word_set("with at on to for what how the a an by in from off back and another so then now too again")
"""Behind these "her" is somebody, not whose it is."""
_SHORT = re.compile(r"^(?P<word>.+?)['’](?P<end>s|ve|re|d)$")
_NUMBERS = frozenset((*SMALL, *TENS, "a", "an", "hundred", "thousand", "tenner", "fiver"))
_BEHIND_SUM = word_set("""for on in to from off cash today yesterday this just now too as down against back by into onto
    already please not then last and so each round up is was came paid over there here if but more extra of now again
    instead it at actually sorry rather""")
"""What may follow a sum without its currency: "four bikes" is none."""
_NO_SUM_BEFORE = word_set("at number flat room apartment unit line bus platform year age page and version")
_NO_NAME = word_set("""and so the a an for on in to from off at is was by with of or what who how where that this it i
    me we us you my our just now then too all other
    account tab bill slate balance""")


@dataclass(frozen=True, slots=True)
class Marked:
    """The sentence in small letters, words apart by a space, with WHO and SUM in it."""

    text: str
    sums: tuple[str, ...]
    customers: tuple[Entity, ...]
    """The one that is named; several where the name fits several."""
    words: str
    """How it was named; empty where it was only pointed at."""
    names: int
    """How many customers are named."""
    each: tuple[Entity, ...] = ()
    """Those that are named, where each name fits one."""
    pointed: bool = False
    """By "he", "them", "her"."""


def marked(said: Understanding) -> Marked | None:
    """The sentence with its marks; None where it is too long."""
    if len(said.text) > LONGEST:
        return None
    words = split_words(said.text)
    out: list[str] = []
    sums: list[str] = []
    named: list[tuple[str, tuple[Entity, ...]]] = []
    pointed = False
    at = 0
    while at < len(words):
        word = words[at]
        if size := _sum(said.text, words, at):
            sums.append(_bare(_spoken(said.text, words[at : at + size])))  # "twenty euros' credit"
            out.append("SUM")
        elif found := _customer(said.text, words, at, said.names):
            size, fitting, ending = found
            named.append((_bare(_spoken(said.text, words[at : at + size])), _other(said, out, fitting)))
            out += ["WHO", ending] if ending else ["WHO"]
        else:
            size = 1
            bare, ending = _apart(word.text)
            pointing = at > 0 and not words[at - 1].stop and words[at - 1].text in ("the", "that")
            is_one = bare in _PRONOUNS or word.text in _POSSESSIVE or (pointing and bare in _SOMEBODY)
            pointed = pointed or is_one
            # "her account": possessive before a noun of accounts is told apart by the patterns: WHO 's account.
            after = words[at + 1].text if at + 1 < len(words) and not word.stop else ""
            alone = not after or after in _BEHIND_HER or after in _NUMBERS or after[0].isdigit()
            possessive = word.text in _POSSESSIVE and not (word.text == "her" and alone)
            out += ["WHO", "'s" if possessive else ending] if is_one else [bare, ending]
        stop = words[at + size - 1].stop
        out.append(stop)
        at += size
    distinct = {tuple(each.id for each in fitting) for _, fitting in named}
    first = named[0] if named else ("", ())
    text = re.sub(r"\bthe (?:other )?WHO", "WHO", " ".join(each for each in out if each)).rstrip(" .,?!")
    each = tuple(dict.fromkeys(fitting[0] for _, fitting in named if len(fitting) == 1))
    return Marked(text, tuple(sums), first[1], first[0], len(distinct), each, pointed)


def spoken_of(said: Understanding) -> Mention | None:
    """The customer in focus, where no person was spoken of since."""
    customer = said.conversation.customer
    last = latest(said.conversation, ("person", "customer"))
    return customer if customer and (last is None or last.kind == "customer") else None


def _sum(text: str, words: Sequence[Word], at: int) -> int:
    """How many words from here are a sum; 0 where none is."""
    first = words[at]
    begins = first.text.partition("-")[0] in _NUMBERS or any(
        char.isdigit() or char in "$€£₹" for char in text[first.start : first.end]
    )
    if at and words[at - 1].text in _NUMBERS - {"a", "an"} and not words[at - 1].stop:
        return 0  # "twelve fifty" is no sum, and so fifty is none
    if not begins or (at and words[at - 1].text in _NO_SUM_BEFORE and not words[at - 1].stop and not _opens(words, at)):
        return 0
    for size in range(min(_MOST_SUM_WORDS, len(words) - at), 0, -1):
        piece = words[at : at + size]
        amount = amount_of(_bare(_spoken(text, piece))) if not any(word.stop for word in piece[:-1]) else None
        if amount is None or (size == 1 and first.text == "one"):
            continue
        after = words[at + size] if at + size < len(words) and not piece[-1].stop else None
        counts = amount.currency is None and after is not None and after.text not in _BEHIND_SUM
        counts = counts or (after is not None and _of_theirs(words[at + size :]))
        return 0 if counts or amount.value < 1 else size
    return 0


def _of_theirs(words: Sequence[Word]) -> bool:
    """ "Two of their bikes" are no sum."""
    return len(words) > 2 and words[0].text == "of" and words[1].text in _POSSESSIVE | word_set("my our your the those")


def _opens(words: Sequence[Word], at: int) -> bool:
    """ "And twenty more"; "so she's at twelve": no number of a thing."""
    return (at == 1 and words[0].text == "and") or (at > 1 and words[at - 2].text.partition("'")[0] in _PRONOUNS)


def _customer(text: str, words: Sequence[Word], at: int, names: Names) -> tuple[int, tuple[Entity, ...], str] | None:
    """How many words from here name a customer, which, and what is put to the name ('s)."""
    several = at > 0 and words[at - 1].text == "the" and words[at].text.endswith("s")
    for ending in ("", "s", "es") if several else ("",):  # "the Roths", "the Lorenzes"
        if found := _named(text, words, at, names, ending):
            return found
    return None


def _named(
    text: str, words: Sequence[Word], at: int, names: Names, plural: str
) -> tuple[int, tuple[Entity, ...], str] | None:
    for size in range(min(_MOST_NAME_WORDS, len(words) - at), 0, -1):
        piece = words[at : at + size]
        if piece[0].text in _NO_NAME or any(word.stop for word in piece[:-1]):
            continue
        last, ending = _apart(piece[-1].text)
        if last in _NO_NAME or any(word.text in _PRONOUNS or word.text in _NUMBERS for word in piece):
            continue
        match names.resolve(_bare(_spoken(text, piece)).removesuffix(plural), ("customer",)):
            case NameFound(entities=entities, how=how, score=score) if how != "close" and score >= FOCUS_SCORE:
                return size, entities[:1], ending
            case Ambiguous(candidates=candidates, how=how) if how in ("exact", "alias") and len(candidates) > 1:
                return size, candidates, ending
    return None


def _other(said: Understanding, before: Sequence[str], fitting: tuple[Entity, ...]) -> tuple[Entity, ...]:
    """ "The other Petersen": not the one in focus."""
    if [each for each in before if each][-2:] != ["the", "other"] or said.conversation.customer is None:
        return fitting
    return tuple(each for each in fitting if each.id != said.conversation.customer.id) or fitting


def _apart(word: str) -> tuple[str, str]:
    found = _SHORT.match(word)
    return (found["word"], f"'{found['end']}") if found else (word, "")


def _bare(words: str) -> str:
    return re.sub(r"['’]s?$", "", words)


def _spoken(text: str, words: Sequence[Word]) -> str:
    return text[words[0].start : words[-1].end]
