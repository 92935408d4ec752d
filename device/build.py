"""Puts the appliance together: the one place where settings are read and real engines are named.

Start order is from top to bottom; ending is the other way round.
"""

from __future__ import annotations

import gc
import logging
import os
import signal
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Executor as Workers
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from types import FrameType, TracebackType
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from dateutil import tz

from device import events as on
from device.appliance import ThisAppliance
from device.arrivals import Arrivals, told
from device.calendar import StoreCalendar, newest
from device.clock import Clock, Linux, zone_name
from device.config import ROOT
from device.control import Control
from device.daemon import Beside, Daemon, Inbox, Watcher
from device.directory import StoreDirectory
from device.ear import Ear, Emit, Hints
from device.families import SENTENCES, installed_families
from device.house import currency_of, house_of, manner_of
from device.jobs.base import Pace
from device.jobs.job import Limits, TooMany
from device.jobs.jobs import Jobs
from device.jobs.works import ConversationWorks
from device.listener import Listener
from device.machine import Deadlines
from device.mirroring import Mirroring, contents
from device.models.installed import installed
from device.mouth import Mouth
from device.mute import MuteMarker
from device.recorder import Recorder
from device.rescued import TellingRescuer, spoken
from device.responder import Responder
from device.routine_files import RoutineFiles, routine_folders
from device.routines import RoutineParser, going_on, reader
from device.secrets import secret
from device.settings import Settings
from device.speaking import Speaking
from device.titles import TitleParser
from device.upkeep import Retention, Upkeep
from firmware.base import Button, Lights, Microphone, Speaker
from firmware.errors import ExpectedError
from firmware.readings import Readings
from services.actions.base import Due
from services.actions.executor import Executor
from services.actions.policy.policy import Policy
from services.actions.registry import PREPARATIONS
from services.actions.works import Works
from services.files.local import LocalFiles
from services.files.mirror import Mirror
from services.insight.audit import Audit, anchor_of
from services.insight.base import KIND, Targets
from services.insight.entries import JournalInsight
from services.speech.base import EndpointDetector, FinalRecognizer, PartialRecognizer, Vad, Voice
from services.speech.wakephrase import cut
from services.store.backups.base import Rotation
from services.store.backups.folder import BackupFolder
from services.store.store import Store
from services.understanding.base import Parser
from services.understanding.model.adapter import load_adapter
from services.understanding.model.guarded import GuardedModel
from services.understanding.names.names import Names
from services.understanding.parser import CommandParser
from services.wake.base import WakeDetector, WakeSettings

if TYPE_CHECKING:
    from services.exchange.calendar_written import Zone

log = logging.getLogger(__name__)

LONG = frozenset((*PREPARATIONS, "report.create", "routine.run", "task.breakdown"))
"""What may take long enough to run beside its conversation."""


class Inline(Workers):
    """Runs work at once in the caller: files read as fast as possible give the same events every time."""

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        """The result of fn(*args, **kwargs), already there."""
        done: Future[Any] = Future()
        try:
            done.set_result(fn(*args, **kwargs))
        except Exception as error:  # noqa: BLE001 - a Future carries whatever its work raised
            done.set_exception(error)
        return done


@dataclass(slots=True)
class Engines:
    """What hearing needs, loaded once."""

    wake: WakeDetector | None
    vad: Vad
    partials: PartialRecognizer | None
    finals: FinalRecognizer
    decoder: Workers

    def __enter__(self) -> Engines:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        if self.partials:
            self.partials.close()
        self.decoder.shutdown(wait=False, cancel_futures=True)


def zone_of(settings: Settings) -> ZoneInfo | tz.tzlocal:
    """The zone wall-clock times are meant in."""
    return ZoneInfo(settings.device.time_zone) if settings.device.time_zone else tz.tzlocal()


def calendar_zone(settings: Settings) -> Zone:
    """The same with the name that other programs know."""
    from services.exchange.calendar_written import Zone

    zone = zone_of(settings)
    return Zone(zone, zone_name(settings.device.time_zone) or "Local")


def find_time(settings: Settings) -> Callable[[str], tuple[datetime, bool] | None]:
    """When words mean ("next Friday"), and whether it is a whole day."""
    from services.actions.times import deadline
    from services.understanding.when import find

    now = clock_of(settings)()
    return lambda text: next((deadline(found, now) for found in find(text, now, house_of(settings))), None)


