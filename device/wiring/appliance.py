"""The whole appliance, wired to one inbox."""

from __future__ import annotations

import gc
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from device.configuration.owned.factory import Restoring, news
from device.configuration.settings import Settings
from device.control.facts import Facts, unknown
from device.control.server import Control
from device.control.snapshots import PIXELS
from device.dials.base import Dials
from device.guide.by_voice import SpokenGuide
from device.hearing.ear import Emit
from device.hearing.read_ahead import ReadingAhead
from device.lights.preview import Glimpse
from device.lights.projection import LightsProjection
from device.process.plugged import Plugged
from device.records.sessions.writer import SessionKeeping
from device.records.turns import Recorder
from device.turn import events as on
from device.turn.reactor import CLIENT, Beside, Inbox, Reactor, Watcher
from device.upkeep.rescue import spoken
from device.wiring.background import build_beside
from device.wiring.basis import deadlines_of, zone_of
from device.wiring.body import Hardware
from device.wiring.commands import build_sessions
from device.wiring.control import build_watched
from device.wiring.dials import build_dials, wake_words
from device.wiring.ear import Engines
from device.wiring.guide import build_guide
from device.wiring.lights import build_shown
from device.wiring.live import LiveSettings, build_live
from device.wiring.mind import Mind, build_mind
from device.wiring.mqtt import Mqtt, MqttBody, build_mqtt
from device.wiring.process import Process, build_heart
from device.wiring.senses import Senses, build_senses
from firmware.readings import Readings
from firmware.sound.microphone import input_names
from firmware.sound.speaker import output_names
from services.speech.base import Voice
from services.store.store import Store


@dataclass(frozen=True, slots=True)
class _Core:
    """What all else is built around."""

    settings: Settings
    store: Store
    put: Emit
    hardware: Hardware
    process: Process
    recorder: Recorder | None
    glimpse: Glimpse
    mind: Mind
    senses: Senses


@dataclass(frozen=True, slots=True)
class _Around:
    """What goes on beside turns."""

    sessions: SessionKeeping
    beside: list[Beside]
    dials: Dials
    mqtt: Mqtt
    guide: SpokenGuide
    ahead: ReadingAhead


def build_daemon(
    settings: Settings,
    *,
    store: Store,
    engines: Engines,
    voice: Voice,
    hardware: Hardware,
    inbox: Inbox,
    process: Process | None = None,
    watchers: Sequence[Watcher] = (),
    recorder: Recorder | None = None,
) -> Reactor:
    """All threads' work, wired to one inbox; nothing runs before `run`. Without a `recorder` no turn is kept."""
    process = process or Process()
    core = _core(
        settings,
        inbox.put,
        store=store,
        engines=engines,
        voice=voice,
        hardware=hardware,
        process=process,
        recorder=recorder,
    )
    mind, senses, around = core.mind, core.senses, _around(core)
    mind.appliance.switch = lambda: hardware.mute.switched_off
    control = process.control or Control(store.path.parent)
    followed = build_live(
        settings,
        process,
        mind,
        senses,
        dials=around.dials,
        lights=hardware.lights,
        data=store.path.parent,
        relink=around.mqtt.relink,
    )
    facts, shown = _facts(core, around, followed), _shown(core, around)
    daemon = Reactor(
        inbox=inbox,
        listener=senses.listener,
        mouth=senses.mouth,
        jobs=mind.jobs,
        calendar=mind.calendar,
        lights=shown,
        mute=hardware.mute,
        now=mind.clock.now,
        deadlines=deadlines_of(settings),
        # Whoever is told that it is ready may ask at once: requests are answered before anybody is told.
        watchers=[_watched(core, control, facts, shown), *watchers, *_watchers(core, around, facts, followed)],
        beside=_beside(core, around, control, followed),
        site=around.mqtt.site,
        restore=_restoring(store, mind, process.environ, process.restart),
        heart=build_heart(process.notifier, lambda: senses.listener.pulse),
        warm_up=[engines.finals.warm_up, mind.parser.warm_up, _settle],
    )
    store.watch(daemon.written)
    return daemon


