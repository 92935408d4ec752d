"""Routines: commands under one name, kept as they were spoken and read when the routine runs. All of its steps are done, or none."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

from services.actions import doubt
from services.actions.base import ActionRefused, Refused, Unconfirmed
from services.actions.call import Action, Call, Done
from services.actions.doubt import Verdict
from services.actions.matching import closest
from services.actions.wording import counted, enumerated, listed, number, sentence, spoken
from services.store.base import Routine
from services.understanding.base import Command

_AROUND = re.compile(r"^(?:(?:the|my|our|a|an)\s+)+|(?:^|\s+)(?:routines?|macro|sequence)$", re.IGNORECASE)
_ALL = frozenset(("all", "every", "all of", "each of", "both"))
_BETWEEN = re.compile(r"\s*[.;]\s+|,?\s+(?:and\s+)?then\s+|,\s+", re.IGNORECASE)
_THIRD_PERSON = re.compile(r"(?P<before>^|,\s*|\b(?:and|then)\s+)(?P<verb>[a-z]{2,})s\b", re.IGNORECASE)
"""A routine "that lists my tasks and reads my messages"."""
_NEVER = frozenset(("control.undo", "control.confirm", "control.deny", "control.cancel", "control.repeat"))
"""What only means something in answer to what was just said."""


def create(call: Call) -> Done:
    """Slots: name, steps. Refused where a step can't be understood, or would run a routine."""
    if call.text("when") or call.text("recurrence"):
        raise Refused("routine.schedule", "I can't start a routine by the clock; say its name, or “run the … routine”, and I will")
    name = _name(call)
    if not name:
        raise Refused("routine.no_name", "What shall the routine be called?", awaits=True)
    steps = spoken(call.text("steps"))
    if not steps:
        raise Refused("routine.no_steps", f"Say also what it shall do, for example: when I say {name}, set a timer for ten minutes")
    if any(each.name.casefold() == name.casefold() for each in call.tx.find(Routine)):
        raise Refused("routine.exists", f"There is a {name} routine already")
    if call.read_commands([name], call.now)[0].steps:
        raise Refused("routine.name", f"“{name}” means something already. Call the routine something else")
    kept = _understood(call, steps)
    routine = call.tx.add(Routine(name=name, steps=kept))
    return Done(f"When you say “{name}”, I will {_told(kept)}", f"routine kept: {name}", (routine,))


def run(call: Call) -> Done:
    """Slots: name. Its steps are done in this transaction, one after the other."""
    routine = _one(call)
    commands = call.read_commands(routine.steps, call.now)
    for command in commands:
        _check(command, routine.name)
    _make_sure(call, routine, commands)
    done = [each for command in commands for each in _carried_out(call, routine, command)]
    return Done(
        words=" ".join(sentence(each.words) for each in done if each.words.strip()) or f"{routine.name} routine done",
        label=f"{routine.name} routine" if any(each.label for each in done) else "",
        changed=tuple(document for each in done for document in each.changed),
        about=tuple(document for each in done for document in each.about or each.changed),
        did=tuple(step.action for command in commands for step in command.steps),
        after=tuple(act for each in done for act in each.after),
    )


def query(call: Call) -> Done:
    """Slots: name. What it does; without a name, which ones there are."""
    routines = call.tx.find(Routine)
    if not routines:
        return Done("You have no routines yet. Say, for example: when I say good night, mute")
    if not _name(call) and not call.meant("name"):
        return Done(f"{counted(len(routines), 'routine')}: {listed([each.name for each in routines])}", about=tuple(routines))
    one = _one(call)
    return Done(f"When you say “{one.name}”, I {_told(one.steps)}", about=(one,))


def delete(call: Call) -> Done:
    """Slots: name ("all" too). Asks first."""
    everything = spoken(call.text("name")).casefold() in _ALL
    gone = call.tx.find(Routine) if everything else [_one(call)]
    if not gone:
        raise Refused("routine.none", "You have no routines")
    if not call.confirmed:
        several = "both" if len(gone) == 2 else f"all {number(len(gone))}"
        raise Unconfirmed(f"Delete {f'the {gone[0].name} routine' if len(gone) == 1 else f'{several} routines'}?")
    for each in gone:
        call.tx.remove(each)
    told = f"{gone[0].name} routine deleted" if len(gone) == 1 else f"{counted(len(gone), 'routine')} deleted"
    return Done(told, told, tuple(gone))


