"""What a running appliance turns when its settings change on the disk; the table is
device/configuration/live/table.py.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

from device.configuration import places, roles
from device.configuration.house import manner_of
from device.configuration.live.changes import Taking, TakingRoles, Turn
from device.configuration.live.table import Way
from device.configuration.live.watch import Followed, SettingsWatch
from device.configuration.load import load
from device.configuration.owned import aside
from device.configuration.owned.last_good import Lasting
from device.configuration.settings import Settings
from device.dials.base import Dials
from device.hearing.ear import Emit
from device.jobs.jobs import Jobs
from device.lights.thread import Dark, Lighting
from device.mqtt.publisher import Publisher
from device.process.lacks import Lacking
from device.records.sessions.writer import SessionKeeping
from device.records.turns import Recorder
from device.turn import events as on
from device.turn.machine import RESTING, Deadlines, Session
from device.wiring.background import Parts, build_arrivals, build_mirroring, build_upkeep
from device.wiring.basis import deadlines_of, scales_of
from device.wiring.body import array_of, build_voice
from device.wiring.commands import keep_of, limits_of, pace_of, targets_of
from device.wiring.ear import barging_of, build_endpoint
from device.wiring.feasible import check_usable
from device.wiring.lights import relight
from device.wiring.mind import Mind
from device.wiring.senses import Senses
from services.actions.policy.roles import Roles
from services.store.store import Store

_RESTED_S = 3.0
"""Nothing goes on when nothing went on for so long."""


@dataclass(frozen=True, slots=True)
class Turned:
    """What settings turn."""

    store: Store
    mind: Mind
    senses: Senses
    dials: Dials
    parts: Parts
    lights: Lighting | Dark
    lacking: Lacking
    sessions: SessionKeeping
    relink: Callable[[Settings], None] | None = None
    """Reach the broker otherwise."""
    recorder: Recorder | None = None
    telling: Publisher | None = None


@dataclass(slots=True)
class Rest:
    """Whether nothing goes on that a new start would break off: `watch` is a watcher of the daemon, calling it is for
    any thread.
    """

    jobs: Jobs
    clock: Callable[[], float] = time.monotonic
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
        return since is not None and self.clock() - since >= _RESTED_S and not (stats.running or stats.queued)


@dataclass(frozen=True, slots=True)
class LiveSettings:
    """To be wired to the daemon."""

    thread: SettingsWatch
    watch: Callable[[on.Event, Session], None]
    standing: Callable[[], Mapping[str, Any]]
    """For `equerry status`."""


def build_following(
    settings: Settings,
    turned: Turned,
    put: Emit,
    *,
    deadlines: Callable[[Deadlines], None],
    restart: Callable[[], None] | None,
    environ: Mapping[str, str],
    lasting: Lasting | None = None,
) -> LiveSettings:
    """Follows what changes on the disk. `deadlines` has the daemon keep others; `restart` ends the process where it is
    started again;
    `lasting` keeps what is in force for a later start."""
    now, rest = turned.mind.clock.read, Rest(turned.mind.jobs)
    ways = {
        **_threads(turned, put),
        **_dials(turned),
        **_judged(turned, deadlines),
        **_counted(turned, put),
        **_body(settings, turned),
    }
    taking = Taking(
        settings,
        load=partial(load, environ),
        check=check_usable,
        ways=ways,
        now=now,
        at_rest=rest,
        restart=restart,
        **({"keep": lasting.keep} if lasting else {}),
    )

    def follow(new: Roles, digest: str) -> None:
        turned.mind.audit.roles(digest, at=now())
        turned.mind.policy.follow(new)

    taking_roles = TakingRoles(
        partial(roles.load, environ), follow, now, **({"keep": lasting.keep_roles} if lasting else {})
    )
    marker = turned.store.path.parent / aside.NAME
    files = Followed(
        lambda: (*places.state(environ), *places.state_of([marker])),
        partial(places.folders, environ),
        taking.take,
        taking.go_on,
    )
    role_files = Followed(partial(roles.state, environ), partial(roles.folders, environ), taking_roles.take)
    return LiveSettings(
        SettingsWatch([files, role_files]),
        rest.watch,
        lambda: {
            **taking.standing.fields,
            **taking_roles.refused.fields("roles"),
            "factory_since": factory_since(marker.parent),
        },
    )


def factory_since(data: Path) -> str | None:
    """Since when files of the owner are put aside for the settings it was made with; None: none are."""
    found = aside.read(data)
    return found.at.isoformat() if found.at and found.files else None


def _threads(turned: Turned, put: Emit) -> Mapping[Way, Turn]:
    parts, store = turned.parts, turned.store
    return {
        "inbox": lambda new: parts.inbox.renew(build_arrivals(new, parts.files, put)),
        "upkeep": lambda new: parts.upkeep.renew(build_upkeep(new, store, put)),
        "bucket": lambda new: parts.bucket.renew(build_mirroring(new, store, parts.files)),
    }


def _dials(turned: Turned) -> Mapping[Way, Turn]:
    """How these were turned by voice or from afar is forgotten."""
    dials, wake, mouth = turned.dials, turned.senses.wake, turned.senses.mouth

    def words(new: Settings) -> None:
        if wake:
            dials.settle("wake_word", partial(wake.listen_for, new.wake.words))

    def threshold(new: Settings) -> None:
        if wake:
            dials.settle("wake_sensitivity", partial(wake.tune, new.wake.threshold))

    def volume(new: Settings) -> None:
        if turned.mind.appliance.volumes:
            turned.mind.appliance.volumes.follow(scales_of(new))

    return {
        "volume": volume,
        "wake words": words,
        "wake threshold": threshold,
        "earcons": lambda new: dials.settle("wake_sound", partial(setattr, mouth, "earcons", new.earcons.enabled)),
    }


def _judged(turned: Turned, deadlines: Callable[[Deadlines], None]) -> Mapping[Way, Turn]:
    def endpoint(new: Settings) -> None:
        turned.senses.ear.judge(build_endpoint(new), begin_s=new.endpoint.begin_s)
        deadlines(deadlines_of(new))

    def barging(new: Settings) -> None:
        turned.senses.ear.over.barging, turned.senses.mouth.duck_db = barging_of(new), new.barge.duck_db

    return {
        "barging": barging,
        "endpoint": endpoint,
        "deadlines": lambda new: deadlines(deadlines_of(new)),
        "ringing": lambda new: turned.mind.calendar.follow(manner_of(new)),
        "clock": lambda new: setattr(turned.mind.clock, "wait_s", new.ring.clock_wait_s),
    }


def _body(settings: Settings, turned: Turned) -> Mapping[Way, Turn]:
    """What is not of the device itself (files instead of sound cards) has no way."""
    from firmware.sound.microphone import PyAudioMicrophone
    from firmware.sound.speaker import PyAudioSpeaker

    ways: dict[Way, Turn] = {"voice": lambda new: setattr(turned.senses.speaking, "voice", build_voice(new))}
    lights, microphone, speaker = turned.lights, turned.senses.microphone, turned.senses.speaker
    if isinstance(lights, Lighting):
        shown = settings

        def light(new: Settings) -> None:
            nonlocal shown
            relight(lights, shown, new)
            shown = new
            turned.lacking.mended("lights")

        ways["lights"] = light
        ways["brightness"] = lambda new: lights.dim(new.lights.brightness, new.lights.quiet_brightness)
    if isinstance(microphone, PyAudioMicrophone):

        def listen(new: Settings) -> None:
            microphone.wanted = new.microphone.name or None
            microphone.array = array_of(new)
            turned.senses.listener.reopen()

        ways["microphone"] = listen
    if isinstance(speaker, PyAudioSpeaker):
        ways["loudspeaker"] = lambda new: setattr(speaker, "wanted", new.speaker.name or None)
    if turned.relink:
        ways["broker"] = turned.relink
    return ways


def _counted(turned: Turned, put: Emit) -> Mapping[Way, Turn]:
    recorder, telling, jobs, store, parts = (
        turned.recorder,
        turned.telling,
        turned.mind.jobs,
        turned.store,
        turned.parts,
    )

    def targets(new: Settings) -> None:
        turned.mind.insight.targets = targets_of(new)
        if recorder:
            recorder.targets = targets_of(new)

    def transcripts(new: Settings) -> None:
        jobs.remember(keep_of(new, store))
        turned.sessions.words = new.insight.transcripts
        if recorder:
            recorder.transcripts = new.insight.transcripts

    def sessions(new: Settings) -> None:
        turned.sessions.kept = new.session.keep_days > 0
        parts.upkeep.renew(build_upkeep(new, store, put))

    def tell(new: Settings) -> None:
        if telling:
            telling.tell(transcripts=new.mqtt.publish_transcripts, health_s=new.mqtt.health_s)

    return {
        "pace": lambda new: jobs.limit(limits_of(new), pace_of(new)),
        "targets": targets,
        "transcripts": transcripts,
        "sessions": sessions,
        "telling": tell,
    }
