"""Somebody told of as one reads a card aloud: "new contact, Sabine Orth, sales rep, number zero four two one …"."""

from __future__ import annotations

import re
from collections.abc import Sequence

from services.understanding.base import Command, Reference, Slot, Step
from services.understanding.conversation.memory import Mention
from services.understanding.conversation.people import person
from services.understanding.names.base import NameFound
from services.understanding.stages.base import Understanding
from services.understanding.stages.people.digits import is_number, spelled
from services.understanding.stages.people.forgotten import forgotten
from services.understanding.vocabulary import VOCABULARY
from services.understanding.words import FILLERS, word_set

_SURE = 0.95
_LONGEST = 200
_NOUN = (
    r"(?P<kind>contact|client|customer|person|supplier|colleague|employee|member|neighbour|tenant|patient|teacher"
    r"|student)"
)
_LEAD = rf"(?:(?:{FILLERS}|please|(?:can|could|would|will) you)[\s,]+)*"
_NEW = re.compile(
    rf"{_LEAD}(?:(?:(?:the|a|we have a|we've a|we've got a|we got a|add a|create a|save a) )?new {_NOUN}"
    r"(?: (?:in|at|on|with) (?:the|our|my) [a-z]+| here)?(?:[\s,:.]+|$)"
    r"(?:is (?:called )?|called |(?:his|her|the) name(?:'s| is) )?"
    rf"|(?:save|store|add|put in|note|create) (?:down )?an? {_NOUN.replace('kind', 'saved')}[\s,:.]+(?:called |named )?"
    r"|(?P<save>save|store) (?:the contact )?|(?:the )?contact there is (?:an? )?)",
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
    r"(?:(?:he|she|they)(?:['’]s|['’]re| is| are)? )?(?:(?:an?|the|our|my) )?"
    r"(?P<role>[^\W\d_][\w'’-]*(?: [\w'’&-]+){0,5})",
    re.IGNORECASE,
)
_ARTICLE = re.compile(r"(?:an?|the|our|my) ", re.IGNORECASE)
_FULL_NAME = re.compile(r"(?!(?:an?|the|our|my) )[^\W\d_][\w'’.-]*(?: [^\W\d_][\w'’.-]*){1,3}", re.IGNORECASE)
_WORKS = re.compile(r"^(?:works?|working|is|from) (?:(?:for|at|with|from) )?")
_THEIRS = re.compile(
    r"(?:and )?(?P<whose>his|her|their) (?:new |other |current )?(?:(?P<phone>(?:(?:tele)?phone |mobile |cell )?number"
    r"|phone|mobile|cell)|(?P<email>e-?mail(?: address)?|mail(?: address)?)) is (?:now )?(?P<what>.+)",
    re.IGNORECASE,
)
_ADD_THEM = re.compile(
    r"^(?:(?:and|then|please|ok|okay|so)[\s,]+)*(?:add|save|put|enter|take) (?P<whom>him|her|them)(?: in| down)?[\s,.]+"
    r"(?:and )?(?=(?:his|her|their) )",
    re.IGNORECASE,
)
""" "Add her, her number is …", of who was just spoken of."""
_NEW_ONE = re.compile(
    r"(?:no[,\s]+)?(?:that(?:['’]s| is) (?:his|her|their|the|an) old (?:one|number)[.,]*\s*)?(?:(?:the |his "
    r"|her |their )?new"
    r" (?:one|number)(?:['’]s| is)|that number(?:['’]s| is) (?:wrong|old)[.,]*\s*(?:it['’]?s|it is)) (?P<what>.+)",
    re.IGNORECASE,
)
_IS_A = re.compile(
    r"(?:he|she)(?:['’]s| is) (?:(?:an?|our|the) (?P<role>[^\W\d_][\w' -]{1,30}?)[,.]\s*(?:put|add|note|write"
    r"|save) (?:that|it)\b.*|(?:now )?(?:our|the new|my)(?: new)? (?P<now>[^\W\d_][\w' -]{1,30}?)(?: now)?)",
    re.IGNORECASE,
)
_HAS_A = re.compile(
    r"(?:and )?(?P<whose>[\w'’. -]{1,40}?)(?: has|['’]s| has got|['’]s got| got) (?:a |an )?(?:new|different|another"
    r"|other)"
    r" (?:(?P<phone>(?:(?:tele)?phone |mobile |cell )?number|phone|mobile|cell)|(?P<email>e-?mail(?: address)?"
    r"|mail(?: address)?))(?: now)?[\s,:.]+(?:(?:it['’]?s|that['’]?s|it is) )?(?P<what>.+)",
    re.IGNORECASE,
)
_ENDS_IN = re.compile(
    r"(?:(?:no|sorry|wait|actually|oh|i beg your pardon|pardon|excuse me|my mistake)[\s,.]+)*"
    r"(?:(?:it['’]s|it is|that['’]s) (?P<end>[\w ]+?) at the end(?:,? (?:and )?not .+)?|(?:it|the number"
    r"|(?:the )?last (?:bit|digits?|part|numbers?|one))(?: (?:ends?|finishes) (?:in|with|on)| is| are|['’]s)"
    r" (?P<what>.+?)(?:, (?:not|instead of) .+)?)",
    re.IGNORECASE,
)
""" "It ends in two six one", of the number just told."""
_FIELD = (
    r"(?:(?P<phone>(?:(?:tele)?phone |mobile |cell )?number|phone|mobile|cell)"
    r"|(?P<email>e-?mail(?: address)?|mail(?: address)?))"
)
_PUTS = re.compile(
    rf"{_LEAD}(?:put|add|save|enter|store|write|note)(?: down| in)? (?P<whose>his|her|their|[\w'’. -]{{1,40}}?['’]s)"
    rf" (?:new )?{_FIELD}(?: (?:in|down|up|too|as well))*[\s,:.]+(?:(?:it|that)(?:['’]s| is) )?(?P<what>.+)",
    re.IGNORECASE,
)
_LABELLED = re.compile(
    rf"(?:and |oh |his |her |their |the )*(?:(?P<role>role|job|job title|position|profession)|{_FIELD})"
    r"(?:['’]s| is|:|,) ?(?P<what>.+)",
    re.IGNORECASE,
)
""" "Role is stunt coordinator", behind a contact."""
_KEEPS = re.compile(
    rf"{_LEAD}(?:save|put|add|store|keep|enter|take) (?:him|her|them|it|that)(?: down| in)?"
    r"(?: as (?:a |an )?(?:new )?contact| (?:in|into|to|among) (?:the|my|our) (?:contacts|address book|phone ?book))"
    r"(?: (?:with|under) that number)?[\s,.]+(?:(?:his|her|their|the) name(?:['’]s| is) "
    r"|(?:he|she|it|they)(?:['’]s|['’]re| is| are)(?: called)? )?(?P<name>.+)",
    re.IGNORECASE,
)
""" "Save him as a contact with that number, he's called Bernd Sieber": of whom a number was just told."""
_TOLD_NUMBER = re.compile(r"\+?\d[\d /()-]{5,}\d")
_HAVE_ONE = re.compile(
    rf"{_LEAD}(?:(?P<first>[\w'’. -]{{2,30}}?), )?(?:(?:have|do) (?:you|we|i)(?: got| have)?|got|is there|what about)"
    rf" (?:a |an |any |the )?{_FIELD}(?: (?:for|of|from) (?P<whose>[\w'’. -]{{2,40}}?))?"
    r"(?: (?:at all|anywhere|somewhere|there|by any chance))*\??",
    re.IGNORECASE,
)
""" "Have you got a number for her"."""
_THEIR = word_set("his her their he she they him them")
_ASKED = re.compile(
    r"(?P<head>(?:(?:what(?:['’]s| is)|tell me|give me|i need|do you have|have you got) )?(?:[\w'’]+ ){1,4}?"
    r"(?:(?:tele)?phone |mobile |mail"
    r" |email )?(?:number|phone|mobile|email|mail|e-mail|address)), (?P<tail>.+)",
    re.IGNORECASE,
)


