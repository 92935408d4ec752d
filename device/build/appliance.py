"""The whole appliance, wired to one inbox."""

from __future__ import annotations

import gc
import os
import signal
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from types import FrameType

from device import events as on
from device.build.acting import build_sessions
from device.build.beside import build_beside
from device.build.dials import build_dials, wake_words
from device.build.following import Turned, build_following
from device.build.guide import build_guide
from device.build.hearing import Engines
from device.build.lights import build_shown
from device.build.mind import Mind, build_mind
from device.build.mqtt import Body, build_mqtt
from device.build.senses import Senses, build_senses
from device.build.settled import deadlines_of, zone_of
from device.build.watched import build_watched
from device.buttons import Buttons
from device.configuration.lasting import Lasting
from device.control import Control
from device.daemon import CLIENT, Beside, Daemon, Inbox, Watcher
from device.factory import Restoring, news
from device.facts import unknown
from device.lights.glimpse import Glimpse
from device.lights.lighting import Dark, Lighting
from device.local.told import PIXELS
from device.machine import Deadlines
from device.mute import MuteMarker
from device.notify import Notifier, Watchdog, unwatched, watchdog_wait
from device.plugged import Plugged
from device.recorder import Recorder
from device.rescued import spoken
from device.settings import Settings
from firmware.base import Microphone, Speaker
from firmware.microphone import input_names
from firmware.readings import Readings
from firmware.speaker import output_names
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
    buttons: Buttons | None = None,
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
    put, glimpse, control = inbox.put, Glimpse(lights.turned, PIXELS), control or Control(store.path.parent)
    mind = build_mind(
        settings, store, put, speaker=speaker, microphone=microphone, turned=glimpse.turned, recorder=recorder, lasting=lasting
    )
    now = mind.clock.now
    for words in (news(store.path.parent), store.rescue and spoken(store.rescue, now()), *(lasting.told if lasting else ())):
        if words:
            put(on.Announced(words))
    senses = build_senses(
        settings,
        engines,
        voice,
        put,
        microphone=microphone,
        speaker=speaker,
        hints=mind.directory.hints,
        appliance=mind.appliance,
        muted=mute.muted,
    )
    sessions, parts = build_sessions(settings, store, now=mind.clock.read), build_beside(settings, store, put)
    body = _body(settings, store, mind, senses, recorder=recorder, restart=restart, button=buttons is not None)
    mqtt = build_mqtt(settings, store, body, put)
    guide = build_guide(settings, store, put, mind=mind, senses=senses, dials=body.dials)
    turned = Turned(
        store=store,
        mind=mind,
        senses=senses,
        dials=body.dials,
        parts=parts,
        lights=lights,
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
        else build_following(settings, turned, put, deadlines=deadlines, restart=restart, environ=environ, lasting=lasting)
    )
    facts = mqtt.facts(
        now(),
        sensors=Readings(),
        data=store.path.parent,
        settings=followed.standing if followed else unknown,
        level=body.level,
        talk=sessions.facts,
        guide=guide.standing,
    )
    shown = build_shown(lights, store, mind.calendar, listener=senses.listener, speaking=senses.speaking, newer=mqtt.newer, now=now)
    watched = build_watched(
        control, settings, store, put, mind=mind, senses=senses, facts=facts, glimpse=glimpse, following=shown, recorder=recorder
    )
    beside: list[Beside] = [parts.inbox, parts.upkeep, parts.bucket, sessions, control, guide, *mqtt.beside]
    beside += [each for each in (recorder, buttons, followed and followed.thread) if each]
    daemon = Daemon(
        inbox=inbox,
        listener=senses.listener,
        mouth=senses.mouth,
        jobs=mind.jobs,
        calendar=mind.calendar,
        lights=shown,
        mute=mute,
        now=now,
        deadlines=deadlines_of(settings),
        watchers=[
            *watchers,
            *(each.watch for each in (notifier, recorder, facts, sessions, guide, followed) if each),
            *(watched, *mqtt.watchers),
        ],
        beside=beside,
        site=mqtt.site,
        restore=_restoring(store, mind, environ, restart),
        heart=build_heart(notifier, lambda: senses.listener.pulse),
        warm_up=[engines.finals.warm_up, mind.parser.warm_up, _settle],
    )
    store.watch(daemon.written)
    return daemon


def _body(
    settings: Settings,
    store: Store,
    mind: Mind,
    senses: Senses,
    *,
    recorder: Recorder | None,
    restart: Callable[[], None] | None,
    button: bool,
) -> Body:
    dials = build_dials(
        settings,
        store,
        appliance=mind.appliance,
        mouth=senses.mouth,
        calendar=mind.calendar,
        clock=mind.clock,
        wake=senses.wake,
    )
    return Body(
        jobs=mind.jobs,
        policy=mind.policy,
        clock=mind.clock,
        zone=zone_of(settings),
        dials=dials,
        words=wake_words(settings) if senses.wake else (),
        level=lambda: senses.level,
        near_misses=lambda: senses.near_misses,
        microphone=Plugged(settings.microphone.name, input_names),
        speaker=Plugged(settings.speaker.name, output_names),
        recorder=recorder,
        restart=restart,
        button=button,
    )


def _restoring(store: Store, mind: Mind, environ: Mapping[str, str] | None, restart: Callable[[], None] | None) -> Restoring:
    """What gives the settings back that it was made with, for who may set any."""
    may_set = partial(mind.policy.demand, CLIENT, "appliance.settings")
    return Restoring(store.path.parent, environ or {}, now=mind.clock.now, demand=may_set, restart=restart)


def _settle() -> None:
    """Models, sentences and documents stay: from now on garbage is looked for among what is made later."""
    gc.collect()
    gc.freeze()
    gc.enable()


def build_heart(notifier: Notifier | None, pulse: Callable[[], int]) -> Callable[[], float]:
    """What feeds systemd's watchdog, where there is one."""
    wait = watchdog_wait(os.environ)
    return Watchdog(notifier, pulse, wait).beat if notifier and wait else unwatched


def stop_on_signals(inbox: Inbox) -> None:
    """SIGTERM and SIGINT end the appliance in order."""

    def stop(_: int, __: FrameType | None) -> None:
        inbox.put(on.Stopping())

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
