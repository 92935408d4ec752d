"""What is new of somebody known: "Carla's got a new one, oh one seven three …", "her surname is Lehmann now"; and a
number said back.
"""

from __future__ import annotations

import re

from services.understanding.base import Command, Reference, Slot, Step
from services.understanding.conversation.memory import Mention, latest
from services.understanding.conversation.people import person
from services.understanding.names.base import NameFound
from services.understanding.stages.base import Understanding
from services.understanding.stages.people.digits import is_number
from services.understanding.vocabulary import VOCABULARY
from services.understanding.words import FILLERS, word_set

_SURE = 0.95
_LONGEST = 200
_LEAD = rf"(?:(?:{FILLERS}|please|but|hm+|by the way|note|write down)\b[\s,.:]*)*"
_WHOSE = r"(?P<whose>(?:his|her|their|[^\W\d_][\w'’.-]*(?: [^\W\d_][\w'’.-]*){0,2}?))"
_WHO = _WHOSE.replace("his|her|their", "he|she|they")
_NAME = r"(?P<new>(?!now\b)[^\W\d_][\w'’-]*(?: [^\W\d_][\w'’-]*){0,2}?)"
_NOW = r"(?: (?:now|these days|since then|from now on|since the wedding))?"
_WED = r"(?:re)?(?:married|divorced)"
_MARRIED = (
    rf"(?:[\s,]+(?:and|so|but)?[\s,]*(?:(?:she|he|they)(?:['’]s| has| have| is| just)*(?: got| gotten)? {_WED}"
    r"|by the way)[^,.]*)?"
)
_SURNAMES = (
    re.compile(
        rf"{_LEAD}{_WHOSE}(?:['’]s)? (?:new |married )?(?P<what>surname|last name|family name|second name|name)"
        rf"(?:['’]s| is| has changed to| changed to)(?: now)? {_NAME}{_NOW}{_MARRIED}",
        re.IGNORECASE,
    ),
    re.compile(
        rf"{_LEAD}{_WHO}(?:['’]s| is| are) (?:(?P<now>now) )?(?:called|named) {_NAME}{_NOW}{_MARRIED}",
        re.IGNORECASE,
    ),
    re.compile(
        rf"{_LEAD}{_WHO}(?:['’]s| has| have)?(?: just)?(?: got| gotten)? {_WED}[\s,.]+(?:and |so )?"
        rf"(?:it|she|he|they|(?:her|his|their) (?:sur|last |family |new )?name)(?:['’]s| is| are)(?: now)?(?: called)?"
        rf" {_NAME}{_NOW}",
        re.IGNORECASE,
    ),
)
"""A bare "name" is the surname where it is somebody's new one: said with "new", "married" or "now"."""
_CHANGED = re.compile(
    r"\b(?:now|new|married|divorced|surname|last name|family name|second name|changed|these days|since)\b", re.I
)
_NEW_NUMBER = re.compile(
    rf"{_LEAD}{_WHOSE}(?:['’]s| has| have|['’]s got| has got| got|['’]ve got)(?: also| too)?(?: got)?"
    r" (?:a |an )?(?:new|different|another|other) one(?: now| too| as well)?[\s,:.]+"
    r"(?:(?:it['’]?s|that['’]?s|it is|which is) )?(?P<what>.+)",
    re.IGNORECASE,
)
_ASKED_NUMBER = re.compile(
    rf"{_LEAD}(?:it['’]?s|it is|that['’]?s|(?:the|(?P<whose>his|her|their)) number(?:['’]s| is))\s+(?P<what>.+)", re.I
)
""" "It's oh one seven one …", behind "I have no phone number of Maria"."""
_BACK = re.compile(
    rf"{_LEAD}(?:(?:can|could|would|will) you )?(?:please )?(?:what(?:['’]s| is| was) )?(?:(?P<verb>read|say|give"
    rf"|tell|repeat)(?: me| us)? )?"
    r"(?:(?P<whose>his|her|their|that|the) )?(?:new )?(?P<field>(?:(?:tele)?phone |mobile |cell )?number|phone|mobile"
    r"|e-?mail(?: address)?|mail(?: address)?|address)"
    r"(?P<back>(?: back)?(?: to me| to us)?(?: again| once more| one more time)?)"
    r"(?:[\s,]+(?:please|would you|will you|then|now))*",
    re.IGNORECASE,
)
_PRONOUNS = word_set("he she they his her their")
_NO_NAME = word_set("""a an the at in on with from for not late here there back away out sick ill done ready it that
    this now married divorced it's""")
_LEAST = 6
"""Digits of a number that is told without that word."""


def news(said: Understanding) -> Understanding | None:
    """A new number or name of somebody, or the number just told said back."""
    text = said.text.strip(" .!")
    if len(text) > _LONGEST:
        return None
    return said.found(
        _back(text.rstrip("? "), said) or _number(text, said) or ("?" not in text and _surname(text, said)) or None
    )


def _number(text: str, said: Understanding) -> Command | None:
    found = _NEW_NUMBER.fullmatch(text)
    last = said.conversation.last
    if found is None and last and last.steps[-1].action == "contact.query":
        found = _ASKED_NUMBER.fullmatch(text)
    meant = _meant(said, found["whose"] or "their") if found and is_number(found["what"], _LEAST) else None
    return _command(said, meant, {"phone": found["what"]}) if found and meant else None


def _surname(text: str, said: Understanding) -> Command | None:
    for pattern in _SURNAMES:
        found = pattern.fullmatch(text)
        if found is None or not _CHANGED.search(text):
            continue
        new, meant = found["new"], _meant(said, found["whose"])
        if meant and not {word.casefold() for word in new.split()} & _NO_NAME:
            return _command(said, meant, {"new_name": _whole(meant.name, new)})
    return None


def _whole(before: str, new: str) -> str:
    """A surname behind the given name; what is a whole name stays."""
    return new if len(new.split()) > 1 else f"{before.split(maxsplit=1)[0]} {new}"


def _back(text: str, said: Understanding) -> Command | None:
    """ "Number back to me please", behind a contact."""
    found, last = _BACK.fullmatch(text), said.conversation.last
    if found is None or last is None or VOCABULARY[last.steps[-1].action].family != "contact":
        return None
    if not (found["back"] or found["verb"] in ("read", "repeat")):
        return None
    meant = (
        person(said.conversation, found["whose"], ("person",))
        if (found["whose"] or "").casefold() in _PRONOUNS
        else None
    )
    meant = meant or latest(said.conversation, ("person",))
    if meant is None:
        return None
    step = Step("contact.query", {"name": meant.name, "field": found["field"]}, references=(_reference(meant),))
    return Command(said.text, (step,), _SURE, "template")


def _meant(said: Understanding, whose: str) -> Mention | None:
    """Who is named or pointed at; None where that is nobody known."""
    whose = re.sub(r"['’]s$", "", whose)
    if whose.casefold() in _PRONOUNS:
        return person(said.conversation, whose, ("person",))
    found = said.names.resolve(whose, ("person",))
    sure = isinstance(found, NameFound) and found.how in ("exact", "alias") and len(found.entities) == 1
    return Mention("person", found.entity.name, found.entity.id) if sure and isinstance(found, NameFound) else None


def _reference(meant: Mention) -> Reference:
    return Reference("name", meant.name, "person", meant.name, meant.id, "context")


def _command(said: Understanding, meant: Mention, slots: dict[str, Slot]) -> Command:
    step = Step("contact.update", {"name": meant.name, **slots}, references=(_reference(meant),))
    return Command(said.text, (step,), _SURE, "template")
