"""Routines are run by saying their name: a parser that knows them, and what reads their steps."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import datetime

from services.store.base import DocumentStore, Routine
from services.understanding import naming
from services.understanding.base import Command, Parser, Reference, Step
from services.understanding.names.names import Names

_LONGEST = 100
_POLITE = re.compile(r"^(?:please )+|(?: please)+$")
_SURE = 0.95


class RoutineParser:
    """A parser that takes the name of a routine, said alone, as the command to run it. What means something already keeps its meaning."""

    def __init__(self, parser: Parser, store: DocumentStore) -> None:
        self._parser = parser
        self._store = store

    def parse(self, text: str, *, now: datetime, focus: str = "") -> Command:
        """Never raises for any text."""
        command = self._parser.parse(text, now=now, focus=focus)
        if command.steps or len(text) > _LONGEST:
            return command
        said = _plain(text)
        for id_, fields in self._store.rows(Routine).items():
            name = str(fields["name"])
            if said in (_plain(name), f"{_plain(name)} routine"):
                reference = Reference("name", name, Routine.kind, name, id_, "exact")
                return Command(text, (Step("routine.run", {"name": name}, references=(reference,)),), _SURE, "template")
        return command


def reader(parser: Parser, names: Callable[[], Names]) -> Callable[[Sequence[str], datetime], list[Command]]:
    """What reads the steps of a routine (services.actions.base.ReadCommands). Names that are not known are for the actions to tell."""

    def read(texts: Sequence[str], now: datetime) -> list[Command]:
        return [naming.resolve(parser.parse(text, now=now), names())[0] for text in texts]

    return read


def _plain(text: str) -> str:
    return _POLITE.sub("", " ".join(re.findall(r"[^\W_]+(?:'[^\W_]+)?", text.casefold())))
