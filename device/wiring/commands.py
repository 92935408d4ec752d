"""From text to actions: parser, responder, routines, jobs, records."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Mapping
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING

from device.clock import Clock
from device.commands.directory import StoreDirectory, whose_turn
from device.commands.families import SENTENCES, installed_families
from device.commands.responder import Responder
from device.commands.routine_files import RoutineFiles, routine_folders
from device.commands.routines import reader
from device.configuration.house import currency_of, house_of
from device.configuration.settings import Settings
from device.dials.appliance import ThisAppliance
from device.jobs.job import Limits, Pace, without_words
from device.jobs.jobs import Jobs
from device.jobs.rates import Floods
from device.jobs.works import ConversationWorks
from device.models.engine import is_compiled
from device.records.sessions.record import KIND as SESSION
from device.records.sessions.writer import SessionKeeping
from device.records.turns import CLIENT, Recorder
from device.records.writer import Keep
from device.satellites.place import place_of
from device.speaking.volumes import Scale
from device.turn import events as on
from device.wiring.basis import (
    adapter_of,
    backups_of,
    build_policy,
    clock_of,
    is_there,
    model_folder,
    open_files,
    taught_of,
    threads_of,
    zone_of,
)
from device.wyoming.clients import satellite_of
from firmware.base import Microphone, Speaker
from firmware.readings import Readings
from services.actions.base import Sound, Works
from services.actions.execution.executor import Executor
from services.actions.policy.policy import Policy
from services.actions.policy.voices import without_voice
from services.home.base import Controls
from services.insight.base import KIND, Targets
from services.insight.entries import JournalInsight
from services.store.store import Store
from services.understanding.base import Parser
from services.understanding.model.guarded import GuardedModel
from services.understanding.names.names import Names
from services.understanding.parser import CommandParser
from services.wake.base import WakeDetector

if TYPE_CHECKING:
    from services.understanding.house.reader import HouseReader

ALSO_LONG = ("report.create", "routine.run", "task.breakdown")
"""What may take long beside what is prepared: it runs beside its conversation."""


def build_parser(
    settings: Settings,
    *,
    model: bool = True,
    names: Callable[[], Names] = Names,
    controls: Controls | None = None,
) -> CommandParser:
    """Lessons, what is said to the house (`controls`) and templates, then the language model where it is wanted and
    installed. `names`: the store's.
    """
    more = installed_families().sentences  # before anything reads the vocabulary
    language_model = build_language_model(settings) if model else None
    wanted = settings.language_model
    return CommandParser(
        SENTENCES,
        language_model,
        more=more,
        names=names,
        house=house_of(settings),
        taught=taught_of(settings),
        policy=wanted.policy,
        at_home=build_house_reader(settings, controls),
    )


def build_house_reader(settings: Settings, controls: Controls | None) -> HouseReader | None:
    """What reads orders to the house; None where none can be connected."""
    if controls is None:
        return None
    from services.understanding.house.reader import HouseReader

    rooms = {place.client: place.room for place in map(place_of, settings.satellites.at) if place.room}

    def room() -> str:
        """Where whoever speaks is: at one of our satellites, at one of Home Assistant's, else here."""
        client, home = without_voice(whose_turn()), controls.home
        if not client.startswith("wyoming:"):
            return rooms.get(client, settings.home_assistant.area)
        satellite = satellite_of(client, home.satellites)
        area = home.areas.get(home.satellites[satellite]) if satellite else None
        return area.name if area else ""

    return HouseReader(lambda: controls.home, room)


def build_language_model(settings: Settings) -> GuardedModel | None:
    """The language model behind its circuit breaker; None where none is wanted or installed. Raises
    LanguageModelUnknown, AdapterBroken, ModelCorrupt and LanguageModelUnusable."""
    from services.understanding.model.llama import LlamaModel

    wanted = settings.language_model
    if not wanted.enabled:
        return None
    adapter = adapter_of(settings)
    if not all(is_there(settings, part) for part in (adapter.weights, adapter.lora) if part):
        return None
    lora = model_folder(settings, adapter.lora) if adapter.lora else None
    engine = LlamaModel(
        adapter,
        model_folder(settings, adapter.weights),
        lora=lora,
        threads=threads_of(wanted.threads),
        limit_s=wanted.limit_s,
        most_tokens=wanted.most_tokens,
        compiled=is_compiled,
    )
    return GuardedModel(engine, together_s=wanted.limit_s)


