"""Which routine is meant, and its steps."""

from __future__ import annotations

import re

from services.actions.base import Refused
from services.actions.call import Call
from services.actions.matching import closest
from services.actions.selection import bare, only
from services.actions.wording import be, enumerated, listed, spoken
from services.store.base import Routine, RoutineStep
from services.understanding.base import Command

_YOURS = {
    **{"me": "you", "us": "you", "my": "your", "our": "your", "mine": "yours", "ours": "yours"},
    **{"i am": "you are", "i'm": "you're", "i was": "you were", "i've": "you've", "i'll": "you'll", "i'd": "you'd"},
    **{"we're": "you're", "we've": "you've", "we'll": "you'll", "i": "you", "we": "you", "myself": "yourself"},
    "yourself": "myself",
}
_OWNERS = re.compile(rf"\b(?:{'|'.join(sorted(_YOURS, key=len, reverse=True))})\b(?!')", re.IGNORECASE)
_NEVER = frozenset(("control.undo", "control.confirm", "control.deny", "control.cancel", "control.repeat"))
"""Meaningful only as an answer to what was just said."""


_NO_VERB = re.compile(
    r"(?:the|my|our|all|any|\w+'s|volume|tasks|meetings|reminders|notes|messages|lists|timers|alarms|balances?)\b",
    re.I,
)
"""How a step begins that only names what is wanted: "tasks due tomorrow"."""


def name_of(call: Call) -> str:
    """ "the Monday routine" → Monday."""
    return bare(call.text("name"), "routines?|macro|sequence")


def one(call: Call) -> Routine:
    """The routine meant. Raises Refused."""
    routines = call.tx.find(Routine)
    known = {ref.id for ref in call.meant("name")}
    name = name_of(call)
    fitting = [each for each in routines if each.id in known] or (
        closest(name, routines, lambda each: each.name) if name else routines
    )
    if not routines:
        raise Refused("routine.none", "You have no routines yet")
    if not fitting:
        there = listed([each.name for each in routines])
        raise Refused("routine.unknown", f"There is no {name} routine. There {be(routines)} {there}")
    return only(fitting, "routine.ambiguous", "Which routine", lambda each: each.name)


def plan_of(routine: Routine) -> tuple[RoutineStep, ...]:
    """Its steps; of one told in plain words each waits for the one before."""
    if routine.plan:
        return routine.plan
    ids = [str(place + 1) for place in range(len(routine.steps))]
    before = [(), *((each,) for each in ids)]
    return tuple(
        RoutineStep(id=id_, do=step, after=after) for id_, step, after in zip(ids, routine.steps, before, strict=False)
    )


def check(command: Command, name: str) -> None:
    """Raises Refused unless each step stands by itself; no step runs a routine, so none runs itself."""
    if not command.steps:
        raise Refused("routine.not_understood", f"I don't understand this step of the {name} routine: “{command.text}”")
    if any(step.action.startswith("routine.") for step in command.steps):
        raise Refused("routine.nested", f"A routine can't run or change routines: “{command.text}”")
    if any(step.action in _NEVER for step in command.steps):
        raise Refused("routine.step", f"“{command.text}” can't be a step of a routine")


def told(routine: Routine, lead: str) -> str:
    """Behind "When you say …", with its gates: what I (will) do, `lead`; just the steps, where one has no verb."""
    words = _steps(routine)
    return f": {words}" if any(_NO_VERB.match(step.do) for step in plan_of(routine)) else f", {lead} {words}"


def _steps(routine: Routine) -> str:
    steps = [
        f"{f'wait until {step.gate}, ' if step.gate else ''}{_to_you(spoken(step.do))}" for step in plan_of(routine)
    ]
    return enumerated(steps) if not any(step.gate for step in plan_of(routine)) else "; ".join(steps)


def _to_you(words: str) -> str:
    """Tell me what is on my list → tell you what is on your list."""
    return _OWNERS.sub(lambda found: _YOURS[found.group().casefold()], words)
