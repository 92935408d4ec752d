"""Short sentences that change, repeat or go on with the last command: "no, Tuesday", "and one for Anna", "what about
tomorrow?". Pure.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from rapidfuzz import fuzz

from services.understanding.base import Command, Reference, Step
from services.understanding.conversation.additions import listed_items, told
from services.understanding.conversation.memory import Conversation, latest
from services.understanding.names.names import Names
from services.understanding.slots.amounts import number_of
from services.understanding.vocabulary import VOCABULARY
from services.understanding.words import split_words

UNDO = "control.undo"
_CORRECTS = re.compile(
    r"^(?:(?:no|nope|nah|sorry|wait|oops|actually|rather|well|hold on|hang on|not quite"
    r"|(?:the )?wrong(?: one| person| day| time| customer| amount| channel)?|nahi|nahin)\b[\s,.!…-]*)+"
    r"(?:(?:i (?:said|meant|mean)|it'?s|it is|it should be|that should be|make (?:it|that)|let'?s (?:say|do)|change"
    r" (?:it|that) to"
    r"|to|the one)\b[\s,:]*)*"
    r"|^(?:i (?:meant|mean|said)(?: to say)?|make (?:it|that)|change (?:it|that) to|it should be|that should be|let'?s"
    r" make (?:it|that))"
    r"\b[\s,:]*"
    r"|^(?=not\b.{1,40}?(?:,|\bbut\b))",
    re.IGNORECASE,
)
_NOT_BUT = re.compile(r"^not .{1,40}?(?:,| but)\s+(?:but )?", re.IGNORECASE)
_REPEATS = re.compile(
    r"^(?:and |also |then |now |plus |okay |ok )*"
    r"(?:(?:add |create |make |set )?(?:one more|another one|another|one)(?: like that| of (?:those|them))?(?: too)?"
    r"|(?:do |send |give |tell |book |add |write |say |set )?(?:the )?same(?: thing| message| amount)?(?: again)?"
    r"|do (?:that|it)(?: again| too)?|again|once more|aur ek|aur)"
    r"(?:\s+|$)",
    re.IGNORECASE,
)
_ANOTHER = re.compile(r"\b(?:one|another)\b", re.IGNORECASE)
_ASKS_AGAIN = re.compile(r"^(?:and |so |okay |ok )*(?:what|how) about\s+|^and\s+", re.IGNORECASE)
_GOES_ON = re.compile(r"^(?:(?:oh|ah|um|uh)[\s,]+)?(?:and|also|plus|aur)(?:\s+(?:also|some))?\b[\s,]*", re.IGNORECASE)
_POINTS = re.compile(
    r"(?=(?:the )?(?:first|second|third|fourth|fifth|last|other)(?: one)? (?:too|as well)\b|.{1,40}\bbhi[.!]*$)",
    re.IGNORECASE,
)
_IT = ("it", "that", "them", "this")
_MAYBE = 0.7
"""How sure a command is at most that only goes on with the last one: money and messages are asked about first."""
_INSTEAD = re.compile(
    r"[\s,]*\b(?:instead|rather|please|then|too|as well|bhi|long|i mean|i meant)[.!?]*$", re.IGNORECASE
)
_MOST_OTHER_WORDS = 8
_ALIKE = 60.0
"""rapidfuzz ratio from which another wording is the same thing, misheard before."""


def corrected(text: str, conversation: Conversation, *, now: datetime, names: Names) -> Command | None:
    """The command that puts right the last one; None when the text corrects nothing.

    A question is asked otherwise, and so is what was refused. What was done is changed, or taken back and done
    otherwise.
    """
    rest, last = _rest(text, _CORRECTS), conversation.last
    if rest is None or last is None:
        return None
    if conversation.done and _writes(last) and (better := _updated(rest, conversation, now, names)):
        return better
    changed = _changed(last, rest, now, names) or _by_another_verb(last, rest)
    return _instead(changed, conversation) if changed else None


def amended(text: str, waiting: Command, *, now: datetime, names: Names) -> Command | None:
    """A command not yet carried out ("Send it to Sarah?"), put right: "no, to Mike"."""
    rest = _rest(text, _CORRECTS)
    return None if rest is None else _changed(waiting, rest, now, names)


def repeated(text: str, conversation: Conversation, *, now: datetime, names: Names) -> Command | None:
    """The last command once more with what is told anew; None when the text asks for no such thing."""
    last = conversation.last
    if last is None:
        return None
    rest, like = _rest(text, _REPEATS), last
    if rest is None and not _writes(last):
        rest = _rest(text, _ASKS_AGAIN)
    elif conversation.made and _ANOTHER.search(text):
        like = conversation.made
    return None if rest is None else _changed(replace(like, steps=like.steps[-1:]), rest, now, names)


def continued(text: str, conversation: Conversation, *, now: datetime, names: Names) -> Command | None:
    """ "And bread", "and Priya": the last step once more; "no, oat milk": in other words. For words that are no command
    by themselves.
    """
    last, asked = conversation.last, conversation.asked
    if last is None:
        return None
    if text.rstrip().endswith("?"):
        rest = _rest(text, _ASKS_AGAIN)
        if asked is None or rest is None:
            return None
        return asked if rest.lower() == "now" else _changed(asked, rest, now, names)
    if (rest := _rest(text, _CORRECTS)) is not None:
        other = _reworded(last, rest)
        return _instead(other, conversation) if other else None
    rest = _rest(text, _GOES_ON) or _rest(text, _POINTS)
    if rest is None:
        return None
    alone = replace(last, steps=last.steps[-1:], confidence=min(last.confidence, _MAYBE))
    return _with_items(alone, rest) or _as_well(_changed(alone, rest, now, names))


def _as_well(command: Command | None) -> Command | None:
    """ "And to Mike": whoever is named comes to those who were."""
    step = command.steps[-1] if command else None
    if command is None or step is None or not step.action.endswith(".assign") or "direction" in step.slots:
        return command
    return replace(command, steps=(replace(step, slots={**step.slots, "direction": "add"}),))


def _by_another_verb(command: Command, rest: str) -> Command | None:
    """ "I meant debit": the same asked of another action of its family."""
    step = command.steps[-1]
    other = VOCABULARY.get(f"{VOCABULARY[step.action].family}.{rest.lower()}")
    if other is None or other.name == step.action or not other.required <= set(step.slots) <= set(other.slots):
        return None
    return _with(command, len(command.steps) - 1, replace(step, action=other.name))


def _writes(command: Command) -> bool:
    return any(VOCABULARY[step.action].writes for step in command.steps)


def _updated(rest: str, conversation: Conversation, now: datetime, names: Names) -> Command | None:
    """What was made, changed by the action that is for it."""
    last = conversation.last
    for step in reversed(last.steps if last else ()):
        action = VOCABULARY[step.action]
        right = VOCABULARY[action.corrected_by] if action.corrected_by else None
        slots = told(rest, action, now, names) if right else {}
        if right and right.subject and slots and right.subject not in slots and set(slots) <= set(right.slots):
            kind = action.makes or next(iter(right.refers.get(right.subject, ())), None)
            mention = latest(conversation, (kind,)) if kind else None
            subject = mention.name if mention else step.slots.get(action.subject or "")
            known = (
                (Reference(right.subject, "", mention.kind, mention.name, mention.id, "context"),) if mention else ()
            )
            slots = {right.subject: subject, **slots} if subject else slots
            return Command(
                rest, (Step(right.name, slots, references=known),), last.confidence if last else 0.0, "template"
            )
    return None


def _instead(command: Command, conversation: Conversation) -> Command:
    """The command in place of the last one, whose writing is taken back first."""
    if not conversation.done or not conversation.written:
        return command
    back = tuple(Reference("written", "", kind, "", id_, "context") for kind, id_ in conversation.written)
    steps = (replace(step, after=(0, *(index + 1 for index in step.after))) for step in command.steps)
    return replace(command, steps=(Step(UNDO, references=back), *steps))


def _changed(command: Command, rest: str, now: datetime, names: Names) -> Command | None:
    """The command with the words of `rest` in the slots they belong to; None when a word belongs in none."""
    for index in reversed(range(len(command.steps))):
        step = command.steps[index]
        slots = told(rest, VOCABULARY[step.action], now, names)
        if slots:
            kept = {slot: value for slot, value in step.slots.items() if not (slot == "recurrence" and "when" in slots)}
            references = tuple(ref for ref in step.references if ref.slot not in slots)
            return _with(command, index, replace(step, slots={**kept, **slots}, references=references))
    return None


def _with(command: Command, index: int, step: Step) -> Command:
    """The command with another step, which nobody has said yes to. Its words stay: what they say of the answer still
    holds.
    """
    alone = replace(step, after=()) if len(command.steps) == 1 else step
    return replace(command, steps=(*command.steps[:index], alone, *command.steps[index + 1 :]), confirmed=False)


def _with_items(command: Command, rest: str) -> Command | None:
    step = command.steps[-1]
    if step.action not in ("list.add", "list.remove", "list.complete"):
        return None
    before = step.slots.get("items", ())
    many = (
        [{**row, "quantity": rest} for row in before if isinstance(row, Mapping)] if number_of(rest) is not None else []
    )
    items = many if len(many) == 1 else listed_items(rest)  # "make it 5"
    return (
        _with(command, len(command.steps) - 1, replace(step, slots={**step.slots, "items": items})) if items else None
    )


def otherwise(command: Command, conversation: Conversation) -> Command:
    """ "No, give it to Tom": a whole command that says the last one otherwise takes its place; any other is one by
    itself.
    """
    last = conversation.last
    if (
        last is None
        or len(command.steps) != 1
        or command.steps[0].action != last.steps[-1].action
        or not _writes(command)
    ):
        return command
    before, step = last.steps[-1], command.steps[0]
    subject = VOCABULARY[step.action].subject or ""
    same = str(before.slots.get(subject, "")).casefold(), str(step.slots.get(subject, "")).casefold()
    shared = any(before.slots.get(slot) == value for slot, value in step.slots.items() if slot != "direction")
    if not (shared or same[1] in ("", *_IT) or fuzz.ratio(*same) >= _ALIKE):
        return command
    kept = {slot: value for slot, value in before.slots.items() if slot not in step.slots or step.slots[slot] in _IT}
    references = tuple(ref for ref in before.references if ref.slot in kept)
    whole = replace(step, slots={**step.slots, **kept}, references=(*step.references, *references))
    return _instead(replace(command, steps=(*last.steps[:-1], whole)), conversation)


def behind_a_no(text: str) -> str | None:
    """What is said behind "no", "sorry" or "I meant"; None where nothing of that opens the text."""
    return _rest(text, _CORRECTS)


def _reworded(command: Command, rest: str) -> Command | None:
    """Other things for a list; another wording of what was made, if it sounds like the first."""
    said = [word.text for word in split_words(rest)]
    if not said or len(said) > _MOST_OTHER_WORDS:
        return None
    if other := _with_items(command, rest):
        return other
    for index in reversed(range(len(command.steps))):
        step = command.steps[index]
        action = VOCABULARY[step.action]
        subject = action.subject or ""
        before = step.slots.get(subject)
        if isinstance(before, str) and action.makes and fuzz.ratio(before.casefold(), rest.casefold()) >= _ALIKE:
            return _with(command, index, replace(step, slots={**step.slots, subject: rest}))
    return None


def _rest(text: str, opening: re.Pattern[str]) -> str | None:
    """What is said after an opening; None where there is none."""
    said = text.strip()
    begun = opening.match(said)
    if begun is None:
        return None
    rest = said[begun.end() :]
    rest = rest[found.end() :] if (found := _NOT_BUT.match(rest)) else rest
    return _INSTEAD.sub("", rest).strip(" ,.!?") or None
