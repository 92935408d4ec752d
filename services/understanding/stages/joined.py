"""Several orders in one breath, each as it would be understood behind the one before: "new customer Berger, charge him
450, oh and note that he has a dog".

The sentences cut a text where every piece is one of theirs. Here the pieces go through the stages, the second as said
behind the first: "him" is whom that made, "there" the channel it spoke of. Only what begins like an order or a question
is a piece of its own, and none is believed that is not surely read without the language model.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from services.understanding.base import Command, Slot, Step
from services.understanding.conversation.memory import Conversation, Mention, remembered
from services.understanding.conversation.people import with_people
from services.understanding.links import link, named
from services.understanding.sentences.match import NEVER_TOLD
from services.understanding.stages.base import Understanding, unread
from services.understanding.stages.pronouns import pointing
from services.understanding.stages.tasks.titles import fitting
from services.understanding.vocabulary import VOCABULARY, has_all
from services.understanding.when import find

_LONGEST = 300
_MOST_CUTS = 5
_MOST_PIECES = 4
_SURE = 0.8
_PRECISE = 0.9
_SURE_WHOLE = 0.95
"""So sure, the sentences have cut it themselves."""
_OH = r"(?:(?:oh|ah|also|then|please|so|after that|and|now|plus|while you(?:'re| are) at it|by the way)\b[\s,]*)*"
_JOINT = re.compile(
    rf"(?:\s*[,;]\s+|\s+)(?:and|then|but|plus|so|oh)\b[\s,]+{_OH}|\s*[,;.!?]+\s+{_OH}|\s+[—–-]+\s+{_OH}",
    re.IGNORECASE,
)
BEGINS = re.compile(
    r"""(?:(?:can|could|would|will)\ (?:you|u)\ |please\ |let's\ |i\ (?:want|need)\ you\ to\ |you\ can\ )*
    (?:(?:add|append|arrange|ask|assign|bill|book|bring|call|cancel|change|charge|check|clear|close|complete|create|credit
        |cross|delete|drop|extend|find|forget|get|give|hand|invite|kill|let|list|make|mark|message|move|mute|note|open
        |pause|ping|play|post|postpone|print|push|put|read|remind|remove|rename|reopen|reschedule|resume|run|save|say
        |schedule|scrap|send|set|share|shift|show|skip|snooze|start|stick|stop|strike|take|tell|text|throw|tick|turn|undo
        |unmute|update|wake|write)\b
    |(?:what|when|where|who|whose|which|how|why)(?:'s|'re)?\b
    |(?:is|are|do|does|did|has|have|am)\ (?:i|we|he|she|it|they|there|the|my|our|any\w*|\w+\ (?:free|done|in|due))\b
    |one\ (?:for|to|about|at|of)\b|another\b|new\b
    |(?:a|an)\ (?:new\ |second\ )?(?:task|timer|reminder|alarm|meeting|note|list)\b
    |(?:we|i)\ (?:also\ )?need\b
    |(?:we're|i'm|we\ are|i\ am)\ (?:also\ )?(?:out\ of|low\ on)\b|note\b|timer\b|alarm\b)""",
    re.IGNORECASE | re.VERBOSE,
)
"""How an order, a question or what is needed begins."""
_ASKS_WHAT = re.compile(r"(?:please )?ask\b", re.IGNORECASE)
""" "Ask him": not what was done, but what nobody has said yet."""
_ABOUT_ONE = re.compile(
    r"(?:the|my|that) (?:one [^,.;]{2,30}|[^,.;]{2,30} one)[,.;:]\s+(?:better |please )?(?:make|move|push|put|set|shift"
    r"|change|cancel|scrap|drop) (?:it|that)\b",
    re.IGNORECASE,
)
""" "The Saturday one, make it nine": what is ordered is of that one."""
_A_FEW = 3
_OWN = frozenset(
    ("control.undo", "control.confirm", "control.deny", "control.cancel", "control.stop", "control.repeat")
)
"""Meaningful only by themselves."""
_RUNS_ON = frozenset(
    ("message.send", "note.create", "reminder.create", "task.create", "task.update", "channel.message")
)
"""What follows "and" may be what one is told, reminded of or has to do."""
_PEOPLE = frozenset(("person", "customer"))
_ALL = frozenset(("routine.create", "routine.update", "project.create"))
"""Whatever follows is a part of these."""

_DONE_ALIKE = {"list.remove": "list.complete"}
""" "We've got butter, take it off"."""
_DONE = "what was done"
"""Stands for the words of a reply that is not given yet: "move it to ten and let Jonas know"."""

Piece = Callable[[Understanding], Understanding | None]


@dataclass(frozen=True, slots=True)
class _Read:
    """The pieces so far."""

    steps: tuple[Step, ...]
    conversation: Conversation
    sure: float
    leans: str = ""


def in_one_breath(said: Understanding, piece: Piece) -> Understanding | None:
    """The steps of all pieces; `piece` finds and completes the command of one."""
    text = said.text.strip()
    if said.told or len(text) > _LONGEST or _ABOUT_ONE.match(text) or not (cuts := _cuts(text)):
        return None
    whole = said.read_plainly(text)
    if whole.confidence >= _SURE_WHOLE and len(whole.steps) > len(cuts) and not pointing(whole):
        return None
    plain = replace(
        said, read=said.read_plainly, read_behind=unread, conversation=replace(said.conversation, question=None)
    )
    known: dict[tuple[str, ...], _Read | None] = {(): _Read((), plain.conversation, 1.0)}
    for pieces in _divided(text, cuts):
        read = known[()]
        for at in range(len(pieces)):
            key = tuple(pieces[: at + 1])
            if key not in known:
                known[key] = _further(plain, known[key[:-1]], pieces[at], piece)
            if (read := known[key]) is None:
                break
        if read is not None:
            return _together(said, read)
    return None


def _together(said: Understanding, read: _Read) -> Understanding | None:
    steps = link([replace(step, after=()) for step in read.steps])
    return said.found(Command(said.text, steps, read.sure, "template"), "talk" if read.leans else "")


def _cuts(text: str) -> list[tuple[int, int]]:
    """Where a piece ends and the next begins; none where there are too many."""
    joints = (joint.span() for joint in _JOINT.finditer(text) if joint.start() and BEGINS.match(text, joint.end()))
    cuts = list(joints)
    return cuts if len(cuts) <= _MOST_CUTS else []


def _divided(text: str, cuts: Sequence[tuple[int, int]]) -> Iterator[list[str]]:
    """The text in two pieces, in three, …"""
    for many in range(1, min(len(cuts), _MOST_PIECES - 1) + 1):
        for chosen in itertools.combinations(cuts, many):
            begins, ends = [0, *(end for _, end in chosen)], [*(start for start, _ in chosen), len(text)]
            yield [text[begin:end].strip(" ,;") for begin, end in zip(begins, ends, strict=True)]


def _further(said: Understanding, before: _Read | None, text: str, piece: Piece) -> _Read | None:
    """With one more piece; None where it is not surely one."""
    if before is None or not text:
        return None
    found = piece(replace(said, text=text, conversation=before.conversation))
    if found is None or not _is_whole(found) or not _may_follow(before.steps, found):
        return None
    again = _says_again(before.steps, found) or _says_otherwise(before.steps, found)
    if before.steps and (again or _means_another(before.steps, found)):
        return None
    if not before.steps and _is_heading(found):
        return None
    if len(found.command.steps) == 1 and found.command.confidence < _PRECISE and _cuts(text):
        return None  # a broad sentence that took the next order for words of its own
    steps = tuple(map(_without_words, found.command.steps))
    return _Read(
        (*before.steps, *steps),
        _spoken(found, said),
        min(before.sure, found.command.confidence),
        before.leans or (found.leans if not before.steps else ""),
    )


def _means_another(before: Sequence[Step], found: Understanding) -> bool:
    """Whether "her" is somebody else than whom the pieces before make."""
    made = [str(each) for step in before if VOCABULARY[step.action].makes in _PEOPLE for _, each in named(step)[:1]]
    meant = [ref for step in found.command.steps for ref in step.references if ref.how == "context"]
    return bool(made) and any(ref.kind in _PEOPLE and ref.name not in made for ref in meant)


def _says_again(before: Sequence[Step], found: Understanding) -> bool:
    """ "There's no bread left, put that on", "Lukas says it's ordered, tick it off": one order, not two."""
    said = [_deed(step) for step in before]
    return any(_deed(step) in said for step in found.command.steps)


def _deed(step: Step) -> tuple[str, Mapping[str, Slot]]:
    """What is done to which thing, whoever tells it."""
    slots = {slot: value for slot, value in step.slots.items() if step.action != "task.complete" or slot == "title"}
    return _DONE_ALIKE.get(step.action, step.action), slots


def _says_otherwise(before: Sequence[Step], found: Understanding) -> bool:
    """ "I'll do it tomorrow, put it on Friday": one of the two only tells why."""
    return any(
        step.action == other.action == "task.deadline" and step.slots.get("title") == other.slots.get("title")
        for step in before
        for other in found.command.steps
    )


def _is_heading(found: Understanding) -> bool:
    """ "Boat list, tick off the flares": only says what the next one is about."""
    asks = not any(VOCABULARY[step.action].writes for step in found.command.steps)
    return asks and len(found.text.split()) <= _A_FEW and not BEGINS.match(found.text)


def _is_whole(found: Understanding) -> bool:
    command = found.command
    if not command.steps or command.confidence < _SURE or command.disputed or found.doubtful or pointing(command):
        return False
    if _ASKS_WHAT.match(found.text) and not all(has_all(VOCABULARY[step.action], step.slots) for step in command.steps):
        return False
    if any(step.action in _OWN or step.action in _ALL for step in command.steps):
        return False
    return all(_has_all(step) and not _finishes_nothing(step, found) for step in command.steps)


def _finishes_nothing(step: Step, found: Understanding) -> bool:
    """ "The wax is done", where no open task is called so: it tells something."""
    title = step.slots.get("title")
    told = step.action == "task.complete" and isinstance(title, str) and not step.references
    return told and not fitting(found.directory.titles(), str(title))


def _has_all(step: Step) -> bool:
    action = VOCABULARY[step.action]
    return has_all(action, step.slots) or (step.action == "message.send" and "recipients" in step.slots)


def _without_words(step: Step) -> Step:
    """A message whose words are what was done before: the action knows them then."""
    if step.slots.get("content") != _DONE:
        return step
    return replace(step, slots={slot: value for slot, value in step.slots.items() if slot != "content"})


def _may_follow(before: Sequence[Step], found: Understanding) -> bool:
    """Whether these are orders of their own behind the others, no words of theirs."""
    if not before or before[-1].action not in _RUNS_ON:
        return True
    messages = [step for step in found.command.steps if step.action == "message.send"]
    family, given = VOCABULARY[before[-1].action].family, "assignees" in before[-1].slots
    if messages and (family == "reminder" or (family == "task" and not given)):
        return False  # "remind me to call Anna and tell her about the party"
    if family == "task" and any(step.slots.get("content") != _DONE for step in messages):
        return False
    families = {VOCABULARY[step.action].family for step in found.command.steps}
    asks = not any(VOCABULARY[step.action].writes for step in found.command.steps)
    return asks or families <= NEVER_TOLD or found.leans != ""


def _spoken(found: Understanding, said: Understanding) -> Conversation:
    """The conversation as it will be when the piece is done: what it makes has a name, though no id yet."""
    command = found.command
    about = [
        [Mention(kind, name) for kind, name in named(step)[:1] if VOCABULARY[step.action].makes]
        for step in command.steps
    ]
    told = [
        str(step.slots[slot]) for step in reversed(command.steps) for slot in ("when", "old_when") if slot in step.slots
    ]
    times = find(told[0], said.now, said.house) if told else []
    when = (times[0].start or times[0].end) if times else None
    after = remembered(found.conversation, command, about, said.now, when=when)
    spoken_of = [
        *(each for things in about for each in things),
        *(Mention(ref.kind, ref.name, ref.id) for step in command.steps for ref in step.references),
    ]
    return replace(with_people(after, spoken_of, found.text, "", said.names), reply=_DONE)
