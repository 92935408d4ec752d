"""Templates that take the next order for words of a slot: no meeting is called "Priya and Tom, and post that we start".

What begins with the verb of an order behind a comma, or behind "and", is an order, unless it is what somebody is told or reminded to do.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from services.understanding.base import Step
from services.understanding.words import Word, phrases, split_words

_JOINTS = frozenset(phrases("and | then | also | plus | please"))
_ORDERS = frozenset(
    phrases(
        "add | create | make | set | put | remind | start | open | schedule | book | arrange | cancel | delete | remove | drop | clear |"
        "move | change | rename | update | mark | give | assign | send | tell | ask | text | message | post | share | show | read | find |"
        "write | credit | debit | turn | mute | unmute | snooze | pause | resume | stop | wake | invite | take | push | postpone |"
        "reschedule | archive | close | complete | undo | let | notify | block | break | tag | free"
    )
)
_NEVER_DONE = frozenset(phrases("remind | show | mute | unmute | snooze | credit | debit | undo"))
"""Orders to the appliance alone: nobody else is reminded to do them."""
_QUESTIONS = frozenset(phrases("how | what | what's | when | who | where | which"))
_ANOTHER = frozenset(
    (("one", "for"), ("one", "to"), ("another", "one"), ("another", "for"), ("the", "one", "about"), ("the", "one", "for"))
)
_OBJECTS = frozenset(("me", "us", "it", "one", "them", "him", "her"))
_OFF = frozenset(phrases("kick | day | days | time | drop | sign | write | cut | play | send | face | trade | spin | turn | well"))
"""What may stand before "off" in a name."""
_OPEN = frozenset(("the", "my", "our", "your", "and"))
"""Nothing ends with one of these."""
_CLAUSE = frozenset(phrases("while | if | because | since | until | when | that | for | off"))
"""In no name of somebody."""
_PEOPLE = frozenset(("people", "assignees", "old_assignees", "attendees", "recipients"))
_TOLD = frozenset(("content", "steps", "channels"))
"""Slots that may hold orders, or the next of several: what others are told, and what routines and projects are made of."""


def takes_an_order(step: Step, *, infinitive: bool) -> bool:
    """Whether a slot of a step holds an order, or the next of several, beside what it stands for. `infinitive`: the words of its last slot
    follow a "to", as what somebody is reminded to do; that may be several things."""
    makes = step.action.endswith((".create", ".send"))
    for slot, value in step.slots.items():
        if slot in _TOLD:
            continue
        if isinstance(value, str):
            words = split_words(value)
            if (not makes and _asks(words)) or _is_open(words) or any(_begins(each) for each in _behind_joints(words, infinitive)):
                return True
        elif _is_mixed([split_words(each if isinstance(each, str) else each["item"]) for each in value], slot):
            return True
    return False


def _is_mixed(several: Sequence[Sequence[Word]], slot: str) -> bool:
    """Whether several things, or people, hold something else: the first of them tells whether they are orders themselves."""
    if any(_is_open(words) or _ends_off(words) for words in several):
        return True
    if slot in _PEOPLE and any(word.text in _CLAUSE for words in several for word in words):
        return True
    return any(_begins(words) for words in several[1:]) and not _begins(several[0])


def _ends_off(words: Sequence[Word]) -> bool:
    """Take butter off: the end of a verb, and not of a name."""
    return len(words) > 1 and words[-1].text == "off" and words[-2].text not in _OFF


def _is_open(words: Sequence[Word]) -> bool:
    return len(words) > 1 and words[-1].text in _OPEN


def _behind_joints(words: Sequence[Word], infinitive: bool) -> Iterator[Sequence[Word]]:
    """The words behind each comma and each "and"; of an infinitive where they can't be another thing to do."""
    for at in range(1, len(words)):
        if words[at - 1].stop or words[at].text in _JOINTS:
            rest = list(words[at:])
            while rest and rest[0].text in _JOINTS:
                del rest[0]
            if not infinitive or (rest and rest[0].text in _NEVER_DONE):
                yield rest


def _begins(words: Sequence[Word]) -> bool:
    """Whether words begin with a verb that has something to do something with, a question, or another one of the same."""
    said = tuple(word.text for word in words[:3])
    if len(said) < 2 or said[1] in _JOINTS:
        return False
    return said[0] in _ORDERS | _QUESTIONS or said[:2] in _ANOTHER or said in _ANOTHER


def _asks(words: Sequence[Word]) -> bool:
    """Whether what is there already would be called "show me …" or "set one …"."""
    return len(words) > 2 and words[0].text in _ORDERS and words[1].text in _OBJECTS
