"""What is to be kept of somebody no longer: a number, an address, or all: "get rid of Jane's number", "delete Mike"."""

from __future__ import annotations

import re

from services.understanding.base import Command, Reference, Step
from services.understanding.conversation.people import person
from services.understanding.names.base import Ambiguous, NameFound
from services.understanding.stages.base import Understanding
from services.understanding.stages.tasks.titles import fitting
from services.understanding.words import FILLERS, word_set

_SURE = 0.95
_LEAD = rf"(?:(?:{FILLERS}|please|(?:can|could|would|will) you)[\s,]+)*"
_FIELD = (
    r"(?:(?P<phone>(?:(?:tele)?phone |mobile |cell )?number|phone|mobile|cell)"
    r"|(?P<email>e-?mail(?: address)?|mail(?: address)?))"
)
_THEIR = word_set("his her their")
_GOES = re.compile(
    rf"{_LEAD}(?:delete|remove|erase|get rid of|drop|scrap|forget|take out|i (?:don['’]t|no longer) need)"
    rf" (?P<whose>his|her|their|[\w'’. -]{{1,40}}?['’]s) (?:old )?{_FIELD}(?: any ?more| again| please)*",
    re.IGNORECASE,
)
""" "Get rid of Jane's number": of the number alone, not of Jane."""
_WHOLE = re.compile(
    rf"{_LEAD}(?:delete|erase|forget|get rid of) (?:about )?(?P<name>[^\W\d_][\w'’.-]*(?: [^\W\d_][\w'’.-]*){{0,2}})",
    re.IGNORECASE,
)
""" "Delete Mike", where that is nothing but somebody's name."""


def forgotten(text: str, said: Understanding) -> Command | None:
    """A number or address that is kept no longer; or a contact, where only somebody's name is told."""
    if found := _GOES.fullmatch(text):
        whose = re.sub(r"['’]s$", "", found["whose"])
        meant = person(said.conversation, whose, ("person",)) if whose.casefold() in _THEIR else None
        if meant is None and not isinstance(said.names.resolve(whose, ("person",)), NameFound | Ambiguous):
            return None
        references = (Reference("name", whose, "person", meant.name, meant.id, "context"),) if meant else ()
        slots = {"name": meant.name if meant else whose, "phone" if found["phone"] else "email": "none"}
        return Command(said.text, (Step("contact.update", slots, references=references),), _SURE, "template")
    whole = _WHOLE.fullmatch(text)
    if whole is None or fitting(said.directory.titles(), whole["name"]):
        return None
    others = said.names.resolve(whole["name"], ("channel", "project", "list", "customer"))
    named = isinstance(said.names.resolve(whole["name"], ("person",)), NameFound | Ambiguous)
    if not named or isinstance(others, NameFound | Ambiguous):
        return None
    return Command(said.text, (Step("contact.delete", {"name": whole["name"]}),), _SURE, "template")