def build_responder(
    settings: Settings,
    store: Store,
    parser: Parser,
    directory: StoreDirectory,
    *,
    appliance: ThisAppliance | None = None,
    clock: Clock | None = None,
    works: Works | None = None,
    policy: Policy | None = None,
    routines: RoutineFiles | None = None,
    insight: JournalInsight | None = None,
    controls: Controls | None = None,
) -> Responder:
    """From text to actions on an open store; `appliance` is what can be asked about itself and turned; `clock` is its
    clock where it rings, too; `works` what commands see of the jobs; `policy` who may do what; `routines` those in
    files; `insight` past turns; `controls` the house."""
    from services.understanding.slots.amounts import amount_of
    from services.understanding.when import find

    find_when = partial(find, house=house_of(settings))
    policy = policy or build_policy(settings, store)
    directory.follow(policy)
    families = installed_families()
    executor = Executor(
        store,
        policy=policy,
        find_when=find_when,
        zone=zone_of(settings),
        read_amount=amount_of,
        currency=currency_of(settings),
        files=open_files(settings, store),
        read_commands=reader(parser, directory.names),
        appliance=appliance or build_appliance(settings, store),
        works=works,
        insight=insight or JournalInsight(store.journal, targets_of(settings)),
        actions=families.actions,
        preparations=families.preparations,
        controls=controls,
    )
    now = clock.now if clock else clock_of(settings)
    routines = routines or build_routines(settings, store, parser, directory, now=now)
    return Responder(
        parser,
        executor,
        now,
        directory=directory,
        refresh=routines.refresh,
        house=house_of(settings),
        policy=policy,
    )


def build_appliance(
    settings: Settings,
    store: Store,
    *,
    speaker: Speaker | None = None,
    microphone: Microphone | None = None,
    clock: Clock | None = None,
    scales: Mapping[Sound, Scale] | None = None,
    turned: Callable[[float], None] = lambda _: None,
    put: on.Emit = lambda _: None,
) -> ThisAppliance:
    """The device as actions see it. `turned` is told of every new volume, `put` of what is asked of the machine."""
    believed: Callable[[], bool] = (lambda: clock.believed) if clock else (lambda: True)
    return ThisAppliance(
        Readings(),
        store.path.parent,
        speaker=speaker,
        microphone=microphone,
        scales=scales,
        clock_set=believed,
        turned=turned,
        put=put,
        backups=backups_of(settings) if store.path == settings.paths.store else None,
    )


def build_routines(
    settings: Settings,
    store: Store,
    parser: Parser,
    directory: StoreDirectory,
    *,
    now: Callable[[], datetime],
    tell: Callable[[str], None] = lambda _: None,
) -> RoutineFiles:
    """Routines written in files. `tell` is told of those that can't be used."""
    from services.understanding.when import find

    find_when = partial(find, house=house_of(settings))
    read = reader(parser, directory.names)
    return RoutineFiles(routine_folders(os.environ), store, read_commands=read, find_when=find_when, now=now, tell=tell)


def build_jobs(
    settings: Settings,
    store: Store,
    responder: Responder,
    works: ConversationWorks,
    policy: Policy,
    *,
    now: Callable[[], datetime],
    crashed: Callable[[BaseException], None] | None = None,
) -> Jobs:
    """The queue of commands; nothing runs before `start`. `crashed` is handed a bug on an act thread."""
    long, wanted = frozenset((*installed_families().preparations, *ALSO_LONG)), settings.jobs
    keep: Keep = partial(store.journal.add_all, "job")

    def note(client: str, at: datetime, code: str) -> None:
        policy.note("refused", client, at, code=code)

    works.jobs = Jobs(
        responder,
        now=now,
        limits=Limits(running=wanted.running, most=wanted.most, queued=wanted.queued, kept_s=wanted.kept_s),
        pace=Pace(wanted.per_minute, wanted.burst, wanted.customer_per_minute, wanted.customer_burst),
        takes_long=lambda command: any(step.action in long for step in command.steps),
        keep=keep if settings.insight.transcripts else without_words(keep),
        sensors=Readings(),
        crashed=crashed,
        refused=Floods(note, now=now, clock=time.monotonic),
        allowance=lambda client: policy.role(client).per_minute,
        was_done=store.done,
        hide=policy.code.hide if policy.code else lambda text, _: text,
    )
    return works.jobs


def build_recorder(
    settings: Settings, store: Store, *, put: on.Emit = lambda _: None, wake: WakeDetector | None = None
) -> Recorder:
    """Keeps turns and commands; `put` is told of late replies, `wake` counts what was nearly the wake word."""
    return Recorder(
        partial(store.journal.add_all, KIND),
        now=clock_of(settings),
        targets=targets_of(settings),
        transcripts=settings.insight.transcripts,
        alert=put,
        near_misses=lambda: sum(wake.near_misses.values()) if wake else 0,
    )


def build_sessions(settings: Settings, store: Store, *, now: Callable[[], datetime]) -> SessionKeeping:
    """What keeps records of sessions."""
    return SessionKeeping(
        partial(store.journal.add_all, SESSION),
        now=now,
        client=CLIENT,
        kept=settings.session.keep_days > 0,
        words=settings.insight.transcripts,
    )


def targets_of(settings: Settings) -> Targets:
    """In what time replies are to begin."""
    return Targets(settings.insight.one_s, settings.insight.several_s)
