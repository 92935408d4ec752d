"""The whole appliance, wired to one inbox."""

from __future__ import annotations

import gc
from collections.abc import Callable, Sequence
from dataclasses import asdict, replace
from functools import partial

from device.calls.shown import message_of
from device.configuration.owned.factory import Restoring, news
from device.configuration.settings import Settings
from device.control.client import Fields
from device.control.facts import Facts, Section, lacking
from device.control.feed import Source
from device.control.server import Control
from device.control.sources import LAST, JobsNow, Latencies, OpenTasks, lit, loud
from device.dials.base import Dials
from device.hearing.hidden import hiding
from device.lights.preview import Glimpse
from device.lights.projection import LightsProjection
from device.messages.snapshot import PIXELS
from device.models import engine
from device.process.lacks import Plugged
from device.records.turns import Recorder
from device.satellites.nearest import Nearest
from device.turn import events as on
from device.turn.reactor import CLIENT, Inbox, Reactor, Watcher
from device.turn.session import Session
from device.upkeep.rescue import spoken
from device.wiring.background import build_beside, build_caldav
from device.wiring.basis import deadlines_of, zone_of
from device.wiring.body import Hardware
from device.wiring.calls.live import build_ear, build_live_calls, with_ear
from device.wiring.commands import build_sessions
from device.wiring.ear import Engines, build_wakes
from device.wiring.guide import build_guide
from device.wiring.live import build_live
from device.wiring.mind import Mind, build_mind
from device.wiring.outside.home import build_home
from device.wiring.outside.mqtt import MqttBody, build_mqtt
from device.wiring.outside.satellites import build_satellites
from device.wiring.outside.wyoming import build_wyoming
from device.wiring.process import Process, build_heart
from device.wiring.senses import Senses, build_dials, build_senses, build_shown, wake_words
from device.wiring.voices import build_lessons, overheard
from device.wyoming.turns import EngineTurns
from firmware.readings import Readings, gauges
from firmware.sound.microphone import input_names
from firmware.sound.speaker import output_names
from services.insight.base import KIND, TurnEntry
from services.insight.entries import entries_of
from services.speech.base import Voice
from services.store.documents import Task
from services.store.store import Store


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
    process, put, data = process or Process(), inbox.put, store.path.parent

    def look() -> None:
        inbox.put(on.Written())

    ear = build_ear(settings)
    hardware = with_ear(hardware, ear)
    control, glimpse = process.control or Control(data), Glimpse(hardware.lights.turned, PIXELS)
    home = build_home(settings)
    mind = build_mind(
        settings,
        store,
        put,
        hardware,
        turned=glimpse.turned,
        recorder=recorder,
        lasting=process.lasting,
        controls=home.controls,
    )
    _announce(store, mind, process, put)
    nearest = Nearest()
    own = nearest.joined(put)
    emit, (own_engines, heard) = hiding(own.emit, mind.policy.code, CLIENT), overheard(engines)
    senses = build_senses(settings, own_engines, voice, emit, hardware=hardware, mind=mind)
    lessons = build_lessons(settings, heard, put, mind=mind)
    own.ear = senses.ear
    dials = build_dials(settings, store, mind, senses, look=look)
    mqtt = build_mqtt(
        settings,
        store,
        replace(
            _body(settings, mind, senses, dials=dials, hardware=hardware, process=process, recorder=recorder),
            announced=home.announced,
        ),
        put,
    )
    guide = build_guide(
        settings,
        store,
        put,
        mind=mind,
        senses=senses,
        dials=dials,
        lessons=lessons,
        restarts=process.restart is not None,
    )
    sessions = build_sessions(settings, store, now=mind.clock.read)
    live = build_live(
        settings, process, mind, senses, dials=dials, lights=hardware.lights, data=data, relink=mqtt.relink
    )
    turns = EngineTurns()
    calls = build_live_calls(
        settings, store, engines, put, mind=mind, senses=senses, hardware=hardware, ear=ear, turns=turns, look=look
    )
    shown = build_shown(hardware.lights, store, mind, senses, newer=mqtt.newer)
    if calls:
        shown.call = lambda: (bool(calls.who), calls.hint)
        calls.follow(lambda event: control.feed.take(message_of(event)))
        if mqtt.telling:
            calls.follow(mqtt.telling.call)
    sections: dict[str, Section] = {
        "lacking": lambda: lacking(hardware.lacking.told),
        "session": sessions.facts,
        "home_assistant": home.facts,
        **mqtt.sections,
        **({"settings": live.standing} if live else {}),
        "guide": guide.standing,
        "engine": lambda: _engine(settings),
        "call": lambda: calls.facts() if calls else None,
        "satellites": lambda: satellites.facts() if satellites else None,
        "machine": lambda: asdict(gauges(Readings(), data)),
    }
    facts = Facts(mind.clock.now(), sections, level=lambda: senses.level)
    answers = _answering(control, settings, mind, facts, put)
    control.feed.sources = _sources(glimpse, shown, store, mind=mind, senses=senses, recorder=recorder)
    wakes = build_wakes(settings, senses.wake, data)
    told = (process.notifier, recorder, facts, sessions, guide, lessons, senses.ahead, live, calls, wakes)
    beside, caldav = build_beside(settings, store, put), build_caldav(settings, store, mind.policy, mind.clock.now)
    wyoming = build_wyoming(settings, engines, put, mind=mind, senses=senses, turns=turns)
    satellites = build_satellites(settings, engines, put, mind=mind, senses=senses, nearest=nearest)
    threads = (recorder, hardware.buttons, caldav, live and live.thread, wyoming, satellites, calls, lessons, wakes)
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
        watchers=[answers, turns.watch, *watchers, *(each.watch for each in told if each), *mqtt.watchers],
        beside=[*beside, sessions, senses.ahead, control, guide, *mqtt.beside, *home.beside]
        + [each for each in threads if each],
        on_call=lambda: bool(calls and calls.who),
        long_press_calls=settings.calls.long_press and calls is not None,
        site=mqtt.site,
        restore=_restoring(store, mind, process),
        heart=build_heart(process.notifier, lambda: senses.listener.pulse),
        warm_up=[engines.finals.warm_up, mind.parser.warm_up, _settle, *_late(settings, mind)],
    )
    store.watch(daemon.written)
    return daemon


