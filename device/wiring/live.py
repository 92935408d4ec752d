"""What a running appliance does when settings change on the disk (device/configuration/live/table.py)."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

from device.configuration import places, roles, zone
from device.configuration.house import manner_of
from device.configuration.live.changes import Taking, TakingRoles, Turn
from device.configuration.live.table import Live
from device.configuration.live.watch import Followed, SettingsWatch
from device.configuration.load import load
from device.configuration.owned import aside
from device.configuration.settings import Settings
from device.dials.base import Dials
from device.jobs.jobs import Jobs
from device.lights.thread import Dark, Lighting
from device.turn import events as on
from device.turn.machine import RESTING, Session
from device.wiring.background import build_bucket
from device.wiring.basis import check_usable, scales_of
from device.wiring.lights import build_board
from device.wiring.mind import Mind
from device.wiring.process import Process
from device.wiring.senses import Senses
from services.actions.policy.roles import Roles

_RESTED_S = 3.0
"""Nothing goes on when nothing went on for so long."""
_START_S = 60.0
"""Within so long an appliance is ready again, on a slow card, too."""


@dataclass(slots=True)
class Rest:
    """Whether a new start would break nothing off: `watch` is a watcher, calling it is for any thread."""

    jobs: Jobs
    clock: Callable[[], float] = time.monotonic
    rings_in: Callable[[], float] = lambda: math.inf
    """Seconds until something rings: it is to ring in time."""
    _since: float | None = field(default=None, init=False)

    def watch(self, _: on.Event, session: Session) -> None:
        """Note what goes on."""
        still = session.phase in RESTING and not (
            session.running or session.waiting or session.untold or session.questions
        )
        self._since = self.clock() if still else None

    def __call__(self) -> bool:
        """For a while."""
        since, stats = self._since, self.jobs.stats()
        rested = since is not None and self.clock() - since >= _RESTED_S
        return rested and not (stats.running or stats.queued) and self.rings_in() > _START_S


@dataclass(frozen=True, slots=True)
class LiveSettings:
    """To be wired to the daemon."""

    thread: SettingsWatch
    watch: Callable[[on.Event, Session], None]
    standing: Callable[[], Mapping[str, Any]]
    """For `equerry status`."""


def build_live(
    settings: Settings,
    process: Process,
    mind: Mind,
    senses: Senses,
    *,
    dials: Dials,
    lights: Lighting | Dark,
    data: Path,
    relink: Callable[[Settings], None] | None,
) -> LiveSettings | None:
    """Follows changes on the disk; None where settings stay. `data`: of the store; `relink` reaches the broker anew."""
    if (environ := process.environ) is None:
        return None
    now, lasting = mind.clock.read, process.lasting

    def rings_in() -> float:
        coming = mind.calendar.next_due(now())
        return (coming - now()).total_seconds() if coming else math.inf

    rest = Rest(mind.jobs, rings_in=rings_in)
    taking = Taking(
        settings,
        load=partial(load, environ),
        check=partial(_check, settings),
        turns=_turns(mind, senses, dials, lights, relink),
        now=now,
        at_rest=rest,
        restart=process.restart,
        **({"keep": lasting.keep} if lasting else {}),
    )

    def follow(new: Roles, digest: str) -> None:
        mind.audit.roles(digest, at=now())
        mind.policy.follow(new)

    taking_roles = TakingRoles(
        partial(roles.load, environ), follow, now, **({"keep": lasting.keep_roles} if lasting else {})
    )
    files = Followed(
        lambda: (*places.state(environ), *places.state_of([data / aside.NAME, data / zone.NAME])),
        taking.take,
        taking.go_on,
    )
    role_files = Followed(partial(roles.state, environ), taking_roles.take)

    def standing() -> Mapping[str, Any]:
        factory = aside.read(data)
        since = factory.at.isoformat() if factory.at and factory.files else None
        refused = taking_roles.refused.fields("roles")
        return {**taking.standing.fields, **refused, "factory_since": since, "at_rest": rest()}

    return LiveSettings(SettingsWatch([files, role_files]), rest.watch, standing)


def _check(before: Settings, new: Settings) -> None:
    """Raises an ExpectedError where what changed since the start could not be built."""
    check_usable(new)
    if new.bucket != before.bucket:
        build_bucket(new)
    if new.board != before.board:
        build_board(new)


def _turns(
    mind: Mind, senses: Senses, dials: Dials, lights: Lighting | Dark, relink: Callable[[Settings], None] | None
) -> Mapping[Live, Turn]:
    """By what is turned; what this appliance has not got is left out. First what may fail, so that little has to be
    turned back; the broker last, which is left only once all else is taken. How a dial was turned by voice or from afar
    gives way to the settings.
    """
    turns: dict[Live, Turn] = {}
    if wake := senses.wake:
        turns["wake words"] = lambda new: dials.settle("wake_word", partial(wake.listen_for, new.wake.words))
        turns["wake threshold"] = lambda new: dials.settle("wake_sensitivity", partial(wake.tune, new.wake.threshold))
    turns["wake sound"] = lambda new: dials.settle(
        "wake_sound", partial(setattr, senses.mouth, "earcons", new.earcons.enabled)
    )
    if volumes := mind.appliance.volumes:
        turns["volume"] = lambda new: volumes.follow(scales_of(new))
    turns["ringing"] = lambda new: mind.calendar.follow(manner_of(new))
    if isinstance(lights, Lighting):
        turns["brightness"] = lambda new: lights.dim(new.lights.brightness, new.lights.quiet_brightness)
    if relink:
        turns["broker"] = relink
    return turns
