"""Carries a command out: what takes long first and side by side, then all changes in one transaction, or none.

The reply is worded from outcomes, after the commit. What the rest of a command can do without may fail alone.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, tzinfo
from functools import partial

from firmware.errors import FacultyError
from services.actions.base import (
    EXPECTED,
    Appliance,
    FindWhen,
    ReadAmount,
    ReadCommands,
    Refused,
    Reply,
    Response,
    Works,
)
from services.actions.call import Action, Call, Done, Made, Prepare, Prepared, nothing_read
from services.actions.execution.outside import Outside
from services.actions.execution.planner import (
    Waves,
    incomplete,
    one_by_one,
    reaches_out,
    tells_what_was_done,
    waves,
    writes,
)
from services.actions.execution.preparation import AT_ONCE, Looking, beside, prepare
from services.actions.execution.progress import CommandProgress, Report, never, nobody
from services.actions.execution.run import CommandRun, not_understood, reading_once
from services.actions.policy.policy import Policy
from services.actions.policy.voices import heard_as, without_voice
from services.actions.registry import ACTIONS, PREPARATIONS
from services.actions.times import existing
from services.files.base import Files
from services.home.base import Controls
from services.insight.base import Insight
from services.store.base import DocumentStore, Ids, Transaction
from services.understanding.base import Command, Step

UNDO = "control.undo"
_LEFT = "But what I did in the house stays done."


class Executor:
    """Runs commands on a store. Thread-safe: the store lets one transaction run at a time. Without a `policy` everybody
    may do everything.

    `zone` is where the device stands; `read_amount` reads sums of money, which are in `currency` (ISO 4217) where none
    is told; `read_commands` reads the steps of a routine; `appliance` is the device itself; `actions` maps family.verb
    to what does it, `preparations` to what is done for it before; `files`: the inbox and what is kept of it; `works`:
    the commands that run and wait; `insight`: past turns; `controls`: the house; `clock` stamps what is told of
    progress.
    """

    def __init__(
        self,
        store: DocumentStore,
        *,
        find_when: FindWhen,
        zone: tzinfo,
        read_amount: ReadAmount = lambda _: None,
        currency: str = "",
        read_commands: ReadCommands = nothing_read,
        appliance: Appliance | None = None,
        files: Files | None = None,
        actions: Mapping[str, Action] = ACTIONS,
        preparations: Mapping[str, Prepare] = PREPARATIONS,
        works: Works | None = None,
        insight: Insight | None = None,
        policy: Policy | None = None,
        controls: Controls | None = None,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._store = store
        self._zone = zone
        self._call_here = partial(
            Call,
            zone=zone,
            find_when=existing(find_when),
            read_amount=read_amount,
            currency=currency,
            files=files,
            appliance=appliance,
            works=works,
            insight=insight,
        )
        self._call_foreseen = partial(self._call_here, files=None, appliance=None, works=None, insight=None)
        self._read_commands = read_commands
        self._actions = actions
        self._preparations = preparations
        self._policy = policy
        self._controls = controls
        self._clock = clock
        self._ids = Ids()
        self._workers = ThreadPoolExecutor(AT_ONCE, thread_name_prefix="prepare")

    def run(
        self,
        command: Command,
        *,
        now: datetime,
        client: str,
        id: str = "",
        key: str = "",
        proven: bool = False,
        progress: Report = nobody,
        cancelled: Callable[[], bool] = never,
    ) -> Response:
        """One outcome a step, in spoken order, and the reply. Expected failures are outcomes, never exceptions.

        `id` is the command's (a UUIDv7; made where none is given), under which `progress` is told what goes on. Once
        `cancelled` says so, no further step is begun, and what was done is rolled back. `key` is committed with it: the
        store knows then that it was done. `client` tells whose voice it is, where that is known
        (services.actions.policy.voices); `proven`: the spoken code was said for it.
        """
        tell = CommandProgress(
            command,
            id or self._ids.new(now),
            without_voice(client),
            clock=self._clock,
            report=progress,
            cancelled=cancelled,
        )
        outside = Outside(self._controls) if self._controls else None
        run = CommandRun(command, now, client, tell, reading_once(self._read_commands), key=key, outside=outside)
        if command.steps:
            tell("started", words=command.text)
        try:
            run.permit = self._policy.permit(command, client, now, proven=proven) if self._policy else run.permit
        except EXPECTED as error:
            return run.rolled_back(error)
        return self._run(run) if command.steps else Response(command, (), Reply(not_understood(command.text)))

    def foreseen(self, command: Command, *, now: datetime, client: str) -> Response | None:
        """What `run` would answer as things are, done in a transaction of which nothing is kept; None where that can't
        be told so: it takes long, is about the appliance itself, would be asked about or would fail, or something is
        hidden from the client.
        """
        steps = command.steps
        if not steps or any(step.action in self._preparations for step in steps):
            return None
        if self._policy and not self._policy.sees_all(client):
            return None
        tell = CommandProgress(command, "", client, clock=self._clock, report=nobody, cancelled=never)
        run = CommandRun(command, now, client, tell, reading_once(self._read_commands), foreseen=True)
        try:
            with self._store.transaction("", now=now, client=client, undoable=False) as tx:
                for index in one_by_one(self._planned(command)):
                    self._do(run, index, tx)
                raise _Tried
        except _Tried:
            return run.completed()
        except EXPECTED:
            return None

    def _run(self, run: CommandRun) -> Response:
        try:
            order = self._planned(run.command)
            self._check(run)
            self._prepare(run, order)
            self._reach_out(run, order)
            undoable = any(
                writes(step) for step in run.command.steps
            )  # messages read aloud are marked as read: nothing to undo
            with self._store.transaction(
                run.command.text, now=run.now, client=self._undoes(run.client), undoable=undoable, key=run.key
            ) as tx:
                for index in one_by_one(order):
                    self._do(run, index, tx)
                run.tell.go_on()
                run.permit.settle(tx, run.labels)
                tx.label = "; ".join(run.labels) or tx.label
        except EXPECTED as error:
            return self._rolled_back(run, run.permit.failed(error))
        response = run.completed()
        run.tell("completed", words=response.reply.text)
        for act in run.afterwards:
            act()
        return response

    def _rolled_back(self, run: CommandRun, error: FacultyError) -> Response:
        """Nothing was done; what was done outside before the store failed is put back as far as it can be."""
        left = run.outside is not None and not run.outside.take_back()
        response = run.rolled_back(error)
        return (
            replace(response, reply=replace(response.reply, text=f"{response.reply.text} {_LEFT}"))
            if left
            else response
        )

    # Before anything runs

    def _planned(self, command: Command) -> Waves:
        if len(command.steps) > 1 and any(step.action == UNDO and not step.references for step in command.steps):
            raise Refused("undo.alone", "Undo goes alone: say it by itself")
        return waves(command.steps)

    def _check(self, run: CommandRun) -> None:
        """Refuses what is seen to fail: an unknown action, or a missing slot that has to be asked for."""
        steps = run.command.steps
        for run.at, step in enumerate(steps):
            self._action(step)
        for run.at in incomplete(steps) if len(steps) > 1 else ():
            self._ask(run, run.at)
        run.at = None

    def _ask(self, run: CommandRun, index: int) -> None:
        """Has an incomplete step ask what it needs to know. Nothing of it is kept; other failures may yet vanish."""
        try:
            with self._store.transaction("", now=run.now, client=run.client, undoable=False) as tx:
                self._step(run, index, tx)
                raise _Tried
        except _Tried:
            pass
        except EXPECTED as error:
            if isinstance(error, Refused) and error.awaits:
                raise

    def _prepare(self, run: CommandRun, order: Waves) -> None:
        """Everything that needs no transaction, side by side."""
        changed = False
        work: dict[int, Callable[[], Prepared]] = {}
        for index in one_by_one(order):
            step = run.command.steps[index]
            if step.action in self._preparations:
                look = replace(
                    self._call(run, run.command, index, Looking(self._store, run.now)), changes_before=changed
                )
                look = replace(look, prepare_all=partial(beside, self._preparations, look))
                work[index] = partial(self._preparations[step.action], look)
            changed = changed or writes(step)
        if work:
            run.prepared = prepare(order, work, workers=self._workers, tell=run.tell, failed=run.failed)

    def _reach_out(self, run: CommandRun, order: Waves) -> None:
        """Where the house is concerned: rehearse all of it, of which nothing is kept, then command the house. Raises
        what the rehearsal raises.
        """
        outside = run.outside
        if outside is None or not outside.home or not any(map(reaches_out, run.command.steps)):
            return
        trial = run.rehearsal()
        outside.rehearse()
        try:
            with self._store.transaction("", now=run.now, client=run.client, undoable=False) as tx:
                for index in one_by_one(order):
                    self._do(trial, index, tx)
                run.permit.settle(tx, trial.labels)
                raise _Tried
        except _Tried:
            pass
        except EXPECTED:
            run.at = trial.at
            raise
        run.tell.go_on()
        run.permit = run.permit.settled()
        outside.perform()

    # Within the transaction

    def _do(self, run: CommandRun, index: int, tx: Transaction) -> None:
        run.tell.go_on()
        if index in run.outcomes:
            return  # its preparation failed, and the others can do without it
        run.at = index
        run.tell.begins(index)
        try:
            if index in run.critical:
                done = self._step(run, index, tx)
            else:
                with tx.savepoint():
                    done = self._step(run, index, tx)
        except EXPECTED as error:
            run.failed(index, run.permit.failed(error))
            return
        run.did(index, done)
        run.at = None

    def _step(self, run: CommandRun, index: int, tx: Transaction) -> Done:
        brought = {name: content for each in run.prepared.values() for name, content in each.content.items()}
        return self._done(run, run.command, index, tx, replace(run.prepared.get(index, Prepared()), content=brought))

    def _done(self, run: CommandRun, command: Command, index: int, tx: Transaction, made: Prepared) -> Done:
        before = run.told if tells_what_was_done(command.steps, index) else ""
        call = self._call(run, command, index, tx)
        call = replace(call, brought=made.content, prepared=made.result, done_before=before)
        return self._action(command.steps[index])(replace(call, carry_out=partial(self._carried_out, run, tx)))

    def _carried_out(self, run: CommandRun, tx: Transaction, command: Command, made: Made) -> list[Done]:
        """The steps of a command within another one's transaction; what they did, in spoken order."""
        run.permit.include(command)
        done = {}
        for index in one_by_one(self._planned(command)):
            prepare_it = self._preparations.get(command.steps[index].action)
            late = prepare_it(self._call(run, command, index, tx)) if prepare_it and index not in made else Prepared()
            done[index] = self._done(run, command, index, tx, made.get(index, late))
        return [done[index] for index in range(len(command.steps))]

    def _undoes(self, client: str) -> str:
        """As whom the store knows who gave a command, for undo. Whoever sees all undoes what is said in one place, in
        whichever voice; others only what they said themselves.
        """
        return client if self._policy and not self._policy.sees_all(client) else without_voice(client)

    def _action(self, step: Step) -> Action:
        if (action := self._actions.get(step.action)) is None:
            raise Refused("action.unknown", "That's not something I can do")
        return action

    def _call(self, run: CommandRun, command: Command, index: int, tx: Transaction) -> Call:
        step = command.steps[index]
        return (self._call_foreseen if run.foreseen else self._call_here)(
            said=command.text,
            slots=step.slots,
            tx=run.permit.view(tx),
            now=run.now.astimezone(self._zone),
            references=step.references,
            confirmed=command.confirmed,
            read_commands=run.read_commands,
            part=partial(run.tell.part, index),
            may=run.permit.allows,
            client=run.client,
            speaker=self._policy.speaker(run.client) if self._policy else heard_as(run.client),
            outside=run.outside,
        )


class _Tried(Exception):
    """Ends a transaction of which nothing is to be kept."""
