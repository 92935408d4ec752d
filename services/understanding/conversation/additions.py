"""What a few words add to a known command: times, lengths, urgency, sums and names go where they belong. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from itertools import pairwise

from services.understanding.base import Slot
from services.understanding.conversation.list_phrases import REMARK
from services.understanding.conversation.list_remarks import orders
from services.understanding.names.base import Unknown
from services.understanding.names.names import Names
from services.understanding.sentences.spans import find_spans, level_of, mask
from services.understanding.slots.amounts import amount_of, number_of
from services.understanding.slots.items import split_items
from services.understanding.slots.modifiers import PREPOSITIONS, split_names, told_in_pieces
from services.understanding.stages.pronouns import points
from services.understanding.vocabulary import Action, EntityKind
from services.understanding.words import Word, split_words, spoken, word_set

_LINKS = word_set("for to with on at by and in from the a about of until due ko ka ke ki ne se liye")
_PEOPLE = ("assignees", "attendees", "recipients", "people", "customer", "sender", "name")
"""Slots in which a name said by itself may belong, the likeliest first."""
_OPENS = frozenset(
    (*_LINKS, "it's", "its", "is", "um", "uh", "that", "er", "well", "oh", "just", "please", "make", "it", "say")
)
"""Words before an answer that are no part of it."""
_SOMEBODY = ("him", "her", "them")
_AT_A_CLOCK_TIME = ("alarm", "reminder", "meeting")
"""Families of which a bare number is a time of day: "make it 8"."""
_HOURS = 24
_MOST_TIMER_WORDS = 2
"""Of the name of another timer: "and one for the eggs"."""
_MOST_NAME_WORDS = 6
_MOST_NEW_NAME_WORDS = 3
_MOST_ITEM_WORDS = 12
_MOST_THING_WORDS = 4
_TALK = word_set("""not want what that this it is was are were am be been i you me we he she they him his her my your
    our their don't didn't doesn't isn't can't won't said say says mean no yes yeah okay why how when where who which
    whose what's whats who's how's where's i'm you're i've i'll let's that's it's do does did can could will would
    should shall may might must have has had get got give tell show play turn open please thanks thank hello hi hey
    sorry if because but then than there here about into from by at in on make set find look go went come know think
    need like to wrong stop""")
"""Words of somebody who says something else than a name, or a thing for a list."""
_ASKING = word_set("how what when where who why which whose is are was were do does did can could will would so but")
"""With these no name begins."""
_SPOKEN_TO = word_set("him her it you me i them us that")
"""And with one of these in it, it is none."""
_IDLE = word_set("""uh um er well oh so just please perhaps maybe say let's then i think guess it it's its is be should
    make that's okay ok yes yeah would like want about around sometime due set put do""")
"""Words that may stand around a time or a sum which is told as an answer."""


def told(words: str, action: Action, now: datetime, names: Names) -> Mapping[str, Slot]:
    """The slots of an action that these words fill, if every one of them counts; else none."""
    if action.subject in action.refers and points(words):
        return {str(action.subject): words}
    slots, rest = _typed(words, action, now)
    if not rest:
        return slots
    named = dict(_named(rest, action, words, names))
    if "when" in slots and "when" in named:  # "ten tomorrow"
        named["when"] = f"{slots['when']} at {named['when']}"
    return {**slots, **named} if named else {}


def filled(answer: str, slot: str, action: Action, now: datetime, names: Names) -> Mapping[str, Slot]:
    """An answer to the question for one slot, with what else it tells; nothing where it can be no answer."""
    kind = action.slots[slot]
    words = answer.strip(" \t\n.,;:!?…")
    said = split_words(words)
    if not said:
        return {}
    if kind in ("when", "duration", "priority", "amount"):
        return _measured(words, said, slot, action, now)
    if kind == "items":
        rows = listed_items(words)
        return {slot: rows} if rows else {}
    if slot not in action.refers:
        talk = (slot == "list" and REMARK.search(words)) or (slot == "name" and action.makes and _is_no_name(answer))
        return {} if talk else {slot: words}
    while len(said) > 1 and said[0].text in _OPENS:
        said = said[1:]
    pieces = [spoken(words, name) for name in split_names(said)]
    if not all(_may_be_name(piece, action.refers[slot], names) for piece in pieces) or answer.rstrip().endswith("?"):
        return {}
    return {slot: spoken(words, said) if kind == "text" else pieces}


def listed_items(words: str, most: int = _MOST_ITEM_WORDS) -> list[dict[str, str]]:
    """The things for a list that these words are; none where they are talk, too many, or no things."""
    said = split_words(words)
    if not 0 < len(said) <= most or _TALK & {word.text for word in said}:
        return []
    rows = split_items(said, words)
    return (
        rows
        if not any(orders(row["item"]) for row in rows)
        and all(number_of(row["item"]) is None and len(row["item"].split()) <= _MOST_THING_WORDS for row in rows)
        else []
    )


