"""What the appliance asks back, and what the answers make of the command that waits. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from services.actions import doubt
from services.actions.base import Outcome
from services.actions.wording import listed
from services.understanding.base import VOCABULARY, Command, Parser, Reference, Slot, Step
from services.understanding.conversation.memory import Question
from services.understanding.linking import link
from services.understanding.names import asking
from services.understanding.names.base import Ambiguous, Entity, Unknown
from services.understanding.naming import Doubtful, spoken_names
from services.understanding.reserved import yes_or_no

_FREE_FAMILIES = frozenset(("task", "meeting", "reminder", "report"))
"""Here somebody who is not among the contacts is kept as named: a task may well be for one whom the appliance does not know."""
_MAKES = {"person": "contact.create", "channel": "channel.create", "project": "project.create", "customer": "customer.create"}
_NOT_MADE = frozenset(("delete", "cancel", "query"))
_CALLED = {"person": "{}", "channel": "a channel {}", "project": "a project {}", "customer": "a customer {}"}


def which(command: Command, doubtful: Doubtful, resolved: Ambiguous) -> Question:
    """ "Sarah Chen or Sarah Okafor?" """
    candidates = resolved.candidates
    reference = Reference(doubtful.slot, doubtful.words, candidates[0].kind, "", None, "exact")
    return Question("which", command, asking.question(candidates), candidates, reference)


def unknown(command: Command, doubtful: Sequence[Doubtful]) -> Question | None:
    """ "I don't know a channel marketing. Shall I add it?" None where nothing has to be known, or the action says it better."""
    open_ones = [each for each in doubtful if isinstance(each.resolved, Unknown) and _must_be_known(command, each)]
    missing = {(kind, _named(each.words, kind)): None for each in open_ones for kind in [_kind(each)]}
    if not missing:
        return None
    told = listed([_CALLED[kind].format(name) for kind, name in missing], "or")
    them = "them" if len(missing) > 1 else next(name if kind == "person" else "it" for kind, name in missing)
    first = tuple(Step(_MAKES[kind], {"name": name}) for kind, name in missing)
    return Question("confirm", command, f"I don't know {told}. Shall I add {them}?", first=first)


def _kind(doubtful: Doubtful) -> str:
    said = doubtful.words.casefold().split()
    return next((kind for kind in doubtful.kinds if kind in said or (kind == "channel" and "team" in said)), doubtful.kinds[0])


def _named(words: str, kind: str) -> str:
    """The name in the words: the marketing channel → marketing."""
    bare = re.sub(rf"^(?:the|my|our)\s+|\s+{kind}$|['’]s$", "", words, flags=re.IGNORECASE)
    return bare or words


def _must_be_known(command: Command, doubtful: Doubtful) -> bool:
    action = VOCABULARY[command.steps[doubtful.step].action]
    if not action.writes or action.name.partition(".")[2] in _NOT_MADE or command.steps[doubtful.step].slots.get("direction") == "remove":
        return False
    return not (doubtful.kinds == ("person",) and action.family in _FREE_FAMILIES)


def asked_back(command: Command, outcomes: Sequence[Outcome], words: str) -> Question:
    """What an action asked: whether it shall go on, which of several is meant, or words that are missing."""
    if any(outcome.code == "confirm" for outcome in outcomes):
        return Question("confirm", command, words)
    choice = next((outcome.choice for outcome in outcomes if outcome.choice), None)
    if choice is None:
        return Question("slot", command, words)
    candidates = tuple(Entity(kind, id_, name) for kind, id_, name in choice.things)  # type: ignore[arg-type] # the store's kinds are such
    reference = Reference(choice.slot, choice.words, candidates[0].kind, "", None, "exact")
    return Question("which", command, words, candidates, reference)


def confirm(command: Command) -> Question:
    """ "Send “I'm late” to Sarah?" """
    return Question("confirm", command, doubt.question(command))


def pronoun(command: Command, slot: str, words: str, step: int) -> Question:
    """ "What do you mean by “it”?" The answer takes its place."""
    kinds = VOCABULARY[command.steps[step].action].refers[slot]
    asked = "Who do you mean?" if kinds[0] == "person" else f"Which {kinds[0]} do you mean?"
    return Question("which", command, asked, (), Reference(slot, words, kinds[0], "", None, "exact"))


def answered(question: Question, text: str, parser: Parser, now: datetime) -> Command | None:
    """The waiting command with the answer in it; None where the text is no answer. A no gives the reserved step control.deny."""
    said = yes_or_no(text)
    if said is False and question.kind != "slot":
        return Command(text, (Step("control.deny"),), 1.0, "reserved")
    if question.kind == "confirm":
        return _agreed(question) if said else None
    if question.kind == "slot":
        return _completed(question.command, text, parser, now)
    if question.candidates:
        return _chosen(question, asking.chosen(text, question.candidates))
    return None if parser.parse(text, now=now).steps else _replaced(question, text.strip(" .?!"))


def _agreed(question: Question) -> Command:
    shift = len(question.first)
    moved = [replace(step, after=tuple(index + shift for index in step.after)) for step in question.command.steps]
    return replace(question.command, steps=link([*question.first, *moved]), confirmed=True)


def _chosen(question: Question, entities: Sequence[Entity]) -> Command | None:
    """The command with the ones that were meant."""
    asked = question.reference
    if asked is None or not entities:
        return None
    new = tuple(Reference(asked.slot, asked.words, each.kind, each.name, each.id, "exact") for each in entities)
    steps = [replace(step, references=(*step.references, *new)) if _tells(step, asked) else step for step in question.command.steps]
    return replace(question.command, steps=tuple(steps))


def _replaced(question: Question, words: str) -> Command | None:
    """The command with these words where nobody knew what was meant."""
    asked = question.reference
    if asked is None or not words:
        return None
    steps = list(question.command.steps)
    for index, step in enumerate(steps):
        if _tells(step, asked):
            told = step.slots[asked.slot]
            new: Slot = words if isinstance(told, str) else [words if each == asked.words else each for each in spoken_names(told)]
            steps[index] = replace(step, slots={**step.slots, asked.slot: new})
    return replace(question.command, steps=tuple(steps))


def _tells(step: Step, asked: Reference) -> bool:
    return asked.words in spoken_names(step.slots.get(asked.slot))


def _completed(command: Command, text: str, parser: Parser, now: datetime) -> Command | None:
    """The command with the words that were missing: as if said in one breath, else put where they are missing."""
    if parser.parse(text, now=now).steps:
        return None
    whole = parser.parse(f"{command.text.rstrip(' .?!')} {text}", now=now)
    if [step.action for step in whole.steps] == [step.action for step in command.steps] and _missing(whole) is None:
        return whole
    missing = _missing(command)
    if missing is None:
        return whole if whole.steps else None
    index, slot = missing
    step = command.steps[index]
    several = VOCABULARY[step.action].slots[slot] in ("people", "names")
    told = text.strip(" .?!")
    filled = replace(step, slots={**step.slots, slot: [told] if several else told})
    return replace(command, text=f"{command.text} {text}", steps=(*command.steps[:index], filled, *command.steps[index + 1 :]))


def _missing(command: Command) -> tuple[int, str] | None:
    """The first required slot without words."""
    for index, step in enumerate(command.steps):
        for slot in VOCABULARY[step.action].slots:
            if slot in VOCABULARY[step.action].required and not step.slots.get(slot):
                return index, slot
    return None
