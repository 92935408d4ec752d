"""Routines are run by saying their name: a parser that knows them, and what reads their steps."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime

from services.actions.base import Due, FindWhen
from services.actions.routines.run import client_of, ready
from services.store.base import DocumentStore, Routine, RoutineRun
from services.understanding import resolution
from services.understanding.base import Command, Parser, Reference, Step
from services.understanding.names.names import Names

_LONGEST = 100
_POLITE = re.compile(r"^(?:please )+|(?: please)+$")
_SURE = 0.95
_VERBS = {"run": "routine.run", "start": "routine.run", "continue": "routine.continue"}
_RUN = re.compile(r"(?:please )?(?:run|start|do) (?:the |my |our )?", re.IGNORECASE)
_NAMED = re.compile(r"(?P<verb>run|start|continue) (?:the|my|our) (?P<name>.+) routine")


class RoutineParser:
    """A parser that takes the name of a routine, said alone, as the command to run it. What means something already
    keeps its meaning.

    "Run the … routine" and "continue the … routine" are taken at their word, whatever the name is made of.
    """

    def __init__(self, parser: Parser, store: DocumentStore, refresh: Callable[[], None] = lambda: None) -> None:
        """`refresh` reads routines anew whose files have changed."""
        self._parser = parser
        self._store = store
        self._refresh = refresh

    def parse(self, text: str, *, now: datetime, focus: str = "") -> Command:
        """Never raises for any text."""
        self._refresh()
        named = _NAMED.fullmatch(_plain(text)) if len(text) <= _LONGEST else None
        if named and (found := self._named(text, named["name"], _VERBS[named["verb"]])):
            return found
        command = self._parser.parse(text, now=now, focus=focus)
        if command.steps or len(text) > _LONGEST or command.not_for_us:
            return command
        return self._named(text, _plain(text), "routine.run") or self._by_the_clock(text, now, focus) or command

    def _by_the_clock(self, text: str, now: datetime, focus: str) -> Command | None:
        """ "Run good morning every day at seven": what is said of a routine whose name is not said to be one."""
        begun = _RUN.match(text)
        for fields in self._store.rows(Routine).values() if begun else ():
            name = str(fields["name"])
            rest = f"{text[begun.end() :].rstrip(' .!')} " if begun else ""
            if rest.casefold().startswith(f"{name.casefold()} "):
                told = self._parser.parse(f"run the {name} routine{rest[len(name) :]}", now=now, focus=focus)
                if told.steps and all(step.action.startswith("routine.") for step in told.steps):
                    return replace(told, text=text)
        return None

    def _named(self, text: str, said: str, action: str) -> Command | None:
        for id_, fields in self._store.rows(Routine).items():
            name = str(fields["name"])
            ways = [
                way for each in (name, *fields.get("said", ())) for way in (_plain(each), f"{_plain(each)} routine")
            ]
            if said in ways:
                reference = Reference("name", name, Routine.kind, name, id_, "exact")
                return Command(text, (Step(action, {"name": name}, references=(reference,)),), _SURE, "template")
        return None


def going_on(store: DocumentStore, find_when: FindWhen) -> Callable[[datetime], list[Due]]:
    """What tells which runs can go on, each as the command that does it; a stage is named but once."""

    def due(now: datetime) -> list[Due]:
        return [
            Due(
                "run",
                f"{run.id}/{_settled(run)}",
                run.started,
                f"continue the {run.name} routine",
                "run",
                client=client_of(run.name, run.by),
            )
            for run in ready(store, now, find_when)
        ]

    return due


def _settled(run: RoutineRun) -> int:
    return sum(step.status != "todo" for step in run.steps)


def reader(parser: Parser, names: Callable[[], Names]) -> Callable[[Sequence[str], datetime], list[Command]]:
    """What reads the steps of a routine (services.actions.base.ReadCommands). Names that are not known are for the
    actions to tell.
    """

    def read(texts: Sequence[str], now: datetime) -> list[Command]:
        return [resolution.resolve(parser.parse(text, now=now), names())[0] for text in texts]

    return read


def _plain(text: str) -> str:
    return _POLITE.sub("", " ".join(re.findall(r"[^\W_]+(?:'[^\W_]+)?", text.casefold())))
