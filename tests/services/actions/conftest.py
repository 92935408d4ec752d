"""A desk: a real store, the real time expressions, and a clock that stands until it is moved."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from services.actions.base import Appliance, Outcome, ReadCommands
from services.actions.call import nothing_read
from services.actions.execution.executor import Executor
from services.files.base import Files
from services.insight.base import Targets
from services.insight.entries import JournalInsight
from services.store.store import Store
from services.understanding.base import Command, Step
from services.understanding.slots.amounts import amount_of
from services.understanding.when import find

ZONE = ZoneInfo("America/New_York")


@dataclass
class Desk:
    """Somebody who gives commands."""

    store: Store
    now: datetime = field(default=datetime(2026, 12, 2, 10, tzinfo=ZONE))
    """A Wednesday."""
    outcomes: tuple[Outcome, ...] = ()
    awaits: bool = False
    client: str = "test"
    currency: str = ""
    files: Files | None = None
    appliance: Appliance | None = None
    read_commands: ReadCommands = nothing_read
    last: Command = field(default=Command("", (), 0.0, "none"))

    def say(self, action: str, said: str = "as spoken", **slots: Any) -> str:
        """One step; the reply."""
        return self.command(Step(action, slots), said=said)

    def command(self, *steps: Step, said: str = "as spoken") -> str:
        """Several steps; the reply."""
        return self._run(Command(said, steps, 1.0, "template" if steps else "none"))

    def agree(self) -> str:
        """Say yes to what was asked; the reply."""
        return self._run(replace(self.last, confirmed=True))

    def _run(self, command: Command) -> str:
        executor = Executor(
            self.store,
            find_when=find,
            zone=ZONE,
            read_amount=amount_of,
            currency=self.currency,
            files=self.files,
            appliance=self.appliance,
            read_commands=self.read_commands,
            insight=JournalInsight(self.store.journal, Targets()),
        )
        self.last = command
        response = executor.run(command, now=self.now, client=self.client)
        self.outcomes, self.awaits = response.outcomes, response.reply.awaits
        return response.reply.text

    @property
    def codes(self) -> list[str | None]:
        """Codes of the last command's outcomes."""
        return [outcome.code for outcome in self.outcomes]

    def later(self, **time: float) -> None:
        """Move the clock."""
        self.now += timedelta(**time)


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with Store(tmp_path / "equerry.db") as store:
        yield Desk(store)
