"""The whole appliance, wired to one inbox."""

from __future__ import annotations

import gc
import os
import signal
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from functools import partial
from types import FrameType

from device import events as on
from device.build.acting import build_appliance, build_jobs, build_parser, build_responder, build_routines, build_sessions, targets_of
from device.build.beside import build_beside
from device.build.dials import build_dials, wake_words
from device.build.following import Turned, build_following
from device.build.guide import build_guide
from device.build.hearing import Engines, build_ear
from device.build.keeping import build_audit, build_policy
from device.build.lights import build_shown
from device.build.mqtt import Body, build_mqtt
from device.build.settled import deadlines_of, zone_of
from device.build.watched import build_watched
from device.calendar import StoreCalendar, newest
from device.clock import Clock, Linux, zone_name
from device.configuration.lasting import Lasting
from device.control import Control
from device.daemon import Daemon, Inbox, Watcher
from device.directory import StoreDirectory
from device.facts import unknown
from device.house import house_of, manner_of
from device.jobs.works import ConversationWorks
from device.lights.glimpse import Glimpse
from device.lights.lighting import Dark, Lighting
from device.listener import Listener
from device.local.told import PIXELS
from device.machine import Deadlines
from device.mouth import Mouth
from device.mute import MuteMarker
from device.notify import Notifier, Watchdog, unwatched, watchdog_wait
from device.plugged import Plugged
from device.recorder import Recorder
from device.rescued import spoken
from device.routine_files import RoutineFiles
from device.routines import going_on
from device.settings import Settings
from device.speaking import Speaking
from firmware.base import Microphone, Speaker
from firmware.microphone import input_names
from firmware.readings import Readings
from firmware.speaker import output_names
from services.actions.base import Due
from services.insight.entries import JournalInsight
from services.speech.base import Voice
from services.store.store import Store


