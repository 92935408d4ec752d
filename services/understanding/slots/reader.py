"""From a template's match to a step: slots taken apart, and refused where the words can't be what they stand for."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from services.understanding.base import Slot
from services.understanding.sentences.spans import level_of
from services.understanding.slots.amounts import amount_of, number_of
from services.understanding.slots.items import split_items
from services.understanding.slots.modifiers import PREPOSITIONS, IsName, peel, split_names, told_in_pieces
from services.understanding.slots.recipients import name_people
from services.understanding.slots.titles import named
from services.understanding.vocabulary import Action, SlotKind
from services.understanding.words import Word, spelled, spoken, word_set, word_tuples

_LONGEST = spelled(
    {3: "nickname", 4: "status customer", 5: "list name channel", 6: "place project role", 8: "location"}
)
"""Words that a short slot may have at most; a title may have as many as there are."""
_NEVER_IN: Mapping[str, frozenset[str]] = {
    "list": word_set("my the on to you me i what is your read of in from it"),
    "channel.name": word_set("you i what when why how is was it to that if channel channels called named with"),
    "routine.name": word_set("i your routine routines"),
    "timer.name": word_set("""my you me i what is it on a an the another up set starting beginning now more longer extra
        additional instead minutes seconds"""),
    "alarm.name": word_set("all both every each any these those later earlier instead more minutes"),
    "people": word_set("me i what how when was is to that it why where which if you due assigned list cause because"),
    "customer": word_set("""i my our you your who what when why how is was that if a an the each every another today
        yesterday tomorrow now with to by for of from off in on and into bank email mail checking savings saving card
        debit credit loan mortgage phone data account accounts balance wallet paypal"""),
    "name": word_set("you i what when why how is was it to that if"),
}
"""Words that no name holds; a template that gives one of them to a name has gone astray."""
_NO_CUSTOMER = word_set("it me us myself yourself one ones everyone all")
"""Pronouns that stand for no customer."""
_NEVER_FIRST = word_set("how what which who why where when whether list lists what's who's if")
"""A title does not begin with these: "remind me how to spell it" is a question."""
_EMPTY = word_set("it that this them something one me please a an the to my for of and do anything")
_TOLD_WHOLE = frozenset(
    word_tuples("""message.send content | note.create content | routine.create name |
    routine.create steps | routine.run name""")
)
"""Slots kept as they are: in "the meeting is moved to three" no time of sending is told, and "good night" is a name."""
_NAMED = frozenset(
    word_tuples("""message.send recipients | message.query sender | contact.query name |
    contact.update name""")
)
"""Slots of names and pronouns alone: "let me know" is no message, "call me Kate" is about no contact."""
_SUBJECTS = word_set("he she they him her them")
"""Pronouns of people, at the beginning: "did she answer"."""
_SPEAKER = (["me"], ["us"], ["myself"])
"""People, though they are no names."""
PRONOUNS = word_set("it that this them these those him her he she both one ones they us everyone all")
"""Words that may stand for something named before."""
_POINTS = word_set("""that this the first second third fourth fifth last other next same which another a an no any every
    each""")
"""Before "one" these point at something told of."""
_FROM_TO = re.compile(r"from\s+(.+?)\s+(?:to|until|till)\s+(.+)", re.IGNORECASE)
_ARTICLES = word_set("a an the my our your")


@dataclass(slots=True)
class SlotWords:
    """What one template's match gives each slot, as words."""

    slots: dict[str, list[Word]] = field(default_factory=dict)
    free: list[str] = field(default_factory=list)
    """Slots filled by any words, in order."""


def words_of(entities: Iterable[Any], line: str, said: Sequence[Word]) -> SlotWords | None:
    """Each entity's words, by its place in the line; those that stand nowhere are fixed slots and left out."""
    starts = _starts(said)
    taken = SlotWords()
    for entity in entities:
        if entity.text_span is None:
            continue
        value = entity.text.strip()
        if not value:
            return None
        begin = entity.text_span[0]
        if line[begin : begin + len(value)] != value:
            begin = line.find(value, max(0, begin - 3))
        if begin < 0:
            return None
        first = bisect_right(starts, begin) - 1
        last = bisect_right(starts, begin + len(value) - 1)
        if starts[first] != begin:
            return None
        if entity.name in ("when", "recurrence", "old_when") and first and said[first - 1].text in PREPOSITIONS:
            first -= 1
        # A typed slot may be told twice: "on Friday" and "at noon".
        before = [] if entity.is_wildcard else taken.slots.get(entity.name, [])
        taken.slots[entity.name] = [*before, *said[first:last]]
        if entity.is_wildcard:
            taken.free.append(entity.name)
    return taken


