"""Does what takes long before the transaction, side by side: keeps files, makes reports, reads sentences."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from contextvars import copy_context
from dataclasses import replace
from datetime import datetime
from typing import Any

from firmware.errors import FacultyError
from services.actions.base import EXPECTED
from services.actions.call import Call, Made, Prepare, Prepared
from services.actions.execution.planner import Waves, writes
from services.actions.execution.progress import CommandProgress
from services.store.base import Reader
from services.understanding.base import Command

AT_ONCE = 3
"""Preparations of one command that run side by side."""
_LOOK_S = 0.1
"""How often somebody who waits looks whether the command was cancelled."""


class Looking:
    """The store as a preparation sees it: a Transaction to read; changing anything in it is a bug."""

    def __init__(self, reader: Reader, now: datetime) -> None:
        self.now = now
        self.label = ""
        self.changed: tuple[tuple[str, str], ...] = ()
        self.get, self.find, self.rows, self.search = reader.get, reader.find, reader.rows, reader.search

    def _never(self, *what: Any, **more: Any) -> Any:
        raise RuntimeError(f"a preparation may not change the store: {what or more}")

    add = put = keep = remove = undo_last = take_back = undo_all = savepoint = _never


def beside(preparations: Mapping[str, Prepare], look: Call, commands: Sequence[Command]) -> Sequence[Made]:
    """What was prepared for the steps of commands that one step carries out, such as a routine, side by side.

    An expected failure is left out: the step meets it again when it is done. A step behind one that changes documents
    is told so.
    """
    changed = look.changes_before
    made: list[dict[int, Prepared]] = [{} for _ in commands]
    # Threads of its own: those that prepare are busy waiting for these.
    with ThreadPoolExecutor(AT_ONCE, thread_name_prefix="prepare") as workers:
        running: list[tuple[int, int, Future[Prepared]]] = []
        for place, command in enumerate(commands):
            for index, step in enumerate(command.steps):
                if step.action in preparations:
                    said = replace(
                        look, said=command.text, slots=step.slots, references=step.references, changes_before=changed
                    )
                    running.append((place, index, workers.submit(copy_context().run, preparations[step.action], said)))
                changed = changed or writes(step)
        for place, index, future in running:
            try:
                made[place][index] = future.result()
            except EXPECTED:
                continue
    return made


def prepare(
    order: Waves,
    work: Mapping[int, Callable[[], Prepared]],
    *,
    workers: ThreadPoolExecutor,
    tell: CommandProgress,
    failed: Callable[[int, FacultyError], None],
) -> dict[int, Prepared]:
    """What was prepared for the steps that have such work, by their indices.

    `failed` is told of expected errors; it raises where nothing can be done without that step, else the others go on.
    Once the command is cancelled, this returns at once with Cancelled; what still runs comes to nothing.
    """
    ready: dict[int, Prepared] = {}
    for wave in order:
        todo = [index for index in wave if index in work]
        running: dict[Future[Prepared], int] = {}
        try:
            while todo or running:
                tell.go_on()
                while todo and len(running) < AT_ONCE:
                    index = todo.pop(0)
                    tell.begins(index)
                    running[workers.submit(copy_context().run, work[index])] = index
                done, _ = wait(running, timeout=_LOOK_S, return_when=FIRST_COMPLETED)
                for future in sorted(done, key=running.__getitem__):
                    index = running.pop(future)
                    try:
                        ready[index] = future.result()
                    except EXPECTED as error:
                        failed(index, error)
        finally:
            for future in running:
                future.cancel()
    return ready