def _engine(settings: Settings) -> Fields | None:
    """Of the language model, where one is wanted and it is not there."""
    now = engine.compilation() if settings.language_model.enabled else None
    return None if now is None or now.state == "there" else {"state": now.state, "words": now.words}


def _late(settings: Settings, mind: Mind) -> Sequence[Callable[[], None]]:
    """What is ready only once the language model's engine is compiled, where that is still to be done."""
    late = settings.language_model.enabled and not engine.is_compiled()
    return [partial(engine.then, mind.parser.warm_up)] if late else []


def _announce(store: Store, mind: Mind, process: Process, put: on.Emit) -> None:
    """What became of store and settings since it ran last."""
    rescued = store.rescue and spoken(store.rescue, mind.clock.now())
    for words in (news(store.path.parent), rescued, *(process.lasting.told if process.lasting else ())):
        if words:
            put(on.Announced(words))


def _body(
    settings: Settings,
    mind: Mind,
    senses: Senses,
    *,
    dials: Dials,
    hardware: Hardware,
    process: Process,
    recorder: Recorder | None,
) -> MqttBody:
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
        recorder=recorder,
        restart=process.restart,
        button=hardware.buttons is not None,
    )


def _answering(control: Control, settings: Settings, mind: Mind, facts: Callable[[], Fields], put: on.Emit) -> Watcher:
    """Tells those who watch on the control socket; once the daemon is ready, requests are answered there."""
    feed = control.feed
    feed.begin(name=settings.device.name, wake_words=tuple(settings.wake.words))

    def watch(event: on.Event, session: Session) -> None:
        feed.watch(event, session)
        if isinstance(event, on.Ready):
            control.attend(mind.jobs, facts, put)

    return watch


def _sources(
    glimpse: Glimpse, shown: LightsProjection, store: Store, *, mind: Mind, senses: Senses, recorder: Recorder | None
) -> tuple[Source, ...]:
    """What those who watch are told beside events."""

    def before() -> list[TurnEntry]:
        return entries_of(store.journal.rows(KIND, newest_first=True, limit=LAST))

    latencies = Latencies(before, lambda: senses.near_misses)
    if recorder:
        recorder.follow(latencies.follow)
    glimpse.view, glimpse.voice, glimpse.sound = (
        lambda: shown.view,
        lambda: senses.level,
        lambda: senses.speaking.level,
    )
    return (
        partial(lit, glimpse),
        lambda: loud(glimpse.voice, glimpse.sound),
        JobsNow(mind.jobs, mind.clock.now),
        OpenTasks(store, lambda: store.rows(Task)),
        latencies,
    )


def _restoring(store: Store, mind: Mind, process: Process) -> Restoring:
    """What gives the settings back that it was made with, for who may set any."""
    may_set = partial(mind.policy.demand, CLIENT, "appliance.settings")
    return Restoring(
        store.path.parent, process.environ or {}, now=mind.clock.now, demand=may_set, restart=process.restart
    )


def _settle() -> None:
    """Models, sentences and documents stay: from now on garbage is looked for among what is made later."""
    gc.collect()
    gc.freeze()
    gc.enable()
