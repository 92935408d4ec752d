"""The order of a command's steps. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from graphlib import CycleError, TopologicalSorter

from services.actions.base import PlanImpossible
from services.understanding.base import Step


def waves(steps: Sequence[Step]) -> tuple[tuple[int, ...], ...]:
    """Indices of the steps, wave by wave: a step comes after all those it waits for, as early as it can.

    Within a wave by priority, then in spoken order.

    Raises PlanImpossible for a cycle, or a wait for a step that is not there.
    """
    if any(not 0 <= before < len(steps) for step in steps for before in step.after):
        raise PlanImpossible
    sorter = TopologicalSorter({index: step.after for index, step in enumerate(steps)})
    try:
        sorter.prepare()
    except CycleError as error:
        raise PlanImpossible from error
    found: list[tuple[int, ...]] = []
    while sorter.is_active():
        wave = tuple(sorted(sorter.get_ready(), key=lambda index: (steps[index].priority, index)))
        sorter.done(*wave)
        found.append(wave)
    return tuple(found)
