"""What is known of lists, and which of them, and which of their things, words mean. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from rapidfuzz import fuzz

from services.understanding.conversation import list_phrases as say
from services.understanding.slots.items import split_items
from services.understanding.words import split_words

_SAME_WORD = 85.0
_STEM = 4
_ENDING = 3

Rows = Sequence[dict[str, str]]


@dataclass(frozen=True, slots=True)
class KnownList:
    """A list of the store, and what is open on it: (name, how much)."""

    name: str
    items: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Deed:
    """One thing to do with a list: an action, the items, which list, a new one with its name."""

    action: str
    list: str = ""
    items: Rows = ()


@dataclass(frozen=True, slots=True)
class ListTalk:
    """What was said before, and what else the words may mean."""

    lists: Sequence[KnownList]
    focus: KnownList | None = None
    """The list spoken of last."""
    action: str = ""
    """What was done with it last; empty where something else was spoken of since."""
    told: Rows = ()
    """With what items."""
    lone: bool = False
    """One thing was put on it, and nothing else was done."""
    before: KnownList | None = None
    """The list that was spoken of before something else."""
    people: Sequence[str] = ()
    """Who was spoken of, the latest first."""
    is_command: Callable[[str], bool] = field(default=lambda _: False)
    """Whether words are an order of another kind."""


def named(words: str, lists: Sequence[KnownList]) -> KnownList | None:
    """The list that words name: all of its name, or a part that no other list has."""
    said = set(words_of(re.sub(r"\s+ones?$", "", words.strip(), flags=re.IGNORECASE)))
    if not said:
        return None
    exact = [each for each in lists if set(words_of(each.name)) == said]
    fitting = exact or [each for each in lists if all(has_word(words_of(each.name), word) for word in said)]
    whole = [each for each in fitting if len(words_of(each.name)) == len(said)]
    return next((found[0] for found in (whole, fitting) if len(found) == 1), None)


def called_as(verb: str, lists: Sequence[KnownList]) -> KnownList | None:
    """The list that is called as what is to be done with its things: what is "to pack" is on the packing list."""
    called = (named(each, lists) for each in say.CALLED_SO.get(verb.lower(), ()))
    return next((each for each in called if each), None)


def standing(told: str, there: KnownList) -> list[str]:
    """The items of a list that have all these words; only those that have no other, where there are such."""
    said = words_of(told)
    fitting = [name for name, _ in there.items if said and all(has_word(words_of(name), word) for word in said)]
    return [name for name in fitting if len(words_of(name)) == len(said)] or fitting


def holder(told: Sequence[str], talk: ListTalk) -> KnownList | None:
    """The list on which all these things stand: the one spoken of, else the only one."""
    if talk.focus and all(standing(each, talk.focus) for each in told):
        return talk.focus
    having = [each for each in talk.lists if all(standing(item, each) for item in told)]
    return having[0] if len(having) == 1 else None


def words_of(text: str) -> list[str]:
    found = [word.text.removesuffix("'s") for word in split_words(text)]
    return [word for word in found if word not in say.IDLE] or found


def has_word(words: Sequence[str], word: str) -> bool:
    return any(
        each == word or same_stem(each, word) or (len(word) > _STEM and fuzz.ratio(each, word) >= _SAME_WORD)
        for each in words
    )


def same_stem(one: str, other: str) -> bool:
    """Charger and chargers, not charcoal."""
    same = next((at for at, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))
    return same >= _STEM and max(len(one), len(other)) - same <= _ENDING and abs(len(one) - len(other)) < _ENDING


def rows_of(words: str) -> Rows:
    return split_items(split_words(words), words)


def pointed_list(words: str, talk: ListTalk) -> KnownList | None:
    if re.fullmatch(say.IT, words.strip(), re.IGNORECASE):
        return talk.focus
    return named(words, talk.lists)


def new_list(words: str) -> KnownList | None:
    """The shopping list, where there is none yet."""
    found = re.fullmatch(r"(?:the|my|our) (shopping|grocery) list", words.strip(), re.IGNORECASE)
    return KnownList(found[1].lower()) if found else None
