"""A list or a report that is sent to somebody: "send Yusuf that list", "send that to Kemal", "to Lena with it". What
stands on a list goes out as a message, as it would be read out; it is no file.
"""

from __future__ import annotations

import re

from services.understanding.base import Command, Step
from services.understanding.conversation.known_lists import KnownList, named
from services.understanding.conversation.memory import latest
from services.understanding.names.base import NameFound, Unknown
from services.understanding.stages.base import Understanding
from services.understanding.vocabulary import VOCABULARY
from services.understanding.words import FILLERS, word_set

_SURE = 0.9
_LONGEST = 160
_SENDS = r"(?:send|text|message|forward|pass|give|share|let)"
_LIST = r"(?P<list>(?:it|that|this|them|(?:the|that|this|my|our) (?:whole )?(?:[\w'’-]+ ){0,4}?list))"
_WHOM = r"(?P<who>(?:the )?[\w'’-]+(?: [\w'’-]+)?)"
_OPEN = rf"(?:(?:{FILLERS}|please|can you|could you|would you|will you|but)[\s,]+)*"
_CLOSE = r"(?:[\s,]+(?:please|then|now|too|as well|will you|would you|have|on))*[\s.!?]*"
_FORMS = [
    re.compile(rf"{_OPEN}{_SENDS}(?: on)? {_LIST}(?: on| over)? (?:to|with) {_WHOM}{_CLOSE}", re.IGNORECASE),
    re.compile(rf"{_OPEN}{_SENDS} {_WHOM} {_LIST}{_CLOSE}", re.IGNORECASE),
    re.compile(rf"{_OPEN}let {_WHOM} have {_LIST}{_CLOSE}", re.IGNORECASE),
    re.compile(rf"{_OPEN}(?:off )?to {_WHOM} with {_LIST}{_CLOSE}", re.IGNORECASE),
    re.compile(
        rf"{_OPEN}{_WHOM} (?:should|can|may|must|gets|wants to) (?:have |get |see )?{_LIST}{_CLOSE}", re.IGNORECASE
    ),
]
_SUBJECT = re.compile(
    rf"{_OPEN}(?!(?:it|that|there|here|what|who|she|he|this|one|everybody|everyone|nobody)\b)(?P<who>[^\W\d_]+)['’]s\b",
    re.IGNORECASE,
)
_ANSWERS = ("note", "contact", "ledger", "customer", "datetime", "search")
_PRONOUNS = word_set("him her them")
_POINTS = word_set("it that this them")
_CLAUSE = re.compile(r"[,.;!?]\s+|\s+[—–-]+\s+")


def sent(said: Understanding) -> Understanding | None:
    """The message with what stands on the list, or the file shared; what is said before it is why."""
    if len(said.text) > _LONGEST:
        return None
    last = _CLAUSE.split(said.text.strip())[-1]
    for found in (each for form in _FORMS if (each := form.fullmatch(last))):
        if not _is_somebody(found["who"], said):
            continue
        who = _whom(found["who"]) if found["who"].lower() not in _PRONOUNS else _named_before(said, found["who"])
        if step := next(filter(None, (reads(found["list"], who, said) for reads in (_file, _list, _answer))), None):
            return said.found(Command(said.text, (step,), _SURE, "template"), "talk")
    return None


def _file(words: str, who: str, said: Understanding) -> Step | None:
    first = said.conversation.mentions[0] if said.conversation.mentions else None
    known = first is not None and first.kind == "file" and words.lower() in _POINTS
    return Step("file.share", {"file": "it", "people": [who]}) if known else None


def _list(words: str, who: str, said: Understanding) -> Step | None:
    there = _meant(words, said)
    if there is None:
        return None
    content = f"{there.name} list: {', '.join(_told(name, many) for name, many in there.items)}"
    return Step("message.send", {"recipients": [who], "content": content})


def _answer(words: str, who: str, said: Understanding) -> Step | None:
    """ "Text it to Jana", behind a question that was answered, or a note: a note in its own words, else the answer."""
    last, first = said.conversation.last, next(iter(said.conversation.mentions), None)
    if words.lower() not in _POINTS or last is None:
        return None
    family, note = VOCABULARY[last.steps[-1].action].family, first if first and first.kind == "note" else None
    answered = last is said.conversation.asked and said.conversation.reply != ""
    if family not in _ANSWERS or not (answered or (note and family == "note")):
        return None
    content = note.name if note else said.conversation.reply
    return Step("message.send", {"recipients": [who], "content": content.rstrip(".")})


def _meant(words: str, said: Understanding) -> KnownList | None:
    """The list that is named, else the one spoken of last; only where something stands on it."""
    lists, last = said.directory.lists(), said.conversation.last
    name = re.sub(r"\b(?:the|that|this|my|our|whole|list)\b", "", words.lower()).strip()
    if name and name not in _POINTS:
        there = named(name, lists)
    else:
        behind = last is not None and VOCABULARY[last.steps[-1].action].family == "list"
        mention = latest(said.conversation, ("list",)) if behind or "list" in words.lower() else None
        there = named(mention.name, lists) if mention else None
    return there if there and there.items else None


def _is_somebody(words: str, said: Understanding) -> bool:
    who = _whom(words).lower()
    return who in _PRONOUNS or not isinstance(said.names.resolve(who, ("person", "channel")), Unknown)


def _named_before(said: Understanding, pronoun: str) -> str:
    """ "Kati's at the shop, send her the list": who is named in the sentence itself; else the pronoun."""
    if told := _SUBJECT.match(said.text):
        return told["who"]
    words = re.findall(r"[^\W\d_]+", said.text)
    known = [word for word in words if isinstance(said.names.resolve(word, ("person",)), NameFound)]
    return known[0] if known else pronoun


def _whom(words: str) -> str:
    return re.sub(r"^the ", "", words, flags=re.IGNORECASE)


def _told(name: str, many: str) -> str:
    return f"{many} {name}" if many else name