def build_daemon(
    settings: Settings,
    *,
    store: Store,
    engines: Engines,
    voice: Voice,
    microphone: Microphone,
    speaker: Speaker,
    lights: Lighting | Dark,
    inbox: Inbox,
    mute: MuteMarker,
    watchers: Sequence[Watcher] = (),
    recorder: Recorder | None = None,
    restart: Callable[[], None] | None = None,
    environ: Mapping[str, str] | None = None,
    notifier: Notifier | None = None,
    control: Control | None = None,
    lasting: Lasting | None = None,
) -> Daemon:
    """All threads' work, wired to one inbox; nothing runs before `run`. Without a `recorder` no turn is kept. `restart` ends the process
    where somebody starts it again; `notifier` tells whoever started it. `environ`: in which the settings were read, whose files are
    followed; None: they stay as they are. `control`: where it is open already, and tells that the appliance is loading. `lasting`: what
    was in force before, told of where it is again."""
    clock = build_clock(settings, store)
    now = clock.now
    if store.rescue:
        inbox.put(on.Announced(spoken(store.rescue, now())))
    directory = StoreDirectory(store)
    parser = build_parser(settings, names=directory.names)
    speaking = Speaking(voice, speaker)
    ear = build_ear(settings, engines, inbox.put, hints=directory.hints, speaking=speaking)
    audit = build_audit(store)
    policy = build_policy(settings, store, audit, lasting)
    for words in lasting.told if lasting else ():
        inbox.put(on.Announced(words))
    insight = JournalInsight(store.journal, targets_of(settings))
    works = ConversationWorks(owns=lambda client: policy.role(client).everything)
    routines = build_routines(settings, store, parser, directory, now=now, tell=lambda text: inbox.put(on.Announced(text)))
    glimpse = Glimpse(lights.turned, PIXELS)
    appliance = build_appliance(store, speaker=speaker, microphone=microphone, clock=clock, turned=glimpse.turned)
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
    )
    jobs = build_jobs(settings, store, responder, works, policy, now=clock.read, crashed=lambda bug: inbox.put(on.Crashed(bug)))
    if recorder:
        jobs.watch(recorder.job)
    listener = Listener(microphone, ear, inbox.put, silent_s=settings.microphone.silent_s, muted=mute.muted)
    mouth = Mouth(speaking, inbox.put, earcons=settings.earcons.enabled, duck_db=settings.barge.duck_db)
    calendar = build_calendar(settings, store, clock, routines)
    sessions = build_sessions(settings, store, now=clock.read)
    parts = build_beside(settings, store, inbox.put)
    body = Body(
        jobs=jobs,
        policy=policy,
        clock=clock,
        zone=zone_of(settings),
        dials=build_dials(settings, store, appliance=appliance, mouth=mouth, calendar=calendar, clock=clock, wake=engines.wake),
        words=wake_words(settings) if engines.wake else (),
        level=lambda: listener.level,
        near_misses=lambda: sum(engines.wake.near_misses.values()) if engines.wake else 0,
        microphone=Plugged(settings.microphone.name, input_names),
        speaker=Plugged(settings.speaker.name, output_names),
        recorder=recorder,
        restart=restart,
    )
    mqtt = build_mqtt(settings, store, body, inbox.put)
    guide = build_guide(
        settings,
        store,
        inbox.put,
        jobs=jobs,
        dials=body.dials,
        listener=listener,
        wake=engines.wake,
        parse=lambda text: parser.parse(text, now=now()),
    )
    turned = Turned(
        store=store,
        appliance=appliance,
        ear=ear,
        wake=engines.wake,
        mouth=mouth,
        calendar=calendar,
        clock=clock,
        jobs=jobs,
        dials=body.dials,
        insight=insight,
        parts=parts,
        policy=policy,
        audit=audit,
        lights=lights,
        microphone=microphone,
        speaker=speaker,
        listener=listener,
        speaking=speaking,
        relink=mqtt.relink,
        recorder=recorder,
        sessions=sessions,
        telling=mqtt.telling,
    )

    def deadlines(others: Deadlines) -> None:
        daemon.deadlines = others

    followed = (
        None
        if environ is None
        else build_following(settings, turned, inbox.put, deadlines=deadlines, restart=restart, environ=environ, lasting=lasting)
    )
    standing = followed.standing if followed else unknown
    facts = mqtt.facts(
        now(),
        sensors=Readings(),
        data=store.path.parent,
        settings=standing,
        level=body.level,
        talk=sessions.facts,
        guide=guide.standing,
    )
    shown = build_shown(lights, store, calendar, listener=listener, speaking=speaking, newer=mqtt.newer, now=now)
    control = control or Control(store.path.parent)
    watched = build_watched(
        control,
        settings,
        store,
        inbox.put,
        jobs=jobs,
        facts=facts,
        glimpse=glimpse,
        following=shown,
        listener=listener,
        speaking=speaking,
        recorder=recorder,
        near_misses=body.near_misses,
        now=now,
    )
    daemon = Daemon(
        inbox=inbox,
        listener=listener,
        mouth=mouth,
        jobs=jobs,
        calendar=calendar,
        lights=shown,
        mute=mute,
        now=now,
        deadlines=deadlines_of(settings),
        watchers=[
            *watchers,
            *([notifier.watch] if notifier else []),
            *([recorder.watch] if recorder else []),
            *(facts.watch, sessions.watch, guide.watch, watched, *mqtt.watchers),
            *([followed.watch] if followed else []),
        ],
        beside=[
            *(parts.inbox, parts.upkeep, parts.bucket, sessions),
            *([recorder] if recorder else []),
            *(control, guide),
            *mqtt.beside,
            *([followed.thread] if followed else []),
        ],
        site=mqtt.site,
        heart=build_heart(notifier, lambda: listener.pulse),
        warm_up=[engines.finals.warm_up, parser.warm_up, _settle],
    )
    store.watch(daemon.written)
    return daemon


def _settle() -> None:
    """Models, sentences and documents stay: from now on garbage is looked for among what is made later."""
    gc.collect()
    gc.freeze()
    gc.enable()


def build_heart(notifier: Notifier | None, pulse: Callable[[], int]) -> Callable[[], float]:
    """What feeds systemd's watchdog, where there is one."""
    wait = watchdog_wait(os.environ)
    return Watchdog(notifier, pulse, wait).beat if notifier and wait else unwatched


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

    going = going_on(store, partial(find, house=house_of(settings)))

    def ready(now: datetime) -> Sequence[Due]:
        routines.refresh()
        return going(now)

    return StoreCalendar(store, clock=clock, manner=manner_of(settings), ready=ready)


def stop_on_signals(inbox: Inbox) -> None:
    """SIGTERM and SIGINT end the appliance in order."""

    def stop(_: int, __: FrameType | None) -> None:
        inbox.put(on.Stopping())

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
