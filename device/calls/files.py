"""What `equerry call replay` does: a call from a file, followed as a live one is, printed as it goes."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from device.calls.known import KeptDocuments, empty_store, fill
from device.calls.record import Opening, Recording, close_broken
from device.calls.replay import played
from device.calls.room import room_for_call
from device.calls.script import CallScript, read_script, segments_of
from device.calls.sound import segments_of_file
from device.configuration.settings import Settings
from device.wiring.basis import check_models, clock_of, model_folder, open_store, threads_of
from device.wiring.calls.rules import CallRules, build_call_rules, build_call_setup, call_hints
from device.wiring.ear import final_engine, load_vad
from firmware.readings import Readings
from services.calls.base import CallEvent, CallSegment, Side
from services.calls.call import FollowedCall
from services.calls.facts import Documents
from services.store.backups.base import NoStore
from services.store.sqlite.read_only import documents_of

SCRIPTS = (".yaml", ".yml")


@dataclass(frozen=True, slots=True)
class Replay:
    """What is to be played, and how."""

    path: Path
    pack: str = ""
    """Empty: that of the script, else that of the settings."""
    other: str = ""
    """Who is on the other side, where the file does not tell."""
    planned_minutes: float = 0.0
    keep: bool = False
    """Write a record into the store, as a live call does."""


def replayed(settings: Settings, wanted: Replay, warn: Callable[[str], None]) -> Iterator[CallEvent]:
    """Everything that comes of the call, in the order of time. `warn` is told of rules that can't be used.

    Raises ScriptUnusable, NoRoomForCall, SidesMissing, SidesAlike, PackUnknown, CallRulesBroken, and what reading
    sound, loading models and opening the store raise.
    """
    script = read_script(wanted.path) if wanted.path.suffix.lower() in SCRIPTS else None
    wanted = _filled(wanted, script)
    rules = build_call_rules(settings, wanted.pack, script.competitors if script else ())
    began = _began(settings, script)
    names: dict[Side, str] = {"owner": script.owner if script else "You", "other": wanted.other}
    with ExitStack() as stack:
        store = stack.enter_context(open_store(settings)) if wanted.keep else None
        if store:
            close_broken(store, clock_of(settings)())
        known = store or stack.enter_context(_known(settings, script, began))
        setup = build_call_setup(
            settings, rules, known, began=began, names=names, planned_minutes=wanted.planned_minutes
        )
        opening = Opening(wanted.other, began, wanted.planned_minutes, settings.calls.transcript)
        recording = Recording(store, opening) if store else None
        segments = segments_of(script) if script else _sound(settings, wanted.path, names, known, warn)
        for event in played(FollowedCall(setup), _refreshing(segments, rules, warn)):
            if recording:
                recording.take(event)
            yield event


def _filled(wanted: Replay, script: CallScript | None) -> Replay:
    if script is None:
        return replace(wanted, other=wanted.other or "Other side")
    return replace(
        wanted,
        pack=wanted.pack or script.kind,
        other=wanted.other or script.other,
        planned_minutes=wanted.planned_minutes or script.planned_minutes,
    )


def _began(settings: Settings, script: CallScript | None) -> datetime:
    now = clock_of(settings)()
    if script is None or script.now is None:
        return now
    return script.now if script.now.tzinfo else script.now.replace(tzinfo=now.tzinfo)


@contextmanager
def _known(settings: Settings, script: CallScript | None, now: datetime) -> Iterator[Documents]:
    """What the script says is known, else what the store has; nothing is written."""
    if script is None:
        try:
            yield KeptDocuments(documents_of(settings.paths.store))
        except NoStore:
            yield KeptDocuments({})
        return
    with tempfile.TemporaryDirectory() as folder, empty_store(Path(folder)) as store:
        fill(store, script, now)
        yield store


def _sound(
    settings: Settings, path: Path, names: dict[Side, str], known: Documents, warn: Callable[[str], None]
) -> Iterator[CallSegment]:
    check_models(settings, wake=False, voice=False)
    wanted = settings.finals
    model = model_folder(settings, wanted.model)
    with room_for_call(Readings(), model):
        finals = final_engine(wanted.engine).load(model, threads_of(wanted.threads))
    yield from segments_of_file(path, names, lambda: load_vad(settings), finals, call_hints(settings, known), warn=warn)


def _refreshing(
    segments: Iterable[CallSegment], rules: CallRules, warn: Callable[[str], None]
) -> Iterator[CallSegment]:
    """The same; rules that were edited meanwhile are read before each."""
    for segment in segments:
        for problem in rules.refresh():
            warn(problem)
        yield segment
