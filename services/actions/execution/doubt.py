"""Risk × doubt: whether a command is carried out at once, after a yes, or only if it is said again. Pure; the table is
here.

Confidence is how sure the recogniser was × how the command was understood. What an action may do harm is in the
vocabulary.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from enum import Enum

from services.actions.wording import listed, sentence
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
harm it does: the model
may have read something else altogether, where a template that fits has at least read the verb. What it disputes is
asked about, too.
"""
UNDOABLE = "Say undo to take it back"
_NOT_UNDONE = frozenset(("message.send", "file.share"))
"""What has left the house can't be called back."""

_QUESTIONS: Mapping[str, str] = {
    "message.send": "send “{content}” to {recipients}",
    "file.share": "share {file} with {channels}",
    "file.delete": "delete the file {file}",
    "task.delete": "delete the task {title}",
    "project.delete": "delete the project {name}",
    "channel.delete": "delete the channel {name}",
    "list.delete": "delete the list {list}",
    "note.delete": "delete the note about {content}",
    "template.delete": "delete the template {name}",
    "routine.delete": "delete the routine {name}",
    "ledger.credit": "credit {amount} to {customer}",
    "ledger.debit": "charge {amount} to {customer}",
    "ledger.payment": "book {amount} as paid by {customer}",
    "task.create": "create the task {title}[ for {assignees}][ {when}]",
    "task.assign": "give the task {title} to {assignees}",
    "task.assign remove": "take {assignees} off the task {title}",
    "task.deadline": "set a new deadline for the task {title}[: {when}]",
    "task.status": "mark the task {title} as {status}",
    "task.depend": "change what the task {title} waits for[: {blocked_by}]",
    "task.breakdown": "break down the task {title}[ into {parts}]",
    "list.add": "add {items} to the [{list} ]list",
    "list.remove": "take {items} off the [{list} ]list",
    "list.complete": "check off {items} on the [{list} ]list",
    "reminder.create": "set the reminder {title}[ {when}][ {recurrence}]",
    "timer.start": "start a timer[ for {name}][, {duration}]",
    "alarm.create": "set an alarm[ {when}][ {recurrence}]",
    "meeting.create": "put {title}[ with {attendees}][ {when}] in the calendar",
    "channel.assign": "add {people} to the channel {name}",
    "channel.assign remove": "take {people} out of the channel {name}",
    "channel.status": "set the channel {name} to {status}",
    "note.create": "note “{content}”",
    "report.create": "make the [{kind} ]report",
    "control.undo": "undo what was done last",
}
"""By action, and which way where that matters. What stands in brackets is said where its slot is told.
Of others verb, family and subject are."""
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


def can_be_undone(command: Command) -> bool:
    """Whether undo takes back all of it."""
    return any(VOCABULARY[step.action].writes for step in command.steps) and not any(
        step.action in _NOT_UNDONE for step in command.steps
    )


def question(command: Command) -> str:
    """ "Send “I'm late” to Sarah?" Steps without risk of their own are told by their names."""
    return sentence(listed([_told(step) for step in command.steps if VOCABULARY[step.action].writes])).rstrip(".") + "?"


def _told(step: Step) -> str:
    slots = {slot: _words(value) for slot, value in step.slots.items()}
    for reference in step.references:
        if reference.words in slots.get(reference.slot, ""):
            slots[reference.slot] = (
                slots[reference.slot].replace(reference.words, reference.name) if reference.words else reference.name
            )
    pattern = _QUESTIONS.get(f"{step.action} {slots.get('direction')}") or _QUESTIONS.get(step.action)
    if pattern is None:
        family, _, verb = step.action.partition(".")
        subject = slots.get(VOCABULARY[step.action].subject or "", "")
        return f"{verb} the {family} {subject}".strip()
    return _OPTION.sub(lambda option: option[1] if slots.get(option[2]) else "", pattern).format_map(_Missing(slots))


class _Missing(dict[str, str]):
    def __missing__(self, key: str) -> str:
        return f"some {key}"


def _words(value: Slot) -> str:
    if isinstance(value, str):
        return value
    return listed([each if isinstance(each, str) else each.get("item", "") for each in value])