def clock_of(settings: Settings) -> Callable[[], datetime]:
    """The wall clock, zone-aware."""
    zone = zone_of(settings)
    return lambda: datetime.now(zone)


# --- hearing ------------------------------------------------------------------------------------------------------------------------


def load_engines(settings: Settings, *, wake: bool = True, inline: bool = False) -> Engines:
    """Load what hearing needs. Raises ModelMissing, ModelCorrupt and the engines' own errors."""
    from services.speech.vad import SileroVad
    from services.speech.whisper import WhisperFinals

    finals = WhisperFinals(_model(settings, settings.finals.model), threads=settings.finals.threads)
    decoder: Workers = Inline() if inline else ThreadPoolExecutor(2, thread_name_prefix="decode")
    detector = _wake(settings) if wake else None
    return Engines(detector, SileroVad(_model(settings, "silero-vad")), _partials(settings, finals, inline=inline), finals, decoder)


def _wake(settings: Settings) -> WakeDetector:
    from services.wake.openwakeword import OpenWakeWord

    wake = settings.wake
    judged = WakeSettings(threshold=wake.threshold, patience=wake.patience, refractory=wake.refractory_s)
    return OpenWakeWord(_model(settings, "openwakeword"), dict.fromkeys(wake.words, judged), second_look=wake.second_look or None)


def _partials(settings: Settings, finals: Any, *, inline: bool) -> PartialRecognizer | None:
    from services.speech.rolling import RollingPartials
    from services.speech.vosk import VoskPartials

    wanted = settings.partials
    if wanted.engine == "none":
        return None
    if wanted.engine == "vosk" or (wanted.engine == "auto" and _is_there(settings, wanted.vosk_model)):
        return VoskPartials(_model(settings, wanted.vosk_model))
    return RollingPartials(finals.partial, inline=inline, every=wanted.every_s)


def build_endpoint(settings: Settings) -> EndpointDetector:
    """A new endpoint detector; it learns the floor of one room, so each stream has its own."""
    from services.speech.endpoint import AdaptiveEndpoint

    return AdaptiveEndpoint(silence=settings.endpoint.silence_s, longest=settings.endpoint.longest_s, patience=settings.endpoint.begin_s)


def build_ear(settings: Settings, engines: Engines, emit: Emit, *, hints: Hints) -> Ear:
    """An ear on loaded engines."""
    words = settings.wake.words
    ear = Ear(
        wake=engines.wake,
        vad=engines.vad,
        endpoint=build_endpoint(settings),
        partials=engines.partials,
        finals=engines.finals,
        cut_wake=lambda text: cut(text, words),
        hints=hints,
        decoder=engines.decoder,
        emit=emit,
        preroll_s=settings.wake.preroll_s,
        begin_s=settings.endpoint.begin_s,
    )
    ear.reset()
    return ear


# --- understanding and acting ---------------------------------------------------------------------------------------------------------


def build_parser(settings: Settings, *, model: bool = True, names: Callable[[], Names] = Names) -> CommandParser:
    """Templates first, then the language model where it is wanted and installed. `names`: those of the store."""
    more = installed_families().sentences  # before anything reads the vocabulary
    language_model = build_language_model(settings) if model else None
    return CommandParser(SENTENCES, language_model, more=more, names=names, house=house_of(settings))


def build_language_model(settings: Settings) -> GuardedModel | None:
    """The language model behind its circuit breaker; None where none is wanted or installed. Raises AdapterBroken, ModelCorrupt and
    LanguageModelUnusable."""
    from services.understanding.model.llama import LlamaModel

    wanted = settings.language_model
    if not wanted.enabled:
        return None
    adapter = load_adapter(ROOT / "config" / "language_models" / f"{wanted.model}.toml")
    if not all(_is_there(settings, part) for part in (adapter.weights, adapter.lora) if part):
        return None
    lora = _model(settings, adapter.lora) if adapter.lora else None
    engine = LlamaModel(
        adapter,
        _model(settings, adapter.weights),
        lora=lora,
        threads=wanted.threads,
        limit_s=wanted.limit_s,
        most_tokens=wanted.most_tokens,
    )
    return GuardedModel(engine)