def _starts(said: Sequence[Word]) -> list[int]:
    starts, at = [], 0
    for word in said:
        starts.append(at)
        at += len(word.text) + 1
    return starts


def peeled(taken: SlotWords, action: Action, text: str, is_name: IsName) -> SlotWords:
    """The modifiers around free words given to their own slots."""
    slots = dict(taken.slots)
    for slot in taken.free:
        if (action.name, slot) in _TOLD_WHOLE or action.slots[slot] in ("amount", "number"):
            continue
        slots[slot], more = peel(slots[slot], action, text, slots, is_name)
        slots.update(more)
    return SlotWords(slots, taken.free)


def apart(taken: SlotWords, slot: str) -> list[SlotWords]:
    """One for each thing that `slot` enumerates: A due Friday for Sarah, B due Thursday for Mike."""
    return [SlotWords({**taken.slots, slot: piece}, taken.free) for piece in _enumerated(taken.slots[slot])]


def _enumerated(said: Sequence[Word]) -> list[list[Word]]:
    """Cut at commas, the last piece at "and" too; a piece that only tells more of the one before stays with it."""
    pieces: list[list[Word]] = [[]]
    for word in said:
        pieces[-1].append(word)
        if word.stop in (",", ";"):
            pieces.append([])
    pieces = [piece for piece in pieces if piece]
    last = pieces[-1]
    if last[0].text == "and" and len(last) > 1:
        pieces[-1] = last[1:]
    at = next((i for i in range(len(last) - 2, 0, -1) if last[i].text == "and"), 0)
    if at and last[0].text != "and" and not _names_people(last[:at]):
        pieces[-1:] = [last[:at], last[at + 1 :]]
    joined: list[list[Word]] = []
    for piece in pieces:
        if joined and _tells_more(piece):
            joined[-1] += piece
        else:
            joined.append(list(piece))
    return joined


def _names_people(said: Sequence[Word]) -> bool:
    return any(word.text in ("assigned", "with", "invite") for word in said)


def _tells_more(piece: Sequence[Word]) -> bool:
    typed = all(word.kind or word.text in ("due", "on", "by", "at", "and", "with", "a", "for", "in") for word in piece)
    return typed or piece[0].text in ("assigned", "due", "blocked", "tagged")


def values(taken: SlotWords, action: Action, text: str) -> dict[str, Slot] | None:
    """The slots as spoken; None when some are no answer to what they stand for."""
    slots: dict[str, Slot] = {}
    for name, all_said in taken.slots.items():
        said = _without_one(name, action, _trimmed(name, action, all_said)) if name in taken.free else all_said
        each = split_names(said) if name == "customer" and action.family == "ledger" else [said]
        if max(map(len, each), default=0) > _LONGEST.get(name, 1_000):
            return None
        bare = (action.name, name) not in _NAMED
        points = bare and name in action.refers and any(word.text in PRONOUNS for word in said)
        if "customer" in action.refers.get(name, ()) and _no_customer(said, text):
            return None
        speaker = action.slots[name] == "people" and [word.text for word in said] in _SPEAKER
        empty = bare and name in taken.free and all(word.text in _EMPTY for word in said)
        if empty and not points and not speaker:
            if name in action.required and action.slots[name] not in ("amount", "number"):
                continue
            return None
        if not points and _astray(name, action, said, text):
            return None
        slots[name] = value_of(name, action, said, text)
    if action.name == "reminder.create":
        return _of_another_day(slots)
    return _old_and_new(slots) if "old_when" in action.slots else slots


def _of_another_day(slots: dict[str, Slot]) -> dict[str, Slot]:
    """Without the time in the middle of what is reminded of, where the words go on without it: when "call Tom tomorrow
    about the sand" is told, tomorrow is another day.
    """
    title, when = slots.get("title"), slots.get("when")
    if not isinstance(title, str) or not isinstance(when, str):
        return slots
    there = re.compile(rf" (?:on |at |by |in )?{re.escape(when)} (?=(?:about|if|unless|because|since|whether)\b)", re.I)
    return {**slots, "title": there.sub(" ", title, count=1)}


