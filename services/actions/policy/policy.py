"""Who may have what done: the roles in force, and the permission for one command, which goes with it to the commit."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Protocol

from firmware.errors import FacultyError
from services.actions.base import Refused, Unconfirmed
from services.actions.policy.denied import Denied, sentence_of, too_many
from services.actions.policy.literal import Literally
from services.actions.policy.roles import Identity, Role, Roles, identity_of
from services.actions.policy.view import SeenReader, SeenTransaction
from services.actions.wording import counted, listed
from services.store.base import Reader, Transaction
from services.understanding.base import VOCABULARY, Command, Step

_PIECES = re.compile(r"\s*,\s*(?:and\s+)?|\s+and\s+", re.IGNORECASE)
_NAMES = ("people", "names", "items")
"""Kinds of slots that hold several values."""


class Record(Protocol):
    """Adds to the audit log. services.insight.audit.Audit.record."""

    def __call__(
        self, what: str, *, at: datetime, client: str, role: str, code: str = "", steps: Sequence[str] = ()
    ) -> None:
        """Raises a StoreError; the command is not carried out then."""


def unrecorded(what: str, *, at: datetime, client: str, role: str, code: str = "", steps: Sequence[str] = ()) -> None:
    """No log."""


class Policy:
    """The roles in force. Safe to use from several threads."""

    def __init__(self, roles: Roles, record: Record = unrecorded) -> None:
        self._roles = roles
        self._record = record
        self._literally = Literally(roles.never_literally)

    def follow(self, roles: Roles) -> None:
        """Take over other roles; a command already permitted goes on. From any thread."""
        self._roles, self._literally = roles, Literally(roles.never_literally)

    def identity(self, client: str) -> Identity:
        """Who a client is."""
        return self._roles.identity(client)

    def role(self, client: str) -> Role:
        """What a client may; `per_minute` is for whoever takes its commands in."""
        return self._roles.of(client)[1]

    def allows(self, client: str, action: str) -> bool:
        """Whether a client may do family.verb; of `appliance.…`, too (services.actions.policy.roles.APPLIANCE)."""
        return self.role(client).allows(action)

    def demand(self, client: str, action: str, now: datetime) -> None:
        """Refuses and records a request to the appliance that is no command. Raises Denied."""
        role = self.role(client)
        if not role.allows(action):
            self.note("refused", client, now, code="policy.role", steps=[action])
            raise self._not_for(role, [action])

    def hears(self, text: str, client: str) -> bool:
        """Whether a text is short enough to be parsed; `permit` explains a refusal."""
        return len(text) <= self.role(client).characters

    def sees(self, reader: Reader, client: str) -> SeenReader:
        """The store without what the client must not know."""
        role = self.role(client)
        return SeenReader(reader, None if role.sees == "all" else self.identity(client).person, role.allows)

    def check(self, command: Command, client: str, now: datetime) -> None:
        """Refuses and records what this client may not do: one forbidden step is enough. Raises Denied."""
        if denied := self._refusal(command, self.role(client)):
            self.note("refused", client, now, code=denied.reason, steps=_noted(command))
            raise denied

    def permit(self, command: Command, client: str, now: datetime) -> Permit:
        """Leave to carry out one command. Raises Denied."""
        self.check(command, client, now)
        return Permit(self, command, client, now)

    def note(self, what: str, client: str, at: datetime, *, code: str = "", steps: Sequence[str] = ()) -> None:
        """Add to the audit log. Raises a StoreError."""
        self._record(what, at=at, client=identity_of(client), role=self.identity(client).role, code=code, steps=steps)

    def literal(self, command: Command) -> bool:
        """Whether it is never to be taken literally."""
        return self._literally.means(command)

    def dangerous(self, command: Command) -> bool:
        """Whether a yes to it matters: it leaves the house, deletes, moves money, or is never to be taken literally."""
        risks = ("high" if step.action not in VOCABULARY else VOCABULARY[step.action].risk for step in command.steps)
        return "high" in risks or self.literal(command)

    def sees_all(self, client: str) -> bool:
        """Whether nothing in the store is hidden from this client."""
        return self.role(client).sees == "all"

    def nobody_agrees(self, role: Role) -> Denied:
        """Where a yes is needed, and this role's does not count."""
        return Denied("policy.yes", f"{role.called} can't say yes to that.{self._ask(lambda each: each.yes)}")

    def _refusal(self, command: Command, role: Role) -> Denied | None:
        if words := _beyond(command, role):
            return Denied("policy.bounds", words)
        if forbidden := [step.action for step in command.steps if not role.allows(step.action)]:
            return self._not_for(role, forbidden, everything=self.literal(command))
        if not role.everything and (self.literal(command) if command.steps else self._literally.says(command.text)):
            whom = self._ask(lambda each: each.everything)
            return Denied("policy.everything", f"{role.called} can't have everything deleted.{whom}")
        if command.confirmed and not role.yes and self.dangerous(command):
            return self.nobody_agrees(role)
        return None

    def _not_for(self, role: Role, actions: Sequence[str], *, everything: bool = False) -> Denied:
        """Whoever is asked instead must be able to, also to have `everything` deleted."""
        able = [
            each.ask
            for each in self._roles.roles.values()
            if all(each.allows(action) for action in actions) and (each.everything or not everything)
        ]
        return Denied("policy.role", sentence_of(role.called, actions, able))

    def _ask(self, able: Callable[[Role], bool]) -> str:
        whom = listed([each.ask for each in self._roles.roles.values() if each.ask and able(each)], "or")
        return f" Ask {whom}" if whom else ""


