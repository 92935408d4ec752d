"""The order of a command's steps, and which of them the others can't do without. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from graphlib import CycleError, TopologicalSorter

from services.actions.base import PlanImpossible
from services.understanding.base import VOCABULARY, Step, has_all

Waves = tuple[tuple[int, ...], ...]
"""Indices of steps; those of one wave don't wait for each other."""


def waves(steps: Sequence[Step]) -> Waves:
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


def one_by_one(order: Waves) -> tuple[int, ...]:
    """The steps as they are done within the transaction."""
    return tuple(index for wave in order for index in wave)


def critical(steps: Sequence[Step]) -> frozenset[int]:
    """Steps that all depends on: a lone one, those that others wait for, and those the vocabulary says."""
    awaited = {before for step in steps for before in step.after}
    return frozenset(
        index
        for index, step in enumerate(steps)
        if len(steps) == 1 or index in awaited or step.action not in VOCABULARY or VOCABULARY[step.action].critical
    )


def writes(step: Step) -> bool:
    """Whether a step changes documents; of an unknown one that is assumed."""
    return step.action not in VOCABULARY or VOCABULARY[step.action].writes


def reaches_out(step: Step) -> bool:
    """Whether a step may do something beyond the store."""
    return step.action in VOCABULARY and VOCABULARY[step.action].outside


def incomplete(steps: Sequence[Step]) -> tuple[int, ...]:
    """Steps that lack a slot which they need: they will have to ask."""
    return tuple(
        index
        for index, step in enumerate(steps)
        if step.action in VOCABULARY
        and not has_all(VOCABULARY[step.action], step.slots)
        and not tells_what_was_done(steps, index)
    )


def tells_what_was_done(steps: Sequence[Step], index: int) -> bool:
    """Whether a message without words of its own tells what others did: "move it to ten and let Jonas know"."""
    step = steps[index]
    told = step.action == "message.send" and "recipients" in step.slots and "content" not in step.slots
    return told and any(other.action != step.action for other in steps[:index])
