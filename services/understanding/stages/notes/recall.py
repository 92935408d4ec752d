"""Questions that no sentence has a pattern for, and that something kept answers: "how big is the hall again" where a
note tells of the hall.

What is asked for is that which has the words of the question that tell anything. It is read out as it is kept; nothing
is written, and where nothing has these words the question stays without an answer, as do those about the world.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from services.understanding.base import VOCABULARY, Command, Reference, Step
from services.understanding.names.base import NameFound
from services.understanding.slots.amounts import number_of
from services.understanding.stages.base import Kept, Understanding
from services.understanding.stages.names import spoken_names
from services.understanding.stages.titles import title
from services.understanding.when import find
from services.understanding.words import split_words, word_set

_LONGEST = 160
_SURE = 0.9
_DOUBTFUL = 0.6
"""A reading less sure than this gives way to what has all words of the question."""
_MOST = 3
_SEVERAL = 2
"""So many words of a question may be all it has; one alone must be asked for in a way that tells what the answer is."""
_OPENING = re.compile(
    r"(?:(?:and|so|oh|ah|um|uh|er|well|now|right|okay|ok|hey|hang on|hold on|wait|sorry|quick|please|again|then|"
    r"(?:can|could) you (?:tell me|remember|remind me)|tell me|remind me|do you (?:know|remember)|i (?:forgot|forget)"
    r"|does (?:it|that|the note) (?:also )?say|[\w' ]{2,30}?"
    r"(?:['’]s asking| is asking| asks| asked| wants to know| wonders)(?: me| us| again)*)"
    r"\b[\s,.]*)+",
    re.IGNORECASE,
)
_THERE_WAS = re.compile(
    r"(?:and |but )*(?:(?:was|wasn['’]t|is|isn['’]t|have i) there|there (?:was|is)|there['’]s)"
    r" (?:something|anything|a note|some note)(?: \w+)? (?:about|with|on|of|for) (?P<what>.+?)"
    r"(?:,? (?:wasn['’]t|isn['’]t|was|is) there)?[\s.?!]*",
    re.IGNORECASE,
)
"""Something is asked about that one half remembers."""
_WHAT = re.compile(
    r"(?P<word>what|which|when|where|who|whose|how)(?:['’]?(?:s|re|d|ll))?\b(?:\s+(?P<next>[a-z]+))?", re.IGNORECASE
)
_DID = re.compile(r"(?P<word>did|have|has|had|do) (?P<next>i|we|you|anyone|anybody)\b", re.IGNORECASE)
_CLAUSES = re.compile(r"[,;.—–:]\s*|\s+-+\s+")
_MEASURES = word_set("much many long big large tall high wide deep thick broad far often hot warm old heavy fast small")
_EMPTY = word_set(
    """a an the this that these those it its i me my mine we us our you your he him his she her they them their one
    ones am is are was were be been being do does did done have has had having can could will would shall should may
    might must s re d ll ve m t don doesn didn isn wasn what which when where who whom whose why how and or but so if
    then than of for to in on at by with from about into onto off out up down over under per as there here again now
    still yet ever just really actually exactly also too please not no need needs needed meant mean means supposed say
    says said tell tells told write wrote written note notes noted remember know knows knew called call get gets got
    goes go put something anything everything someone anybody somebody ever once like want wants wanted oh um uh er
    well okay ok right sorry hang wait
    time times year years all any some much many long big large tall high wide deep thick broad far often
    hot warm old heavy fast small more bit last let see take takes took use uses used"""
)
"""Words that tell nothing of what is asked about."""
_OWN: Mapping[str, frozenset[str]] = {
    "person": word_set("name number phone mobile telephone email mail address contact person"),
    "task": word_set("task tasks due deadline choose finish"),
    "meeting": word_set("meeting appointment coming come comes start starts begin begins time"),
    "reminder": word_set("reminder remind reminded ring ringing"),
    "note": word_set("note notes"),
}
"""Words that stand beside one of a kind, not in it."""
_CUES = word_set("again was were did had i we my our us meant supposed already")
"""With one of these a question is about what one knew before, or about one's own things."""
_FOR: Mapping[str, Sequence[str]] = {
    "when": ("meeting", "task", "reminder", "note"),
    "where": ("note", "meeting"),
    "who": ("note", "meeting", "task", "person"),
    "whose": ("note", "person"),
    "did": ("note", "task"),
}
_ELSE = ("note", "person", "task", "meeting")
"""The kinds that may answer, the likeliest first."""
_NUMBERED = word_set("number code pin price cost costs charge charges rent size area pressure temperature")
_WAYS = word_set("was were did does do")
"""How was it made, how did she want it: told by any words."""
_PLACED = re.compile(r"\b(?:in|on|at|under|behind|beside|near|above|below|inside|next to)\b", re.IGNORECASE)
_ASKED = {"person": ("contact.query", "name"), "note": ("note.query", "content")}
_FIELDS = re.compile(r"\b(?P<field>number|phone|mobile|email|e-mail|mail)\b", re.IGNORECASE)
_ABOUT_KEPT = word_set(
    """contact.query message.query meeting.query task.query reminder.query file.query device.query datetime.query
    project.query channel.query customer.query"""
)
"""Readings that may be wrong about what kind of thing is asked for."""
_FREE = ("title", "content", "name", "role", "sender", "recipients", "file", "place")
"""Their slots that say which one."""


