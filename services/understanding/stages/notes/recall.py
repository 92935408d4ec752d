"""Soughts that no sentence has a pattern for, and that something kept answers: "how big is the hall again" where a
note tells of the hall.

What is asked for is that which has the words of the question that tell anything. It is read out as it is kept; nothing
is written, and where nothing has these words the question stays without an answer, as do those about the world.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from services.understanding.base import VOCABULARY, Command, Reference, Step
from services.understanding.names.base import NameFound
from services.understanding.slots.amounts import number_of
from services.understanding.stages.base import Kept, Understanding
from services.understanding.stages.names import spoken_names
from services.understanding.stages.notes.questions import Sought, questions, telling
from services.understanding.stages.titles import title
from services.understanding.when import find
from services.understanding.words import word_set

_LONGEST = 160
_SURE = 0.9
_DOUBTFUL = 0.6
"""A reading less sure than this gives way to what has all words of the question."""
_MOST = 3
_SEVERAL = 2
"""So many words of a question may be all it has; one alone must be asked for in a way that tells what the answer is."""
_MEASURES = word_set("much many long big large tall high wide deep thick broad far often hot warm old heavy fast small")
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
    "whether": ("note",),
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
    project.query channel.query customer.query note.query"""
)
"""Readings that may be wrong about what kind of thing is asked for."""
_OF_READINGS = word_set("""balance account owe owes money open tasks task meetings meeting reminders reminder today
    tomorrow yesterday week month due list lists number phone email timer timers alarm alarms project projects""")
"""Words that say what kind of thing is asked for, or when: they stand in no slot."""
_FREE = ("title", "content", "name", "role", "sender", "recipients", "file", "place")
"""Their slots that say which one."""


def rather_kept(said: Understanding) -> Understanding | None:
    """Where sentences and model read a question about something that there is not, or can hardly read it."""
    command = said.read(said.text)
    if len(said.text) > _LONGEST or command.not_for_us:
        return None
    if command.steps and not _may_be_wrong(command, said):
        found = _recalled(said, whole=True) if _leaves_out(command, said) else None
        return said.found(found, "talk") if found and found.intent == "note.query" else None
    found = _recalled(said, whole=True) or (_recalled(said, whole=False) if command.steps else None)
    if found is None:
        return None
    if not command.steps:  # a title of one word in it ("the kitchen lamp") says less
        return said.found(found, "talk") if found.intent == "note.query" else None
    return said.found(found, "talk") if title(said) is None else None


def _leaves_out(command: Command, said: Understanding) -> bool:
    """Whether a question was read without words of it that tell something: "what was Kranich's blue again" as one about
    the account of Kranich. What was said is looked for in notes, too.
    """
    if any(VOCABULARY[step.action].writes for step in command.steps):
        return False
    if command.intent == "search.query":
        return True
    slots = [value for step in command.steps for value in step.slots.values()]
    told = {word for value in slots for each in spoken_names(value) for word in telling(each)}
    told |= {word for step in command.steps for ref in step.references for word in telling(ref.name)}
    return command.source == "model" and not set(telling(said.text)) <= told | _OF_READINGS


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
                words += telling(value)
    return not words or any(each.kind == kind and each.has >= set(words) for each in said.directory.kept(words))


def _recalled(said: Understanding, *, whole: bool) -> Command | None:
    """The question for what answers it. `whole`: it must have all of the words."""
    ranked = [
        (len(has) - 2 * (len(question.words) - len(has)), -order, each, question)
        for question in questions(said.text, said.conversation.heard)
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
    if len(there) > 1 and (nearer := [each for each in there if _is_spoken_of(each, said)]):
        there = nearer  # "the key code there"
    if len(there) > (_MOST if first.kind == "note" and len(asked.words) >= _SEVERAL else 1):
        return None
    return _asking(said.text, there, asked)


def _is_spoken_of(each: Kept, said: Understanding) -> bool:
    """Whether it has a word of what was spoken of last."""
    latest = said.conversation.mentions[0].name if said.conversation.mentions else ""
    return bool(set(telling(latest)) & set(telling(each.text)))


def _fits(each: Kept, question: Sought, said: Understanding, *, whole: bool) -> Iterator[tuple[int, frozenset[str]]]:
    """(how likely its kind, its words of the question) where it may be the answer."""
    kinds = _FOR.get(question.asks, _ELSE)
    if each.kind not in kinds:
        return
    wanted = [word for word in question.words if word not in _OWN[each.kind]]
    if question.either and not set(question.either) <= each.has:
        wanted = [word for word in wanted if word in each.has or word not in question.either]
    if question.asks in ("what", "which") and question.next not in each.has and len(wanted) > _SEVERAL:
        wanted = [word for word in wanted if word != question.next]  # "what size": it is told, not named
    has = each.has & set(wanted)
    missing = len(wanted) - len(has)
    cue = question.asks != "whether" and (bool(question.says & _CUES) or question.next in _MEASURES)
    tells = _tells(each, question, said)
    if not has or (missing and (whole or not tells or not _may_lack(missing, wanted, question, cue=cue))):
        return
    asked = bool(question.asks) or question.next == "?"
    field = asked and each.kind == "person" and bool(set(question.words) & _OWN["person"])  # "what's Kev's number, …"
    if each.kind == "person" and not field and (len(wanted) < _SEVERAL or question.asks not in ("who", "whose", "")):
        return  # "what did I send Dr Brandt" asks for no telephone number
    if (
        len(wanted) < _SEVERAL
        and not field
        and (not question.asks or not tells or not (cue or question.asks == "where"))
    ):
        return
    if not question.asks and not field and len(wanted) <= _SEVERAL and (missing or each.kind != "note"):
        return
    yield kinds.index(each.kind), has | (set(question.words) & _OWN[each.kind])


def _may_lack(missing: int, wanted: Sequence[str], question: Sought, *, cue: bool) -> bool:
    """Whether so many words may not stand there: half of them where one asks for what one knew, one of a bare title."""
    return missing <= (len(wanted) // 2 if cue else len(wanted) // 4 if question.next == "?" else 0)


def _tells(each: Kept, question: Sought, said: Understanding) -> bool:
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


def _asking(text: str, there: Sequence[Kept], question: Sought) -> Command:
    kind = there[0].kind
    action, slot = _ASKED.get(kind, (f"{kind}.query", "title"))
    references = tuple(Reference(slot, each.text, kind, each.text, each.id, "context") for each in there)
    words = " ".join(question.words) if kind == "note" else there[0].text
    field = _FIELDS.search(text) if kind == "person" else None
    slots = {slot: words, **({"field": field["field"]} if field else {})}
    return Command(text, (Step(action, slots, references=references),), _SURE, "template")