def contact(said: Understanding) -> Understanding | None:
    """A new contact, what is new of one, or a question with a word of why behind it."""
    text = said.text.strip(" .!")
    if len(text) > _LONGEST:
        return None
    return said.found(
        _entry(text, said)
        or _kept(text, said)
        or forgotten(text, said)
        or _told_of(text, said)
        or _asked(text, said)
        or _has_one(text, said)
    )


def _entry(text: str, said: Understanding) -> Command | None:
    begun, called = _NEW.match(text), _CALLED.match(text)
    opening = begun or called
    if opening is None:
        return None
    pieces = _name_first(_pieces(text[opening.end() :]))
    name = re.sub(r"^(?:an?|called) ", "", pieces[0], flags=re.IGNORECASE) if pieces else ""
    if at := re.search(r" (?=(?:at|from|with|in) (?:the|our|my)\b)", name):  # "Katrin Wolff at the lab"
        name, pieces = name[: at.start()], [name[: at.start()], name[at.end() :], *pieces[1:]]
    if not _NAME.fullmatch(name) or len(pieces) < 2:
        return None
    kind = (begun["kind"] or begun["saved"] or "").lower() if begun else ""
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


def _name_first(pieces: Sequence[str]) -> Sequence[str]:
    """ "A prompter, Ottilie Kern": what somebody is may stand before the name."""
    role = len(pieces) > 1 and _ARTICLE.match(pieces[0]) and _FULL_NAME.fullmatch(pieces[1])
    return [pieces[1], pieces[0], *pieces[2:]] if role else pieces


def _pieces(text: str) -> Sequence[str]:
    """What stands between commas and full stops; digits that go on behind one stay together."""
    pieces: list[str] = []
    for piece in re.split(r"\s*[,;:]\s+|\.\s+", text.strip(" ,.")):
        if pieces and is_number(piece) and _phone(pieces[-1]):
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
    if address != piece or _LABEL.match(piece):
        return "", ""  # a number or an address that is none: the action asks for it
    role = _ROLE.fullmatch(piece)
    return ("role", _WORKS.sub("at ", role["role"])) if role else ("", "")


