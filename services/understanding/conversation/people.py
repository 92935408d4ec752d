"""Who was spoken of: everybody named, also where nothing was done or understood, so that "tell him" finds him."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace

from services.understanding.conversation.memory import Conversation, Mention, latest
from services.understanding.names.diminutives import WORDS
from services.understanding.names.names import Names
from services.understanding.names.sexes import may_be

_PEOPLE = ("person", "customer")
_MOST = 12
_PRONOUN = re.compile(r"\b(?:she|her|hers|he|him|his|they|them|their|theirs)\b", re.IGNORECASE)


def people_in(text: str, names: Names) -> list[Mention]:
    """Who is surely named in a text, in its order; a name that several bear says nobody."""
    by_place: dict[tuple[int, int], list[Mention]] = {}
    for span, entity in names.occurring(text):
        by_place.setdefault(span, []).append(Mention(entity.kind, entity.name, entity.id))
    found: list[Mention] = []
    for (start, end), mentions in by_place.items():
        people = [each for each in mentions if each.kind in _PEOPLE]
        kinds = [each.kind for each in people]
        if len(kinds) == len(set(kinds)) and text[start:end].casefold() not in WORDS:
            found += people
    return list(dict.fromkeys(found))


def with_people(
    conversation: Conversation, spoken_of: Iterable[Mention], text: str, reply: str, names: Names
) -> Conversation:
    """The conversation with who was spoken of in a turn: by the command, then named beside it, then alone in the reply.

    A reply that names several says of none that it is the one.
    """
    told = people_in(reply, names)
    alone = told if len({each.name for each in told}) == 1 else []
    people = [each for each in (*spoken_of, *people_in(text, names), *alone) if each.kind in _PEOPLE]
    heard = dict.fromkeys([*people, *conversation.heard])
    return replace(conversation, heard=tuple(heard)[:_MOST])


def person(conversation: Conversation, pronoun: str, kinds: Sequence[str]) -> Mention | None:
    """Whom "him" or "she" stands for: the last one spoken of whose name allows it."""
    wanted = [kind for kind in kinds if kind in _PEOPLE]
    heard = [each for each in conversation.heard if each.kind in wanted]
    fitting = next((each for each in heard if may_be(pronoun, each.name)), None)
    before = latest(conversation, wanted)
    return fitting or (before if before and may_be(pronoun, before.name) else None)


def in_focus(conversation: Conversation, text: str) -> Mention | None:
    """The customer whom a pronoun in the text stands for, else the one in focus, where that may be "she" or "he"."""
    pronoun, focus = _PRONOUN.search(text), conversation.customer
    if pronoun is None:
        return focus
    pointed = person(conversation, pronoun.group(), ("customer",))
    return pointed or (focus if focus and may_be(pronoun.group(), focus.name) else None)
