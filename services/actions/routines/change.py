"""Changing a routine that there is: its name, and what it does."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from services.actions.base import Refused, required
from services.actions.call import Call, Done
from services.actions.matching import closest
from services.actions.routines.create import free_name, not_in_a_file, planned
from services.actions.routines.which import one, plan_of, told
from services.actions.wording import spoken
from services.store.base import Routine, RoutineStep

_PLACES = {"first": 0, "second": 1, "third": 2, "fourth": 3, "last": -1}


def update(call: Call) -> Done:
    """Slots: name, new_name, steps (more of them), gone (those that it shall do no longer)."""
    routine = one(call)
    not_in_a_file(routine, "changed")
    if new_name := spoken(call.text("new_name")):
        free_name(call, new_name)
        kept = call.tx.put(replace(routine, name=new_name, said=()))
        return Done(f"The {routine.name} routine is called {new_name} now", f"{routine.name} routine renamed", (kept,))
    if gone := call.text("gone"):
        plan = _without(routine, gone)
    else:
        plan = _with(call, routine, required(spoken(call.text("steps")), "routine.no_change", "What shall it do?"))
    gated = any(step.gate for step in plan)
    kept = call.tx.put(replace(routine, steps=tuple(step.do for step in plan), plan=plan if gated else ()))
    return Done(f"When you say “{kept.name}”{told(kept, 'I will')}", f"{kept.name} routine changed", (kept,))


def _with(call: Call, routine: Routine, words: str) -> tuple[RoutineStep, ...]:
    return _in_a_row([*plan_of(routine), *planned(call, words)])


def _without(routine: Routine, words: str) -> tuple[RoutineStep, ...]:
    """Without the step that is meant, by its place or by some of its words. Raises Refused."""
    plan = plan_of(routine)
    place = _PLACES.get(words.casefold().removeprefix("the ").split()[0])
    gone = [plan[place]] if place is not None and place < len(plan) else closest(words, plan, lambda step: step.do)
    if not gone:
        raise Refused(
            "routine.no_step", f"{routine.name} has no such step: “{words}”. When you say it{told(routine, 'I')}"
        )
    rest = [step for step in plan if step not in gone]
    if not rest:
        raise Refused(
            "routine.only_step", f"Nothing would be left of {routine.name}. Say: delete the {routine.name} routine"
        )
    return _in_a_row(rest)


def _in_a_row(steps: Sequence[RoutineStep]) -> tuple[RoutineStep, ...]:
    return tuple(
        replace(step, id=str(place), after=(str(place - 1),) if place > 1 else ())
        for place, step in enumerate(steps, 1)
    )
