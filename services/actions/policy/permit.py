"""Leave to carry out one command, which goes with it to the commit: what it asks and records on the way."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from firmware.errors import FacultyError
from services.actions.base import Refused, Unconfirmed
from services.actions.policy.denied import Denied, Unproven, too_many
from services.actions.policy.view import SeenTransaction
from services.actions.wording import counted, listed
from services.store.base import Transaction
from services.understanding.base import VOCABULARY, Command

if TYPE_CHECKING:
    from services.actions.policy.policy import Policy

_MADE_UNDER_WAY = ("policy.private", "policy.yes", "policy.code")
"""Codes of refusals not recorded before: a yes that does not count is refused at once, or where it would be asked for.
"""


class Leave:
    """What a command may do: everything, for clients without roles."""

    def allows(self, _: str, /) -> bool:
        """Whether the client may do family.verb, too."""
        return True

    def include(self, command: Command) -> None:
        """Check a command that this one carries out, such as a step of a routine. Raises Denied."""

    def view(self, tx: Transaction) -> Transaction:
        """The transaction as the client may see it."""
        return tx

    def settle(self, tx: Transaction, labels: Sequence[str]) -> None:
        """All steps are done, nothing is committed. Raises Unconfirmed or Denied where a yes is needed."""

    def failed(self, error: FacultyError) -> FacultyError:
        """The error to report in place of one that ended the command."""
        return error

    def settled(self) -> Leave:
        """Leave for the same command once more: it was rehearsed, and settled then."""
        return self


class Permit(Leave):
    """Permission for one command of one client; belongs to its run."""

    def __init__(self, rules: Policy, command: Command, client: str, now: datetime, *, proven: bool = False) -> None:
        """`proven`: the spoken code was said for it."""
        self._rules = rules
        self._proven = proven
        self._command = command
        self._client = client
        self._now = now
        self._role = rules.role(client)
        self._included = [command]
        self._failed: FacultyError | None = None
        self._seen: SeenTransaction | None = None
        self._was_settled = False

    def settled(self) -> Permit:
        """The same, which asks and records nothing once more."""
        again = Permit(self._rules, self._command, self._client, self._now, proven=self._proven)
        again._was_settled = True
        return again

    def allows(self, action: str, /) -> bool:
        """Whether the role may do family.verb."""
        return self._role.allows(action)

    def include(self, command: Command) -> None:
        """Check a command that this one carries out; the steps of all count together. Raises Denied."""
        self._rules.check(command, self._client, self._now)
        self._included.append(command)
        steps = sum(len(each.steps) for each in self._included[1:])
        if steps > self._role.steps:
            self._note("refused", "policy.bounds", command)
            raise Denied("policy.bounds", too_many(steps, "steps", self._role.steps))

    def view(self, tx: Transaction) -> Transaction:
        """The transaction as the client may see it; counts deletions."""
        if self._seen is None or not self._seen.is_over(tx):
            person = None if self._role.sees == "all" else self._rules.identity(self._client).person
            self._seen = SeenTransaction(tx, person, self._role.allows)
        return self._seen

    def settle(self, tx: Transaction, labels: Sequence[str]) -> None:
        """Asks, unless somebody agreed, before what is never taken literally and before deleting several things not
        named one by one; records a yes to something dangerous, which may take the spoken code. Raises Unconfirmed,
        Unproven, Denied and the log's errors.
        """
        if self._was_settled:
            return
        if not self._agreed and tx.changed and (self._literal or self._gone > max(1, self._named())):
            raise Unconfirmed(
                f"The result would be: {listed(labels) or counted(len(tx.changed), 'change')}. Shall I do that?"
            )
        if self._agreed and self._dangerous:
            if not self._proven:
                self._rules.ask_for_code(self._client)
            self._note("confirmed")

    def failed(self, error: FacultyError) -> FacultyError:
        """Records a refusal, or a question about something dangerous; refuses where the answer would not count."""
        if error is self._failed:
            return error
        self._failed = self._judged(error)
        return self._failed

    def _judged(self, error: FacultyError) -> FacultyError:
        if isinstance(error, Unconfirmed) and (self._dangerous or self._gone > 1):
            if self._role.yes:
                self._note("asked", error.reason)
                return error
            error = self._rules.nobody_agrees(self._role)
        if isinstance(error, Unproven) and error.again:
            self._note("refused", "policy.code")
        if isinstance(error, Refused) and error.reason in _MADE_UNDER_WAY:
            self._note("refused", error.reason)
        return error

    def _note(self, what: str, code: str = "", command: Command | None = None) -> None:
        self._rules.note(what, self._client, self._now, code=code, steps=noted(command or self._command))

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


def noted(command: Command) -> list[str]:
    """What the log has of a command: only its actions and the names of their slots."""
    return [f"{step.action}({', '.join(step.slots)})" for step in command.steps]
