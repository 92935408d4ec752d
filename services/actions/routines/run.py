"""Running routines: stage by stage, each in the transaction of one command. How far they are, and how they are ended
and taken back.

A stage is everything that can be done now: it ends where a gate does not hold. What was done in it is kept as a whole
or not at all.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from datetime import datetime

from services.actions.base import EXPECTED, FindWhen, Refused, Unconfirmed
from services.actions.call import Call, Done, Prepared
from services.actions.execution import doubt
from services.actions.execution.doubt import Decision
from services.actions.routines.gates import blockers
from services.actions.routines.which import check, one, plan_of
from services.actions.selection import only
from services.actions.times import following
from services.actions.wording import sentence, spoken
from services.store.base import Reader, Routine, RoutineRun, RoutineStep, RunStep
from services.understanding.base import Command

CLOCKWORK = "routine:"
"""Prefix of clients that are routines running by themselves."""
_SETTLED = ("done", "failed", "skipped")


@dataclass
class RoutineStage:
    """What one command does of a run."""

    call: Call
    run: RoutineRun
    commands: Mapping[str, Command]
    """By the ids of the steps."""
    done: list[Done] = field(default_factory=list)

    def advance(self) -> None:
        """Do all that can be done now. Raises Refused where a critical step fails."""
        while ready := [step for step in self.run.steps if self._may(step)]:
            for step in ready:
                self._do(step)

    def _may(self, step: RunStep) -> bool:
        states = {each.id: each.status for each in self.run.steps}
        if step.status != "todo" or any(states[before] not in _SETTLED for before in step.after):
            return False
        lacking = any(states[before] != "done" for before in step.after)
        return lacking or not _waits_for(self.call, step)

    def _do(self, step: RunStep) -> None:
        if any(each.id in step.after and each.status != "done" for each in self.run.steps):
            self._note(replace(step, status="skipped", words="a step before it failed"))
            return
        place = self.run.steps.index(step)
        try:
            if step.critical:
                done = self._carried_out(step)
            else:
                with self.call.tx.savepoint():
                    done = self._carried_out(step)
        except Unconfirmed:
            raise
        except EXPECTED as error:
            self.call.part("step_failed", place, len(self.run.steps), str(error))
            if step.critical:
                raise self._stopped(step, error) from error
            self._note(replace(step, status="failed", words=str(error)[:500]))
            self.done.append(Done(f"“{spoken(step.do)}” failed: {sentence(str(error))}"))
            return
        words = " ".join(sentence(each.words) for each in done if each.words.strip())
        self.done += done
        self._note(replace(step, status="done", words=words[:20_000]))
        self.call.part("step_completed", place, len(self.run.steps), words)

    def _carried_out(self, step: RunStep) -> Sequence[Done]:
        self.call.part("step_started", self.run.steps.index(step), len(self.run.steps), step.do)
        command = self.commands[step.id]
        by_itself = self.call.client.startswith(CLOCKWORK)
        made = self.call.prepared if isinstance(self.call.prepared, Mapping) else {}
        return self.call.carry_out(replace(command, confirmed=self.call.confirmed or by_itself), made.get(step.id, {}))

    def _stopped(self, step: RunStep, error: Exception) -> Refused:
        """Names the step: only a yes can be asked for in the middle of a run."""
        reason = error.reason if isinstance(error, Refused) else getattr(error, "code", "routine.failed")
        before = any(each.status == "done" for each in self.run.steps if self.run.id)
        rest = "What it did before stays; say continue, or cancel it" if before else "Nothing of it was done"
        return Refused(reason, f"The {self.run.name} routine stopped at “{step.do}”. {sentence(str(error))} {rest}")

    def _note(self, step: RunStep) -> None:
        self.run = replace(self.run, steps=tuple(step if each.id == step.id else each for each in self.run.steps))

    def ended(self) -> Done:
        """Keep the run, and tell what it did."""
        run, call = self.run, self.call
        waits = [step for step in run.steps if step.status == "todo"]
        failed = any(step.status != "done" for step in run.steps)
        run = run if waits else replace(run, status="failed" if failed else "done", ended=call.now)
        label = f"{run.name} routine" if any(each.label for each in self.done) else ""
        kept: tuple[RoutineRun, ...] = ()
        if label or waits or run.id:
            kept = (call.tx.put(run) if run.id else call.tx.add(run),)
            label = label or f"{run.name} routine"
        said = [sentence(each.words) for each in self.done if each.words.strip()]
        if waits:
            said.append(f"The {run.name} routine {'now ' if self.done else ''}waits for {blocked(call, run)}.")
        return Done(
            words=" ".join(said) or f"{run.name} routine done",
            label=label,
            changed=(*(document for each in self.done for document in each.changed), *kept),
            about=tuple(document for each in self.done for document in each.about or each.changed) or kept,
            after=tuple(act for each in self.done for act in each.after),
        )


def prepare(call: Call) -> Prepared:
    """What takes long of the steps that may be done now, side by side. Failures are left to the action."""
    try:
        routine = one(call)
    except Refused:
        return Prepared()
    waiting = _waiting(call, routine)
    steps = waiting[-1].steps if waiting else plan_of(routine)
    closed = {step.id for step in steps if step.gate and _waits_for(call, step)}
    while behind := {step.id for step in steps if step.id not in closed and closed & set(step.after)}:
        closed |= behind
    now = [step for step in steps if step.id not in closed and getattr(step, "status", "todo") == "todo"]
    made = call.prepare_all(call.read_commands([step.do for step in now], call.now))
    brought = {
        name: content for each in made for prepared in each.values() for name, content in prepared.content.items()
    }
    return Prepared(brought, {step.id: each for step, each in zip(now, made, strict=True)})


def run(call: Call) -> Done:
    """Slots: name. What can be done now is done in this transaction; the rest goes on when its gates hold."""
    routine = one(call)
    if under_way := _waiting(call, routine):
        words = f"The {routine.name} routine is under way and waits for {blocked(call, under_way[-1])}"
        raise Refused("routine.under_way", f"{words}. Say continue or cancel the {routine.name} routine")
    if call.client.startswith(CLOCKWORK) and routine.due and routine.due <= call.now:
        routine = call.tx.put(replace(routine, due=following(routine, call.now, call.zone)))
    steps = tuple(
        RunStep(**{each.name: getattr(step, each.name) for each in fields(RoutineStep)}) for step in plan_of(routine)
    )
    new = RoutineRun(routine_id=routine.id, name=routine.name, steps=steps, started=call.now, by=call.client)
    stage = _begun(call, new)
    stage.advance()
    return stage.ended()


def go_on(call: Call) -> Done:
    """Slots: name. The run that waits goes on as far as it can; without a name, the only one."""
    waiting = meant(call)
    before = sum(step.status == "todo" for step in waiting.steps)
    stage = _begun(call, waiting)
    stage.advance()
    if sum(step.status == "todo" for step in stage.run.steps) == before:
        return Done(f"The {waiting.name} routine still waits for {blocked(call, waiting)}", about=(waiting,))
    return stage.ended()


def client_of(name: str, by: str) -> str:
    """The client of a scheduled routine, with the role of whoever scheduled it."""
    who = by.partition("@")[2] if by.startswith(CLOCKWORK) else by
    return f"{CLOCKWORK}{name.replace('@', ' ')}@{who or 'console'}"


def ready(reader: Reader, now: datetime, find_when: FindWhen) -> list[RoutineRun]:
    """Runs with a step whose gate holds now. `now` is where the device stands."""
    waiting = reader.find(RoutineRun, lambda row: row["status"] == "waiting")
    return [
        each
        for each in waiting
        if any(
            _open(each, step) and not (step.gate and blockers(step.gate, reader, now, find_when)) for step in each.steps
        )
    ]


def _begun(call: Call, new: RoutineRun) -> RoutineStage:
    """Parses all steps before anything is done. Raises Refused."""
    todo = [step for step in new.steps if step.status == "todo"]
    commands = call.read_commands([step.do for step in todo], call.now)
    for command in commands:
        check(command, new.name)
    if not call.client.startswith(CLOCKWORK):
        _make_sure(call, new.name, commands)
    return RoutineStage(call, new, {step.id: command for step, command in zip(todo, commands, strict=True)})


def _make_sure(call: Call, name: str, commands: Sequence[Command]) -> None:
    """Weighs risk and doubt as if the steps had just been said. Raises Refused."""
    sure = min((each.confidence for each in commands), default=1.0)
    whole = Command("", tuple(step for command in commands for step in command.steps), sure, "template")
    verdict = doubt.verdict(whole)
    if verdict is Decision.REPEAT:
        raise Refused("routine.doubtful", f"I'm not sure any more what the {name} routine shall do. Make it anew")
    if verdict is Decision.ASK:
        call.confirm(doubt.question(whole))


def _waiting(call: Call, routine: Routine) -> list[RoutineRun]:
    return call.tx.find(RoutineRun, lambda row: row["status"] == "waiting" and row["routine_id"] == routine.id)


def meant(call: Call) -> RoutineRun:
    """The waiting run that is meant. Raises Refused."""
    there = call.tx.find(RoutineRun, lambda row: row["status"] == "waiting")
    if call.text("name") or call.meant("name"):
        routine = one(call)
        there = [each for each in there if each.routine_id == routine.id]
        if not there:
            by_clock = ". It begins by itself; to end that, say stop running it by itself" if routine.due else ""
            raise Refused("routine.not_under_way", f"The {routine.name} routine is not under way{by_clock}")
    if not there:
        raise Refused("routine.not_under_way", "No routine is under way")
    return only(there, "routine.ambiguous", "Which routine", lambda each: each.name)


def _open(of: RoutineRun, step: RunStep) -> bool:
    states = {each.id: each.status for each in of.steps}
    return step.status == "todo" and all(states[before] in _SETTLED for before in step.after)


def _waits_for(call: Call, step: RoutineStep) -> list[str]:
    return blockers(step.gate, call.tx, call.now, call.find_when) if step.gate else []


def blocked(call: Call, of: RoutineRun) -> str:
    """What its next steps wait for."""
    found = dict.fromkeys(what for step in of.steps if _open(of, step) for what in _waits_for(call, step))
    return "; and for ".join(found) or "you to say continue"