@dataclass(frozen=True, slots=True)
class _Question:
    """A question, and the words of it that tell what it is about."""

    asks: str
    """what, when, where, who, how, did; empty: words alone."""
    next: str
    """The word behind that; for words alone the sign that they ask."""
    words: tuple[str, ...]
    says: frozenset[str]
    """All its words."""


def rather_kept(said: Understanding) -> Understanding | None:
    """Where sentences and model read a question about something that there is not, or can hardly read it."""
    command = said.read(said.text)
    if len(said.text) > _LONGEST or command.not_for_us or (command.steps and not _may_be_wrong(command, said)):
        return None
    found = _recalled(said, whole=True) or (_recalled(said, whole=False) if command.steps else None)
    if found is None:
        return None
    if not command.steps:  # a title of one word in it ("the kitchen lamp") says less
        return said.found(found, "talk") if found.intent == "note.query" else None
    return said.found(found, "talk") if title(said) is None else None


def recall(said: Understanding) -> Understanding | None:
    """Where nothing else fits."""
    if len(said.text) > _LONGEST or said.read(said.text).not_for_us:
        return None
    return said.found(_recalled(said, whole=False), "talk")


def _may_be_wrong(command: Command, said: Understanding) -> bool:
    if any(step.action not in _ABOUT_KEPT for step in command.steps):
        return False
    if command.confidence < _DOUBTFUL or len(command.steps) > 1:
        return True
    return not all(_is_there(step, said) for step in command.steps)


def _is_there(step: Step, said: Understanding) -> bool:
    """Whether something of its kind has the words that say which one; true where there are none."""
    action = VOCABULARY[step.action]
    kind = "person" if action.family == "contact" else action.family
    words: list[str] = []
    for slot in _FREE:
        kinds = action.refers.get(slot, ())
        for value in spoken_names(step.slots.get(slot)):
            if not kinds or not isinstance(said.names.resolve(value, kinds), NameFound):
                words += _telling(value)
    return not words or any(each.kind == kind and each.has >= set(words) for each in said.directory.kept(words))


def _recalled(said: Understanding, *, whole: bool) -> Command | None:
    """The question for what answers it. `whole`: it must have all of the words."""
    ranked = [
        (len(has) - 2 * (len(question.words) - len(has)), -order, each, question)
        for question in _questions(said.text)
        for each in said.directory.kept(question.words)
        for order, has in _fits(each, question, said, whole=whole)
    ]
    if not ranked:
        return None
    best = max((rank, order) for rank, order, _, _ in ranked)
    first = next(each for rank, order, each, _ in ranked if (rank, order) == best)
    asked = next(question for rank, order, _, question in ranked if (rank, order) == best)
    there = list({each.id: each for rank, order, each, _ in ranked if (rank, order) == best}.values())
    there = [each for each in there if each.kind == first.kind]
    if len(there) > (_MOST if first.kind == "note" and len(asked.words) >= _SEVERAL else 1):
        return None
    return _asking(said.text, there, asked)


