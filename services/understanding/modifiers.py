"""What is said around a title: when, how urgent, for whom. It is taken off the ends of the words, in any order, by the action's slots."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from itertools import pairwise

from services.understanding.vocabulary import Action
from services.understanding.when.lexicon import words
from services.understanding.words import Word, phrases


def _longest_first(text: str) -> tuple[tuple[str, ...], ...]:
    return tuple(sorted((tuple(phrase.split()) for phrase in phrases(text)), key=len, reverse=True))


Names = Callable[[str], bool]
"""Whether a word, in lower case, is known as (part of) a person's name; the seam where the store's names come in."""

PREPOSITIONS = frozenset(("on", "at", "by", "in", "for", "before", "after", "until", "till", "from", "around", "this", "during", "about"))
"""Kept as part of the spoken time."""
_LEAD_INS: Mapping[str, Sequence[tuple[str, ...]]] = {
    "when": _longest_first(
        """with a due date of | with a deadline of | and it is due | and the deadline is | and it's due | which is due | that is due |
        with the deadline | to be done | to be finished | the deadline is | no later than | to be completed | it's due | that's due
        | with deadline | due date | set for | scheduled for | for sometime | due | deadline | sometime | starting"""
    ),
    "priority": _longest_first(
        """and mark it as | and set it to | and make it | and it is | mark it as | and mark it | set it to | with a | with an | with
        the | as a | as an | make it | and it's | it is | set to | and set | mark it | marked as | with its | make this | this is |
        which is | with | as | it's | at | marked | of | and | that's | a"""
    ),
}
_ASSIGNED = _longest_first(
    """and have it assigned to | and assign it to | and assign this to | and give it to | assigned to | assigning it to | assign it to
    | assign this to | assign to | and assign to | give it to | give this to"""
)
"""After these any word is a person."""
_MAYBE_ASSIGNED = (("for",), ("to",))
"""After these only a name is."""
_NO_NAME = frozenset(
    words(
        "i monday tuesday wednesday thursday friday saturday sunday january february march april may june july august september october "
        "november december christmas easter the a an my our"
    )
)
_SLOT_OF = {"when": "when", "recurrence": "recurrence", "duration": "duration", "priority": "priority"}


def peel(said: Sequence[Word], action: Action, text: str, filled: set[str], is_name: Names) -> tuple[list[Word], dict[str, list[Word]]]:
    """The words without what belongs to the action's other slots, and those slots. Nothing is taken that would leave no words."""
    rest = list(said)
    found: dict[str, list[Word]] = {}
    while len(rest) > 1:
        taken = filled | set(found)
        piece = _typed_tail(rest, action, taken) or _typed_head(rest, action, taken) or _people_tail(rest, action, text, taken, is_name)
        if piece is None or not piece[1]:
            break
        slot, rest, value = piece
        found[slot] = value
    if not {"when", "recurrence"} & (filled | set(found)):
        found |= _told_inside(rest, action)
    return rest, found


def _slot(word: Word, action: Action) -> str | None:
    slot = _SLOT_OF.get(word.kind)
    if slot == "recurrence" and "recurrence" not in action.slots:
        slot = "when"
    return slot if slot in action.slots else None


def _told_inside(said: Sequence[Word], action: Action) -> dict[str, list[Word]]:
    """A time in the middle ("call Anna tomorrow about the offer") stays in the words and counts as told; "the weekly report" does not."""
    for word, behind in pairwise(said):
        slot = _slot(word, action)
        if slot in ("when", "recurrence") and (word.kind == "when" or word.several) and behind:
            return {slot: [word]}
    return {}


_Piece = tuple[str, list[Word], list[Word]]


def _typed_tail(said: list[Word], action: Action, taken: set[str]) -> _Piece | None:
    """A typed span at the end, with what leads to it."""
    slot = _slot(said[-1], action)
    if slot is None or slot in taken:
        return None
    rest, value = said[:-1], [said[-1]]
    if slot in ("when", "recurrence") and rest and rest[-1].text in PREPOSITIONS:
        value = [rest.pop(), *value]
    for phrase in _LEAD_INS["priority" if slot == "priority" else "when"]:
        if _ends_with(rest, phrase):
            rest = rest[: -len(phrase)]
            break
    while rest and rest[-1].text in ("and", "with", "is", "are"):
        rest.pop()
    return slot, rest, value


def _typed_head(said: list[Word], action: Action, taken: set[str]) -> _Piece | None:
    """A typed span at the beginning: "tomorrow to call Anna", "on Monday that ..."."""
    k = 1 if said[0].text in PREPOSITIONS and said[1].kind else 0
    slot = _slot(said[k], action)
    if slot is None or slot in taken:
        return None
    rest = said[k + 1 :]
    while len(rest) > 1 and rest[0].text in ("to", "that", "about", "and"):
        rest = rest[1:]
    return slot, rest, said[: k + 1]


def _people_tail(said: list[Word], action: Action, text: str, taken: set[str], is_name: Names) -> _Piece | None:
    """... for Sarah, assigned to Sarah and Mike, ... to Sarah."""
    if "assignees" not in action.slots or "assignees" in taken:
        return None
    for at in range(len(said) - 1, max(0, len(said) - 10), -1):
        people = said[at:]
        if any(word.kind for word in people):
            return None
        sure = next((phrase for phrase in _ASSIGNED if _ends_with(said[:at], phrase)), None)
        maybe = next((phrase for phrase in _MAYBE_ASSIGNED if _ends_with(said[:at], phrase)), None)
        if sure and len(people) <= 6:
            return "assignees", said[: at - len(sure)], people
        if maybe and _all_names(people, text, is_name):
            return "assignees", said[: at - len(maybe)], people
    return None


def _all_names(said: Sequence[Word], text: str, is_name: Names) -> bool:
    named = [word for word in said if word.text != "and"]
    known = all((text[word.start].isupper() and word.text not in _NO_NAME) or is_name(word.text) for word in named)
    return bool(named) and known and said[0].text != "and"


def _ends_with(said: Sequence[Word], phrase: tuple[str, ...]) -> bool:
    return len(said) > len(phrase) and tuple(word.text for word in said[-len(phrase) :]) == phrase


def split_people(said: Sequence[Word]) -> list[list[Word]]:
    """Sarah, Mike and Ben → each by themselves; a name may be of several said."""
    people: list[list[Word]] = [[]]
    for word in said:
        if word.text in ("and", "or", "&"):
            people.append([])
            continue
        people[-1].append(word)
        if word.stop in (",", ";"):
            people.append([])
    return [person for person in people if person]
