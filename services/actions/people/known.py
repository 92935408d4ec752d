"""Resolves the names in a slot to documents: people, channels, customers, projects."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import NamedTuple, TypeVar

from services.actions.base import Refused, Unanswered
from services.actions.call import Call
from services.actions.matching import closest
from services.actions.selection import choice
from services.actions.wording import counted, listed
from services.store.base import Document, Person

D = TypeVar("D", bound=Document)

SELF = frozenset(("me", "myself", "i", "us", "ourselves", "we"))
MYSELF = frozenset(("me", "myself", "i"))
"""Of these, who speaks alone."""
EVERYONE = frozenset(
    ("everyone", "everybody", "all", "all people", "all of them", "anyone", "anybody", "the whole team", "every member")
)
_ARTICLES = re.compile(r"^(?:to|the|our|my|a)\s+", re.IGNORECASE)
_SEVERAL = re.compile(r"\s*,\s*(?:and\s+)?|\s+and\s+|\s+aur\s+", re.IGNORECASE)


class People(NamedTuple):
    """The people of a slot, and those among them who just became contacts."""

    all: list[Person]
    new: list[Person]

    def told(self) -> str:
        """A sentence about the new ones; empty where there are none."""
        return f"Added {listed([person.name for person in self.new])} to your contacts. " if self.new else ""


def known(call: Call, slot: str, kind: type[D]) -> list[D]:
    """The documents that a slot names, in order, each once. Raises Refused where one is unknown or several fit."""
    found = {each.id: each for words in call.names(slot) for each in named(call, slot, words, kind, must=True)}
    return list(found.values())


def people(call: Call, slot: str) -> People:
    """Like `known`, of people. Somebody known only from tasks becomes a contact, to be reachable."""
    found: dict[str, Person] = {}
    new = []
    for words in call.names(slot):
        if words.casefold() in SELF:
            continue
        unkept = [ref.name for ref in call.meant(slot) if ref.id == "" and words in (ref.words, ref.name)]
        fitting = named(call, slot, words, Person, must=not unkept) or [
            call.tx.add(Person(name=name)) for name in unkept
        ]
        new += [person for person in fitting if unkept and person.id not in found and person.name in unkept]
        found |= {person.id: person for person in fitting}
    return People(list(found.values()), new)


def everybody(call: Call, ask: Callable[[str], str]) -> list[Person]:
    """All contacts, after a yes; `ask` makes the question of their number. Raises Refused where there are none."""
    found = call.tx.find(Person)
    if not found:
        raise Refused("contact.none", "You have no contacts yet")
    call.confirm(ask(counted(len(found), "contact")))
    return found


def named(call: Call, slot: str, words: str, kind: type[D], *, must: bool = False) -> list[D]:
    """What one name stands for: as resolved before, else by its words. With `must`, Refused where there is nothing."""
    ids = [ref.id for ref in call.meant(slot) if ref.id and ref.kind == kind.kind and words in (ref.words, ref.name)]
    if found := [document for id_ in ids if (document := call.tx.get(kind, id_)) is not None]:
        return found
    made = [ref.name for ref in call.references if ref.slot == slot and ref.id is None and ref.words == words]
    bare = bare_name(made[0] if made else words, kind)  # made: by an earlier step of the same command
    fitting = by_name(call, bare, kind)
    about = kind.about
    pieces = _SEVERAL.split(bare)
    if (
        not fitting and len(pieces) > 1
    ):  # "Rahul and Priya", where neither the slot nor its words tell that they are two
        each = [by_name(call, bare_name(piece, kind), kind) for piece in pieces]
        fitting = [found[0] for found in each] if all(len(found) == 1 for found in each) else []
    elif len(fitting) > 1:
        raise Unanswered(
            f"{about.noun}.ambiguous",
            f"{listed([thing.called for thing in fitting[:3]], 'or')}?",
            choice=choice(slot, words, fitting),
        )
    if must and not fitting:
        raise Refused(f"{about.noun}.unknown", (about.unknown or f"There is no {about.noun} {{}}").format(bare))
    return fitting


def by_name(call: Call, name: str, kind: type[D]) -> list[D]:
    """Those of that name or nickname; else those that come close."""
    folded = name.casefold()
    rows = call.tx.rows(kind)
    title = kind.about.title
    called = {id_: (row[title], *row.get("nicknames", ())) for id_, row in rows.items()}  # only people have the latter
    exact = [id_ for id_, names in called.items() if folded in [str(name).casefold() for name in names]]
    ids = exact or (closest(name, list(rows), lambda id_: str(rows[id_][title])) if name else [])
    return [thing for id_ in ids if (thing := call.tx.get(kind, id_)) is not None]


def bare_name(words: str, kind: type[Document]) -> str:
    """The name in the words: the marketing channel → marketing."""
    noun = "|".join(kind.about.beside or kind.about.nouns[:1])
    bare = re.sub(
        rf"\s+(?:{noun})$|['’]s$|^(?:{noun})\s+", "", _ARTICLES.sub("", words.strip(" .?!,")), flags=re.IGNORECASE
    )
    return bare.strip() or words


def titled(name: str) -> str:
    """A name with its capitals, where the recogniser wrote none: sarah chen → Sarah Chen."""
    return " ".join(word.capitalize() for word in name.split()) if name.islower() else name
