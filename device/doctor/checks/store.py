"""The store and its backups."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

from device.configuration.roles import load
from device.control.wire import plain
from device.doctor.base import Check, Facts, Verdict, fail, ok, skip, unknown, warn
from device.doctor.sources import Sources, closed
from device.errors import ConfigBroken
from device.models.installed import state_of
from device.pages.status import size
from device.records.wake_sounds import FOLDER, MOST, sounds_in
from device.voiceprints.book import ENCODER, NAME, VoiceprintBook
from device.voiceprints.errors import VoiceprintsDamaged
from services.store.backups.base import Backup, BackupError, NoStore
from services.store.backups.folder import BackupFolder, is_same
from services.store.base import StoreError
from services.store.sqlite.read_only import examined
from services.voiceprints.base import Voiceprint

_OLD = timedelta(hours=26)
"""One is made every night, and every hour in which something changed."""


def whole(sources: Sources) -> Verdict:
    """Whether the store can be opened and read to its end: SQLite's own check of its structure; with --thorough also
    the checksum of every document. Nothing is written, and the appliance goes on meanwhile."""
    path = sources.settings.paths.store
    if closed(path.parent):
        return unknown(f"this user may not look into {path.parent}", "Put sudo before it.")
    if path.exists() and not path.is_file():
        return fail(
            f"{path} is no file",
            "Remove what is there, or name another folder: equerry config set paths.data …",
            reason="store.foreign",
        )
    try:
        found = examined(path, thorough=sources.thorough)
    except NoStore:
        return skip("there is none yet", reason="backup.no_store")
    except StoreError as error:
        return fail(
            str(error),
            "Start Equerry again: it restores the newest good backup, and keeps the damaged file.",
            reason=error.code,
        )
    return ok(
        f"{found.documents:,} documents, {size(found.bytes)}, layout {found.layout}",
        documents=found.documents,
        bytes=found.bytes,
        layout=found.layout,
    )


def backups(sources: Sources) -> Verdict:
    """How old the newest backup is, and whether anything changed since."""
    wanted, path = sources.settings.backup, sources.settings.paths.store
    if not path.is_file():
        return skip("there is no store yet")
    if not wanted.enabled:
        return warn("switched off: [backup] enabled", "equerry config set backup.enabled true", enabled=False)
    newest = _newest(wanted.folder)
    if newest is None:
        return warn(f"none in {wanted.folder}", count=0)
    age = sources.now() - newest.at
    facts: Facts = {"age_s": round(age.total_seconds()), "bytes": newest.bytes}
    words = f"the newest is {_span(age)} old, {size(newest.bytes)}"
    if age > _OLD and not is_same(path, newest.path):
        return warn(f"{words}; the store was written to since", **facts)
    return ok(words, **facts)


def second(sources: Sources) -> Verdict:
    """Whether the second folder for backups is there, and has one: a card that dies takes the first with it."""
    folder = sources.settings.backup.second
    if folder is None:
        return warn(
            "all backups are on the same disk as the store",
            "Name a folder on a USB stick: equerry config set backup.second /media/…",
            set=False,
        )
    if not folder.is_dir():
        return fail(f"{folder} is not there", "Plug in its disk, or make the folder.", set=True)
    newest = _newest(folder)
    if newest is None:
        return warn(f"none in {folder} yet", "equerry backup", set=True)
    return ok(f"the newest is {_span(sources.now() - newest.at)} old", set=True)


def voiceprints(sources: Sources) -> Verdict:
    """Whether enrolled people can be known: their file is readable, by the appliance alone, and the model is there."""
    book = VoiceprintBook(sources.settings.paths.data / NAME)
    if closed(book.path.parent):
        return unknown(f"this user may not look into {book.path.parent}", "Put sudo before it.")
    try:
        enrolled = book.read()
        mode = book.path.stat().st_mode & 0o777 if enrolled else 0o600
    except VoiceprintsDamaged as error:
        then = f"Take {book.path} away; then equerry voices add NAME"
        return fail(f"{error}{_for_strangers(sources)}", then, reason=error.code)
    except OSError as error:
        return unknown(f"{book.path} can't be looked at ({error.strerror})", "Put sudo before it.")
    return _known(enrolled, mode, book.path, sources) if enrolled else skip("nobody is enrolled", people=0)


def _known(enrolled: Sequence[Voiceprint], mode: int, path: Path, sources: Sources) -> Verdict:
    """`mode`: permissions of the file."""
    people = len(enrolled)
    if (state := state_of(ENCODER, sources.settings.paths.models)) in ("missing", "damaged"):
        told = f"nobody is known by voice: {ENCODER} is {state}.{_for_strangers(sources)}"
        return fail(told, f"equerry models pull {ENCODER}", people=people)
    if others := sum(each.encoder != ENCODER for each in enrolled):
        told = f"{others} of {people} were enrolled with another model and are known no more."
        then = "Each of them: equerry voices forget NAME, then equerry voices add NAME"
        return fail(f"{told}{_for_strangers(sources)}", then, people=people)
    if mode & 0o077:
        return fail("others may read them", f"chmod 600 {path}", people=people)
    if nobodys := _unheard_roles(enrolled, sources):
        told = f"roles.toml has a role for {' and '.join(map(plain, nobodys))}, and nobody is enrolled by that name"
        return warn(told, "Have both the same: equerry voices list shows who is enrolled.", people=people)
    alone = "; nobody else's voice wakes it" if sources.settings.wake.only_known_voices else ""
    return ok(f"of {people if people > 1 else 'one person'}{alone}", people=people)


def _unheard_roles(enrolled: Sequence[Voiceprint], sources: Sources) -> list[str]:
    """Voices that roles.toml lists and nobody has: whoever was meant has the role of the microphone."""
    try:
        listed = load(sources.environ)[0].voices
    except (ConfigBroken, OSError):  # told by the check of the roles
        return []
    names = {each.name.casefold() for each in enrolled}
    return [name for name in listed if name.casefold() not in names]


def wake_sounds(sources: Sources) -> Verdict:
    """Whether sound of wrong wakes is kept, which it is only where the owner wants it, or still lies there."""
    folder, wanted = sources.settings.paths.data / "wake" / FOLDER, sources.settings.wake.keep_sound
    try:
        count = len(sounds_in(folder))
    except PermissionError:
        return unknown(f"this user may not look into {folder}", "Put sudo before it.")
    if count and not wanted:
        return warn(f"{count} of wrong wakes still lie in {folder}", f"Delete that folder: rm -r {folder}", count=count)
    if not wanted:
        return skip("none is kept", count=0)
    return ok(f"kept of wrong wakes, as you set it: {count} of at most {MOST}, in {folder}", count=count)


def _for_strangers(sources: Sources) -> str:
    """What whoever is not known by voice may do then, where that is less."""
    try:
        role = load(sources.environ)[0].unknown_voice
    except (ConfigBroken, OSError):  # told by the check of the roles
        return ""
    return f" Whoever speaks is a {role} until then (unknown_voice in roles.toml)." if role else ""


def _newest(folder: Path) -> Backup | None:
    try:
        return next(iter(BackupFolder(folder).backups()), None)
    except BackupError:
        return None


def _span(age: timedelta) -> str:
    seconds = max(0.0, age.total_seconds())
    for unit, length in (("days", 86_400), ("hours", 3_600), ("minutes", 60)):
        if seconds >= 2 * length:
            return f"{seconds / length:.0f} {unit}"
    return f"{seconds:.0f} seconds"


CHECKS = (
    Check("store.whole", "store", whole, "equerry restore puts the newest good backup back.", limit_s=60),
    Check("store.backups", "backups", backups, "equerry backup"),
    Check("store.second", "second place", second, "equerry config set backup.second FOLDER"),
    Check("store.voiceprints", "voiceprints", voiceprints, "equerry voices add NAME"),
    Check("store.wake_sounds", "sound of wakes", wake_sounds, "equerry config set wake.keep_sound false"),
)
