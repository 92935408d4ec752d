"""What is said of a note just taken or read: "add that he prefers tea", "no, thirty centimetres", "change that to
fifty two".

New words take the place of those in the note that they are like: a number stands for a number, best before the same
unit, other words for as many that are spelled nearly so. Where no such words stand in it, the sentence is another.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from decimal import Decimal

from rapidfuzz import fuzz

from services.understanding.base import Command, Reference, Slot, Step
from services.understanding.conversation.list_remarks import orders
from services.understanding.conversation.memory import Mention, latest
from services.understanding.names.base import NameFound
from services.understanding.sentences.spans import find_spans
from services.understanding.slots.amounts import number_of
from services.understanding.stages.base import Understanding
from services.understanding.words import word_set

_SURE = 0.9
_LONGEST = 200
_THE_NOTE = r"(?:that note|this note|the (?:same |last )?note|it|that)(?! (?:about|on|of|for|regarding|list)\b)"
_ADDED = re.compile(
    r"^(?:and |also |oh |then |okay |ok |please |actually )*(?:"
    r"(?:add|put|write|include|note)(?: also| in| one more thing| something| this)? (?:to|in|into|on)"
    rf" {_THE_NOTE}(?: that)?|add (?:also )?that(?! (?:to|on|in|too|as well)\b)|(?:and|also) (?:note|add) that"
    r"|and that(?! (?:too|as well|one)\b))"
    r"[\s,:]+(?P<what>\S.*)$",
    re.IGNORECASE,
)
_ADDED_TO = re.compile(
    rf"^(?:and |also |then |please )*(?:add|put|write|include) (?P<what>.+) (?:to|in|into) {_THE_NOTE}[.!]*$",
    re.IGNORECASE,
)
_ELSEWHERE = re.compile(
    r"\b(?:to|on|onto|in|into|from|off) (?:the|my|our|a) (?:[\w-]+ ){0,3}(?:list|calendar|project)[.!]*$", re.I
)
"""What is added there is no part of a note."""
_BY_NAME = re.compile(r"\bnotes? (?:about|on|of|for|regarding|with)\b", re.IGNORECASE)
"""Then it is another one."""
_READ = re.compile(
    r"^(?:and |so |ok |okay )*(?:(?:what does|what did|how does) (?:(?:the|that|this) note|it|that|this) (?:say|read)"
    r"|(?:read|show|tell)(?: out| back)?(?: me| us)? (?:(?:the|that|this) (?:whole )?note|it|that)"
    r"|(?:(?:read|show|tell)(?: out| back)?(?: me| us)? )?(?:what|how)"
    r" (?:(?:the|that|this) note|it|that)(?: now)? (?:says|reads)"
    r"|what(?:'s| is) (?:in (?:the|that|this) note|it))"
    r"(?:,? (?:now|again|back|out|aloud|please|to me|then|one more time|once more|for me))*[.?!]*$",
    re.IGNORECASE,
)
_CHANGED = re.compile(
    r"(?:change|correct|fix|make|set) (?:it|that|this|the note|that note|the number|the last (?:number|bit|part))"
    r" (?:to|into) (?P<what>\S.*)$|(?:change|replace|swap|correct) (?P<both>\S.*?)"
    r"(?: in (?:it|that|the note|that note))?$",
    re.IGNORECASE,
)
_FOR = re.compile(r"(?=(?P<mark>,? (?:to|into|with|by|for)\b,? ))", re.IGNORECASE)
_NO = re.compile(
    r"^(?:(?:oh|ah|um|uh|er)[\s,]+)*"
    r"(?:(?:no|nope|sorry|wait|hang on|hold on|oops|actually|that['’]?s (?:wrong|not right)|wrong|i mean|i meant)\b"
    r"[\s,.!]*)+(?:(?:i (?:mean|meant|said)|it['’]?s|it is|its|it was|that should be|it should be|make (?:it|that)|say)"
    r"\b[\s,]*)*(?P<what>\S.*)$",
    re.IGNORECASE,
)
_MEANT = re.compile(r"^(?P<what>.{2,60}?)[\s,]+(?:i (?:mean|meant)|sorry|rather|my mistake)[.!]*$", re.IGNORECASE)
_NOT = re.compile(r"^(?P<new>.{1,60}?),? (?:and )?not (?P<old>.{1,60})$", re.IGNORECASE)
_POLITE = r"(?:(?:please|so|and|can you|could you|would you|will you|you can|kindly|just|then)\s+)*"
_CHANGE_IT = re.compile(
    rf"[\s,.;—–-]+{_POLITE}(?:(?:change|fix|correct|amend|update|adjust) (?:it|that|this|the note|that note)"
    rf"|put (?:it|that) right)(?: in (?:it|there|the note|that note|my notes))?(?: please| then)*[.!]*$",
    re.IGNORECASE,
)
_ALSO = re.compile(r"^(?:(?:and|oh|and|plus),? )*also,? (?P<what>\S+ \S.*)$", re.IGNORECASE)
""" "Also the stairs are narrow, bring three people", which says nothing else to be done."""
_ADD_IT = re.compile(
    rf"^(?:and |also |oh )*(?P<what>.+?)[\s,.;—–-]+{_POLITE}(?:(?:add|put|write|note) (?:it|that|this)"
    rf"(?P<where> (?:to|in|into|under) {_THE_NOTE}| in there| in| there| with it)(?: too| as well| please)*)[.!]*$",
    re.IGNORECASE,
)
_ARTICLES = word_set("the a an her his their my our its")
_BEFORE_A_THING = _ARTICLES | word_set("of in on at to for with and or from by")
_AND_A_HALF = re.compile(r" and (?:a (?:half|quarter)|three quarters)$")
_IN_NOTE = re.compile(r"\b(?:in|to|into) (?:the|that|my) note\b", re.IGNORECASE)
_PIECES = re.compile(r"\s*[.;—–!]\s+|\s+-+\s+")
_WORD = re.compile(r"[^\W_]+(?:[.,'’][^\W_]+)*")
_PRONOUN = re.compile(r"^(?:he|she|they)\b", re.IGNORECASE)
_MOST_WORDS = 8
_LIKE = 70.0
"""rapidfuzz ratio from which as many words are a slip of the others."""
_ABOUT = Decimal("0.2")
_SAME_UNIT = 85.0
"""The same for metre and metres, not for metres and centimetres."""


def noted(said: Understanding) -> Understanding | None:
    """The change of the note that was spoken of last."""
    first = said.conversation.mentions[0] if said.conversation.mentions else None
    note = latest(said.conversation, ("note",)) if _IN_NOTE.search(said.text) else first
    if note is None or note.kind != "note" or said.conversation.question or len(said.text) > _LONGEST:
        return None
    text = said.text.strip()
    if _BY_NAME.search(text):
        return None
    command = _read(text, note) or _updated(text, said, note)
    return said.found(command, "talk") if command else None


def _read(text: str, note: Mention) -> Command | None:
    if not _READ.match(text):
        return None
    known = Reference("content", "it", "note", note.name, note.id, "context")
    return Command(text, (Step("note.query", {"content": "it"}, references=(known,)),), _SURE, "template")


def _updated(text: str, said: Understanding, note: Mention) -> Command | None:
    last = said.conversation.last
    fresh = bool(_IN_NOTE.search(text)) or (last is not None and last.steps[-1].action.startswith("note."))
    in_it = _ADD_IT.match(text) if fresh else None
    if in_it and in_it["where"].strip() == "in" and find_spans(in_it["what"], said.now, said.house):
        in_it = None  # "every Monday, eight to four, put that in" is for the calendar
    added = None if _ELSEWHERE.search(text) else _ADDED.match(text) or _ADDED_TO.match(text) or in_it
    if added:
        return _update(text, note, text=added["what"].strip(" ,."), way="add")
    for old, new in _changes(text, said, note.name) if fresh else ():
        return _update(text, note, old=old, text=_fitted(new, old, note.name))
    also = _ALSO.match(text) if fresh else None
    told = also is not None and not text.endswith("?") and not orders(also["what"])
    return _update(text, note, text=also["what"].strip(" ,."), way="add") if also and told else None


def _update(spoken: str, note: Mention, **slots: Slot) -> Command:
    known = Reference("content", "it", "note", note.name, note.id, "context")
    return Command(spoken, (Step("note.update", {"content": "it", **slots}, references=(known,)),), _SURE, "template")


def _fitted(new: str, old: str, content: str) -> str:
    """Without an article, where the words in whose place it comes have one before them: "her the right knee"."""
    before = _WORD.findall(content[: content.casefold().find(old.casefold())]) if old else []
    first, _, rest = new.partition(" ")
    doubled = before and before[-1].casefold() in _ARTICLES and first.casefold() in _ARTICLES
    return rest if doubled and rest and old.split(maxsplit=1)[0].casefold() not in _ARTICLES else new


def _changes(text: str, said: Understanding, content: str) -> Iterator[tuple[str, str]]:
    """(words of the note, those in their place)."""
    for piece in (text, *reversed(_PIECES.split(text))):
        changed = _CHANGED.search(piece)
        both = (changed["both"] or "") if changed else ""
        for mark in reversed(list(_FOR.finditer(both))):
            if old := _standing(both[: mark.start()].strip(" ,"), content):
                yield old, both[mark.end("mark") :].strip(" ,.")
        if changed and changed["what"] and (old := like(changed["what"].strip(" ,."), content, said)):
            yield old, changed["what"].strip(" ,.")
    corrected = _NO.match(text) or _MEANT.match(text)
    if corrected is None:
        return
    rest = _CHANGE_IT.sub("", corrected["what"])
    if (other := _NOT.match(rest)) and (old := _standing(other["old"].strip(" ,."), content)):
        yield old, other["new"].strip(" ,.")
    for piece in sorted({rest, *_PIECES.split(rest)}, key=len, reverse=True):
        if old := like(piece.strip(" ,."), content, said):
            yield old, piece.strip(" ,.")


def _standing(words: str, content: str) -> str:
    """The words as they stand in the note; empty where they do not."""
    found = re.search(rf"(?<!\w){re.escape(words)}(?!\w)", content, re.IGNORECASE)
    return found.group() if found else ""


def like(new: str, content: str, said: Understanding) -> str:
    """The words of the note that these are meant for; empty where that is not clear."""
    words = _WORD.findall(new)
    if not words or len(words) > _MOST_WORDS:
        return ""
    if (number := _number(words)) and (spans := list(_numbers(content))):
        return _for_number(number_of(" ".join(words[:number])), words[number:], spans, content)
    if isinstance(said.names.resolve(new, ("person",)), NameFound) and (pronoun := _PRONOUN.match(content)):
        return pronoun.group()
    if old := _other_kind(words, content) or _and_a_half(words, content):
        return old
    ranked = sorted((fuzz.ratio(new.casefold(), each.casefold()), each) for each in _runs(len(words), content))
    if not ranked or ranked[-1][0] < _LIKE or new.casefold() == ranked[-1][1].casefold():
        return ""
    return ranked[-1][1]


def _other_kind(words: Sequence[str], content: str) -> str:
    """ "The right knee", of a left one: the word before the same last word, where it stands there once."""
    noun = words[-1]
    there = list(re.finditer(rf"(?<!\w)(?P<kind>[^\W\d_]+) {re.escape(noun)}(?!\w)", content, re.IGNORECASE))
    bare = [word for word in words if word.casefold() not in _ARTICLES]
    if len(bare) != 2 or len(there) != 1 or there[0]["kind"].casefold() in _BEFORE_A_THING:
        return ""
    return there[0].group()


def _and_a_half(words: Sequence[str], content: str) -> str:
    """ "Metre and a half", of a metre: the word that it is a half more of."""
    told = " ".join(words).casefold()
    unit = _AND_A_HALF.sub("", told)
    return _standing(unit, content) if unit != told and len(re.findall(rf"\b{re.escape(unit)}\b", content)) == 1 else ""


def _number(words: Sequence[str]) -> int:
    """How many words at the beginning are one number; 0: none."""
    ends = (
        end for end in range(min(5, len(words)), 0, -1) if words[end - 1].casefold() not in ("percent", "pct", "cent")
    )
    return next((end for end in ends if number_of(" ".join(words[:end])) is not None), 0)


def _numbers(content: str) -> Iterator[tuple[str, str]]:
    """(a number of the note, the word behind it)."""
    found = list(_WORD.finditer(content))
    at = 0
    while at < len(found):
        many = _number([each.group() for each in found[at : at + 5]])
        if many and (many > 1 or found[at].group().casefold() not in ("a", "an")):
            behind = found[at + many].group() if at + many < len(found) else ""
            yield content[found[at].start() : found[at + many - 1].end()], behind
        at += max(1, many)


def _nearest(value: Decimal | None, numbers: Sequence[str]) -> str:
    """The only one of these that is about as much: a hundred and nineteen for a hundred and eighteen."""
    near = [
        each
        for each in numbers
        if value and (other := number_of(each)) and abs(value - other) <= max(value, other) * _ABOUT
    ]
    return near[0] if len(near) == 1 else ""


def _for_number(value: Decimal | None, unit: Sequence[str], spans: Sequence[tuple[str, str]], content: str) -> str:
    """Which number is meant, with its unit where that is said anew: the only one, or the only one of that unit."""
    if not unit:
        return spans[0][0] if len(spans) == 1 else _nearest(value, [number for number, _ in spans])
    places = [(number, content.casefold().find(f"{number} {behind}".casefold())) for number, behind in spans if behind]
    for many in range(min(len(unit), 3), 0, -1):
        fits = [
            found
            for number, at in places
            if (found := " ".join(content[at:].split()[: len(number.split()) + many]).rstrip(".,;"))
            and fuzz.ratio(" ".join(unit[:many]).casefold(), found[len(number) + 1 :].casefold()) >= _SAME_UNIT
        ]
        if len(fits) == 1 and many == len(unit):
            return _standing(fits[0], content)
    return ""


def _runs(many: int, content: str) -> Iterator[str]:
    """As many words of the note side by side, one more and one less."""
    found = list(_WORD.finditer(content))
    for length in {many, many + 1, max(1, many - 1)}:
        for at in range(len(found) - length + 1):
            yield content[found[at].start() : found[at + length - 1].end()]
