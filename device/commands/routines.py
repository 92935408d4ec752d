"""Routines beyond their files: which runs can go on by themselves, and what reads the commands of their steps."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime

from services.actions.base import Due, FindWhen
from services.actions.routines.run import client_of, ready
from services.store.base import DocumentStore
from services.understanding.base import Command, Parser
from services.understanding.names.names import Names
from services.understanding.stages.names import resolve


def going_on(store: DocumentStore, find_when: FindWhen, now: datetime) -> list[Due]:
    """Which runs can go on, each as the command that does it; a stage is named but once."""
    return [
        Due(
            "run",
            f"{run.id}/{sum(step.status != 'todo' for step in run.steps)}",
            run.started,
            f"continue the {run.name} routine",
            "run",
            client=client_of(run.name, run.by),
        )
        for run in ready(store, now, find_when)
    ]


def reader(parser: Parser, names: Callable[[], Names]) -> Callable[[Sequence[str], datetime], list[Command]]:
    """Reads the steps of a routine (services.actions.base.ReadCommands). Actions tell of unknown names."""

    def read(texts: Sequence[str], now: datetime) -> list[Command]:
        return [resolve(parser.parse(text, now=now), names())[0] for text in texts]

    return read
