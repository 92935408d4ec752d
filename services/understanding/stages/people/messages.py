"""Messages told in whole: "write in the practice channel that …", "tell them both, half three now"; a list or a report
for somebody.
"""

from __future__ import annotations

import re
from dataclasses import replace

from services.understanding.base import Command, Slot, Step
from services.understanding.conversation.memory import latest
from services.understanding.names.base import NameFound
from services.understanding.slots.amounts import number_of
from services.understanding.stages.base import Understanding
from services.understanding.stages.people.members import SEVERAL, known_people, several
from services.understanding.stages.people.written import asked_of_messages
from services.understanding.stages.tasks.phrasings import is_command
from services.understanding.vocabulary import VOCABULARY
from services.understanding.words import FILLERS, word_set

_SURE = 0.95
_ASKS_WHAT = 0.8
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
_TOLD_CHANNEL = re.compile(
    rf"{_LEAD}(?:tell|inform|message|write(?: to)?|post to) (?:the|that) (?:channel|group)(?: that)?[,:]? (?P<what>.+)",
    re.IGNORECASE,
)
_TOLD_NUMBER = re.compile(rf"{_LEAD}(?:tell|text|write) {_WHO} (?P<what>(?P<first>an? \w+|[\w-]+)\b.*)", re.IGNORECASE)
_TO_ALL = re.compile(
    rf"(?P<verb>{_LEAD}(?:tell|let|text|message|inform|write|remind|ask|write to)) {SEVERAL}[,:]? (?P<what>.+)",
    re.IGNORECASE,
)
_TO_ONE = re.compile(rf"{_LEAD}(?:tell|text|message|inform|write(?: to)?) (?:the )?(?P<rest>.+)", re.IGNORECASE)
_NOT_TOLD = re.compile(
    r"(?:and|or|to|about|of|on|in|at|for|an?|so|it|that|this|if|whether|what|when|where|who|whose|how|why|the same"
    r"|thanks?|thank you|sorry|no|yes)\b",
    re.IGNORECASE,
)
_SAYS_SOMETHING = re.compile(
    r"(?:'s|'re|'m|'ll|'ve|’s|’re|n't)\b|\b(?:am|is|are|was|were|has|have|had|can|could|will|would|shall|should|must"
    r"|may|might|needs?|wants?|comes?|came|goes|went|gets?|got|starts?|begins?|opens?|closes?|moved|changed|cancelled)\b",
    re.IGNORECASE,
)
""" "The papers are good": a whole sentence."""
_MOST_NAME = 4
_ARTICLES = word_set("the a an my our his her their your")
_A_MESSAGE = re.compile(
    rf"{_LEAD}(?:send|write|drop|text|leave) {_WHO} (?:a|another) (?:quick |short )?(?:message|text|note|line|word)"
    r"(?: instead| then| too| please| as well)*(?:\s*(?:[:,.]|that|saying)\s*(?P<what>.+))?",
    re.IGNORECASE,
)
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


def message(said: Understanding) -> Understanding | None:
    """A message told in whole, or what became of one."""
    text = said.text.strip(" .!")
    if len(text) > _LONGEST:
        return None
    if asked := asked_of_messages(text, said):
        return said.found(asked)
    if text.endswith("?") or text.casefold().startswith(("did ", "has ", "have ", "is ", "what ")):
        return said.found(_list_sent(text.rstrip("? "), said))
    last_clause = re.split(r"[,.;:]\s+", text)[-1]
    return said.found(
        _posted(text, said)
        or _told(text, said)
        or _told_all(text, said)
        or _told_known(text, said)
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
    if (found := _TOLD_CHANNEL.fullmatch(text)) and (channel := latest(said.conversation, ("channel",))):
        return _message(said, [channel.name], found["what"])
    found = _A_MESSAGE.fullmatch(text)
    if found and (who := known_people(said, found["who"])):
        empty = Command(said.text, (Step("message.send", {"recipients": who}),), _ASKS_WHAT, "template")
        return _message(said, who, found["what"]) if found["what"] else empty
    found = _TOLD_NUMBER.fullmatch(text)
    if found is None or number_of(found["first"]) is None or not (who := known_people(said, found["who"])):
        return None
    return _message(said, who, found["what"])


def _told_all(text: str, said: Understanding) -> Command | None:
    """ "Let the two of them know I'm late": of the meeting that was spoken of, or who were named last."""
    found = _TO_ALL.fullmatch(text)
    read = said.read(f"{found['verb']} them {found['what']}") if found else None
    if found is None or read is None or read.intent != "message.send" or len(read.steps) != 1:
        return None
    who, step = several(said, found["several"]), read.steps[0]
    if "content" not in step.slots:
        return None
    return replace(read, text=said.text, steps=(replace(step, slots={**step.slots, "recipients": who or ["them"]}),))


def _told_known(text: str, said: Understanding) -> Command | None:
    """ "Write Pawel the papers are good", "tell the shift leads press 3 is down": the longest name there is."""
    found = _TO_ONE.fullmatch(text)
    words = found["rest"].split() if found else []
    for size in range(min(len(words) - 2, _MOST_NAME), 0, -1):
        name, content = " ".join(words[:size]), " ".join(words[size:])
        who = said.names.resolve(name, ("person", "channel"))
        ends = (
            not (_NOT_TOLD.fullmatch(words[size - 1]) or words[size - 1].casefold() in _ARTICLES)
            and name[-1] not in ",:."
        )
        if isinstance(who, NameFound) and who.how in ("exact", "alias") and ends:
            whole = _SAYS_SOMETHING.search(content) and not _NOT_TOLD.match(content)
            return _message(said, [name], content) if whole else None
    return None


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


def _message(said: Understanding, who: list[str], what: str) -> Command | None:
    """The message; None where a piece of its words is another order: "… and set a timer for ten minutes"."""
    if any(is_command(said, piece) for piece in re.split(r"[,.;]\s+(?:and\s+)?|\s+and\s+", what)[1:]):
        return None
    slots: dict[str, Slot] = {"recipients": who, "content": what.strip(" ,")}
    return Command(said.text, (Step("message.send", slots),), _SURE, "template")
