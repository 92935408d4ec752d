"""Messages told in whole: "write in the practice channel that …", "tell them both, half three now"; what was written to
whom, and a list or a report for somebody.
"""

from __future__ import annotations

import re
from dataclasses import replace

from services.understanding.base import Command, Slot, Step
from services.understanding.conversation.memory import latest
from services.understanding.names.base import NameFound
from services.understanding.slots.amounts import number_of
from services.understanding.stages.base import Understanding
from services.understanding.stages.names import spoken_names
from services.understanding.stages.people.members import known_people
from services.understanding.stages.tasks.phrasings import is_command
from services.understanding.vocabulary import VOCABULARY
from services.understanding.words import FILLERS

_SURE = 0.95
_LONGEST = 300
_LEAD = rf"(?:(?:{FILLERS}|please|but|great|good|(?:can|could|would|will) you(?: please)?)\b[\s,.]*)*"
_WHO = r"(?P<who>[^\W\d_][\w'’-]*(?:(?:,? and |, | )[^\W\d_][\w'’-]*){0,5}?)"
_THEM = r"(?P<them>(?:to )?(?:them|him|her|both of them|all of them)(?: (?:all|both|two|three))?)"
_POSTED = re.compile(
    rf"{_LEAD}(?:write|post|say|announce|put)(?: it)? (?:in|into|to"
    rf"|on) (?:the )?(?P<channel>[\w' &-]+?)(?: channel| group)?"
    r"(?:,? that |\s*[:,]\s*)(?P<what>.+)",
    re.IGNORECASE,
)
_TOLD_THEM = re.compile(rf"{_LEAD}(?:tell|write|text|message|inform) {_THEM}\s*[,:.]\s*(?P<what>.+)", re.IGNORECASE)
_TO_ALL = re.compile(
    rf"(?P<verb>{_LEAD}(?:tell|let|text|message|inform|write|remind|ask|write to))"
    r" (?:them (?:both|two|all)(?! about)|(?:both|all) of them"
    r"|(?:the|all|those) (?:two|three|four|both)(?: of them)?)"
    r"[,:]? (?P<what>.+)",
    re.IGNORECASE,
)
_TOLD_NUMBER = re.compile(rf"{_LEAD}(?:tell|text|write) {_WHO} (?P<what>(?P<first>an? \w+|[\w-]+)\b.*)", re.IGNORECASE)
_A_LIST = r"(?:the|my|our|that|this) (?:(?P<list>[\w' &-]+?) )?list"
_LISTS = (
    re.compile(
        rf"{_LEAD}(?:send|give|text|message|forward|pass)(?: on)? {_WHO} {_A_LIST}(?: please| too| as well)*", re.I
    ),
    re.compile(
        rf"{_LEAD}(?:send|give|text|forward|pass)(?: on)? {_A_LIST} (?:on |over )?to {_WHO}(?: please| too| as well)*",
        re.I,
    ),
)
_WITH_IT = re.compile(
    rf"{_LEAD}(?:(?:off|over) )?(?:to {_WHO} with (?:it|that|this)|let {_WHO.replace('who', 'let')} have (?:it"
    rf"|that|a copy)"
    rf"|{_WHO.replace('who', 'has')} (?:should|must|needs to|is to|gets|can) (?:get |have |see |read )?(?:it|that"
    rf"|a copy))"
    r"(?: too| as well| please)*",
    re.IGNORECASE,
)
_WENT_OUT = re.compile(
    r"(?:did|has|have|is) (?:that|the|my|our|this)(?: last)? (?:message|note|text)(?: to (?:the )?(?P<who>.+?))?"
    r" (?:go out|gone out|go through|gone through|been sent|get sent|sent|out|get there|arrive|arrived|go off)"
    r"(?: yet| already| all right| okay| ok)*",
    re.IGNORECASE,
)
_TOLD_BEFORE = re.compile(
    rf"{_LEAD}what (?:was it )?(?:exactly )?(?:did|have|that|was it) ?(?:i|you) (?:just )?(?:tell|told|write|wrote"
    rf"|text|texted|send|sent|say to"
    rf"|said to)(?: to)?"
    rf" {_WHO}(?: (?:earlier|before|just now|last|exactly|again|this morning|today|back then))*"
    r"(?:,? about (?P<what>[^,]+?))?(?:,? (?:word for word|exactly|again|literally))*",
    re.IGNORECASE,
)


