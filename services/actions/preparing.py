"""What takes long and needs no transaction is done before it: files kept, reports made, sentences read. Side by side, wave by wave."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from contextvars import copy_context

from firmware.errors import FacultyError
from services.actions.base import EXPECTED
from services.actions.call import Prepared
from services.actions.planner import Waves
from services.actions.progress import Telling

AT_ONCE = 3
"""Preparations of one command that run side by side."""
_LOOK_S = 0.1
"""How often somebody who waits looks whether the command was cancelled."""


def prepare(
    order: Waves,
    work: Mapping[int, Callable[[], Prepared]],
    *,
    workers: ThreadPoolExecutor,
    tell: Telling,
    failed: Callable[[int, FacultyError], None],
) -> dict[int, Prepared]:
    """What was prepared for the steps that have such work, by their indices.

    `failed` is told of expected errors; it raises where nothing can be done without that step, else the others go on. Once the command
    is cancelled, this returns at once with Cancelled; what still runs comes to nothing.
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
