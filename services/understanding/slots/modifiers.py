"""What is said around a title (when, how urgent, for whom, where), taken off its ends in any order."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from services.understanding.slots.amounts import amount_of
from services.understanding.vocabulary import Action
from services.understanding.words import Word, spoken, word_set, word_tuples

IsName = Callable[[str], bool]
"""Whether a word, in lower case, is known as (part of) a person's name; the seam where the store's names come in."""

Taken = Mapping[str, Sequence[Word]]


def _longest_first(text: str) -> tuple[tuple[str, ...], ...]:
    return tuple(sorted(word_tuples(text), key=len, reverse=True))


PREPOSITIONS = word_set("on at by in for before after until till from around this during about")
"""Kept as part of the spoken time."""
_LEAD_INS: Mapping[str, Sequence[tuple[str, ...]]] = {
    "when": _longest_first("""with a due date of | with a deadline of | and it is due | and the deadline is |
        and it's due | which is due | that is due | with the deadline | to be done | to be finished | the deadline is |
        no later than | to be completed | it's due | that's due | with deadline | due date | set for | scheduled for |
        for sometime | due | deadline | sometime | starting | starting at | which starts | that starts | starts |
        start time | beginning | beginning at | and starts"""),
    "priority": _longest_first("""and mark it as | and set it to | and make it | and it is | mark it as | and mark it |
        set it to | with a | with an | with the | as a | as an | make it | and it's | it is | set to | and set |
        mark it | marked as | with its | make this | this is | which is | with | as | it's | at | marked | of | and |
        that's | a"""),
    "duration": _longest_first("""for about | for around | for at least | for | of | lasting | that lasts |
        which lasts | and lasts | and it lasts | to last | that will last | which will last | and will last |
        that should last | which should last | and should last | that takes | that will take"""),
}
_NO_NAME = word_set("""i monday tuesday wednesday thursday friday saturday sunday january february march april may june
    july august september october november december christmas easter the a an my our""")
