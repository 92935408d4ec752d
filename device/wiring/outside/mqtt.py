"""What goes over MQTT: the link with the broker, and the parts that use it. None of it where no broker is set."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import tzinfo
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from device import __version__
from device.buttons.gestures import HOLD_S
from device.clock import Clock, Trust
from device.configuration.secrets import secret_if_any
from device.configuration.settings import Settings
from device.control.facts import Section, broker
from device.dials.base import Dials
from device.jobs.jobs import Jobs
from device.mqtt.base import Site
from device.mqtt.commands import Commands
from device.mqtt.counts import counts
from device.mqtt.health import Checkup, nothing_known
from device.mqtt.home_assistant.part import HomeAssistant
from device.mqtt.publisher import Publisher
from device.mqtt.refusals import Errors
from device.mqtt.site import Neighbours, heard
from device.mqtt.thread import Bridge
from device.mqtt.tokens import SECRET, tokens_of
from device.process.identity import identity
from device.records.turns import Recorder
from device.turn import events as on
from device.turn.machine import PHASES, Session
from device.turn.reactor import Watcher
from device.upkeep.updates import Updates
from device.wiring.outside.link import build_link, topics_of
from firmware.errors import ExpectedError
from firmware.readings import Readings
from services.actions.policy.policy import Policy
from services.store.store import Store
from services.sync.base import Link, LinkStatus, MqttPart
from services.sync.claims import Claims, DeviceNotice
from services.sync.home_assistant.discovery import EXPOSED, DeviceInfo
from services.sync.home_assistant.entities import Features
from services.sync.replication import Replication
from services.sync.topics import Topics

if TYPE_CHECKING:
    from services.home.announced.part import AnnouncedHouse

log = logging.getLogger(__name__)

TAPS = {1: "press", 2: "double_press", 3: "triple_press"}
_ASKED_FOR = ("say", "listen", "stop", "mute", "settings", "update")


@dataclass(frozen=True, slots=True)
class MqttBody:
    """What the parts ask of the rest of the appliance."""

    jobs: Jobs
    policy: Policy
    clock: Clock
    zone: tzinfo
    dials: Dials
    words: tuple[str, ...]
    """Wake words to choose from."""
    level: Callable[[], float | None]
    near_misses: Callable[[], int]
    microphone: Callable[[], bool] = lambda: True
    speaker: Callable[[], bool] = lambda: True
    """Whether there is one, or was since the start."""
    recorder: Recorder | None = None
    restart: Callable[[], None] | None = None
    """Where somebody starts the process again."""
    button: bool = False
    """There is a talk button."""
    announced: AnnouncedHouse | None = None
    """Lights and switches of the broker, where they are commanded there."""


class _Line(NamedTuple):
    """Where parts speak, and as whom."""

    topics: Topics
    link: Link


@dataclass(frozen=True, slots=True)
class Mqtt:
    """To be wired to the daemon."""

    site: Site
    sections: Mapping[str, Section] = field(default_factory=dict)
    """What `equerry status` tells of the broker and the other devices."""
    beside: tuple[Bridge, ...] = ()
    watchers: tuple[Watcher, ...] = ()
    newer: Callable[[], bool] = lambda: False
    """Whether another device of the site has a newer version."""
    telling: Publisher | None = None
    relink: Callable[[Settings], None] | None = None
    """Reach the broker as these settings say. Raises SecretOpen, SecretUnreadable. None where there is none."""


def build_mqtt(settings: Settings, store: Store, body: MqttBody, put: on.Emit) -> Mqtt:
    """Nothing where no broker is set. What can't be used (a secret, a name) is logged, shown and done without."""
    if not settings.mqtt.host or store.path != settings.paths.store:
        return Mqtt(Site())
    try:
        return _wired(settings, store, body, put)
    except ExpectedError as error:
        log.error("The broker is not used. %s", error)
        status = LinkStatus(connected=False, since=None, reason=str(error), code=error.code)
        put(on.BrokerChanged(connected=False, reason=str(error)))
        return Mqtt(Site(), {"broker": lambda: broker(status)})


def _wired(settings: Settings, store: Store, body: MqttBody, put: on.Emit) -> Mqtt:
    topics = topics_of(settings)
    link = build_link(settings, topics)
    line = _Line(topics, link)
    started = body.clock.read().isoformat(timespec="seconds")
    about = DeviceNotice(__version__, settings.mqtt.site, started, settings.device.name)
    claims = Claims(topics, about, publish=link.publish, clock=time.monotonic, wake=link.wake, heard=heard(put))
    replication = _replication(settings, store, body, line, claims) if settings.sync.enabled else None
    telling = _telling(settings, store, body, line, replication)
    commands = _commands(settings, body, line, put)
    home = _home_assistant(settings, store, body, line, claims=claims, synchronised=replication is not None)
    _follow(store, body, telling, home)
    parts: list[MqttPart] = [claims, *([replication] if replication else []), commands, telling, home]
    if body.announced:
        body.announced.join(publish=link.publish, subscribe=link.subscribe, wake=link.wake)
        parts.append(body.announced)
    bridge = Bridge(
        link, parts, now=body.clock.read, changed=lambda status: put(on.BrokerChanged(status.connected, status.reason))
    )
    sections: dict[str, Section] = {
        "broker": lambda: broker(bridge.status),
        "site": lambda: {"others": sorted(claims.peers), "newest_version": claims.newest_version},
    }
    if replication:
        sections["sync"] = partial(_in_figures, replication)
    return Mqtt(
        Neighbours(claims, put, kinds=settings.sync.kinds if replication else ()),
        sections,
        (bridge,),
        (telling.watch, partial(_noted, commands, home)),
        lambda: claims.newest_version != __version__,
        telling,
        lambda new: link.change(build_link(new, topics)),
    )


