"""Templates that take the next order for words of a slot: no meeting is called "Priya and Tom, and post that we start".

What begins with the verb of an order behind a comma, or behind "and", is an order. But tasks and reminders are things
to do, and may be several; and most of these verbs are nouns, too ("open questions"), which an object tells apart.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from services.understanding.base import Step
from services.understanding.words import Word, split_words, word_set, word_tuples

_JOINTS = word_set("and then also plus please")
_SURELY = word_set("""add create schedule arrange cancel delete remove remind send tell ask invite assign notify
    reschedule postpone rename give snooze unmute""")
_WITH_OBJECT = word_set("""make set put start open book drop clear move change update mark text message post share show
    read find write credit debit turn mute pause resume stop wake take push archive close complete undo let block break
    tag free""")
"""Verbs that may begin a name; before one of the objects they don't."""
_OBJECTS = word_set("me us it one them him her the a an my our this that all everything both up")
_TO_US = frozenset(("me", "us"))
_OF_OURS = word_set("snooze credit debit unmute")
"""Nothing that anybody but the appliance has to do."""
_QUESTIONS = word_set("how what what's when who where which")
_ANOTHER = frozenset(word_tuples("one for | one to | another one | another for | the one about | the one for"))
_OPEN = word_set("the my our your and")
"""Nothing ends with one of these."""
_CLAUSE = word_set("while if because since until off")
"""In no name of somebody."""
_PEOPLE = word_set("people assignees old_assignees attendees recipients")
_TOLD = frozenset(("content", "steps", "channels"))
"""Slots that may hold orders, or the next of several: what others are told, and what routines and projects are made of.
"""
_SHORTEST_ORDER = 4
"""Words; there may be a routine "wake me up", but none "show me everything open"."""


def takes_an_order(step: Step) -> bool:
    """Whether a slot of a step holds an order, a question or the next of several beside what it stands for."""
    family, _, verb = step.action.partition(".")
    for slot, value in step.slots.items():
        if slot in _TOLD:
            continue
        if isinstance(value, str):
            to_do = slot == "title" and family in ("task", "reminder", "template")
            if _is_more(split_words(value), to_do=to_do, asks=verb == "query"):
                return True
        elif _are_mixed(
            [split_words(each if isinstance(each, str) else each["item"]) for each in value], slot, step.action
        ):
            return True
    return False


def _is_more(words: Sequence[Word], *, to_do: bool, asks: bool) -> bool:
    """Whether a value is more than one. `to_do`: it may be an order itself; `asks`: a question may follow."""
    if _is_open(words) or (len(words) >= _SHORTEST_ORDER and words[1].text in _TO_US | {"one"} and _is_order(words)):
        return True
    for rest in _behind_joints(words):
        said = tuple(word.text for word in rest[:3])
        if said[:2] in _ANOTHER or said in _ANOTHER or (asks and len(said) > 1 and said[0] in _QUESTIONS):
            return True
        if _is_order(rest) and (not to_do or said[0] in _OF_OURS or said[1] in _TO_US):
            return True
    return False


def _are_mixed(several: Sequence[Sequence[Word]], slot: str, action: str) -> bool:
    """Whether things or people stand beside orders; where the first is an order, all may be."""
    if any(map(_is_open, several)) or (
        action == "list.remove" and any(len(words) > 1 and words[-1].text == "off" for words in several)
    ):
        return True  # take butter off
    if slot in _PEOPLE and any(word.text in _CLAUSE for words in several for word in words):
        return True
    return any(map(_is_order, several[1:])) and not _is_order(several[0])


def _is_open(words: Sequence[Word]) -> bool:
    return len(words) > 1 and words[-1].text in _OPEN


def _behind_joints(words: Sequence[Word]) -> Iterator[Sequence[Word]]:
    """The words behind each comma and each "and"."""
    for at in range(1, len(words)):
        if words[at - 1].stop or words[at].text in _JOINTS:
            rest = list(words[at:])
            while rest and rest[0].text in _JOINTS:
                del rest[0]
            yield rest


def _is_order(words: Sequence[Word]) -> bool:
    """Whether words begin with the verb of an order and what it is done to."""
    if len(words) < 2 or words[1].text in _JOINTS:
        return False
    return words[0].text in _SURELY or (words[0].text in _WITH_OBJECT and words[1].text in _OBJECTS)
