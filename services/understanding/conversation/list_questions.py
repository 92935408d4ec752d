"""What is asked of a list: "what's still missing", "how much plaster was it", "who have I got on Saturday". Pure."""

from __future__ import annotations

import re

from services.understanding.conversation import list_phrases as say
from services.understanding.conversation.known_lists import Deed, KnownList, ListTalk, called_as, holder, named, rows_of
from services.understanding.conversation.list_things import are_things

_MOST_ITEM_WORDS = 9
_MOST_BARE_WORDS = 4


def question(said: str, talk: ListTalk) -> list[Deed]:
    for on in say.fitting(say.ON, said) if talk.focus else ():
        if talk.focus and are_things(rows := rows_of(on["items"]), _MOST_ITEM_WORDS):
            return [Deed("list.query", talk.focus.name, rows)]
    if talk.focus and talk.action and any(say.fitting(say.EMPTY, said)):
        return [Deed("list.delete", talk.focus.name)]
    first = re.split(r"[,.;?](?:\s|$)", said, maxsplit=1)[0] if "?" not in said[:-1] else said
    if there := _left_to(said, talk):
        return [Deed("list.query", there.name)]
    if talk.focus and any(say.fitting((*say.OF_IT, *(say.BY_ITSELF if talk.action else ())), said)):
        return [Deed("list.query", talk.focus.name)]
    there = talk.before if any(say.fitting(say.STILL_TO_COME, said)) else None
    forms = (*say.fitting(say.NAMES_IT, said), *say.fitting(say.NAMES_IT, first))
    there = there or next((found for form in forms if (found := _list_of(form["list"], talk))), None)
    return [Deed("list.query", there.name)] if there else []


def _list_of(words: str, talk: ListTalk) -> KnownList | None:
    return named(words, talk.lists) or (called_as("buy", talk.lists) if say.SHOPS.fullmatch(words) else None)


def asked_of_things(said: str, talk: ListTalk) -> list[Deed]:
    """ "How much plaster was it", "did I say screws", "are napkins on any of them": behind a list, or of what stands on
    one.
    """
    about_things = talk.action == "list.query" and bool(talk.told)
    for forms in (say.HOW_MUCH, say.STANDS, say.WHAT_OF, *((say.AND_OF,) if about_things else ())):
        for found in say.fitting(forms, said):
            rows = rows_of(found["items"])
            on = holder([row["item"] for row in rows], talk) if rows else None
            if (forms is say.WHAT_OF and not (on and talk.action)) or (forms is say.AND_OF and not on):
                continue
            if not are_things(rows, _MOST_BARE_WORDS) or not (on or (talk.action and forms is say.STANDS)):
                continue
            if on is None and say.ANYWHERE.search(said):
                return [Deed("list.query", "", rows)]
            there = on or talk.focus
            return [Deed("list.query", there.name, rows)] if there else []
    return []


def _left_to(said: str, talk: ListTalk) -> KnownList | None:
    """The list that is called as what is still to be done with its things: "what's left to pack", of the packing."""
    verb = next((found["verb"] for found in say.fitting(say.LEFT_TO, said)), "")
    there = called_as(verb, talk.lists)
    return there if verb.lower() not in say.BUYING or not (talk.focus and talk.action) else None


def called(said: str, talk: ListTalk) -> list[Deed]:
    """ "Seeds list please" asks what is on it."""
    there = next((named(form["list"], talk.lists) for form in say.fitting(say.NAME_ALONE, said)), None)
    return [Deed("list.query", there.name)] if there else []