def _fits(each: Kept, question: _Question, said: Understanding, *, whole: bool) -> Iterator[tuple[int, frozenset[str]]]:
    """(how likely its kind, its words of the question) where it may be the answer."""
    kinds = _FOR.get(question.asks, _ELSE)
    if each.kind not in kinds:
        return
    wanted = [word for word in question.words if word not in _OWN[each.kind]]
    has = each.has & set(wanted)
    missing = len(wanted) - len(has)
    cue = bool(question.says & _CUES) or question.next in _MEASURES
    tells = _tells(each, question, said)
    if not has or (missing and (whole or not tells or not _may_lack(missing, wanted, question, cue=cue))):
        return
    asked = bool(question.asks) or question.next == "?"
    field = asked and each.kind == "person" and bool(set(question.words) & _OWN["person"])  # "what's Kev's number, …"
    if len(wanted) < _SEVERAL and each.kind == "person" and not field:
        return
    if (
        len(wanted) < _SEVERAL
        and not field
        and (not question.asks or not tells or not (cue or question.asks == "where"))
    ):
        return
    if not question.asks and not field and len(wanted) <= _SEVERAL:
        return
    yield kinds.index(each.kind), has | (set(question.words) & _OWN[each.kind])


def _may_lack(missing: int, wanted: Sequence[str], question: _Question, *, cue: bool) -> bool:
    """Whether so many words may not stand there: half of them where one asks for what one knew, one of a bare title."""
    return missing <= (len(wanted) // 2 if cue else len(wanted) // 4 if question.next == "?" else 0)


def _tells(each: Kept, question: _Question, said: Understanding) -> bool:
    """Whether it says something of what is asked for: how big, when, where."""
    if each.kind != "note":
        return True
    if question.next in _MEASURES or question.says & _NUMBERED:
        return any(char.isdigit() for char in each.text) or any(
            number_of(word) is not None for word in each.text.split()
        )
    if question.asks == "when":
        return bool(find(each.text, said.now, said.house)) or any(char.isdigit() for char in each.text)
    if question.asks == "where":  # "the hotel in Lisbon" tells nothing of where Lisbon is
        after = max((each.text.casefold().find(word) + len(word) for word in question.words), default=0)
        return bool(_PLACED.search(each.text, after))
    return question.asks != "how" or question.next in _WAYS


def _questions(text: str) -> Iterator[_Question]:
    """The text as a question, then the clause of it that is one."""
    if there_was := _THERE_WAS.fullmatch(text.strip()):
        yield _Question("what", "", tuple(_telling(there_was["what"])), frozenset(("was",)))
        return
    opened = _OPENING.match(text)
    rest = text[opened.end() :] if opened else text
    clauses = [clause for clause in _CLAUSES.split(rest) if clause.strip()]
    asking = [(clause, found) for clause in clauses if (found := _asks(clause))]
    if asking:
        clause, found = asking[0]
        yield _question(found, rest)
        if len(clauses) > 1:
            yield _question(found, clause)
    elif text.rstrip().endswith("?") or len(text.split()) <= _LONGEST // 20:
        yield _Question("", "?" if text.rstrip().endswith("?") else "", tuple(_telling(rest)), frozenset())


def _asks(clause: str) -> re.Match[str] | None:
    opened = _OPENING.match(clause)
    at = clause[opened.end() :] if opened else clause
    return _WHAT.match(at) or _DID.match(at)


def _question(found: re.Match[str], text: str) -> _Question:
    word = found["word"].casefold()
    asks = "did" if word in ("did", "have", "has", "had", "do") else word
    said = frozenset(each.text for each in split_words(text))
    return _Question(asks, (found["next"] or "").casefold(), tuple(_telling(text)), said)


def _telling(text: str) -> list[str]:
    """The words that tell what it is about, each once."""
    words = re.findall(r"[^\W_]+", text.casefold())
    return list(dict.fromkeys(word for word in words if word not in _EMPTY))


def _asking(text: str, there: Sequence[Kept], question: _Question) -> Command:
    kind = there[0].kind
    action, slot = _ASKED.get(kind, (f"{kind}.query", "title"))
    references = tuple(Reference(slot, each.text, kind, each.text, each.id, "context") for each in there)
    words = " ".join(question.words) if kind == "note" else there[0].text
    field = _FIELDS.search(text) if kind == "person" else None
    slots = {slot: words, **({"field": field["field"]} if field else {})}
    return Command(text, (Step(action, slots, references=references),), _SURE, "template")
