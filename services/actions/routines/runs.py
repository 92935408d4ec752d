"""The state of a routine's run; cancelling and undoing it."""

from __future__ import annotations

from dataclasses import replace

from services.actions.base import Refused
from services.actions.call import Call, Done
from services.actions.home.restored import putting_back
from services.actions.routines.run import blocked, meant
from services.actions.routines.which import one
from services.actions.wording import counted, listed, number, sentence, spoken
from services.store.base import RoutineRun

CANCELLED = " routine cancelled"
"""Ends the label of a cancelled run."""
_SENT = frozenset(("message.send", "file.share"))


def status(call: Call) -> Done:
    """Slots: name. How far the last run is, and what it waits for."""
    runs = sorted(call.tx.find(RoutineRun), key=lambda each: each.started)
    if call.text("name") or call.meant("name"):
        routine = one(call)
        runs = [each for each in runs if each.routine_id == routine.id]
        if not runs:
            by_clock = f". It begins by itself {call.say(routine.due)}" if routine.due else ""
            return Done(f"The {routine.name} routine has not run yet{by_clock}", about=(routine,))
    runs = [each for each in runs if each.status == "waiting"] or runs[-1:]
    if not runs:
        return Done("No routine has run yet")
    return Done(" ".join(sentence(_far(call, each)) for each in runs), about=tuple(runs))


def cancel(call: Call) -> Done:
    """Slots: name. Ends the run that waits; what it did stays."""
    ended = meant(call)
    ended = call.tx.put(replace(ended, status="cancelled", ended=call.now))
    did = sum(step.status == "done" for step in ended.steps)
    said = label = f"{ended.name}{CANCELLED}"
    if did:
        stays = sentence(_count(did, len(ended.steps))).rstrip(".")
        be, them = ("stays", "it") if did == 1 else ("stay", "them")
        said = f"{said}. {stays} {be} done: say undo the {ended.name} routine to take {them} back"
    return Done(said, label, (ended,))


def undo(call: Call) -> Done:
    """Slots: name. All that the last run did is taken back at once; what was sent is named."""
    routine = one(call)
    runs = sorted(call.tx.find(RoutineRun, lambda row: row["routine_id"] == routine.id), key=lambda each: each.started)
    if not runs:
        raise Refused("routine.no_run", f"The {routine.name} routine did nothing that can be taken back")
    last = runs[-1]
    done = [step for step in last.steps if step.status == "done"]
    put_back = putting_back(call)
    call.tx.undo_all(last.kind, last.id)
    put_back()
    commands = call.read_commands([step.do for step in done], call.now)
    sent = [command.text for command in commands if any(step.action in _SENT for step in command.steps)]
    stays = f". What was sent can't be called back: {listed([f'“{spoken(each)}”' for each in sent])}" if sent else ""
    return Done(f"Undone: {routine.name} routine, {counted(len(done), 'step')}{stays}")


def _far(call: Call, of: RoutineRun) -> str:
    done = sum(step.status == "done" for step in of.steps)
    failed = [step for step in of.steps if step.status == "failed"]
    amiss = f". {listed([f'“{spoken(step.do)}”' for step in failed])} failed" if failed else ""
    when = call.say(of.ended or of.started)
    match of.status:
        case "waiting":
            return (
                f"The {of.name} routine has done {_count(done, len(of.steps))}{amiss}. It waits for {blocked(call, of)}"
            )
        case "cancelled":
            return f"The {of.name} routine was cancelled {when}, after {_count(done, len(of.steps))}{amiss}"
        case _:
            return f"The {of.name} routine was done {when}: {_count(done, len(of.steps))}{amiss}"


def _count(done: int, of: int) -> str:
    """one of three steps; all three steps."""
    if done == of:
        return "its one step" if of == 1 else "both steps" if of == 2 else f"all {counted(of, 'step')}"
    return f"{number(done) if done else 'none'} of {counted(of, 'step')}"