def _core(
    settings: Settings,
    put: Emit,
    *,
    store: Store,
    engines: Engines,
    voice: Voice,
    hardware: Hardware,
    process: Process,
    recorder: Recorder | None,
) -> _Core:
    glimpse, lasting = Glimpse(hardware.lights.turned, PIXELS), process.lasting
    microphone, speaker = hardware.microphone, hardware.speaker
    mind = build_mind(
        settings,
        store,
        put,
        speaker=speaker,
        microphone=microphone,
        turned=glimpse.turned,
        recorder=recorder,
        lasting=lasting,
    )
    for words in (
        news(store.path.parent),
        store.rescue and spoken(store.rescue, mind.clock.now()),
        *(lasting.told if lasting else ()),
    ):
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
        muted=hardware.mute.muted,
    )
    return _Core(settings, store, put, hardware, process, recorder, glimpse, mind, senses)


def _around(core: _Core) -> _Around:
    settings, store, mind, senses = core.settings, core.store, core.mind, core.senses
    sessions, beside = build_sessions(settings, store, now=mind.clock.read), build_beside(settings, store, core.put)
    dials = build_dials(
        settings,
        store,
        appliance=mind.appliance,
        mouth=senses.mouth,
        calendar=mind.calendar,
        clock=mind.clock,
        wake=senses.wake,
    )
    mqtt = build_mqtt(settings, store, _body(core, dials), core.put)
    guide = build_guide(settings, store, core.put, mind=mind, senses=senses, dials=dials)
    return _Around(sessions, beside, dials, mqtt, guide, ReadingAhead(mind.parser.prepare))


def _body(core: _Core, dials: Dials) -> MqttBody:
    settings, mind, senses = core.settings, core.mind, core.senses
    return MqttBody(
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
        recorder=core.recorder,
        restart=core.process.restart,
        button=core.hardware.buttons is not None,
    )


def _facts(core: _Core, around: _Around, followed: LiveSettings | None) -> Facts:
    return around.mqtt.facts(
        core.mind.clock.now(),
        sensors=Readings(),
        data=core.store.path.parent,
        settings=followed.standing if followed else unknown,
        level=lambda: core.senses.level,
        talk=around.sessions.facts,
        guide=around.guide.standing,
        lacking=lambda: core.hardware.lacking.told,
    )


def _shown(core: _Core, around: _Around) -> LightsProjection:
    """What the lights show."""
    return build_shown(
        core.hardware.lights,
        core.store,
        core.mind.calendar,
        listener=core.senses.listener,
        speaking=core.senses.speaking,
        newer=around.mqtt.newer,
        now=core.mind.clock.now,
    )


def _watchers(core: _Core, around: _Around, facts: Facts, followed: LiveSettings | None) -> list[Watcher]:
    told = (core.process.notifier, core.recorder, facts, around.sessions, around.guide, around.ahead, followed)
    return [*(each.watch for each in told if each), *around.mqtt.watchers]


def _watched(core: _Core, control: Control, facts: Facts, shown: LightsProjection) -> Watcher:
    """What is told on the control socket."""
    return build_watched(
        control,
        core.settings,
        core.store,
        core.put,
        mind=core.mind,
        senses=core.senses,
        facts=facts,
        glimpse=core.glimpse,
        following=shown,
        recorder=core.recorder,
    )


def _beside(core: _Core, around: _Around, control: Control, followed: LiveSettings | None) -> list[Beside]:
    """In the order in which they start."""
    return [
        *around.beside,
        around.sessions,
        around.ahead,
        control,
        around.guide,
        *around.mqtt.beside,
        *(each for each in (core.recorder, core.hardware.buttons, followed and followed.thread) if each),
    ]


def _restoring(
    store: Store, mind: Mind, environ: Mapping[str, str] | None, restart: Callable[[], None] | None
) -> Restoring:
    """What gives the settings back that it was made with, for who may set any."""
    may_set = partial(mind.policy.demand, CLIENT, "appliance.settings")
    return Restoring(store.path.parent, environ or {}, now=mind.clock.now, demand=may_set, restart=restart)


def _settle() -> None:
    """Models, sentences and documents stay: from now on garbage is looked for among what is made later."""
    gc.collect()
    gc.freeze()
    gc.enable()
