"""Short sentences that change or repeat the last command: "no, Tuesday", "and one for Anna", "what about tomorrow?". Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from services.understanding.amounts import amount_of
from services.understanding.base import Command, Reference, Slot, Step
from services.understanding.conversation.memory import Conversation, latest
from services.understanding.items import split_items
from services.understanding.linking import MAKES
from services.understanding.modifiers import PREPOSITIONS, IsName, split_names, told_in_pieces
from services.understanding.spans import find_spans, level_of, mask
from services.understanding.vocabulary import VOCABULARY, Action
from services.understanding.words import Word, split_words, spoken

_CORRECTS = re.compile(
    r"^(?:(?:no|nope|nah|sorry|wait|oops|actually|rather|well|hold on|hang on|not quite|wrong|nahi|nahin)\b[\s,.!…-]*)+"
    r"(?:(?:i (?:said|meant|mean)|it'?s|it is|it should be|that should be|make (?:it|that)|let'?s (?:say|do)|change (?:it|that) to"
    r"|to|the one)\b[\s,:]*)*"
    r"|^(?:i (?:meant|mean)(?: to say)?|make (?:it|that)|change (?:it|that) to|it should be|that should be|let'?s make (?:it|that))"
    r"\b[\s,:]*",
    re.IGNORECASE,
)
_NOT_BUT = re.compile(r"^not .{1,40}?(?:,| but)\s+(?:but )?", re.IGNORECASE)
_REPEATS = re.compile(
    r"^(?:and |also |then |now |plus |okay |ok )*"
    r"(?:(?:add |create |make |set )?(?:one more|another one|another|one)(?: like that| of (?:those|them))?(?: too)?"
    r"|(?:do )?(?:the )?same(?: thing| again)?|do (?:that|it)(?: again| too)?|again|once more|aur ek|aur)"
    r"(?:\s+|$)",
    re.IGNORECASE,
)
_ASKS_AGAIN = re.compile(r"^(?:and |so |okay |ok )*(?:what|how) about\s+|^and\s+", re.IGNORECASE)
_GOES_ON = re.compile(r"^(?:(?:oh|ah|um|uh)[\s,]+)?(?:and|also|plus|aur)(?:\s+(?:also|then|some))?\b[\s,]*", re.IGNORECASE)
_MOST_ITEM_WORDS = 12
_INSTEAD = re.compile(r"[\s,]*\b(?:instead|rather|please|then|too|as well|i mean|i meant)[.!?]*$", re.IGNORECASE)
_LINKS = frozenset(("for", "to", "with", "on", "at", "by", "and", "in", "from", "the", "a", "about", "of", "until", "ko", "ka", "ke"))
_PEOPLE = ("assignees", "attendees", "recipients", "people", "customer", "sender", "name")
"""Slots in which a name said by itself may belong, the likeliest first."""


def corrected(text: str, conversation: Conversation, *, now: datetime, is_name: IsName) -> Command | None:
    """The command that puts right the last one; None when the text corrects nothing."""
    rest = _rest(text, _CORRECTS)
    if rest is None or conversation.last is None:
        return None
    for step in reversed(conversation.last.steps):
        action = VOCABULARY[step.action]
        told = _told(rest, action, now, is_name)
        right = VOCABULARY[action.corrected_by] if action.corrected_by else None
        if told and right and right.subject and set(told) <= set(right.slots):
            kind = MAKES.get(step.action) or next(iter(right.refers.get(right.subject, ())), None)
            mention = latest(conversation, (kind,)) if kind else None
            subject = mention.name if mention else step.slots.get(action.subject or "")
            known = (Reference(right.subject, "", mention.kind, mention.name, mention.id, "context"),) if mention else ()
            slots = {right.subject: subject, **told} if subject else told
            return Command(text, (Step(right.name, slots, references=known),), conversation.last.confidence, "template")
    return None


def amended(text: str, waiting: Command, *, now: datetime, is_name: IsName) -> Command | None:
    """A command not yet carried out ("Send it to Sarah?"), put right: "no, to Mike"."""
    rest = _rest(text, _CORRECTS)
    return None if rest is None else _changed(waiting, rest, text, now, is_name)


def repeated(text: str, conversation: Conversation, *, now: datetime, is_name: IsName) -> Command | None:
    """The last command once more with what is told anew; None when the text asks for no such thing."""
    last = conversation.last
    if last is None:
        return None
    rest = _rest(text, _REPEATS)
    if rest is None and all(VOCABULARY[step.action].risk == "none" for step in last.steps):
        rest = _rest(text, _ASKS_AGAIN)
    return None if rest is None else _changed(replace(last, steps=last.steps[-1:]), rest, text, now, is_name)


def continued(text: str, conversation: Conversation) -> Command | None:
    """ "And bread": the same list once more. For words that are no command by themselves; None where nothing goes on."""
    last = conversation.last
    begun = _GOES_ON.match(text.strip())
    if last is None or begun is None or last.steps[-1].action not in ("list.add", "list.remove"):
        return None
    rest = text.strip()[begun.end() :].strip(" .!?")
    words = split_words(rest)
    if not 0 < len(words) <= _MOST_ITEM_WORDS:
        return None
    step = last.steps[-1]
    return replace(last, text=text, steps=(replace(step, slots={**step.slots, "items": split_items(words, rest)}, after=()),))


def _changed(command: Command, rest: str, text: str, now: datetime, is_name: IsName) -> Command | None:
    """The command with the words of `rest` in the slots they belong to; None when a word belongs in none."""
    for index in reversed(range(len(command.steps))):
        step = command.steps[index]
        told = _told(rest, VOCABULARY[step.action], now, is_name)
        if told:
            slots = {slot: value for slot, value in step.slots.items() if not (slot == "recurrence" and "when" in told)}
            references = tuple(ref for ref in step.references if ref.slot not in told)
            new = replace(step, slots={**slots, **told}, references=references, after=())
            steps = (*command.steps[:index], new, *command.steps[index + 1 :])
            return replace(command, text=text, steps=steps)
    return None


def _rest(text: str, opening: re.Pattern[str]) -> str | None:
    """What is said after an opening; None where there is none."""
    said = text.strip()
    begun = opening.match(said)
    if begun is None or begun.end() == 0:
        return None
    rest = said[begun.end() :]
    rest = rest[found.end() :] if (found := _NOT_BUT.match(rest)) else rest
    return _INSTEAD.sub("", rest).strip(" ,.!?") or None


def _told(rest: str, action: Action, now: datetime, is_name: IsName) -> Mapping[str, Slot] | None:
    """The slots that these words fill, if every word counts: times, lengths, urgency, names, amounts."""
    words = mask(rest, find_spans(rest, now))
    slots: dict[str, Slot] = {}
    typed: dict[str, list[Word]] = {}
    names: list[Word] = []
    for i, word in enumerate(words):
        slot = "when" if word.kind == "recurrence" and "recurrence" not in action.slots else word.kind
        if word.kind and slot in action.slots:
            lead = [words[i - 1]] if i and words[i - 1].text in PREPOSITIONS and word.kind != "duration" else []
            typed.setdefault(slot, []).extend([*lead, word])
        elif word.kind == "duration" and "when" in action.slots:
            typed.setdefault("when", []).append(word)
        elif word.text not in _LINKS or (names and i + 1 < len(words) and word.text == "and"):
            names.append(word)
    for slot, said in typed.items():
        slots[slot] = level_of(spoken(rest, said)) if slot == "priority" else told_in_pieces(rest, said)
    if not names:
        return slots
    named = _named(names, action, rest, is_name)
    return {**slots, **named} if named else None


def _named(names: Sequence[Word], action: Action, rest: str, is_name: IsName) -> Mapping[str, Slot] | None:
    told = rest[names[0].start : names[-1].end]
    if "amount" in action.slots and amount_of(told):
        return {"amount": told}
    slot = next((slot for slot in _PEOPLE if slot in action.refers and set(action.refers[slot]) & {"person", "customer"}), None)
    capitals = all(rest[word.start].isupper() or is_name(word.text) or word.text == "and" for word in names)
    if slot is None or not capitals:
        return None
    return {slot: told if action.slots[slot] == "text" else [spoken(rest, name) for name in split_names(names)]}
