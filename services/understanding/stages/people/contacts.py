"""Somebody told of as one reads a card aloud: "new contact, Sabine Orth, sales rep, number zero four two one …"."""

from __future__ import annotations

import re
from collections.abc import Sequence

from services.understanding.base import Command, Slot, Step
from services.understanding.stages.base import Understanding
from services.understanding.vocabulary import VOCABULARY
from services.understanding.words import word_set

_SURE = 0.95
_LONGEST = 200
_DIGITS = word_set("zero oh o one two three four five six seven eight nine double triple plus")
_FEWEST = 3
_NEW = re.compile(
    r"(?:(?:now|and|so|ok|okay|then)[\s,]+)*(?:(?:(?:the|a|we have a|we've got a|we got a|add a|create a|save a) )?new"
    r" (?P<kind>contact|client|customer|person|supplier|colleague|employee)(?:[\s,:.]+|$)(?:is (?:called )?|called"
    r" |(?:his|her|the) name(?:'s| is) )?|(?P<save>save|store) (?:the contact )?|(?:the )?contact there is (?:an? )?)",
    re.IGNORECASE,
)
_CALLED = re.compile(r"(?:and )?(?:the |our |my )?(?P<role>[a-z][a-z ]{2,30}?)(?:['’]s| is) called ", re.IGNORECASE)
_LABEL = re.compile(
    r"^(?:and )?(?:(?:his|her|their|the|its|with) )?(?:(?:tele)?phone(?: number)?|(?:mobile |cell )?number"
    r"|mobile|cell|tel)"
    r"(?:['’]s| is)?[\s:]+",
    re.IGNORECASE,
)
_MAIL_LABEL = re.compile(
    r"^(?:and )?(?:(?:his|her|their|the) )?e-?mail(?: address)?(?:['’]s| is)?[\s:]+", re.IGNORECASE
)
_MAIL = re.compile(r"\S+(?: (?:dot|dash|underscore) \S+)* at \S+(?: (?:dot|dash) \S+)+|\S+@\S+", re.IGNORECASE)
_ASIDE = re.compile(r"(?:please )?(?:save|add|keep|store) (?:him|her|them|it|that)(?: please)?|please", re.IGNORECASE)
_TELLS_OF = re.compile(r"(?:that's|that is|it's|they're|they are|it is|who|which) .+", re.IGNORECASE)
_NAME = re.compile(r"[^\W\d_][\w'’.-]*(?: [^\W\d_][\w'’.-]*){0,3}")
_ROLE = re.compile(
    r"(?:(?:he's|she's|they're) )?(?:(?:an?|the|our|my) )?(?P<role>[^\W\d_][\w'’-]*(?: [\w'’&-]+){0,5})", re.IGNORECASE
)
_THEIRS = re.compile(
    r"(?:and )?(?P<whose>his|her|their) (?:new |other |current )?(?:(?P<phone>(?:(?:tele)?phone |mobile |cell )?number"
    r"|phone|mobile|cell)|(?P<email>e-?mail(?: address)?|mail(?: address)?)) is (?:now )?(?P<what>.+)",
    re.IGNORECASE,
)
_NEW_ONE = re.compile(
    r"(?:no[,\s]+)?(?:that(?:['’]s| is) (?:his|her|their|the|an) old (?:one|number)[.,]*\s*)?(?:(?:the |his "
    r"|her |their )?new"
    r" (?:one|number)(?:['’]s| is)|that number(?:['’]s| is) (?:wrong|old)[.,]*\s*(?:it['’]?s|it is)) (?P<what>.+)",
    re.IGNORECASE,
)
_IS_A = re.compile(
    r"(?:he|she)(?:['’]s| is) (?:an?|our|the) (?P<role>[^\W\d_][\w' -]{1,30}?)[,.]\s*(?:put|add|note|write"
    r"|save) (?:that|it)\b.*",
    re.IGNORECASE,
)
_ASKED = re.compile(
    r"(?P<head>(?:what(?:['’]s| is)|tell me|give me|i need|do you have|have you got) (?:[\w'’]+ ){1,4}?"
    r"(?:phone |mobile |mail"
    r" |email )?(?:number|phone|mobile|email|mail|e-mail|address)), (?P<tail>.+)",
    re.IGNORECASE,
)


