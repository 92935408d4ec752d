"""What the appliance asks back: words that stand between a command and its being carried out. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from services.actions.base import Response
from services.actions.execution import doubt
from services.actions.wording import a_, listed
from services.understanding.base import VOCABULARY, Command, Reference, Step
from services.understanding.conversation.memory import PendingQuestion
from services.understanding.names import questions
from services.understanding.names.base import Ambiguous, Entity, Unknown
from services.understanding.stages.base import Doubtful

_FREE_FAMILIES = frozenset(("task", "meeting", "reminder", "report"))
"""Here an unknown person is kept as named: a task may well be for somebody whom the appliance does not know."""
_SOMEBODY = ("person", "customer")
_NOT_MADE = frozenset(("delete", "cancel", "query"))


def which(command: Command, doubtful: Doubtful, resolved: Ambiguous) -> PendingQuestion:
    """ "Sarah Chen or Sarah Okafor?" """
    candidates = resolved.candidates
    reference = Reference(doubtful.slot, doubtful.words, candidates[0].kind, "", None, "exact")
    return PendingQuestion("which", command, questions.question(candidates), candidates, reference)


def unknown(command: Command, doubtful: Sequence[Doubtful]) -> PendingQuestion | None:
    """ "I don't know a channel marketing. Shall I add it?" None where nothing has to be known."""
    open_ones = [each for each in doubtful if isinstance(each.resolved, Unknown) and _must_be_known(command, each)]
    missing = {(kind, _named(each.words, kind)): None for each in open_ones if _makes(kind := _kind(each))}
    if not missing:
        return None
    named = listed([name if kind == "person" else f"{a_(kind)} {name}" for kind, name in missing], "or")
    them = "them" if len(missing) > 1 else next(name if kind in _SOMEBODY else "it" for kind, name in missing)
    first = tuple(Step(_makes(kind), {"name": name}) for kind, name in missing)
    return PendingQuestion("confirm", command, f"I don't know {named}. Shall I add {them}?", first=first)


def _makes(kind: str) -> str:
    """The action that makes something of this kind from its name; empty where there is none."""
    rows = (row for row in VOCABULARY.values() if row.makes == kind and row.subject == "name")
    return next((row.name for row in rows), "")


def _kind(doubtful: Doubtful) -> str:
    said = doubtful.words.casefold().split()
    return next(
        (kind for kind in doubtful.kinds if kind in said or (kind == "channel" and "team" in said)), doubtful.kinds[0]
    )


def _named(words: str, kind: str) -> str:
    """The name in the words: the marketing channel → marketing."""
    bare = re.sub(rf"^(?:the|my|our)\s+|\s+{kind}$|['’]s$", "", words, flags=re.IGNORECASE)
    return bare or words


def _must_be_known(command: Command, doubtful: Doubtful) -> bool:
    action = VOCABULARY[command.steps[doubtful.step].action]
    if (
        not action.writes
        or action.name.partition(".")[2] in _NOT_MADE
        or command.steps[doubtful.step].slots.get("direction") == "remove"
    ):
        return False
    return not (doubtful.kinds == ("person",) and action.family in _FREE_FAMILIES)


def asked_back(response: Response) -> PendingQuestion:
    """What an action asked: whether it shall go on, which of several is meant, or words that are missing."""
    command, outcomes, words = response.command, response.outcomes, response.reply.text
    for kind in ("confirm", "code"):
        if any(outcome.code == kind for outcome in outcomes):
            return PendingQuestion(kind, command, words)
    choice = next((outcome.choice for outcome in outcomes if outcome.choice), None)
    if choice is None:
        code = next((outcome.code or "" for outcome in outcomes if outcome.words), "")
        return PendingQuestion("slot", command, words, slot=code.partition(".")[2])
    candidates = tuple(Entity(kind, id_, name) for kind, id_, name in choice.things)
    reference = Reference(choice.slot, choice.words, candidates[0].kind, "", None, "exact")
    return PendingQuestion("which", command, words, candidates, reference)


def gone(command: Command) -> PendingQuestion | None:
    """ "It can't be called back. Send “I'm late” to Mike as well?" None where the last command can be undone."""
    rest = tuple(replace(step, after=tuple(index - 1 for index in step.after if index)) for step in command.steps[1:])
    back = command.steps[0].action == "control.undo" if command.steps else False
    if not back or not rest or all(doubt.can_be_undone(replace(command, steps=(step,))) for step in rest):
        return None
    again = replace(command, steps=rest)
    return PendingQuestion(
        "confirm", again, f"It has gone out and can't be called back. {doubt.question(again).rstrip('?')} as well?"
    )


def confirm(command: Command) -> PendingQuestion:
    """ "Send “I'm late” to Sarah?" """
    return PendingQuestion("confirm", command, doubt.question(command))


def pronoun(command: Command, slot: str, words: str, step: int) -> PendingQuestion:
    """ "What do you mean by “it”?" The answer takes its place."""
    kinds = VOCABULARY[command.steps[step].action].refers[slot]
    asked = "Who do you mean?" if kinds[0] == "person" else f"Which {kinds[0]} do you mean?"
    return PendingQuestion("which", command, asked, (), Reference(slot, words, kinds[0], "", None, "exact"))
