"""Who may have what done: the roles in force, and the permission for one command, which goes with it to the commit."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import datetime
from math import ceil
from typing import Protocol

from services.actions.policy.code import SpokenCode
from services.actions.policy.denied import Denied, Unproven, sentence_of, too_many
from services.actions.policy.literal import Literally
from services.actions.policy.permit import Permit, noted
from services.actions.policy.roles import Identity, Role, Roles, identity_of
from services.actions.policy.view import SeenReader
from services.actions.policy.voices import can_speak, heard_as, without_voice
from services.actions.wording import duration, listed
from services.store.base import Reader
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

    def __init__(self, roles: Roles, record: Record = unrecorded, code: SpokenCode | None = None) -> None:
        """`code`: what a spoken yes to something dangerous takes besides."""
        self._roles = roles
        self._record = record
        self.code = code
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
            self.note("refused", client, now, code=denied.reason, steps=noted(command))
            raise denied

    def permit(self, command: Command, client: str, now: datetime, *, proven: bool = False) -> Permit:
        """Leave to carry out one command; `proven`: the spoken code was said for it. Raises Denied."""
        self.check(command, client, now)
        return Permit(self, command, client, now, proven=proven)

    def speaker(self, client: str) -> str:
        """Who speaks, by the name that the contacts have; empty where the voice is nobody's, or not sure."""
        return self.identity(client).person if heard_as(client) else ""

    def depends(self, command: Command, clients: Sequence[str]) -> bool:
        """Whether it depends on which of these gives the command: what is allowed, or whose yes counts."""
        dangerous = self.dangerous(command)
        roles = [self.role(client) for client in clients]
        return len({(self._refusal(command, role) is None, dangerous and role.yes) for role in roles}) > 1

    def ask_for_code(self, client: str) -> None:
        """Where there is a code and this is spoken: raises Unproven; Denied where it was wrong too often."""
        if self.code is None or not can_speak(client):
            return
        if self.code.shut_s:
            raise self.shut()
        raise Unproven(again=self.code.ask(without_voice(client)))

    def shut(self) -> Denied:
        """Where the code was wrong too often."""
        wait = duration(ceil((self.code.shut_s if self.code else 0.0) / 60) * 60)
        return Denied("policy.code", f"The code was wrong three times. Nothing was done. Try again in {wait}")

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
