"""Several clients at one desk, under the shipped roles."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from services.actions.base import Outcome
from services.actions.execution.executor import Executor
from services.actions.policy.policy import Policy
from services.actions.policy.roles import Roles
from services.insight.audit import KIND, Audit
from services.store.store import Store
from services.understanding.base import Command, Step
from services.understanding.slots.amounts import amount_of
from services.understanding.when import find

ZONE = ZoneInfo("America/New_York")
SHIPPED = Path(__file__).parents[4] / "config" / "roles.toml"
CLIENTS = {"owner": "console", "member": "mqtt:sarah", "guest": "somebody", "automation": "mqtt:home"}
"""A client of each role."""


def shipped() -> dict[str, Any]:
    """The shipped roles, with Sarah's phone."""
    tree = tomllib.loads(SHIPPED.read_text(encoding="utf-8"))
    tree["clients"]["mqtt:sarah"] = {"role": "member", "person": "Sarah Chen"}
    tree["clients"]["mqtt:mike"] = {"role": "member", "person": "Mike Ross"}
    return tree


@dataclass
class Office:
    """Everybody gives commands here."""

    store: Store
    roles: Roles
    now: datetime = field(default=datetime(2026, 12, 2, 10, tzinfo=ZONE))
    outcomes: tuple[Outcome, ...] = ()
    last: Command = field(default=Command("", (), 0.0, "none"))

    def __post_init__(self) -> None:
        self.audit = Audit(self.store.journal, self.store.path.with_name("audit"))
        self.policy = Policy(self.roles, self.audit.record)
        self.executor = Executor(
            self.store, find_when=find, zone=ZONE, read_amount=amount_of, currency="USD", policy=self.policy
        )

    def say(self, client: str, action: str, said: str = "as spoken", **slots: Any) -> str:
        """One step of a client; the reply."""
        return self.command(client, Step(action, slots), said=said)

    def command(self, client: str, *steps: Step, said: str = "as spoken", confirmed: bool = False) -> str:
        """Several steps; the reply."""
        self.now += timedelta(seconds=1)
        self.last = Command(said, steps, 1.0, "template" if steps else "none", confirmed)
        response = self.executor.run(self.last, now=self.now, client=client)
        self.outcomes = response.outcomes
        return response.reply.text

    def agree(self, client: str) -> str:
        """Say yes to what was asked."""
        return self.command(client, *self.last.steps, said=self.last.text, confirmed=True)

    @property
    def code(self) -> str | None:
        """Code of the last command's first failure."""
        return next((outcome.code for outcome in self.outcomes if outcome.code), None)

    def log(self) -> list[tuple[str, str, str]]:
        """(what, role, code) of each entry of the audit log."""
        return [
            (each.fields["what"], each.fields["role"], each.fields["code"]) for each in self.store.journal.rows(KIND)
        ]


def with_roles(office: Office, **roles: dict[str, Any]) -> Office:
    """The same office, some keys of roles being others."""
    tree = shipped()
    for name, keys in roles.items():
        tree["roles"].setdefault(name, {}).update(keys)
    return replace(office, roles=Roles.model_validate(tree))