def _beyond(command: Command, role: Role) -> str:
    """The bound that a command breaks; empty where it breaks none."""
    names = sum(_named(step) for step in command.steps)
    bounds = (
        (_characters(command), "characters", role.characters),
        (len(command.steps), "steps", role.steps),
        (names, "names", role.names),
    )
    return next((too_many(count, noun, most) for count, noun, most in bounds if count > most), "")


def _characters(command: Command) -> int:
    """Its length; of explicit steps also that of their slots, since their text is only a label."""
    told = (
        [str(value) for step in command.steps for value in step.slots.values()] if command.source == "explicit" else []
    )
    return max(len(command.text), sum(map(len, told)))


def _named(step: Step) -> int:
    """How many names a step has; one slot may hold several."""
    action = VOCABULARY.get(step.action)
    count = 0
    for slot, value in step.slots.items():
        if not isinstance(value, str):
            count += sum(len(_PIECES.split(each)) if isinstance(each, str) else 1 for each in value)
        elif action and (action.slots.get(slot) in _NAMES or slot in action.refers):
            count += len(_PIECES.split(value))
    return count


def _noted(command: Command) -> list[str]:
    """What the log has of a command: only its actions and the names of their slots."""
    return [f"{step.action}({', '.join(step.slots)})" for step in command.steps]


_MADE_UNDER_WAY = ("policy.private", "policy.yes")
"""Codes of refusals not recorded before: a yes that does not count is refused at once, or where it would be asked for.
"""


class Leave:
    """What a command may do: everything, for clients without roles."""

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

    def __init__(self, rules: Policy, command: Command, client: str, now: datetime) -> None:
        self._rules = rules
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
        again = Permit(self._rules, self._command, self._client, self._now)
        again._was_settled = True
        return again

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
        named one by one; records a yes to something dangerous. Raises Unconfirmed, Denied and the log's errors.
        """
        if self._was_settled:
            return
        if not self._agreed and tx.changed and (self._literal or self._gone > max(1, self._named())):
            raise Unconfirmed(
                f"The result would be: {listed(labels) or counted(len(tx.changed), 'change')}. Shall I do that?"
            )
        if self._agreed and self._dangerous:
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
        if isinstance(error, Refused) and error.reason in _MADE_UNDER_WAY:
            self._note("refused", error.reason)
        return error

    def _note(self, what: str, code: str = "", command: Command | None = None) -> None:
        self._rules.note(what, self._client, self._now, code=code, steps=_noted(command or self._command))

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