def message(said: Understanding) -> Understanding | None:
    """A message told in whole, or what became of one."""
    text = said.text.strip(" .!")
    if len(text) > _LONGEST:
        return None
    if text.endswith("?") or text.casefold().startswith(("did ", "has ", "have ", "is ", "what ", "now, what")):
        return said.found(_asked(text.rstrip("? "), said) or _list_sent(text.rstrip("? "), said))
    last_clause = re.split(r"[,.;:]\s+", text)[-1]
    return said.found(
        _posted(text, said)
        or _told(text, said)
        or _told_all(text, said)
        or _with_it(text, said)
        or _list_sent(text, said)
        or (_list_sent(last_clause, said) if last_clause != text else None)
    )


def _posted(text: str, said: Understanding) -> Command | None:
    """ "Write in the practice channel that I'm out and Nina takes over": all of it."""
    found = _POSTED.fullmatch(text)
    channel = said.names.resolve(found["channel"], ("channel",)) if found else None
    if found is None or not isinstance(channel, NameFound) or channel.how not in ("exact", "alias"):
        return None
    listed = isinstance(said.names.resolve(found["channel"], ("list", "project")), NameFound)
    if listed and "channel" not in text[: found.start("what")].casefold():
        return None
    return _message(said, [channel.entity.name], found["what"])


def _told(text: str, said: Understanding) -> Command | None:
    if found := _TOLD_THEM.fullmatch(text):
        return _message(said, [found["them"].removeprefix("to ")], found["what"])
    found = _TOLD_NUMBER.fullmatch(text)
    if found is None or number_of(found["first"]) is None or not (who := known_people(said, found["who"])):
        return None
    return _message(said, who, found["what"])


def _told_all(text: str, said: Understanding) -> Command | None:
    """ "Let the two of them know I'm late": them."""
    found = _TO_ALL.fullmatch(text)
    read = said.read(f"{found['verb']} them {found['what']}") if found else None
    return replace(read, text=said.text) if read and read.intent == "message.send" else None


def _with_it(text: str, said: Understanding) -> Command | None:
    """ "To Lena with it", behind a report or a file."""
    found, last = _WITH_IT.fullmatch(text), said.conversation.last
    about = VOCABULARY[last.steps[-1].action].family if last else ""
    who = next((found[group] for group in ("who", "let", "has") if found[group]), "") if found else ""
    if about not in ("report", "file") or not known_people(said, who):
        return None
    read = said.read(f"send it to {who}")
    return Command(said.text, read.steps, _SURE, "template") if read.steps else None


def _list_sent(text: str, said: Understanding) -> Command | None:
    """ "Send her the shopping list": what stands on it, as a message."""
    found = next((found for pattern in _LISTS if (found := pattern.fullmatch(text))), None)
    who = known_people(said, found["who"]) if found else []
    if found is None or not who:
        return None
    spoken_of = latest(said.conversation, ("list",))
    name = found["list"] or (spoken_of.name if spoken_of else "")
    there = next((each for each in said.directory.lists() if each.name.casefold() == name.casefold()), None)
    if there is None or not there.items:
        return None
    items = ", ".join(f"{many} {item}".strip() for item, many in there.items)
    return _message(said, who, f"{there.name} list: {items}")


def _asked(text: str, said: Understanding) -> Command | None:
    if found := _WENT_OUT.fullmatch(text):
        sent = said.conversation.sent
        who = [found["who"]] if found["who"] else spoken_names(sent.slots.get("recipients")) if sent else []
        return Command(said.text, (Step("message.query", {"recipients": who}),), _SURE, "template") if who else None
    found = _TOLD_BEFORE.fullmatch(text)
    who = known_people(said, found["who"]) if found else []
    if found is None or not who:
        return None
    slots: dict[str, Slot] = {"recipients": who, **({"content": found["what"]} if found["what"] else {})}
    return Command(said.text, (Step("message.query", slots),), _SURE, "template")


def _message(said: Understanding, who: list[str], what: str) -> Command | None:
    """The message; None where a piece of its words is another order: "… and set a timer for ten minutes"."""
    if any(is_command(said, piece) for piece in re.split(r"[,.;]\s+(?:and\s+)?|\s+and\s+", what)[1:]):
        return None
    slots: dict[str, Slot] = {"recipients": who, "content": what.strip(" ,")}
    return Command(said.text, (Step("message.send", slots),), _SURE, "template")