def open_store(settings: Settings, path: Path | None = None) -> Store:
    """The store, opened on entering its `with` block; a damaged one is mended then, and `rescue` says how.

    `path`: another one than the device's own, without backups. Raises StoreError, BackupError.
    """
    if path is not None:
        return Store(path)
    folders = [settings.backup.folder, *([settings.backup.second] if settings.backup.second else [])]
    return Store(own_store(settings), backups=settings.backup.folder, rescuer=TellingRescuer(folders, zone_of(settings)))


def own_store(settings: Settings) -> Path:
    """Where the device's own store is."""
    return settings.paths.data / "equerry.db"


def backup_folders(settings: Settings) -> tuple[BackupFolder, BackupFolder | None]:
    """Where backups go; the second one may be on a disk that is not there."""
    wanted = settings.backup
    rotation = Rotation(wanted.keep_hourly, wanted.keep_daily, wanted.keep_weekly)
    return BackupFolder(wanted.folder, rotation), BackupFolder(wanted.second, rotation) if wanted.second else None


def open_files(settings: Settings, store: Store) -> LocalFiles:
    """The inbox, and the content of files beside the store whose documents tell of it."""
    files = LocalFiles(settings.files.inbox, store.path.parent / "files", largest=settings.files.largest_mib << 20)
    files.open()
    return files


def build_audit(store: Store) -> Audit:
    """The audit log of an open store."""
    return Audit(store.journal, anchor_of(store.path))


def build_policy(settings: Settings, store: Store) -> Policy:
    """Who may do what, with the audit log of an open store. Raises ConfigBroken and AuditUnwritable."""
    from device.roles import load as load_roles

    roles, digest = load_roles()
    audit, now = build_audit(store), clock_of(settings)()
    if store.rescue:
        audit.record("restored", at=now)
    audit.roles(digest, at=now)
    return Policy(roles, audit.record)


def build_responder(
    settings: Settings,
    store: Store,
    parser: Parser,
    directory: StoreDirectory,
    *,
    speaker: Speaker | None = None,
    microphone: Microphone | None = None,
    clock: Clock | None = None,
    works: Works | None = None,
    policy: Policy | None = None,
    routines: RoutineFiles | None = None,
) -> Responder:
    """From text to actions on an open store; `speaker` and `microphone` are what the appliance has, to be asked about and turned;
    `clock` is its clock where it rings, too; `works` what commands see of the jobs; `policy` who may do what; `routines` those in files."""
    from services.understanding.amounts import amount_of
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
        appliance=ThisAppliance(
            Readings(),
            store.path.parent,
            speaker=speaker,
            microphone=microphone,
            clock_set=lambda: clock is None or clock.believed,
        ),
        works=works,
        insight=JournalInsight(store.journal, targets_of(settings)),
        actions=families.actions,
        preparations=families.preparations,
    )
    now = clock.now if clock else clock_of(settings)
    routines = routines or build_routines(settings, store, parser, directory, now=now)
    understands = RoutineParser(TitleParser(parser, store), store, routines.refresh)
    return Responder(understands, executor, now, names=directory.names, house=house_of(settings), policy=policy)


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


def build_calendar(settings: Settings, store: Store, clock: Clock, routines: RoutineFiles) -> StoreCalendar:
    """What rings and what begins by itself."""
    from services.understanding.when import find

    going = going_on(store, partial(find, house=house_of(settings)))

    def ready(now: datetime) -> Sequence[Due]:
        routines.refresh()
        return going(now)

    return StoreCalendar(store, clock=clock, manner=manner_of(settings), ready=ready)


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
    """The queue of commands and what carries them out; nothing runs before `start`. `crashed` is handed a bug on an act thread."""
    wanted = settings.jobs

    def audit(client: str, _: str, error: TooMany) -> None:
        log.warning("%s gave too many commands: %s", client, error)
        policy.note("refused", client, now(), code=error.code)

    works.jobs = Jobs(
        responder,
        now=now,
        limits=Limits(running=wanted.running, most=wanted.most, queued=wanted.queued, kept_s=wanted.kept_s),
        pace=Pace(wanted.per_minute, wanted.burst, wanted.customer_per_minute, wanted.customer_burst),
        takes_long=lambda command: any(step.action in LONG for step in command.steps),
        keep=partial(store.journal.add_all, "job"),
        sensors=Readings(),
        crashed=crashed,
        refused=audit,
        allowance=lambda client: policy.role(client).per_minute,
    )
    return works.jobs


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


