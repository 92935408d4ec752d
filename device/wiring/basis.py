"""What several parts are built from: the zone, the clock, the places of models."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from dateutil import tz

from device.clock import zone_name
from device.configuration.house import house_of
from device.configuration.owned.factory import TAUGHT
from device.configuration.owned.last_good import Lasting
from device.configuration.places import ROOT
from device.configuration.settings import Settings, SoundSection
from device.control.wire import plain
from device.errors import ApplianceError, ConfigBroken
from device.models.errors import ModelMissing, ModelsMissing
from device.models.installed import installed
from device.models.manifest import Kind, shipped
from device.speaking.volumes import Scale
from device.turn.session import Deadlines
from device.upkeep.backups import Backups
from device.upkeep.rescue import TellingRescuer
from firmware.errors import ExpectedError
from services.actions.base import Sound
from services.actions.policy.policy import Policy
from services.actions.wording import listed
from services.files.local import LocalFiles
from services.insight.audit import Audit, anchor_of
from services.store.backups.base import Rotation
from services.store.backups.folder import BackupFolder
from services.store.store import Store
from services.wake.base import WakeModelUnusable

if TYPE_CHECKING:
    from services.exchange.calendar_write import Zone
    from services.understanding.model.adapter import Adapter


def threads_of(wanted: int) -> int:
    """As many threads as the settings want for an engine, and no more than there are processors for this process: more
    wait for each other busily, and then all take many times as long.
    """
    return min(wanted, len(os.sched_getaffinity(0)))


def zone_of(settings: Settings) -> ZoneInfo | tz.tzlocal:
    """The zone wall-clock times are meant in."""
    return ZoneInfo(settings.device.time_zone) if settings.device.time_zone else tz.tzlocal()


def calendar_zone(settings: Settings) -> Zone:
    """The same with the name that other programs know."""
    from services.exchange.calendar_write import Zone

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


def deadlines_of(settings: Settings) -> Deadlines:
    """How long each phase may last."""
    ending, open_s = settings.endpoint, settings.session.open_s
    return Deadlines(
        listening=max(ending.begin_s * 2, open_s) + ending.longest_s + 5,
        asking=max(ending.begin_s, open_s) + ending.longest_s + 5,
        ringing=settings.ring.limit_s,
        open=open_s,
    )


def scales_of(settings: Settings) -> Mapping[Sound, Scale]:
    """How loud each kind of sound is, and may be turned."""
    wanted: Mapping[Sound, SoundSection] = {
        "speech": settings.speaker,
        "alarms": settings.ring,
        "earcons": settings.earcons,
    }
    return {sound: Scale(each.volume, each.floor, each.ceiling) for sound, each in wanted.items()}


def model_folder(settings: Settings, model: str) -> Path:
    """Where an installed model is. Raises ModelMissing, ModelCorrupt."""
    return installed(model, settings.paths.models)


def is_there(settings: Settings, model: str) -> bool:
    """Whether a model is there at all."""
    return (settings.paths.models / model).is_dir()


def check_models(settings: Settings, *, wake: bool, voice: bool) -> None:
    """Raises ModelMissing or ModelsMissing with all at once that are not there. `wake`, `voice`: those are needed."""
    needed = [settings.finals.model, "silero-vad"]
    needed += ["openwakeword"] if wake else []
    needed += [settings.voice.model] if voice else []
    needed += [settings.partials.vosk_model] if settings.partials.engine == "vosk" else []
    missing = [model for model in dict.fromkeys(needed) if not is_there(settings, model)]
    if missing and settings.language_model.enabled:  # without it alone, one goes on
        with suppress(ExpectedError):
            adapter = adapter_of(settings)
            missing += [part for part in (adapter.weights, adapter.lora) if part and not is_there(settings, part)]
    for model in missing:
        shipped().find(model)  # a name that there is not is told as that
    if len(missing) > 1:
        *most, last = missing
        raise ModelsMissing(models=f"{', '.join(most)} and {last}", model=" ".join(missing))
    if missing:
        raise ModelMissing(model=missing[0])


def check_usable(settings: Settings) -> None:
    """Raises ConfigBroken with all that is wrong."""
    if problems := list(unusable(settings)):
        raise ConfigBroken(problems=problems)


def unusable(settings: Settings) -> Iterator[str]:
    """What an appliance with these settings would miss: models and wake words that are not installed."""
    from device.wiring.ear import FINAL_ENGINES, final_engine

    yield from _failing("finals.engine", partial(final_engine, settings.finals.engine))
    if engine := FINAL_ENGINES.get(settings.finals.engine):
        yield from _failing("finals.model", partial(_model, settings, settings.finals.model, engine.kind))
    yield from _failing("voice.model", partial(_model, settings, settings.voice.model, "voice"))
    if settings.partials.engine == "vosk":
        yield from _failing("partials.vosk_model", partial(_model, settings, settings.partials.vosk_model, "partial"))
    for word in settings.wake.words:
        yield from _failing("wake.words", partial(_wake_word, settings, word))
    if settings.language_model.enabled:
        yield from _failing("language_model.model", partial(adapter_of, settings))


def unmet(settings: Settings) -> Iterator[str]:
    """All that these settings ask for in vain, before they are written: what is `unusable`, and a board that nobody
    knows, which an appliance would go on without.
    """
    from device.wiring.lights import build_board

    yield from unusable(settings)
    yield from _failing("board.name", partial(build_board, settings))


def adapter_of(settings: Settings) -> Adapter:
    """The description of the language model. Raises LanguageModelUnknown, AdapterBroken."""
    from services.understanding.model.adapter import load_adapter

    folder, name = ROOT / "config" / "language_models", settings.language_model.model
    known = sorted(path.stem for path in folder.glob("*.toml"))
    if name not in known:
        raise LanguageModelUnknown(name=plain(name), known=" and ".join(known))
    return load_adapter(folder / f"{name}.toml")


class ModelUnfit(ApplianceError):
    """The model {model} is none for this. There are {known}."""

    code = "model.unfit"


class LanguageModelUnknown(ApplianceError):
    """There is no language model {name}. There are {known}."""

    code = "language_model.unknown"


def _model(settings: Settings, model: str, kind: Kind) -> None:
    known = shipped()
    if known.find(model).kind != kind:
        raise ModelUnfit(model=model, known=listed([each.id for each in known.model if each.kind == kind]))
    model_folder(settings, model)


def _wake_word(settings: Settings, word: str) -> None:
    """Where none is installed yet, the list of models says which there will be."""
    from services.wake.head import load_head
    from services.wake.models import LEARNT, find, learnt

    try:
        folder = model_folder(settings, "openwakeword")
    except ModelMissing as missing:
        listed = [file.path.partition("_v") for file in shipped().find("openwakeword").files]
        known = sorted({name for name, version, _ in listed if version}.union(learnt(settings.paths.wake_words)))
        if word in known:
            raise
        raise WakeModelUnusable(path=plain(word), reason=f"no such word; choose from: {', '.join(known)}") from missing
    if (path := find(folder, word, settings.paths.wake_words)).suffix == LEARNT:
        load_head(path)


def _failing(key: str, work: Callable[[], object]) -> Iterator[str]:
    try:
        work()
    except ExpectedError as error:
        yield f"{key}: {error}"


def open_store(settings: Settings, path: Path | None = None) -> Store:
    """The store, opened on entering its `with` block; a damaged one is mended then, and `rescue` says how.

    `path`: another one than the device's own, without backups. Raises StoreError, BackupError.
    """
    if path is not None:
        return Store(path)
    folders = [settings.backup.folder, *([settings.backup.second] if settings.backup.second else [])]
    return Store(
        settings.paths.store, backups=settings.backup.folder, rescuer=TellingRescuer(folders, zone_of(settings))
    )


def taught_of(settings: Settings) -> Path:
    """Where the sentences are that the owner taught, once there are any."""
    return settings.paths.data / TAUGHT


def backup_folders(settings: Settings) -> tuple[BackupFolder, BackupFolder | None]:
    """Where backups go; the second one may be on a disk that is not there."""
    wanted = settings.backup
    rotation = Rotation(wanted.keep_hourly, wanted.keep_daily, wanted.keep_weekly)
    return BackupFolder(wanted.folder, rotation), BackupFolder(wanted.second, rotation) if wanted.second else None


def backups_of(settings: Settings) -> Backups:
    """What makes a backup when somebody asks for one."""
    return Backups(settings.paths.store, *backup_folders(settings), clock_of(settings))


def open_files(settings: Settings, store: Store) -> LocalFiles:
    """The inbox, and the content of files beside the store whose documents tell of it."""
    files = LocalFiles(settings.files.inbox, store.path.parent / "files", largest=settings.files.largest_mib << 20)
    files.open()
    return files


def build_audit(store: Store) -> Audit:
    """The audit log of an open store."""
    return Audit(store.journal, anchor_of(store.path))


SPOKEN_CODE = "spoken-code"
"""The secret with the digits."""


def build_policy(
    settings: Settings, store: Store, audit: Audit | None = None, lasting: Lasting | None = None
) -> Policy:
    """Who may do what, with the audit log of an open store: `audit`, or one of its own. With `lasting`, roles that
    can't be used are those that held before. Raises ConfigBroken, AuditUnwritable, SecretOpen, SecretUnreadable and
    SpokenCodeUnusable.
    """
    from device.configuration.roles import load as load_roles
    from device.configuration.secrets import secret_if_any
    from services.actions.policy.code import SpokenCode

    roles, digest = lasting.roles(load_roles) if lasting else load_roles()
    audit, now = audit or build_audit(store), clock_of(settings)()
    if store.rescue:
        audit.record("restored", at=now)
    audit.roles(digest, at=now)
    code = secret_if_any(SPOKEN_CODE)
    return Policy(roles, audit.record, SpokenCode(code.get_secret_value()) if code else None)
