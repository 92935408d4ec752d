"""A sentence that opens with a no puts right what was said before it: "no, on Tuesday", "I meant Priya"."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import datetime

from rapidfuzz import fuzz

from services.understanding.base import Command, Reference, Step
from services.understanding.conversation.additions import told
from services.understanding.conversation.changes import ALIKE, changed, instead, rest_behind, with_step, writes
from services.understanding.conversation.memory import Conversation, latest
from services.understanding.names.names import Names
from services.understanding.stages.alone import alone
from services.understanding.stages.base import Understanding
from services.understanding.vocabulary import VOCABULARY

_CORRECTS = re.compile(
    r"^(?:(?:no|nope|nah|sorry|wait|oops|actually|rather|well|hold on|hang on|not quite"
    r"|(?:the )?wrong(?: one| person| day| time| customer| amount| channel)?|nahi|nahin)\b[\s,.!…-]*)+"
    r"(?:(?:i (?:said|meant|mean)|it'?s|it is|it should be|that should be|make (?:it|that)|let'?s (?:say|do)|change"
    r" (?:it|that) to"
    r"|to|the one)\b[\s,:]*)*"
    r"|^(?:(?:better|rather|then)\b[\s,]*)*"
    r"(?:i (?:meant|mean|said)(?: to say)?|make (?:it|that)|change (?:it|that) to|it should be|that should be|let'?s"
    r" make (?:it|that))"
    r"\b[\s,:]*"
    r"|^(?=not\b.{1,40}?(?:,|\bbut\b|\bi (?:mean|meant|said)\b))",
    re.IGNORECASE,
)
_CHANGES_IT = re.compile(r"(?:(?:no|then|well|so|okay|ok|please)\b[\s,]*)*(?:make|change|set|move) (?:it|that)\b", re.I)
_IT = ("it", "that", "them", "this")


def correction(said: Understanding) -> Understanding | None:
    """The last command, put right: what was done is changed, or undone and done otherwise; the rest is said anew."""
    rest, last = behind_a_no(said.text), said.conversation.last
    if rest is None or last is None:
        return None
    if _CHANGES_IT.match(said.text.strip()) and (_asked_of_one(last) or _told_of_one(said, last)):
        return None
    made = said.conversation.done and writes(last)
    if made and (better := updated(rest, said.conversation, said.now, said.names)):
        return said.found(_in_place_of_others(better, last), "command")
    other = changed(last, rest, said.now, said.names) or _by_another_verb(last, rest)
    return said.found(instead(other, said.conversation), "command") if other else None


def _in_place_of_others(better: Command, last: Command) -> Command:
    """ "No, not Tom, Maria": who was to come is not to."""
    step, made = better.steps[0], last.steps[-1]
    before = made.slots.get("attendees", ())
    if made.action != "meeting.create" or "attendees" not in step.slots or not before or "direction" in step.slots:
        return better
    off = replace(step, slots={"title": step.slots["title"], "attendees": before, "direction": "remove"})
    return replace(better, steps=(off, replace(step, after=(0,))))


def _asked_of_one(last: Command) -> bool:
    """Whether the last command asked of one thing by its name: "make it Friday" changes that, not the question."""
    action = VOCABULARY[last.steps[-1].action]
    return (
        not action.writes
        and (action.subject or "") in last.steps[-1].slots
        and bool(action.refers.get(action.subject or ""))
    )


def _told_of_one(said: Understanding, last: Command) -> bool:
    """Whether the answer to the last question was one thing: "what's Ben up to today"."""
    return not writes(last) and len(said.conversation.listed) == 1


def denial(said: Understanding) -> Understanding | None:
    """ "No, give it to Tom": a whole command behind a no."""
    rest = behind_a_no(said.text) if said.conversation.last else None
    command = alone(said, rest) if rest else None
    if command is None or not command.steps:
        return None
    return said.found(otherwise(replace(command, text=said.text), said.conversation), "talk")


def amended(text: str, waiting: Command, now: datetime, names: Names) -> Command | None:
    """A command not yet carried out ("Send it to Sarah?"), put right: "no, to Mike"."""
    rest = behind_a_no(text)
    return None if rest is None else changed(waiting, rest, now, names)


def behind_a_no(text: str) -> str | None:
    """What is said behind "no", "sorry" or "I meant"; None where nothing of that opens the text."""
    return rest_behind(_CORRECTS, text)


def otherwise(command: Command, conversation: Conversation) -> Command:
    """ "No, give it to Tom": a whole command that says the last one otherwise takes its place; others stand alone."""
    last = conversation.last
    if last is None or len(command.steps) != 1 or not writes(command):
        return command
    if command.steps[0].action != last.steps[-1].action:
        return command
    before, step = last.steps[-1], command.steps[0]
    subject = VOCABULARY[step.action].subject or ""
    same = str(before.slots.get(subject, "")).casefold(), str(step.slots.get(subject, "")).casefold()
    shared = any(before.slots.get(slot) == value for slot, value in step.slots.items() if slot != "direction")
    if not (shared or same[1] in ("", *_IT) or fuzz.ratio(*same) >= ALIKE):
        return command
    kept = {slot: value for slot, value in before.slots.items() if slot not in step.slots or step.slots[slot] in _IT}
    references = tuple(ref for ref in before.references if ref.slot in kept)
    whole = replace(step, slots={**step.slots, **kept}, references=(*step.references, *references))
    return instead(replace(command, steps=(*last.steps[:-1], whole)), conversation)


def _by_another_verb(command: Command, rest: str) -> Command | None:
    """ "I meant debit": the same asked of another action of its family."""
    step = command.steps[-1]
    other = VOCABULARY.get(f"{VOCABULARY[step.action].family}.{rest.lower()}")
    if other is None or other.name == step.action or not other.required <= set(step.slots) <= set(other.slots):
        return None
    return with_step(command, len(command.steps) - 1, replace(step, action=other.name))


def updated(rest: str, conversation: Conversation, now: datetime, names: Names) -> Command | None:
    """What was made, changed by the action that is for it."""
    last = conversation.last
    for step in reversed(last.steps if last else ()):
        action = VOCABULARY[step.action]
        right = VOCABULARY[action.corrected_by] if action.corrected_by else None
        slots = told(rest, action, now, names) if right else {}
        whole = right is not None and right.required <= {*slots, right.subject}
        if (
            right
            and whole
            and right.subject
            and slots
            and right.subject not in slots
            and set(slots) <= set(right.slots)
        ):
            kind = action.makes or next(iter(right.refers.get(right.subject, ())), None)
            mention = latest(conversation, (kind,)) if kind else None
            subject = mention.name if mention else step.slots.get(action.subject or "")
            slots = {right.subject: subject, **slots} if subject else slots
            better = Step(right.name, slots)
            if mention:
                known = Reference(right.subject, "", mention.kind, mention.name, mention.id, "context")
                better = replace(better, references=(known,))
            return Command(rest, (better,), last.confidence if last else 0.0, "template")
    return None
