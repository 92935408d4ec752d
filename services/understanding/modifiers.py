"""What is said around a title: when, how urgent, for whom. It is taken off the ends of the words, in any order, by the action's slots."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from services.understanding.vocabulary import Action
from services.understanding.words import Word

Names = Callable[[str], bool]
"""Whether a word, in lower case, is known as (part of) a person's name; the seam where the store's names come in."""

PREPOSITIONS = frozenset(("on", "at", "by", "in", "for", "before", "after", "until", "till", "from", "around", "this", "during", "about"))
"""Kept as part of the spoken time."""
_LEAD_INS: Mapping[str, Sequence[tuple[str, ...]]] = {
    kind: sorted((tuple(phrase.split()) for phrase in phrases), key=len, reverse=True)
    for kind, phrases in {
        "when": (
            "due", "and it's due", "it's due", "which is due", "that is due", "that's due", "with a deadline of", "with deadline", "deadline",
            "with a due date of", "due date", "with the deadline", "set for", "scheduled for", "and it is due", "to be done",
            "to be finished", "sometime", "for sometime", "starting", "the deadline is", "and the deadline is", "no later than", "to be completed",
        ),
        "priority": (
            "with", "with a", "with an", "with the", "as", "as a", "as an", "and make it", "make it", "and it's", "it's", "it is", "and it is", "at",
            "set to", "and set", "and mark it as", "mark it as", "and mark it", "mark it", "marked as", "marked", "of", "with its", "make this", "this is",
            "and", "and set it to", "set it to", "that's", "which is", "a",
        ),
    }.items()
}  # fmt: skip
_ASSIGNED = tuple(
    tuple(phrase.split())
    for phrase in (
        "and have it assigned to", "and assign it to", "and assign this to", "and give it to", "assigned to", "assigning it to", "assign it to",
        "assign this to", "assign to", "and assign to", "give it to", "give this to",
    )
)  # fmt: skip
"""After these any word is a person."""
_MAYBE_ASSIGNED = (("for",), ("to",))
"""After these only a name is."""
_NO_NAME = frozenset(
    (*"i monday tuesday wednesday thursday friday saturday sunday january february march april may june july august september".split(),)  # noqa: SIM905
    + (*"october november december christmas easter the a an my our".split(),)  # noqa: SIM905
)
_SLOT_OF = {"when": "when", "recurrence": "recurrence", "duration": "duration", "priority": "priority"}


def peel(words: Sequence[Word], action: Action, text: str, filled: set[str], is_name: Names) -> tuple[list[Word], dict[str, list[Word]]]:
    """The words without what belongs to the action's other slots, and those slots. Nothing is taken that would leave no words."""
    rest = list(words)
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


def _told_inside(words: Sequence[Word], action: Action) -> dict[str, list[Word]]:
    """A time in the middle ("call Anna tomorrow about the offer") stays in the words and counts as told; "the weekly report" does not."""
    for word, behind in zip(words, words[1:], strict=False):
        slot = _slot(word, action)
        if slot in ("when", "recurrence") and (word.kind == "when" or word.several) and behind:
            return {slot: [word]}
    return {}


_Piece = tuple[str, list[Word], list[Word]]


def _typed_tail(words: list[Word], action: Action, taken: set[str]) -> _Piece | None:
    """A typed span at the end, with what leads to it."""
    slot = _slot(words[-1], action)
    if slot is None or slot in taken:
        return None
    rest, value = words[:-1], [words[-1]]
    if slot in ("when", "recurrence") and rest and rest[-1].text in PREPOSITIONS:
        value = [rest.pop(), *value]
    for phrase in _LEAD_INS["priority" if slot == "priority" else "when"]:
        if _ends_with(rest, phrase):
            rest = rest[: -len(phrase)]
            break
    while rest and rest[-1].text in ("and", "with"):
        rest.pop()
    return slot, rest, value


def _typed_head(words: list[Word], action: Action, taken: set[str]) -> _Piece | None:
    """A typed span at the beginning: "tomorrow to call Anna", "on Monday that ..."."""
    k = 1 if words[0].text in PREPOSITIONS and words[1].kind else 0
    slot = _slot(words[k], action)
    if slot is None or slot in taken:
        return None
    rest = words[k + 1 :]
    while rest and rest[0].text in ("to", "that", "about", "i", "and") and len(rest) > 1 and not (rest[0].text == "i" and rest[1].text != "need"):
        rest = rest[1:]
    return slot, rest, words[: k + 1]


def _people_tail(words: list[Word], action: Action, text: str, taken: set[str], is_name: Names) -> _Piece | None:
    """... for Sarah, assigned to Sarah and Mike, ... to Sarah."""
    if "assignees" not in action.slots or "assignees" in taken:
        return None
    for at in range(len(words) - 1, max(0, len(words) - 10), -1):
        people = words[at:]
        if any(word.kind for word in people):
            return None
        sure = next((phrase for phrase in _ASSIGNED if _ends_with(words[:at], phrase)), None)
        maybe = next((phrase for phrase in _MAYBE_ASSIGNED if _ends_with(words[:at], phrase)), None)
        if sure and len(people) <= 6:
            return "assignees", words[: at - len(sure)], people
        if maybe and _all_names(people, text, is_name):
            return "assignees", words[: at - len(maybe)], people
    return None


def _all_names(words: Sequence[Word], text: str, is_name: Names) -> bool:
    named = [word for word in words if word.text != "and"]
    known = all((text[word.start].isupper() and word.text not in _NO_NAME) or is_name(word.text) for word in named)
    return bool(named) and known and words[0].text != "and"


def _ends_with(words: Sequence[Word], phrase: tuple[str, ...]) -> bool:
    return len(words) > len(phrase) and tuple(word.text for word in words[-len(phrase) :]) == phrase


def split_people(words: Sequence[Word]) -> list[list[Word]]:
    """Sarah, Mike and Ben → each by themselves; a name may be of several words."""
    people: list[list[Word]] = [[]]
    for word in words:
        if word.text in ("and", "or", "&"):
            people.append([])
            continue
        people[-1].append(word)
        if word.stop in (",", ";"):
            people.append([])
    return [person for person in people if person]