def build_recorder(settings: Settings, store: Store, *, put: Emit = lambda _: None, wake: WakeDetector | None = None) -> Recorder:
    """What keeps a record of turns and commands; `put` is told of late replies, `wake` counts what was nearly the wake word."""
    return Recorder(
        partial(store.journal.add_all, KIND),
        now=clock_of(settings),
        targets=targets_of(settings),
        transcripts=settings.insight.transcripts,
        alert=put,
        near_misses=lambda: sum(wake.near_misses.values()) if wake else 0,
    )


def targets_of(settings: Settings) -> Targets:
    """In what time replies are to begin."""
    return Targets(settings.insight.one_s, settings.insight.several_s)


# --- beside the turns -----------------------------------------------------------------------------------------------------------------


def build_beside(settings: Settings, store: Store, put: Emit) -> list[Beside]:
    """What goes on on threads of its own. The appliance does without what can't be had."""
    files = open_files(settings, store)
    beside: list[Beside] = [build_arrivals(settings, files, put), build_upkeep(settings, store, put)]
    if settings.bucket.name:
        try:
            beside.append(build_mirroring(settings, store, files))
        except ExpectedError as error:
            log.error("The bucket is not used. %s", error)
    return beside


def build_upkeep(settings: Settings, store: Store, put: Emit) -> Upkeep:
    """Backups of the device's own store, and deleting what is old."""
    first, second = backup_folders(settings) if settings.backup.enabled and store.path == own_store(settings) else (None, None)
    old = settings.retention
    return Upkeep(
        store,
        clock_of(settings),
        lambda text: put(on.Announced(text)),
        retention=Retention(timedelta(days=old.turns_days), timedelta(days=old.jobs_days), timedelta(days=old.undo_days)),
        contents=store.path.parent / "files",
        first=first,
        second=second,
    )


def build_arrivals(settings: Settings, files: LocalFiles, put: Emit) -> Arrivals:
    """The watch on the inbox."""

    def tell(names: tuple[str, ...]) -> None:
        put(on.FilesArrived(names))
        if settings.files.announce:
            put(on.Announced(told(names)))

    return Arrivals(settings.files.inbox, files, tell, poll=settings.files.poll)


def build_mirroring(settings: Settings, store: Store, files: LocalFiles) -> Mirroring:
    """The bucket. Raises SecretMissing, SecretOpen, SecretUnreadable, BucketRefused."""
    from services.files.s3 import S3Bucket

    wanted = settings.bucket
    key_id, key = (secret(name).get_secret_value() for name in ("bucket-key-id", "bucket-key"))
    bucket = S3Bucket(wanted.name, key_id=key_id, key=key, endpoint=wanted.endpoint, region=wanted.region, prefix=f"{wanted.folder}/files")
    return Mirroring(Mirror(bucket, files, partial(contents, store), fetch=wanted.fetch), store)


# --- the body -------------------------------------------------------------------------------------------------------------------------


def build_microphone(settings: Settings) -> Microphone:
    """The live microphone."""
    from firmware.microphone import PyAudioMicrophone

    return PyAudioMicrophone(settings.microphone.name or None, silence_s=settings.microphone.silent_s)


def build_speaker(settings: Settings) -> Speaker:
    """The live loudspeaker."""
    from firmware.speaker import PyAudioSpeaker

    return PyAudioSpeaker(settings.speaker.name or None, volume=settings.speaker.volume)


def build_voice(settings: Settings) -> Voice:
    """Piper behind its cache of recurring phrases."""
    from services.speech.phrases import CachedVoice
    from services.speech.piper import Piper

    wanted = settings.voice
    voice = Piper(_model(settings, wanted.model), speed=wanted.speed, threads=wanted.threads)
    if not wanted.cache_mib:
        return voice
    return CachedVoice(voice, settings.paths.data / "phrases", limit_bytes=wanted.cache_mib * 2**20)


