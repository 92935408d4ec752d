"""Permission to carry out one command: what it sees, what it must ask first, and what the audit log records."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from firmware.errors import FacultyError
from services.actions.base import Refused, Unconfirmed
from services.actions.policy.denied import Denied, too_many
from services.actions.policy.roles import Identity, Role
from services.actions.policy.view import SeenTransaction
from services.actions.wording import counted, listed
from services.store.base import Transaction
from services.understanding.base import VOCABULARY, Command

_MADE_UNDER_WAY = ("policy.private", "policy.yes")
"""Codes of refusals not recorded before: a yes that does not count is refused at once, or where it would be asked for.
"""


class Rules(Protocol):
    """services.actions.policy.policy.Policy."""

    def identity(self, client: str) -> Identity:
        """Who a client is."""

    def role(self, client: str) -> Role:
        """What a client may."""

    def check(self, command: Command, client: str, now: datetime) -> None:
        """Raises Denied."""

    def note(self, what: str, client: str, at: datetime, *, code: str = "", command: Command | None = None) -> None:
        """Add to the audit log."""

    def literal(self, command: Command) -> bool:
        """Whether it is never to be taken literally."""

    def dangerous(self, command: Command) -> bool:
        """Whether a yes to it matters."""

    def nobody_agrees(self, role: Role) -> Denied:
        """Where a yes is needed, and this role's does not count."""


class Leave(Protocol):
    """What the executor needs of a permit."""

    def include(self, command: Command) -> None:
        """Check a command that this one carries out, such as a step of a routine. Raises Denied."""

    def view(self, tx: Transaction) -> Transaction:
        """The transaction as the client may see it."""

    def settle(self, tx: Transaction, labels: Sequence[str]) -> None:
        """All steps are done, nothing is committed. Raises Unconfirmed or Denied where a yes is needed."""

    def failed(self, error: FacultyError) -> FacultyError:
        """The error to report in place of one that ended the command."""


class Free:
    """Permission for everything: for clients without roles."""

    def include(self, command: Command) -> None:
        """Anything."""

    def view(self, tx: Transaction) -> Transaction:
        """All of it."""
        return tx

    def settle(self, tx: Transaction, labels: Sequence[str]) -> None:
        """Without asking."""

    def failed(self, error: FacultyError) -> FacultyError:
        """The error itself."""
        return error


class Permit:
    """Permission for one command of one client; belongs to its run."""

    def __init__(self, rules: Rules, command: Command, client: str, now: datetime) -> None:
        self._rules = rules
        self._command = command
        self._client = client
        self._now = now
        self._role = rules.role(client)
        self._included = [command]
        self._failed: FacultyError | None = None
        self._seen: SeenTransaction | None = None

    def include(self, command: Command) -> None:
        """Check a command that this one carries out; the steps of all count together. Raises Denied."""
        self._rules.check(command, self._client, self._now)
        self._included.append(command)
        steps = sum(len(each.steps) for each in self._included[1:])
        if steps > self._role.steps:
            denied = Denied("policy.bounds", too_many(steps, "steps", self._role.steps))
            self._rules.note("refused", self._client, self._now, code=denied.reason, command=command)
            raise denied

    def view(self, tx: Transaction) -> Transaction:
        """The transaction as the client may see it; counts deletions."""
        if self._seen is None or not self._seen.is_over(tx):
            person = None if self._role.sees == "all" else self._rules.identity(self._client).person
            self._seen = SeenTransaction(tx, person, self._client, self._role.allows)
        return self._seen

    def settle(self, tx: Transaction, labels: Sequence[str]) -> None:
        """Asks, unless somebody agreed, before what is never taken literally and before deleting several things not
        named one by one; records a yes to something dangerous. Raises Unconfirmed, Denied and the log's errors.
        """
        if not self._agreed and tx.changed and (self._literal or self._gone > max(1, self._named())):
            raise Unconfirmed(f"That means: {listed(labels) or counted(len(tx.changed), 'change')}. Shall I do that?")
        if self._agreed and self._dangerous:
            self._rules.note("confirmed", self._client, self._now, command=self._command)

    def failed(self, error: FacultyError) -> FacultyError:
        """Records a refusal, or a question about something dangerous; where the answer would not count, refuses
        instead.
        """
        if error is self._failed:
            return error
        self._failed = self._judged(error)
        return self._failed

    def _judged(self, error: FacultyError) -> FacultyError:
        if isinstance(error, Unconfirmed) and (self._dangerous or self._gone > 1):
            if self._role.yes:
                self._rules.note("asked", self._client, self._now, code=error.reason, command=self._command)
                return error
            error = self._rules.nobody_agrees(self._role)
        if isinstance(error, Refused) and error.reason in _MADE_UNDER_WAY:
            self._rules.note("refused", self._client, self._now, code=error.reason, command=self._command)
        return error

    @property
    def _agreed(self) -> bool:
        """Somebody said yes: to the command, or to each one it carries out, as for a routine that begins by itself."""
        inner = self._included[1:]
        return self._command.confirmed or (bool(inner) and all(each.confirmed for each in inner))

    @property
    def _dangerous(self) -> bool:
        return any(self._rules.dangerous(each) for each in self._included)

    @property
    def _literal(self) -> bool:
        return any(self._rules.literal(each) for each in self._included)

    @property
    def _gone(self) -> int:
        """How many documents are deleted or cancelled so far."""
        return self._seen.gone if self._seen else 0

    def _named(self) -> int:
        """How many things the deleting steps name one by one."""
        count = 0
        for step in (step for command in self._included for step in command.steps):
            action = VOCABULARY.get(step.action)
            value = step.slots.get(action.subject, "") if action and action.subject else ""
            count += 1 if isinstance(value, str) else len(value)
        return count