def _may_be_name(words: str, kinds: Sequence[EntityKind], names: Names) -> bool:
    """Whether it is known, or at least looks like a name and not like talk."""
    said = [word.text for word in split_words(words)]
    looks = (
        0 < len(said) <= _MOST_NEW_NAME_WORDS and not _TALK & set(said) and not any(char.isdigit() for char in words)
    )
    return looks or (len(said) <= _MOST_NAME_WORDS and not isinstance(names.resolve(words, kinds), Unknown))


def _is_no_name(answer: str) -> bool:
    """Whether somebody says something else than what a new one is called: asks, or tells a sum."""
    said = [word.text for word in split_words(answer)]
    counts = [number_of(word) is not None or word in ("hundred", "thousand") for word in said]
    asks = answer.rstrip().endswith("?") or said[0] in _ASKING or orders(answer) or bool(_SPOKEN_TO & set(said))
    return asks or any(one and other for one, other in pairwise(counts))


def covers(values: Iterable[Slot], answer: str) -> bool:
    """Whether these values hold every word of an answer that counts."""
    parts = (part for value in values for part in ([value] if isinstance(value, str) else value))
    held = {
        word.text
        for part in parts
        for each in ([part] if isinstance(part, str) else part.values())
        for word in split_words(each)
    }
    return all(word.text in held or word.text in _IDLE or word.text in _LINKS for word in split_words(answer))


def _measured(words: str, said: Sequence[Word], slot: str, action: Action, now: datetime) -> Mapping[str, Slot]:
    """A time, a length, an urgency or a sum, perhaps among idle words."""
    if slot == "amount":
        told = [word for word in said if word.text not in _IDLE]
        amount = words[told[0].start : told[-1].end] if told else ""
        return {slot: amount} if amount_of(amount) else {}
    slots, rest = _typed(words, action, now)
    other = {"when": "recurrence"}.get(slot, slot)
    return slots if {slot, other} & set(slots) and all(word.text in _IDLE for word in rest) else {}


def _typed(text: str, action: Action, now: datetime) -> tuple[dict[str, Slot], list[Word]]:
    """What is told in times, lengths and urgency, and the other words that count."""
    words = mask(text, find_spans(text, now))
    typed: dict[str, list[Word]] = {}
    rest: list[Word] = []
    for i, word in enumerate(words):
        slot = "when" if word.kind == "recurrence" and "recurrence" not in action.slots else word.kind
        if word.kind and slot in action.slots:
            lead = [words[i - 1]] if i and words[i - 1].text in PREPOSITIONS and word.kind != "duration" else []
            typed.setdefault(slot, []).extend([*lead, word])
        elif word.kind == "duration" and "when" in action.slots:
            typed.setdefault("when", []).append(word)
        elif word.text not in _LINKS or (rest and i + 1 < len(words) and word.text == "and"):
            rest.append(word)
    slots: dict[str, Slot] = {}
    for slot, said in typed.items():
        slots[slot] = level_of(spoken(text, said)) if slot == "priority" else told_in_pieces(text, said)
    return slots, rest


def _named(said: Sequence[Word], action: Action, text: str, names: Names) -> Mapping[str, Slot]:
    """A sum, an hour, a name, or a sum and a name: "200", "Priya", "200 to Priya"."""
    hour = (
        number_of(text[said[0].start : said[-1].end]) if action.family in _AT_A_CLOCK_TIME and len(said) == 1 else None
    )
    if hour is not None and "when" in action.slots and 0 < hour <= _HOURS:
        return {"when": text[said[0].start : said[-1].end]}
    if action.name == "timer.start" and len(said) <= _MOST_TIMER_WORDS:
        return {"name": text[said[0].start : said[-1].end]}
    if "amount" in action.slots:
        if amount_of(text[said[0].start : said[-1].end]):
            return {"amount": text[said[0].start : said[-1].end]}
        for at in range(1, len(said)):
            for amount, rest in ((said[:at], said[at:]), (said[-at:], said[:-at])):
                if amount_of(spoken(text, amount)) and (known := _known(rest, action, text, names)):
                    return {"amount": spoken(text, amount), **known}
    return _known(said, action, text, names)


def _known(said: Sequence[Word], action: Action, text: str, names: Names) -> Mapping[str, Slot]:
    """Names in the slot where they are known; people may be new, if they are written as names."""
    told = text[said[0].start : said[-1].end]
    pieces = [spoken(text, name) for name in split_names(said)]
    slots = [slot for slot in _PEOPLE if {"person", "customer"} & set(action.refers.get(slot, ()))]
    if slots and all(piece.lower() in _SOMEBODY for piece in pieces):
        return {slots[0]: told if action.slots[slots[0]] == "text" else pieces}
    for slot in dict.fromkeys((*slots, *action.refers)):
        if all(not isinstance(names.resolve(piece, action.refers[slot]), Unknown) for piece in pieces):
            return {slot: told if action.slots[slot] == "text" else pieces}
    # A capital at the beginning may be that of the sentence: "no. Really?"
    capitals = all(
        (text[word.start].isupper() and word.start) or names.is_name(word.text) or word.text == "and" for word in said
    )
    if not slots or not capitals or len(said) > _MOST_NAME_WORDS:
        return {}
    return {slots[0]: told if action.slots[slots[0]] == "text" else pieces}
