"""What understands, carries out and knows when: from words to what was done."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from device.clock import Clock, Linux, zone_name
from device.commands.directory import StoreDirectory
from device.commands.responder import Responder
from device.commands.routine_files import RoutineFiles
from device.commands.routines import going_on
from device.configuration.house import house_of, manner_of
from device.configuration.owned.last_good import Lasting
from device.configuration.settings import Settings
from device.dials.appliance import ThisAppliance
from device.hearing.read_ahead import Foreseen, Read, Stale
from device.jobs.jobs import Jobs
from device.jobs.works import ConversationWorks
from device.records.turns import Recorder
from device.turn import events as on
from device.turn.due_store import StoreCalendar, newest
from device.turn.reactor import CLIENT
from device.wiring.basis import build_audit, build_policy, scales_of, zone_of
from device.wiring.body import Hardware
from device.wiring.commands import (
    build_appliance,
    build_jobs,
    build_parser,
    build_responder,
    build_routines,
    targets_of,
)
from services.actions.base import Due
from services.actions.policy.policy import Policy
from services.home.base import Controls
from services.insight.audit import Audit
from services.insight.entries import JournalInsight
from services.store.store import Store
from services.understanding.model.patience import ahead
from services.understanding.parser import CommandParser


@dataclass(frozen=True, slots=True)
class Mind:
    """Built by build_mind."""

    clock: Clock
    directory: StoreDirectory
    parser: CommandParser
    policy: Policy
    audit: Audit
    insight: JournalInsight
    appliance: ThisAppliance
    jobs: Jobs
    calendar: StoreCalendar
    foresee: Read
    """What would come of the words at the microphone; nothing does."""


def build_mind(
    settings: Settings,
    store: Store,
    put: on.Emit,
    hardware: Hardware,
    *,
    turned: Callable[[float], None],
    recorder: Recorder | None = None,
    lasting: Lasting | None = None,
    controls: Controls | None = None,
) -> Mind:
    """`turned` is told of every new volume, 0 to 1; `lasting` has the roles that were in force before; `controls`: the
    house, where one can be connected.
    """
    clock = build_clock(settings, store)
    directory = StoreDirectory(store, controls)
    parser = build_parser(settings, names=directory.names, controls=controls)
    audit = build_audit(store)
    policy = build_policy(settings, store, audit, lasting)
    insight = JournalInsight(store.journal, targets_of(settings))
    works = ConversationWorks(owns=lambda client: policy.role(client).everything)
    routines = build_routines(
        settings, store, parser, directory, now=clock.now, tell=lambda text: put(on.Announced(text))
    )
    appliance = build_appliance(
        settings,
        store,
        speaker=hardware.speaker,
        microphone=hardware.microphone,
        clock=clock,
        scales=scales_of(settings),
        turned=turned,
        put=put,
    )
    appliance.switch = lambda: hardware.mute.switched_off
    responder = build_responder(
        settings,
        store,
        parser,
        directory,
        appliance=appliance,
        clock=clock,
        works=works,
        policy=policy,
        routines=routines,
        insight=insight,
        controls=controls,
    )
    jobs = build_jobs(
        settings, store, responder, works, policy, now=clock.read, crashed=lambda bug: put(on.Crashed(bug))
    )
    if recorder:
        jobs.watch(recorder.job)
    return Mind(
        clock,
        directory,
        parser,
        policy,
        audit,
        insight,
        appliance,
        jobs,
        build_calendar(settings, store, clock, routines),
        partial(_foreseen, responder),
    )


def _foreseen(responder: Responder, text: str, confidence: float, stale: Stale) -> Foreseen:
    with ahead(stale):
        said = responder.understand(text, client=CLIENT, confidence=confidence)
    return Foreseen(said.command, lambda: responder.foreseen(said))


def build_clock(settings: Settings, store: Store) -> Clock:
    """The clock that rings: it knows whether it can be believed, and when it was set."""
    return Clock(
        Linux(),
        zone_of(settings),
        marker=store.path.with_name("clock.json"),
        newest=newest(store),
        wait_s=settings.ring.clock_wait_s,
        zone_name=zone_name(settings.device.time_zone),
    )


def build_calendar(settings: Settings, store: Store, clock: Clock, routines: RoutineFiles) -> StoreCalendar:
    """What rings and what begins by itself."""
    from services.understanding.when import find

    going = partial(going_on, store, partial(find, house=house_of(settings)))

    def ready(now: datetime) -> Sequence[Due]:
        routines.refresh()
        return going(now)

    return StoreCalendar(store, clock=clock, manner=manner_of(settings), ready=ready)
