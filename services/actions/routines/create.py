"""Creating, scheduling, listing and deleting routines. run.py runs them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from services.actions.base import Refused, required
from services.actions.call import Call, Done
from services.actions.execution import doubt
from services.actions.rings.ring import RingTime, at_its_time, first_ring, moved
from services.actions.routines.gates import WORDS, gates_of
from services.actions.routines.which import check, name_of, one, plan_of, told
from services.actions.wording import a_, counted, listed, number, proper, spoken
from services.store.base import Routine, RoutineRun, RoutineStep
from services.understanding.base import Command

_ALL = frozenset(("all", "every", "all of", "each of", "both"))
_BETWEEN = re.compile(r"\s*[.;]\s+|,?\s+(?:and\s+)?then\s+|,\s+(?:and\s+)?", re.IGNORECASE)
_AND = re.compile(r"\s+and\s+", re.IGNORECASE)
_THIRD_PERSON = re.compile(r"(?P<before>^|,\s*|\b(?:and|then)\s+)(?P<verb>[a-z]{2,})s\b", re.IGNORECASE)
"""A routine "that lists my tasks and reads my messages"."""
_HE_DOES = re.compile(
    r"(?P<before>^|[,;.]\s*|\b(?:and|then)\s+)(?P<verb>say|read|list|tell|show|give|set|send|start|make|add|remind|post|run"
    r"|cancel|mute|put|turn|ask|create)s\b",
    re.IGNORECASE,
)
"""The same of verbs that are no nouns for sure."""
_HAS_VERB = re.compile(
    r"(?:say|read|list|tell|show|give|set|send|start|make|add|remind|post|run|cancel|mute|put|turn|ask|create|what|how"
    r"|who|when|which)\b",
    re.IGNORECASE,
)
_UNTIL = re.compile(
    r"^(?:and )?(?:waits? (?:until|till|for|that)|(?:as soon as|once|when|after)) (?P<gate>.+)$|^(?:and )?hold on until"
    r" (?P<gate2>.+)$",
    re.I,
)
_MEANS = 0.9
"""So sure, a name means something already: a broad sentence fits many ("monday check")."""
_WHEN = "When shall it begin?"


def create(call: Call) -> Done:
    """Slots: name, steps. With when or recurrence it begins by the clock: a new one, or one there is. Refused where a
    step can't be understood, or would run a routine.
    """
    by_clock = bool(call.text("when") or call.text("recurrence"))
    steps = spoken(call.text("steps"))
    if by_clock and not steps:
        return schedule(call)
    name = required(name_of(call), "routine.no_name", "What shall the routine be called?")
    required(steps, "routine.no_steps", f"What shall {name} do? Say, for example, set a timer for ten minutes")
    free_name(call, name)
    plan = planned(call, steps)
    gated = any(step.gate for step in plan)
    routine = call.tx.add(Routine(name=name, steps=tuple(step.do for step in plan), plan=plan if gated else ()))
    words = f"When you say “{name}”{told(routine, 'I will')}"
    if by_clock:
        routine, when = _scheduled(call, routine)
        words = f"{words}. It also begins by itself {when}"
    return Done(words, f"routine kept: {name}", (routine,))


def free_name(call: Call, name: str) -> None:
    """Raises Refused where a name means something already."""
    if any(each.name.casefold() == name.casefold() for each in call.tx.find(Routine)):
        raise Refused("routine.exists", f"There is {a_(name)} routine already")
    means = call.read_commands([name], call.now)[0]
    if means.steps and means.confidence >= _MEANS:
        raise Refused("routine.name", f"“{name}” means something already. Call the routine something else")


def schedule(call: Call) -> Done:
    """Slots: name; when or recurrence: from now on it begins by itself."""
    routine, when = _scheduled(call, one(call))
    label = f"{routine.name} routine set to begin by itself"
    return Done(f"The {routine.name} routine begins by itself {when}", label, (routine,))


def unschedule(call: Call) -> Done:
    """Slots: name. From now on it begins only when it is said."""
    routine = one(call)
    if routine.due is None:
        raise Refused("routine.not_scheduled", f"The {routine.name} routine does not begin by itself")
    not_in_a_file(routine, "changed")
    routine = call.tx.put(replace(routine, due=None, rrule=None, first=None))
    said = f"{routine.name} routine no longer begins by itself"
    return Done(f"The {said}", said, (routine,))


def query(call: Call) -> Done:
    """Slots: name. What it does; without a name, which ones there are."""
    routines = call.tx.find(Routine)
    if not routines:
        return Done("You have no routines yet. Say, for example: when I say good night, mute")
    if not name_of(call) and not call.meant("name"):
        names = listed([each.name for each in routines])
        return Done(f"{counted(len(routines), 'routine')}: {names}", about=tuple(routines))
    routine = one(call)
    by_clock = f". It begins by itself, next {call.say(routine.due)}" if routine.due else ""
    return Done(f"When you say “{routine.name}”{told(routine, 'I')}{by_clock}", about=(routine,))


def delete(call: Call) -> Done:
    """Slots: name ("all" too). Asks first; a run under way ends with it."""
    everything = spoken(call.text("name")).casefold() in _ALL
    gone = [each for each in call.tx.find(Routine) if not each.source] if everything else [one(call)]
    if not gone:
        raise Refused("routine.none", "You have no routines")
    for each in gone:
        not_in_a_file(each, "deleted")
    several = "both" if len(gone) == 2 else f"all {number(len(gone))}"
    call.confirm(f"Delete {f'the {gone[0].name} routine' if len(gone) == 1 else f'{several} routines'}?")
    for each in gone:
        for run in call.tx.find(
            RoutineRun, lambda row, id_=each.id: row["routine_id"] == id_ and row["status"] == "waiting"
        ):
            call.tx.put(replace(run, status="cancelled", ended=call.now))
        call.tx.remove(each)
    words = f"{gone[0].name} routine deleted" if len(gone) == 1 else f"{counted(len(gone), 'routine')} deleted"
    return Done(words, words, tuple(gone))


def _scheduled(call: Call, routine: Routine) -> tuple[Routine, str]:
    """Schedules it; what needs a yes asks now, for nobody will be there then. Raises Refused."""
    not_in_a_file(routine, "changed")
    ring = _ring(call, routine)
    commands = call.read_commands([step.do for step in plan_of(routine)], call.now)
    for command in commands:
        check(command, routine.name)
    whole = Command("", tuple(step for command in commands for step in command.steps), 1.0, "template")
    if doubt.risk(whole) in ("high", "many"):
        asked = doubt.question(whole).rstrip("?")
        call.confirm(f"{asked} {_again(call, ring.rule, call.say(ring.at))}, without asking again?")
    kept = call.tx.put(
        replace(routine, due=ring.at, rrule=ring.rule, first=ring.at if ring.rule else None, by=call.client)
    )
    again = f"{_again(call, ring.rule, '')}, first " if ring.rule and call.text("recurrence") else ""
    return kept, f"{again}{call.say(ring.at)}"


def _ring(call: Call, routine: Routine) -> RingTime:
    """When it begins; what is not told of that is as it was: "make it ten o'clock", "only on weekdays"."""
    if routine.due and routine.rrule and not call.text("recurrence"):
        due = moved(call, routine.due, _WHEN, "routine")
        return RingTime(due, routine.rrule, steady=False)
    if routine.due:
        call = at_its_time(call, routine.due)
    return first_ring(call, _WHEN, "routine")


def _again(call: Call, rule: str | None, once: str) -> str:
    return " ".join(proper(part) for part in (call.text("recurrence"), call.text("when")) if part) if rule else once


def not_in_a_file(routine: Routine, what: str) -> None:
    """Raises Refused where it is written in a file."""
    if routine.source:
        raise Refused(
            "routine.in_file", f"The {routine.name} routine is written in {routine.source}; it is {what} there"
        )


def planned(call: Call, words: str) -> tuple[RoutineStep, ...]:
    """The steps in order; "wait until …" is the gate of the next one. Raises Refused."""
    pieces = [piece for piece in _BETWEEN.split(words) if piece]
    gates = {place: gate for place, piece in enumerate(pieces) if (gate := _gate(call, piece))}
    if not gates:
        return _row(_understood(call, words))
    steps: list[tuple[str, str]] = []
    waits = ""
    run: list[str] = []
    for place, piece in enumerate([*pieces, ""]):
        if (place in gates or place == len(pieces)) and run:
            steps += [
                (step, waits if first == 0 else "") for first, step in enumerate(_understood(call, ", ".join(run)))
            ]
            run, waits = [], ""
        if place in gates:
            waits = f"{waits} and {gates[place]}" if waits else gates[place]
        elif piece:
            run.append(piece)
    if waits:
        raise Refused("routine.gate_last", f"Say also what it shall do when {waits}")
    return _row([step for step, _ in steps], [gate for _, gate in steps])


def _row(steps: Sequence[str], gates: Sequence[str] = ()) -> tuple[RoutineStep, ...]:
    gates = gates or [""] * len(steps)
    return tuple(
        RoutineStep(id=str(place), do=step, after=(str(place - 1),) if place > 1 else (), gate=gate)
        for place, (step, gate) in enumerate(zip(steps, gates, strict=True), 1)
    )


def _gate(call: Call, piece: str) -> str:
    """The condition in "wait until the report is done"; empty where that is a step. Raises Refused for others."""
    match = _UNTIL.match(piece.strip())
    if match is None:
        return ""
    words = match["gate"] or match["gate2"]
    if gates_of(words, call.find_when, call.now):
        return words.strip().rstrip(".")
    if not piece.strip().casefold().removeprefix("and ").startswith(("wait", "hold")):
        return ""
    raise Refused("routine.gate", f"I can't wait for that: “{words}”. I can wait until {WORDS}")


def _understood(call: Call, words: str) -> tuple[str, ...]:
    """The steps as kept: piece by piece where each piece is a command, else as a whole. Raises Refused."""
    words = _HE_DOES.sub(r"\g<before>\g<verb>", words)
    spoken_to = _THIRD_PERSON.sub(r"\g<before>\g<verb>", words)
    pieces = [[piece for piece in _BETWEEN.split(each) if piece] for each in (words, spoken_to)]
    each_said = [part for piece in pieces[1] for part in _with_verb(piece)]
    for steps in (*pieces, [words], [spoken_to], each_said):
        commands = call.read_commands(steps, call.now)
        if all(command.steps for command in commands):
            for command in commands:
                check(command, "new")
            return tuple(
                piece for step, command in zip(steps, commands, strict=True) for piece in _each(call, step, command)
            )
    raise Refused(
        "routine.not_understood",
        f"I don't understand what it shall do: “{words}”. Say each step as you would say it to me",
    )


def _each(call: Call, step: str, command: Command) -> list[str]:
    """A step that names several things, as a step for each: "read out tomorrow's meetings and the orders list".

    Only where that finds more to do than the whole, or just as much of several orders.
    """
    for each in (_AND.split(step), _with_verb(step)):
        read = call.read_commands(each, call.now)
        actions = {one.action for found in read for one in found.steps}
        many = sum(len(found.steps) for found in read)
        just_as_much = many == len(command.steps) > 1 and len(each) > 1
        if all(found.steps for found in read) and (just_as_much or len(actions) > len(command.steps)):
            return each
    return [step]


def _with_verb(step: str) -> list[str]:
    """ "List my tasks and the shopping list": list my tasks; list the shopping list."""
    first, *others = _AND.split(step)
    verb = first.split(maxsplit=1)[0]
    return [first, *(other if _HAS_VERB.match(other) else f"{verb} {other}" for other in others)]