ACTIONS: Mapping[str, Action] = {
    "routine.create": create,
    "routine.run": run,
    "routine.query": query,
    "routine.delete": delete,
}


def _name(call: Call) -> str:
    """ "the Monday routine" → Monday."""
    return _AROUND.sub("", _AROUND.sub("", spoken(call.text("name")))).strip(" “”\"'")


def _one(call: Call) -> Routine:
    """The routine meant. Raises Refused."""
    routines = call.tx.find(Routine)
    known = {ref.id for ref in call.meant("name")}
    name = _name(call)
    fitting = [each for each in routines if each.id in known] or (closest(name, routines, lambda each: each.name) if name else routines)
    if not routines:
        raise Refused("routine.none", "You have no routines yet")
    if not fitting:
        raise Refused("routine.unknown", f"There is no {name} routine. There {_there(routines)}")
    if len(fitting) > 1:
        raise Refused("routine.ambiguous", f"Which routine: {listed([each.name for each in fitting[:3]], 'or')}?", awaits=True)
    return fitting[0]


def _there(routines: Sequence[Routine]) -> str:
    return f"{'is' if len(routines) == 1 else 'are'} {listed([each.name for each in routines])}"


def _told(steps: Sequence[str]) -> str:
    return enumerated([spoken(step) for step in steps])


def _understood(call: Call, words: str) -> tuple[str, ...]:
    """The steps as they are kept: piece by piece where each piece is a command, else in one. Raises Refused."""
    spoken_to = _THIRD_PERSON.sub(r"\g<before>\g<verb>", words)
    pieces = [[piece for piece in _BETWEEN.split(each) if piece] for each in (words, spoken_to)]
    for steps in (*pieces, [words], [spoken_to]):
        commands = call.read_commands(steps, call.now)
        if all(command.steps for command in commands):
            for command in commands:
                _check(command, "new")
            return tuple(steps)
    raise Refused("routine.not_understood", f"I don't understand what it shall do: “{words}”. Say each step as you would say it to me")


def _check(command: Command, name: str) -> None:
    """A routine is made of commands that stand by themselves; none of them runs a routine, so none runs itself. Raises Refused."""
    if not command.steps:
        raise Refused("routine.not_understood", f"I don't understand this step of the {name} routine: “{command.text}”")
    if any(step.action.startswith("routine.") for step in command.steps):
        raise Refused("routine.nested", f"A routine can't run or change routines: “{command.text}”")
    if any(step.action in _NEVER for step in command.steps):
        raise Refused("routine.step", f"“{command.text}” can't be a step of a routine")


def _make_sure(call: Call, routine: Routine, commands: Sequence[Command]) -> None:
    """Risk and doubt count here as if the steps had just been said. Raises Refused."""
    whole = Command(
        "", tuple(step for command in commands for step in command.steps), min(each.confidence for each in commands), "template"
    )
    verdict = doubt.verdict(whole)
    if verdict is Verdict.REPEAT:
        raise Refused("routine.doubtful", f"I'm not sure any more what the {routine.name} routine shall do. Make it anew")
    if verdict is Verdict.ASK and not call.confirmed:
        raise Unconfirmed(doubt.question(whole))


def _carried_out(call: Call, routine: Routine, command: Command) -> Sequence[Done]:
    """Its steps. Raises Refused, telling which one it was: a question in the middle can't be answered here, but for a yes."""
    try:
        return call.carry_out(replace(command, confirmed=call.confirmed))
    except Unconfirmed:
        raise
    except ActionRefused as error:
        reason = error.reason if isinstance(error, Refused) else error.code
        words = f"The {routine.name} routine stopped at “{command.text}”. {sentence(str(error))} Nothing of it was done"
        raise Refused(reason, words) from error