def _phone(piece: str) -> str:
    """The digits of a piece that is a number, with or without "phone" before it."""
    bare = _LABEL.sub("", piece)
    return bare if is_number(bare) else ""


def _told_of(text: str, said: Understanding) -> Command | None:
    """ "Her email is …", "that's his old one, the new one's …"."""
    last = said.conversation.last
    added = _ADD_THEM.match(text)
    if added and person(said.conversation, added["whom"], ("person",)):
        text = text[added.end() :]
    theirs = _THEIRS.fullmatch(text) or _PUTS.fullmatch(text)
    new, has = _NEW_ONE.fullmatch(text), _HAS_A.fullmatch(text)
    behind = last is not None and VOCABULARY[last.steps[-1].action].family == "contact"
    whose = "he"
    if told := theirs or has:
        slot, value = ("phone", _phone(told["what"])) if told["phone"] else ("email", told["what"])
        fits = bool(value) if told["phone"] else bool(_MAIL.fullmatch(value))
        whose = re.sub(r"['’]s$", "", told["whose"])
    elif behind and new is not None:
        slot, value = "phone", _phone(new["what"])
        fits = bool(value)
    elif behind and (ends := _ENDS_IN.fullmatch(text)):
        slot, value = "phone", _with_end(last, ends["end"] or ends["what"])
        fits = bool(value)
    elif behind and (role := _IS_A.fullmatch(text)):
        slot, value, fits = "role", role["role"] or role["now"], True
    elif behind and (told_of := _LABELLED.fullmatch(text)):
        slot = "role" if told_of["role"] else "phone" if told_of["phone"] else "email"
        value = _phone(told_of["what"]) if slot == "phone" else told_of["what"]
        fits = bool(_MAIL.fullmatch(value) if slot == "email" else _ROLE.fullmatch(value) if slot == "role" else value)
    else:
        return None
    pointed = re.search(r"\b(?:his|her|he|she|their)\b", text, re.IGNORECASE)
    whose = whose if told else pointed.group() if pointed else "he"
    pronoun = whose.casefold() in _THEIR
    meant = person(said.conversation, whose if pointed else "", ("person", "customer")) if pronoun else None
    if fits and meant and meant.kind == "customer":
        known = said.names.resolve(meant.name, ("person",))
        if not isinstance(known, NameFound):  # a customer who is no contact yet
            return Command(said.text, (Step("contact.create", {"name": meant.name, slot: value}),), _SURE, "template")
        meant = Mention("person", known.entities[0].name, known.entities[0].id)
    references = (Reference("name", whose, "person", meant.name, meant.id, "context"),) if meant else ()
    step = Step("contact.update", {"name": meant.name if meant else whose, slot: value}, references=references)
    return Command(said.text, (step,), _SURE, "template") if fits else None


def _kept(text: str, said: Understanding) -> Command | None:
    """A contact of the number that was told last."""
    found, number = _KEEPS.fullmatch(text), _TOLD_NUMBER.search(said.conversation.reply)
    if found is None or not _NAME.fullmatch(found["name"]) or ("that number" in text.lower() and not number):
        return None
    slots: dict[str, Slot] = {"name": found["name"], **({"phone": number.group()} if number else {})}
    return Command(said.text, (Step("contact.create", slots),), _SURE, "template")


def _has_one(text: str, said: Understanding) -> Command | None:
    """The number or address of somebody, asked for as "one"."""
    found = _HAVE_ONE.fullmatch(text)
    whose = (found["whose"] or found["first"] or "") if found else ""
    if found is None or not whose:
        return None
    field = found["phone"] or found["email"]
    meant = person(said.conversation, whose, ("person",)) if whose.casefold() in _THEIR else None
    if meant is None and not isinstance(said.names.resolve(whose, ("person",)), NameFound):
        return None
    references = (Reference("name", whose, "person", meant.name, meant.id, "context"),) if meant else ()
    slots: dict[str, Slot] = {"name": meant.name if meant else whose, "field": field}
    return Command(said.text, (Step("contact.query", slots, references=references),), _SURE, "template")


def _with_end(last: Command | None, end: str) -> str:
    """The number of the last command with other digits at its end; empty where it told none."""
    number = last.steps[-1].slots.get("phone") if last else None
    before = spelled(number) if isinstance(number, str) else ""
    tail = spelled(end)
    return before[: -len(tail)] + tail if tail and len(tail) < len(before) else ""


def _asked(text: str, said: Understanding) -> Command | None:
    """ "What's Kev's number, the wife wants it"."""
    found = _ASKED.fullmatch(text.rstrip("?"))
    if found is None or found["tail"].casefold().startswith(("and ", "then ")):
        return None
    command = said.read(found["head"])
    alone = [step.action for step in command.steps] == ["contact.query"]
    return Command(said.text, command.steps, command.confidence, command.source) if alone else None