def contact(said: Understanding) -> Understanding | None:
    """A new contact, what is new of one, or a question with a word of why behind it."""
    text = said.text.strip(" .!")
    if len(text) > _LONGEST:
        return None
    return said.found(_entry(text, said) or _told_of(text, said) or _asked(text, said))


def _entry(text: str, said: Understanding) -> Command | None:
    begun, called = _NEW.match(text), _CALLED.match(text)
    opening = begun or called
    if opening is None:
        return None
    pieces = _pieces(text[opening.end() :])
    name = re.sub(r"^(?:an?|called) ", "", pieces[0], flags=re.IGNORECASE) if pieces else ""
    if not _NAME.fullmatch(name) or len(pieces) < 2:
        return None
    kind = (begun["kind"] or "").lower() if begun else ""
    if kind in ("customer", "client") and all(_TELLS_OF.fullmatch(each) for each in pieces[1:]):
        return Command(said.text, (Step("customer.create", {"name": name}),), _SURE, "template")
    slots: dict[str, Slot] = {"name": name}
    if called:
        slots["role"] = called["role"]
    for piece in pieces[1:]:
        slot, value = _told(piece)
        if slot == "" or (slot in slots and slot != "aside"):
            return None
        slots |= {slot: value} if slot != "aside" else {}
    reached = "phone" in slots or "email" in slots
    if not reached and kind != "contact":
        return None
    return Command(said.text, (Step("contact.create", slots),), _SURE, "template")


def _pieces(text: str) -> Sequence[str]:
    """What stands between commas and full stops; digits that go on behind one stay together."""
    pieces: list[str] = []
    for piece in re.split(r"\s*[,;:]\s+|\.\s+", text.strip(" ,.")):
        if pieces and _digits(piece) and _phone(pieces[-1]):
            pieces[-1] += f", {piece}"
        elif piece:
            pieces.append(piece)
    return pieces


def _told(piece: str) -> tuple[str, str]:
    """The slot that a piece fills, and its words; empty for what is none."""
    if number := _phone(piece):
        return "phone", number
    address = _MAIL_LABEL.sub("", piece)
    if _MAIL.fullmatch(address):
        return "email", address
    if _ASIDE.fullmatch(piece):
        return "aside", ""
    role = _ROLE.fullmatch(piece)
    return ("role", role["role"]) if role else ("", "")


def _phone(piece: str) -> str:
    """The digits of a piece that is a number, with or without "phone" before it."""
    bare = _LABEL.sub("", piece)
    return bare if _digits(bare) else ""


def _digits(words: str) -> bool:
    said = words.casefold().replace(",", " ").split()
    count = sum(len(re.findall(r"\d", word)) or 1 for word in said)
    return count >= _FEWEST and all(word in _DIGITS or re.fullmatch(r"[+\d()/-]+", word) for word in said)


def _told_of(text: str, said: Understanding) -> Command | None:
    """ "Her email is …", "that's his old one, the new one's …"."""
    last = said.conversation.last
    theirs, new = _THEIRS.fullmatch(text), _NEW_ONE.fullmatch(text)
    if theirs is not None:
        slot, value = ("phone", _phone(theirs["what"])) if theirs["phone"] else ("email", theirs["what"])
        fits = bool(value) if theirs["phone"] else bool(_MAIL.fullmatch(value))
        whose = theirs["whose"]
    elif new is not None and last is not None and VOCABULARY[last.steps[-1].action].family == "contact":
        slot, value, whose = "phone", _phone(new["what"]), "his"
        fits = bool(value)
    elif (role := _IS_A.fullmatch(text)) and last is not None and VOCABULARY[last.steps[-1].action].family == "contact":
        slot, value, whose, fits = "role", role["role"], "his", True
    else:
        return None
    return (
        Command(said.text, (Step("contact.update", {"name": whose, slot: value}),), _SURE, "template") if fits else None
    )


def _asked(text: str, said: Understanding) -> Command | None:
    """ "What's Kev's number, the wife wants it"."""
    found = _ASKED.fullmatch(text.rstrip("?"))
    if found is None or found["tail"].casefold().startswith(("and ", "then ")):
        return None
    command = said.read(found["head"])
    alone = [step.action for step in command.steps] == ["contact.query"]
    return Command(said.text, command.steps, command.confidence, command.source) if alone else None
