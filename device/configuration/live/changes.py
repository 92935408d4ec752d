"""Takes changed settings: all or none, some while it runs (table.py), the rest by a new start."""

from __future__ import annotations

import logging
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from device.configuration.live.table import Live, changed, live
from device.configuration.settings import Settings
from device.errors import ConfigBroken
from firmware.errors import ExpectedError
from services.actions.policy.roles import Roles

log = logging.getLogger(__name__)

Turn = Callable[[Settings], None]
"""Has something be as these settings say. Raises an ExpectedError where it can't: then it is as before."""


@dataclass(frozen=True, slots=True)
class SettingsRefused:
    """Why the latest files are not in force, while those before are. Nothing: they are."""

    problems: tuple[str, ...] = ()
    at: datetime | None = None

    def again(self, problems: Sequence[str], at: datetime, what: str) -> SettingsRefused:
        """Refuse them, and log it once: a file that is saved again and again fills no log."""
        if self.problems != tuple(problems):
            log.error("The new %s are refused, those before stay in force: %s", what, "; ".join(problems))
        return SettingsRefused(tuple(problems), at)

    def fields(self, what: str) -> Mapping[str, Any]:
        """For a program."""
        return {f"{what}_refused": list(self.problems), f"{what}_refused_at": self.at and self.at.isoformat()}


@dataclass(frozen=True, slots=True)
class Standing:
    """How things stand with the settings; a value, replaced as a whole."""

    since: datetime
    """When those in force were taken."""
    refused: SettingsRefused = SettingsRefused()
    waiting: tuple[str, ...] = ()
    """Keys that are in force only after the process has started anew."""
    restarts: bool = False
    """It does so by itself, as soon as nothing goes on."""

    @property
    def fields(self) -> Mapping[str, Any]:
        """For a program."""
        return {
            "since": self.since.isoformat(),
            **self.refused.fields("settings"),
            "waiting": list(self.waiting),
            "restarts": self.restarts,
        }


class Taking:
    """Takes what is set, once it has changed. `standing` may be read by any thread."""

    def __init__(
        self,
        settings: Settings,
        *,
        load: Callable[[], Settings],
        check: Callable[[Settings], None],
        turns: Mapping[Live, Turn],
        now: Callable[[], datetime],
        at_rest: Callable[[], bool],
        restart: Callable[[], None] | None = None,
        keep: Callable[[Settings], None] = lambda _: None,
    ) -> None:
        """`settings` are in force. `load` reads them anew, and raises ConfigBroken; `check` raises an ExpectedError
        where parts could not be built from them. `turns`: the parts that are turned while it runs, in this order; the
        rest waits for a new start. `at_rest`: nothing goes on that this would break off; `restart` ends the process
        where somebody starts it again; `keep` is told of all that come into force.
        """
        self._started = self._taken = settings
        self._load = load
        self._check = check
        self._turns = turns
        self._now = now
        self._at_rest = at_rest
        self._restart = restart
        self._keep = keep
        self._ending = False
        self.standing = Standing(now(), restarts=restart is not None)

    def take(self) -> None:
        """Read the settings, and have them in force if they can be."""
        try:
            new = self._load()
            if keys := changed(self._taken, new):
                self._check(new)
                self._turn({part for key in keys if (part := live(key))}, new)
        except ExpectedError as error:
            self._refuse(problems_of(error))
            return
        waiting = tuple(str(key) for key in changed(self._started, new) if live(key) not in self._turns)
        since = self._now() if keys else self.standing.since
        self._taken = new
        self._keep(new)
        if keys or self.standing.refused.problems:
            names = ", ".join(map(str, keys)) or "as they were"
            log.info(
                "New settings: %s.%s", names, f" Waiting for a new start: {', '.join(waiting)}." if waiting else ""
            )
        self.standing = replace(self.standing, since=since, refused=SettingsRefused(), waiting=waiting)

    def go_on(self) -> None:
        """Start the process anew where keys wait for that and nothing goes on."""
        if (
            self.standing.waiting
            and self._restart
            and not self._ending
            and not self.standing.refused.problems
            and self._at_rest()
        ):
            self._ending = True
            log.info("Starting anew for %s.", ", ".join(self.standing.waiting))
            self._restart()

    def _turn(self, parts: Collection[Live], new: Settings) -> None:
        """All of it, or none: what was turned is turned back. Raises an ExpectedError."""
        turned: list[Turn] = []
        try:
            for part, turn in self._turns.items():
                if part in parts:
                    turn(new)
                    turned.append(turn)
        except ExpectedError:
            for turn in reversed(turned):
                turn(self._taken)
            raise

    def _refuse(self, problems: Sequence[str]) -> None:
        self.standing = replace(self.standing, refused=self.standing.refused.again(problems, self._now(), "settings"))


class TakingRoles:
    """Takes other roles, once their file has changed. `refused` may be read by any thread."""

    def __init__(
        self,
        load: Callable[[], tuple[Roles, str]],
        follow: Callable[[Roles, str], None],
        now: Callable[[], datetime],
        keep: Callable[[Roles, str], None] = lambda _roles, _digest: None,
    ) -> None:
        """`load` reads roles and the hash of what holds, and raises ConfigBroken; `follow` has them hold, and raises an
        ExpectedError; `keep` is told of all that come to hold."""
        self._load = load
        self._follow = follow
        self._now = now
        self._keep = keep
        self._digest: str | None = None
        """Of those taken; None: those of the start hold."""
        self.refused = SettingsRefused()

    def take(self) -> None:
        """Read the roles, and have them hold if they can be used."""
        try:
            roles, digest = self._load()
            if digest != self._digest:
                self._follow(roles, digest)
                self._keep(roles, digest)
        except ExpectedError as error:
            self.refused = self.refused.again(problems_of(error), self._now(), "roles")
            return
        if self._digest not in (None, digest):
            log.info("New roles hold.")
        self._digest, self.refused = digest, SettingsRefused()


def problems_of(error: ExpectedError) -> Sequence[str]:
    """Each of them, where it is several."""
    return error.problems if isinstance(error, ConfigBroken) else [str(error)]