def _old_and_new(slots: dict[str, Slot]) -> dict[str, Slot]:
    """ "Change it from 6 to 7": an old time and a new one; "put it off until Monday": only a new one."""
    whole = slots.get("when", slots.get("old_when", ""))
    if not isinstance(whole, str) or {"when", "old_when"} <= set(slots):
        return slots
    if both := _FROM_TO.fullmatch(whole):
        return {**slots, "old_when": both.group(1), "when": both.group(2)}
    if "old_when" in slots and whole.lower().startswith(("until ", "till ")):
        return {**{name: value for name, value in slots.items() if name != "old_when"}, "when": whole}
    return slots


def _no_customer(said: Sequence[Word], text: str) -> bool:
    """Whether the words can't stand for a customer, not even for one named before: "it", "12"."""
    return any(word.kind or word.text in _NO_CUSTOMER for word in said) or amount_of(spoken(text, said)) is not None


def _trimmed(name: str, action: Action, said: list[Word]) -> list[Word]:
    """A name without its article or possessive: the marketing → marketing, Rahul's → Rahul."""
    while action.slots[name] == "people" and len(said) > 1 and said[-1].text in ("instead", "too"):
        said = said[:-1]
    if name == "title":
        return named(said, action)
    whole = action.slots[name] in ("items", "people", "names", "amount", "number")
    if whole or (name == "content" and name not in action.refers):
        return said
    if name != action.subject and name not in action.refers:
        return said
    name_of = list(said[1:] if len(said) > 1 and said[0].text in _ARTICLES else said)
    if action.family == name_of[-1].text and len(name_of) > 1:  # when I say Monday routine, …
        del name_of[-1]
    if name in action.refers and name_of[-1].text.endswith("'s"):
        name_of[-1] = replace(name_of[-1], text=name_of[-1].text[:-2], end=name_of[-1].end - 2)
    return name_of


def _without_one(name: str, action: Action, said: list[Word]) -> list[Word]:
    """The paper one → the paper: it says which of them is meant. "The second one" points."""
    named = name == action.subject and name in action.refers and len(said) > 1 and said[-1].text == "one"
    return said[:-1] if named and said[-2].text not in _POINTS and not said[-2].kind else said


def value_of(name: str, action: Action, said: Sequence[Word], text: str) -> Slot:
    """The words of a slot as it keeps them: people and items apart, how urgent it is."""
    match action.slots[name]:
        case "items":
            return split_items(said, text)
        case "people" | "names" as kind:
            told = [spoken(text, each) for each in split_names(said)]
            return [each.removesuffix("'s").removesuffix("’s") for each in told] if kind == "people" else told
        case "priority":
            return level_of(spoken(text, said))
        case "when" | "duration":
            return told_in_pieces(text, said)
        case _:
            return spoken(text, said)


def _measures(kind: SlotKind, said: Sequence[Word], text: str) -> bool:
    """Whether words are an amount, a number or a length; "in ten minutes" is a length, "tomorrow" is none."""
    told = spoken(text, said)
    if kind == "duration":
        hence = told.lower().startswith(("in ", "after ", "within ", "for ")) or told.endswith("from now")
        return hence or said[0].kind != "when"
    return (amount_of(told) if kind == "amount" else number_of(told)) is not None


def _astray(name: str, action: Action, said: Sequence[Word], text: str) -> bool:
    """Whether the words can't be what the slot stands for."""
    kind = action.slots[name]
    if kind in ("amount", "number", "duration"):
        return not _measures(kind, said, text)
    if name == "content":
        return [word.text for word in said] == ["nothing"] or said[0].text in ("and", "or")
    if (action.name, name) in _NAMED:
        return (len(said) > 1 or said[0].text not in _SUBJECTS) and not name_people(said, text)
    if name in ("title", "items"):
        # No meeting is called "run it" or "it a two hour lunch".
        points = action.name == "meeting.create" and name == "title" and "it" in (said[0].text, said[-1].text)
        return points or said[0].text in _NEVER_FIRST
    if kind == "people":
        mine = [word.text for word in said] in (["me"], ["us"], ["myself"])
        articles = any(word.text in _ARTICLES for person in split_names(said) for word in person[1:])
        return not mine and (articles or any(word.text in _NEVER_IN["people"] for word in said))
    named = "customer" if "customer" in action.refers.get(name, ()) else name
    never = _NEVER_IN.get(f"{action.family}.{name}", _NEVER_IN.get(named, frozenset()))
    if action.family == "ledger" and named == "customer" and _are_several(said, text):
        never = never - {"and"}
    return any(word.text in never for word in said)


def _are_several(said: Sequence[Word], text: str) -> bool:
    """Rahul and Priya: names with capital letters, or a word each."""
    return name_people(said, text, known=True) or (
        all(len(each) == 1 for each in split_names(said)) and name_people(said, text)
    )