def _in_figures(replication: Replication) -> dict[str, object]:
    status = replication.status
    return {
        **asdict(status),
        "quarantined": len(status.quarantined),
        "merged_at": status.merged_at and status.merged_at.isoformat(),
    }


def _noted(commands: Commands, home: HomeAssistant, event: on.Event, _: Session) -> None:
    """A watcher of the daemon."""
    match event:
        case on.Answered(id, text, confidence):
            commands.answered(id, text, confidence)
        case on.Tapped(times) if times in TAPS:
            home.gesture(TAPS[times])
        case on.Held(seconds) if seconds == HOLD_S:
            home.gesture("hold")
        case on.MicrophoneMended():
            home.plugged()


def _replication(settings: Settings, store: Store, body: MqttBody, line: _Line, claims: Claims) -> Replication:
    topics, link = line
    errors = Errors(link.publish, topics.own("error"), now=body.clock.read, clock=time.monotonic)

    def refused(topic: str, code: str, words: str) -> None:
        errors.tell(topic, code, words)

    replication = Replication(
        store,
        topics,
        settings.sync.kinds,
        publish=link.publish,
        subscribe=link.subscribe,
        now=body.clock.read,
        clock=time.monotonic,
        wake=link.wake,
        ready=lambda: body.clock.believed,
        certain=lambda: body.clock.trust is Trust.SURE,
        claim=claims.claim,
        refused=refused,
    )
    store.watch(replication.changed)
    return replication


def _commands(settings: Settings, body: MqttBody, line: _Line, put: on.Emit) -> Commands:
    return Commands(
        line.topics,
        publish=line.link.publish,
        wake=line.link.wake,
        jobs=body.jobs,
        put=put,
        demand=body.policy.demand,
        now=body.clock.read,
        refused=lambda client, code, at: body.policy.note("refused", client, at, code=code),
        tokens=tokens_of(secret_if_any(SECRET)),
        closed=(settings.home_assistant.prefix,),
    )


def _telling(
    settings: Settings, store: Store, body: MqttBody, line: _Line, replication: Replication | None
) -> Publisher:
    checkup = Checkup(
        Readings(),
        store.path.parent,
        now=body.clock.read,
        level=body.level,
        backlog=(lambda: replication.status.backlog) if replication else nothing_known,
        quarantined=(lambda: len(replication.status.quarantined)) if replication else nothing_known,
        near_misses=body.near_misses,
    )
    return Publisher(
        line.topics,
        line.link.publish,
        line.link.wake,
        now=body.clock.read,
        stats=body.jobs.stats,
        health=checkup,
        health_s=settings.mqtt.health_s,
        near_misses=body.near_misses,
        transcripts=settings.mqtt.publish_transcripts,
    )


def _home_assistant(
    settings: Settings, store: Store, body: MqttBody, line: _Line, *, claims: Claims, synchronised: bool
) -> HomeAssistant:
    wanted = settings.home_assistant
    client = f"mqtt:{wanted.user or 'anyone'}"

    # Only a service is watched by what installs updates.
    archive = settings.update.archive if body.restart else ""
    updates = Updates(archive, store.path.parent, __version__) if archive else None

    def may() -> frozenset[str]:
        return frozenset(each for each in _ASKED_FOR if body.policy.allows(client, f"appliance.{each}")) | {"command"}

    features = Features(
        phases=PHASES,
        thermometer=Readings().temperature() is not None,
        button=body.button,
        synchronised=synchronised,
        dials=body.dials.names,
        words=body.words,
        restart=body.restart is not None,
        update=updates is not None,
    )
    return HomeAssistant(
        line.topics,
        line.link.publish,
        line.link.wake,
        about=DeviceInfo(
            identity(store.path.parent, store.device),
            settings.device.name,
            __version__,
            Readings().model(),
            Readings().serial(),
            wanted.area,
            EXPOSED if wanted.url else "",
        ),
        features=lambda: replace(features, microphone=body.microphone(), speaker=body.speaker(), may=may()),
        dials=body.dials,
        counts=lambda now: counts(store, now, body.zone),
        demand=body.policy.demand,
        now=body.clock.read,
        restart=body.restart,
        newest=lambda: claims.newest_version,
        updates=updates,
        near_misses=body.near_misses,
        prefix=wanted.prefix,
        form=wanted.form if wanted.enabled else "none",
        user=wanted.user,
    )


def _follow(store: Store, body: MqttBody, telling: Publisher, home: HomeAssistant) -> None:
    """Have the parts told of what happens."""
    body.jobs.watch(telling.job)
    body.jobs.follow(telling.progress)
    store.watch(telling.changed)
    store.watch(home.changed)
    if body.recorder:
        body.recorder.follow(telling.entry)