_OF_A_DAY = re.compile(
    r"\d\s*(?:am|pm|a\.m|p\.m|h\b)|:\d\d|o'?clock|noon|midnight|morning|afternoon|evening|night|\bat\s", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class _Told:
    """How a slot of plain words is told behind a title: after which words, and up to which last word."""

    slot: str
    after: tuple[tuple[str, ...], ...]
    """After these any words belong to the slot."""
    maybe: tuple[tuple[str, ...], ...] = ()
    """After these only names do."""
    last: str = ""
    """The word that must end it, and is no part of it."""
    longest: int = 6
    """Words."""


_TOLD = (
    _Told(
        "assignees",
        _longest_first("""and have it assigned to | and assign it to | and assign this to | and give it to |
            assigned to | assigning it to | assign it to | assign this to | assign to | and assign to | give it to |
            give this to | owned by"""),
        maybe=(("for",), ("to",)),
        longest=9,
    ),
    _Told(
        "attendees",
        _longest_first("together with | along with | and invite | inviting | invite | including | with"),
        (("for",),),
        longest=9,
    ),
    _Told("project", _longest_first("in the | to the | for the | under the | in | to | for | under"), last="project"),
    _Told(
        "project",
        _longest_first("in project | in the project | to project | for project | for the project | under project"),
    ),
    _Told("channel", _longest_first("in the | to the | for the | in | to"), last="channel"),
    _Told(
        "parent",
        _longest_first("as a subtask of | as a sub task of | as subtask of | under the task | under task | as part of"),
    ),
    _Told(
        "blocked_by",
        _longest_first("""that is blocked by | which is blocked by | blocked by | that depends on | which depends on |
            depending on"""),
    ),
    _Told("blocks", _longest_first("that blocks | which blocks | blocking")),
    _Told(
        "tags",
        _longest_first("""and tag it with | and tag it as | and tag it | tagged with | tagged as | tagged | with tag |
            with the tag | with tags"""),
    ),
    _Told("location", _longest_first("located at | located in | over at | at | in | @")),
)


def peel(
    said: Sequence[Word], action: Action, text: str, filled: Taken, is_name: IsName
) -> tuple[list[Word], dict[str, list[Word]]]:
    """The words left for the title (at least one), and what belongs to the action's other slots."""
    rest = list(said)
    found: dict[str, list[Word]] = {}
    while len(rest) > 1:
        taken = {**filled, **found}
        piece = (
            _amount_end(rest, action, text, taken)
            or _typed_tail(rest, action, text, taken)
            or _typed_head(rest, action, text, taken)
            or _told_tail(rest, action, text, taken, is_name)
        )
        if piece is None or not piece[1]:
            break
        slot, rest, value = piece
        found[slot] = sorted([*taken.get(slot, ()), *value], key=lambda word: word.start)
    if not ({"old_when"} if "old_when" in action.slots else {"when", "recurrence"}) & {*filled, *found}:
        found |= _told_inside(rest, action)
    return rest, found


def _slot(word: Word, action: Action) -> str | None:
    slot = word.kind
    if slot in ("when", "recurrence") and "old_when" in action.slots:
        return "old_when"  # what is told beside the name of a thing that is changed says which one is meant
    if slot == "recurrence" and "recurrence" not in action.slots:
        slot = "when"
    return slot if slot in action.slots else None


def _free(slot: str | None, word: Word, text: str, taken: Taken) -> bool:
    """Whether the slot can take the span: it is empty, or one of them is a day and the other a time of day."""
    if slot is None:
        return False
    before = taken.get(slot)
    return not before or (slot in ("when", "old_when") and _of_a_day(text, before) != _of_a_day(text, [word]))


def _of_a_day(text: str, said: Sequence[Word]) -> bool:
    return any(_OF_A_DAY.search(text[max(0, word.start - 3) : word.end]) for word in said)


def _told_inside(said: Sequence[Word], action: Action) -> dict[str, list[Word]]:
    """A time in the middle counts and stays ("call Anna tomorrow about the offer"), but not "the weekly report"."""
    for word, behind in pairwise(said):
        slot = _slot(word, action)
        if slot in ("when", "recurrence", "old_when") and (word.kind == "when" or word.several) and behind:
            return {slot: [word]}
    return {}


_Piece = tuple[str, list[Word], list[Word]]


def _amount_end(said: list[Word], action: Action, text: str, taken: Taken) -> _Piece | None:
    """Credit Rahul 100; 100 rupaye Rahul ko: where the name and the amount part, the amount itself tells."""
    if "amount" not in action.slots or "amount" in taken or amount_of(spoken(text, said)) is not None:
        return None  # "10 dollars" is no customer called dollars
    for at in range(1, len(said)):
        if amount_of(spoken(text, said[at:])) is not None:
            return "amount", said[:at], said[at:]
        if amount_of(spoken(text, said[:-at])) is not None:
            return "amount", said[-at:], said[:-at]
    return None


def _typed_tail(said: list[Word], action: Action, text: str, taken: Taken) -> _Piece | None:
    """A typed span at the end, with what leads to it."""
    slot = _slot(said[-1], action)
    if slot is None or not _free(slot, said[-1], text, taken):
        return None
    rest, value = said[:-1], [said[-1]]
    if slot in ("when", "recurrence", "old_when") and rest and rest[-1].text in PREPOSITIONS:
        value = [rest.pop(), *value]
    for phrase in _LEAD_INS.get(slot, _LEAD_INS["when"]):
        if _ends_with(rest, phrase):
            rest = rest[: -len(phrase)]
            break
    while rest and rest[-1].text in ("and", "with", "is", "are"):
        rest.pop()
    return slot, rest, value


def _typed_head(said: list[Word], action: Action, text: str, taken: Taken) -> _Piece | None:
    """A typed span at the beginning: "tomorrow to call Anna", "on Monday that ..."."""
    k = 1 if said[0].text in PREPOSITIONS and said[1].kind else 0
    slot = _slot(said[k], action)
    if slot is None or not _free(slot, said[k], text, taken):
        return None
    known = action.subject in action.refers or action.family == "template"
    if known and said[k].kind == "recurrence" and not said[k].several and not k:
        return None  # "the quarterly report": what a known thing is called
    rest = said[k + 1 :]
    while len(rest) > 1 and rest[0].text in ("to", "that", "about", "and"):
        rest = rest[1:]
    return slot, rest, said[: k + 1]


def _told_tail(said: list[Word], action: Action, text: str, taken: Taken, is_name: IsName) -> _Piece | None:
    """... for Sarah, assigned to Sarah and Mike, in the website project, at the office."""
    for told in _TOLD:
        if told.slot == "location" and "old_when" in action.slots:
            continue  # a place is changed, or part of the name
        if told.slot in action.slots and told.slot not in taken and told.slot != action.subject:
            piece = _told(said, told, text, is_name)
            if piece:
                return piece
    return None


def _told(said: list[Word], told: _Told, text: str, is_name: IsName) -> _Piece | None:
    end = len(said)
    if told.last:
        if said[-1].text != told.last:
            return None
        end -= 1
    for at in range(end - 1, max(0, end - 1 - told.longest), -1):
        value = said[at:end]
        if any(word.kind for word in value):
            return None
        sure = next((phrase for phrase in told.after if _ends_with(said[:at], phrase)), None)
        maybe = next((phrase for phrase in told.maybe if _ends_with(said[:at], phrase)), None)
        if sure:
            return told.slot, said[: at - len(sure)], value
        if maybe and _all_names(value, text, is_name):
            return told.slot, said[: at - len(maybe)], value
    return None


def _all_names(said: Sequence[Word], text: str, is_name: IsName) -> bool:
    named = [word for word in said if word.text != "and"]
    known = all((text[word.start].isupper() and word.text not in _NO_NAME) or is_name(word.text) for word in named)
    return bool(named) and known and said[0].text != "and"


def _ends_with(said: Sequence[Word], phrase: tuple[str, ...]) -> bool:
    return len(said) > len(phrase) and tuple(word.text for word in said[-len(phrase) :]) == phrase


def split_names(said: Sequence[Word]) -> list[list[Word]]:
    """Sarah, Mike and Ben → each by themselves, of one word or several. "Both channels" are those that were named."""
    names: list[list[Word]] = [[]]
    both = said[0].text == "both" and not any(word.text in ("and", "&") for word in said)
    for word in said:
        if word.text in ("and", "or", "&", "both", "also", "plus", "aur") and not both:
            names.append([])
            continue
        names[-1].append(word)
        if word.stop in (",", ";"):
            names.append([])
    return [name for name in names if name]


def told_in_pieces(text: str, said: Sequence[Word]) -> str | list[str]:
    """Words as spoken: one piece of text where they stand together, else each piece ("tomorrow", "at noon")."""
    pieces: list[list[Word]] = []
    for word in said:
        if pieces and not any(c.isalnum() for c in text[pieces[-1][-1].end : word.start]):
            pieces[-1].append(word)
        else:
            pieces.append([word])
    told = [spoken(text, piece) for piece in pieces]
    return told[0] if len(told) == 1 else told
