"""Carries a command out: all of its steps in one transaction, or none. The reply is worded from outcomes, after the commit."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, tzinfo

from firmware.errors import FacultyError
from services.actions.base import (
    ActionRefused,
    Appliance,
    FindWhen,
    Outcome,
    PlanImpossible,
    ReadAmount,
    ReadCommands,
    Refused,
    Reply,
)
from services.actions.call import Action, Call, Done, Prepare, nothing_read
from services.actions.planner import waves
from services.actions.progress import Cancelled, Report, Telling, never, nobody
from services.actions.registry import ACTIONS, PREPARATIONS
from services.actions.wording import told
from services.files.base import Content, FileError, Files
from services.store.base import Document, DocumentStore, Ids, StoreError, Transaction
from services.understanding.base import VOCABULARY, Command

UNDO = "control.undo"


class Executor:
    """Runs commands on a store. Thread-safe: the store lets one transaction run at a time.

    `zone` is where the device stands; `read_amount` reads sums of money, which are in `currency` (ISO 4217) where none is told;
    `read_commands` reads the steps of a routine; `appliance` is the device itself; `actions` maps family.verb to what does it,
    `preparations` to what keeps files for it before; `files`: the inbox and what is kept of it; `clock` stamps what is told of progress.
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
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._store = store
        self._find_when = find_when
        self._zone = zone
        self._read_amount = read_amount
        self._currency = currency
        self._read_commands = read_commands
        self._appliance = appliance
        self._files = files
        self._actions = actions
        self._preparations = preparations
        self._clock = clock
        self._ids = Ids()

    def run(
        self,
        command: Command,
        *,
        now: datetime,
        client: str,
        id: str = "",
        progress: Report = nobody,
        cancelled: Callable[[], bool] = never,
    ) -> tuple[tuple[Outcome, ...], Reply]:
        """One outcome a step, in spoken order, and the reply. Expected failures are outcomes, never exceptions.

        `id` is the command's (a UUIDv7; made where none is given), under which `progress` is told what goes on. Once `cancelled` says so,
        no further step is begun, and what was done is rolled back.
        """
        if not command.steps:
            return (), Reply(_not_understood(command.text))
        tell = Telling(command, id or self._ids.new(now), client, clock=self._clock, report=progress, cancelled=cancelled)
        tell("started", words=command.text)
        return self._run(command, now, client, tell)

    def _run(self, command: Command, now: datetime, client: str, tell: Telling) -> tuple[tuple[Outcome, ...], Reply]:
        outcomes: dict[int, Outcome] = {}
        running: int | None = None
        afterwards: list[Callable[[], None]] = []
        try:
            order = self._planned(command)
            brought: dict[str, Content] = {}
            for running in order:
                tell.go_on()
                brought |= self._prepared(command, running)
            with self._store.transaction(command.text, now=now, client=client, undoable=_changes(command)) as tx:
                labels: list[str] = []
                for running in order:
                    tell.go_on()
                    tell("step_started", running)
                    done = self._step(command, running, tx, now, brought)
                    outcomes[running] = _outcome(command, running, done)
                    tell("step_completed", running, done.words)
                    labels += [done.label] if done.label else []
                    afterwards += done.after
                running = None
                tx.label = "; ".join(labels) or tx.label
                tell.go_on()
        except (ActionRefused, PlanImpossible, StoreError, FileError) as error:
            failed = _nothing_done(command, outcomes, None if isinstance(error, Cancelled) else running, error)
            if running is not None and not isinstance(error, Cancelled | PlanImpossible):
                tell("step_failed", running, failed[0][running].words, failed[0][running].code)
            step = None if isinstance(error, Cancelled) else running
            tell("rolled_back", step, failed[1].text, error.reason if isinstance(error, Refused) else error.code)
            return failed
        tell("completed")
        for act in afterwards:
            act()
        told_in_order = tuple(outcomes[index] for index in range(len(command.steps)))
        return told_in_order, Reply(told([outcome.words for outcome in told_in_order]))

    def _planned(self, command: Command) -> list[int]:
        if len(command.steps) > 1 and any(step.action == UNDO and not step.references for step in command.steps):
            raise Refused("undo.alone", "Undo goes alone: say it by itself")
        return [index for wave in waves(command.steps) for index in wave]

    def _prepared(self, command: Command, index: int) -> Mapping[str, Content]:
        step = command.steps[index]
        prepare = self._preparations.get(step.action)
        return prepare(step, command.text, self._store, self._files) if prepare and self._files else {}

    def _step(self, command: Command, index: int, tx: Transaction, now: datetime, brought: Mapping[str, Content]) -> Done:
        step = command.steps[index]
        action = self._actions.get(step.action)
        if action is None:
            raise Refused("action.unknown", "That's not something I can do")
        local = now.astimezone(self._zone)
        return action(
            Call(
                said=command.text,
                slots=step.slots,
                tx=tx,
                now=local,
                zone=self._zone,
                find_when=self._find_when,
                references=step.references,
                confirmed=command.confirmed,
                read_amount=self._read_amount,
                currency=self._currency,
                files=self._files,
                brought=brought,
                appliance=self._appliance,
                read_commands=self._read_commands,
                carry_out=lambda inner: self._carried_out(inner, tx, now),
            )
        )

    def _carried_out(self, command: Command, tx: Transaction, now: datetime) -> list[Done]:
        """The steps of a command within another one's transaction; what they did, in spoken order."""
        done = {index: self._step(command, index, tx, now, self._prepared(command, index)) for index in self._planned(command)}
        return [done[index] for index in range(len(command.steps))]


def _outcome(command: Command, index: int, done: Done) -> Outcome:
    return Outcome(command.steps[index].action, True, done.words, changed=_keys(done), about=_about(done), did=done.did)


def _keys(done: Done) -> tuple[tuple[str, str], ...]:
    return tuple((document.kind, document.id) for document in done.changed)


def _about(done: Done) -> tuple[tuple[str, str, str], ...]:
    return tuple((each.kind, each.id, _name(each)) for each in done.about or done.changed)


def _name(document: Document) -> str:
    return next((str(name) for field in ("title", "name", "content") if (name := getattr(document, field, ""))), "")


def _changes(command: Command) -> bool:
    """Whether undo is to find the command: an answer that marks messages as read is none to undo."""
    return any(step.action not in VOCABULARY or VOCABULARY[step.action].writes for step in command.steps)


def _not_understood(text: str) -> str:
    return told([f"I didn't understand “{text.strip()}”"]) if text.strip() else "I didn't hear anything."


def _nothing_done(
    command: Command, outcomes: Mapping[int, Outcome], failed: int | None, error: FacultyError
) -> tuple[tuple[Outcome, ...], Reply]:
    """Everything was rolled back: which step failed, or that the commit did (`failed` None), and that nothing was done."""
    code = error.reason if isinstance(error, Refused) else error.code
    awaits = isinstance(error, Refused) and error.awaits
    choice = error.choice if isinstance(error, Refused) else None
    words = told([str(error)])

    def outcome(index: int) -> Outcome:
        action = command.steps[index].action
        if failed is None or index == failed:
            return Outcome(action, False, words, code, choice=choice)
        return Outcome(action, False, "", "action.rolled_back" if index in outcomes else "action.not_run")

    alone = len(command.steps) == 1 or isinstance(error, Cancelled) or "Nothing was changed." in words
    text = words if alone else f"Nothing was done yet. {words}" if awaits else f"{words} Nothing was done."
    return tuple(outcome(index) for index in range(len(command.steps))), Reply(text, awaits)