@contextmanager
def loading(settings: Settings) -> Iterator[tuple[Engines, Voice]]:
    """Ear and voice, loaded side by side: most of both is C code. Raises what either raises."""
    with ThreadPoolExecutor(1, thread_name_prefix="load") as beside:
        voice = beside.submit(build_voice, settings)
        engines = load_engines(settings)
    with engines:
        yield engines, voice.result()


def build_lights(settings: Settings) -> Lights:
    """What [lights] asks for. Raises PinsMissing."""
    import sys

    from firmware import lights

    wanted = settings.lights
    if wanted.kind == "rgb":
        return lights.GpioLights(*wanted.pins)
    if wanted.kind == "led":
        return lights.GpioLight(*wanted.pins)
    return lights.TerminalLights(sys.stdout) if wanted.kind == "terminal" else lights.NoLights()


def build_button(settings: Settings, put: Emit) -> Button | None:
    """The talk button, if there is one. Raises PinsMissing."""
    if not settings.button.pin:
        return None
    from firmware.button import GpioButton

    button = GpioButton(settings.button.pin)
    button.watch(lambda: put(on.Pressed()), lambda: None)
    return button


# --- the appliance --------------------------------------------------------------------------------------------------------------------


def build_daemon(
    settings: Settings,
    *,
    store: Store,
    engines: Engines,
    voice: Voice,
    microphone: Microphone,
    speaker: Speaker,
    lights: Lights,
    inbox: Inbox,
    mute: MuteMarker,
    watchers: Sequence[Watcher] = (),
    recorder: Recorder | None = None,
) -> Daemon:
    """All threads' work, wired to one inbox; nothing runs before `run`. Without a `recorder` no turn is kept."""
    clock = build_clock(settings, store)
    now = clock.now
    if store.rescue:
        inbox.put(on.Announced(spoken(store.rescue, now())))
    directory = StoreDirectory(store)
    parser = build_parser(settings, names=directory.names)
    ear = build_ear(settings, engines, inbox.put, hints=directory.hints)
    policy = build_policy(settings, store)
    works = ConversationWorks(owns=lambda client: policy.role(client).everything)
    routines = build_routines(settings, store, parser, directory, now=now, tell=lambda text: inbox.put(on.Announced(text)))
    responder = build_responder(
        settings,
        store,
        parser,
        directory,
        speaker=speaker,
        microphone=microphone,
        clock=clock,
        works=works,
        policy=policy,
        routines=routines,
    )
    jobs = build_jobs(settings, store, responder, works, policy, now=clock.read, crashed=lambda bug: inbox.put(on.Crashed(bug)))
    if recorder:
        jobs.watch(recorder.job)
    ending = settings.endpoint
    return Daemon(
        inbox=inbox,
        listener=Listener(microphone, ear, inbox.put, silent_s=settings.microphone.silent_s, muted=mute.muted),
        mouth=Mouth(Speaking(voice, speaker), inbox.put, earcons=settings.earcons.enabled),
        jobs=jobs,
        calendar=build_calendar(settings, store, clock, routines),
        lights=lights,
        mute=mute,
        now=now,
        deadlines=Deadlines(
            listening=ending.begin_s * 2 + ending.longest_s + 5,
            asking=ending.begin_s + ending.longest_s + 5,
            ringing=settings.ring.limit_s,
        ),
        watchers=[*watchers, *([recorder.watch] if recorder else [])],
        beside=[*build_beside(settings, store, inbox.put), *([recorder] if recorder else []), Control(store.path.parent, jobs)],
        warm_up=[parser.warm_up, gc.freeze],  # models and documents stay: garbage is not looked for among them
    )


def mute_marker(settings: Settings) -> MuteMarker:
    """Whether this device was muted, also before a restart."""
    return MuteMarker(settings.paths.data / "muted")


def stop_on_signals(inbox: Inbox) -> None:
    """SIGTERM and SIGINT end the appliance in order."""

    def stop(_: int, __: FrameType | None) -> None:
        inbox.put(on.Stopping())

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)


def _model(settings: Settings, model: str) -> Path:
    return installed(model, settings.paths.models)


def _is_there(settings: Settings, model: str) -> bool:
    return (settings.paths.models / model).is_dir()
