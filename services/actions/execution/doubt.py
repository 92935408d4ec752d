"""Risk × doubt: whether a command is carried out at once, after a yes, or only if it is said again. Pure; the table is
here.

Confidence is how sure the recogniser was × how the command was understood. What an action may do harm is in the
vocabulary.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from enum import Enum

from services.actions.wording import listed, proper, sentence
from services.understanding.base import VOCABULARY, Command, Slot, Step


class Decision(Enum):
    """What to do with a command."""

    ACT = "act"
    TELL = "act, and say how to undo"
    ASK = "ask first"
    REPEAT = "ask to say it again"


BOUNDS = (0.75, 0.6, 0.47)
"""From these confidences on a command is sure, fair, weak; below the last noise and other languages end."""
MANY = 3
"""So many steps of high risk at once are of the highest."""
_TABLE: Mapping[str, Sequence[Decision]] = {
    # risk:    sure          fair          weak          less
    "none": (Decision.ACT, Decision.ACT, Decision.ACT, Decision.ACT),
    "low": (Decision.ACT, Decision.ACT, Decision.TELL, Decision.REPEAT),
    "high": (Decision.TELL, Decision.ASK, Decision.ASK, Decision.REPEAT),
    "many": (Decision.ASK, Decision.ASK, Decision.ASK, Decision.REPEAT),
}
SURE_GUESS, SURE_OF_SEVERAL = 0.7, 0.8
"""What a language model would write and is less sure of, one thing or several, is asked about first, however little
harm it does: the model may have read something else altogether, where a template that fits has at least read the verb.
What it disputes is asked about, too.
"""
UNDOABLE = "Say undo to take it back"
_FEW_WORDS = 8
_ANSWERS = ("control.confirm", "control.deny")
_OPTION = re.compile(r"\[([^\[\]{]*\{(\w+)\}[^\[\]]*)\]")


def risk(command: Command) -> str:
    """The highest risk of its steps; `many` where several are of high risk."""
    risks = [VOCABULARY[step.action].risk for step in command.steps]
    if risks.count("high") >= MANY:
        return "many"
    return "high" if "high" in risks else "low" if "low" in risks else "none"


def verdict(command: Command) -> Decision:
    """What to do with it."""
    band = next((i for i, bound in enumerate(BOUNDS) if command.confidence >= bound), len(BOUNDS))
    told = _TABLE[risk(command)][band]
    written = sum(VOCABULARY[step.action].risk != "none" for step in command.steps)
    sure = SURE_OF_SEVERAL if written > 1 else SURE_GUESS
    guessed = written and (command.disputed or (command.source == "model" and command.confidence < sure))
    return Decision.ASK if guessed and told is not Decision.REPEAT else told


def is_for_us(command: Command, *, going_on: str = "") -> bool:
    """Whether a command that was heard by an ear nobody had asked to be open is one for us. The language model finds a
    command in what the television says; the templates hardly do (docs/sessions.md). A yes or a no is one only as an
    answer. `going_on`: its words, where it leans on the command that was done just before ("and butter"): a few are
    then for us, too.
    """
    if not command.steps or command.intent in _ANSWERS or command.source not in ("reserved", "template"):
        return False
    leans = 0 < len(going_on.split()) <= _FEW_WORDS
    return command.confidence >= (BOUNDS[2] if leans else BOUNDS[1])


def can_be_undone(command: Command) -> bool:
    """Whether undo takes back all of it."""
    return any(VOCABULARY[step.action].writes for step in command.steps) and not any(
        VOCABULARY[step.action].final for step in command.steps
    )


def question(command: Command) -> str:
    """ "Send “I'm late” to Sarah?" Steps without risk of their own are told by their names."""
    return sentence(listed([_told(step) for step in command.steps if VOCABULARY[step.action].writes])).rstrip(".") + "?"


def _told(step: Step) -> str:
    slots = {slot: _words(value) for slot, value in step.slots.items()}
    kinds = VOCABULARY[step.action].slots
    slots = {slot: proper(words) if kinds[slot] == "when" else words for slot, words in slots.items()}
    for reference in step.references:
        told = slots.get(reference.slot, "")
        if reference.name and reference.name in told:
            continue  # "it" is replaced already
        if not reference.words:
            slots[reference.slot] = reference.name
        else:
            whole = rf"(?<!\w){re.escape(reference.words)}(?!\w)"
            slots[reference.slot] = reference.name.join(re.split(whole, told))
    action = VOCABULARY[step.action]
    pattern = (slots.get("direction") == "remove" and action.asks_off) or action.asks
    if not pattern:
        subject = slots.get(action.subject or "", "")
        return f"{step.action.partition('.')[2]} the {action.family} {subject}".strip()
    filled = _OPTION.sub(lambda option: option[1] if slots.get(option[2]) else "", pattern)
    if action.subject and not slots.get(action.subject):  # "delete the task {title}?"
        filled = filled.replace(f" {action.family} {{{action.subject}}}", f" {action.family}")
    bare = {slot: _bare(words, slot, filled) for slot, words in slots.items()}
    return re.sub(r"\s+(?=$|[ ,:])", "", filled.format_map(_Missing(bare)))


def _bare(words: str, slot: str, pattern: str) -> str:
    """Words without the article or the noun that stands beside them already: "to the {list} list"."""
    found = re.search(rf"(?P<the>\b(?:the|your) )?\{{{slot}\}}(?: (?P<noun>\w+))?", pattern)
    if found and found["the"]:
        words = re.sub(r"^(?:the|my|our|your|an?) (?=\S)", "", words, flags=re.IGNORECASE)
    if found and found["noun"]:
        words = re.sub(rf"(?<=\S) {found['noun']}$", "", words, flags=re.IGNORECASE)
    return words


_SOMETHING = {
    **dict.fromkeys(("people", "recipients", "assignees", "attendees"), "somebody"),
    "items": "something",
    "title": "something",
    "content": "…",
    "status": "something else",
}
"""What is said where a slot is not told."""


class _Missing(dict[str, str]):
    def __missing__(self, key: str) -> str:
        return _SOMETHING.get(key, f"some {key}")


def _words(value: Slot) -> str:
    if isinstance(value, str):
        return value
    return listed([each if isinstance(each, str) else each.get("item", "") for each in value])
