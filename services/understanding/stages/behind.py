"""What goes on from the last command in words that no sentence has: "and Lena comes along", "pause the other one".

The language model has learnt orders that lean on each other within one sentence. Here the first of them is what was
said before, and what it finds behind that counts where it is about the same kind of thing. Where the model has read
the words by themselves and is not sure, what it finds behind the last command is its second opinion.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace

from services.understanding.base import Command, Slot, Step
from services.understanding.cannot import cannot
from services.understanding.conversation.known_lists import named
from services.understanding.stages.base import Understanding
from services.understanding.stages.remarks.chatter import is_chatter
from services.understanding.vocabulary import VOCABULARY
from services.understanding.words import split_words, word_set

_SURE = 0.7
"""So sure, three of four were meant (the open half of tests/afternoons); below, one of two."""
_SURER = 0.8
"""So sure, another reading than that of the words by themselves is believed."""
_SURE_OF_A_STORY = 0.9
"""So sure, somebody who only tells of something wants it made: "she made them with hazelnuts"."""
_TELLS = re.compile(r"(?:(?:and|but|so|well|oh|because)[\s,]+)*(?:i|we|she|he|they|it|that|there)\b", re.IGNORECASE)
_ENOUGH = 0.8
"""So sure of the words by themselves, no second opinion is asked for."""
_ACTS = 0.75
"""What two readings that agree are worth: it is done without a question."""
_ACCOUNTS = frozenset(("ledger", "customer"))
_OUT_OF_THE_HOUSE = frozenset(("message.send", "channel.message", "file.share", "control.mute"))
_BY_ITSELF = word_set("complete pause resume query history balance")
"""What is done to a thing without another word."""
_ARTICLES = word_set("the a an my our your his her their")


def behind(said: Understanding) -> Understanding | None:
    """What the model finds behind the last command, where nothing else was found."""
    if said.told or cannot(said.text):
        return None
    command = said.read_behind(said.text)
    return said.found(_pointed(command), "talk") if _goes_on(said, command, _SURE) else None


def seconded(said: Understanding) -> Understanding:
    """What the model read and is not sure of, as its second reading has it: surer, another, or as it was."""
    command = said.command
    unsure = command.disputed or (command.source == "model" and command.confidence < _ENOUGH)
    if not unsure or said.leans or said.told or not command.steps:
        return said
    other = said.read_behind(said.text)
    if _alike(command, other) and _harmless(command):
        sure = replace(command, confidence=max(command.confidence, _ACTS), disputed=False)
        return replace(said, command=sure)
    if command.source != "model" or other.confidence <= command.confidence or other.intent == command.intent:
        return said
    return (said.found(_pointed(other), "talk") if _goes_on(said, other, _SURER) else None) or said


def _goes_on(said: Understanding, command: Command, sure: float) -> bool:
    """Whether a command of one step is about what the last one was about, and says enough."""
    last = said.conversation.last
    if last is None or len(command.steps) != 1 or is_chatter(said.text, command, said.names):
        return False
    step, action = command.steps[0], VOCABULARY[command.steps[0].action]
    families = {VOCABULARY[each.action].family for each in last.steps}
    families |= _ACCOUNTS if families & _ACCOUNTS else set()
    tells = bool(action.makes or action.adds) and _TELLS.match(said.text)
    needed = max(sure, _SURE_OF_A_STORY) if tells else sure
    return command.confidence >= needed and action.family in families and _is_told(said, step)


def _is_told(said: Understanding, step: Step) -> bool:
    """Whether a step says what is to be done, and of what there is."""
    action = VOCABULARY[step.action]
    if step.action in _OUT_OF_THE_HOUSE or (action.risk == "high" and action.family not in _ACCOUNTS):
        return False
    told = {slot for slot, value in step.slots.items() if value and slot != "direction"}
    if action.family == "list" and not action.makes and action.writes and step.action != "list.add":
        return _stands_on_a_list(said, step)
    place = str(step.slots.get("list", "")) if step.action == "list.add" else ""
    if place and named(place, said.directory.lists()) is None:
        return False  # "walnuts I mean" is for no list called "I"
    if step.action.partition(".")[2] in _BY_ITSELF:
        return True
    return action.required <= told if action.makes else bool(told - {action.subject or ""})


def _stands_on_a_list(said: Understanding, step: Step) -> bool:
    kept = {name.casefold() for known in said.directory.lists() for name, _ in known.items}
    rows = step.slots.get("items", ())
    names = [str(row.get("item", "")).casefold() for row in rows if isinstance(row, Mapping)]
    return bool(names) and all(name in kept for name in names)


def _pointed(command: Command) -> Command:
    """The command with "it" where a step does not say which thing it changes."""
    return replace(command, steps=tuple(map(_with_it, command.steps)))


def _with_it(step: Step) -> Step:
    action = VOCABULARY[step.action]
    subject = action.subject or ""
    if action.makes or subject in step.slots or subject not in action.refers:
        return step
    return replace(step, slots={subject: "it", **step.slots})


def _alike(command: Command, other: Command) -> bool:
    """Whether both ask for the very same."""
    return bool(other.steps) and [(step.action, _plain(step.slots)) for step in command.steps] == [
        (step.action, _plain(step.slots)) for step in other.steps
    ]


def _plain(slots: Mapping[str, Slot]) -> dict[str, list[str]]:
    return {
        slot: [word.text for word in split_words(_text(value)) if word.text not in _ARTICLES]
        for slot, value in slots.items()
    }


def _text(value: Slot) -> str:
    if isinstance(value, str):
        return value
    return " ".join(each if isinstance(each, str) else " ".join(each.values()) for each in value)


def _harmless(command: Command) -> bool:
    """Whether it changes one thing, in a way that undo takes back."""
    return sum(VOCABULARY[step.action].writes for step in command.steps) == 1 and all(
        VOCABULARY[step.action].risk != "high" for step in command.steps
    )
