"""The store and its backups."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from device.doctor.base import Check, Facts, Verdict, fail, ok, skip, unknown, warn
from device.doctor.sources import Sources, closed
from device.pages.status import size
from device.voiceprints.book import NAME, VoiceprintBook
from device.voiceprints.errors import VoiceprintsDamaged
from services.store.backups.base import Backup, BackupError, NoStore
from services.store.backups.folder import BackupFolder, is_same
from services.store.base import StoreError
from services.store.sqlite.read_only import examined

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
    """Whether the voiceprints of enrolled people can be read, and by nobody but the appliance."""
    book = VoiceprintBook(sources.settings.paths.data / NAME)
    if closed(book.path.parent):
        return unknown(f"this user may not look into {book.path.parent}", "Put sudo before it.")
    try:
        people = len(book.read())
        mode = book.path.stat().st_mode & 0o777 if people else 0o600
    except VoiceprintsDamaged as error:
        return fail(str(error), f"Take {book.path} away; then equerry voices add NAME", reason=error.code)
    except OSError as error:
        return unknown(f"{book.path} can't be looked at ({error.strerror})", "Put sudo before it.")
    if not people:
        return skip("nobody is enrolled", people=0)
    if mode & 0o077:
        return fail("others may read them", f"chmod 600 {book.path}", people=people)
    return ok(f"of {people}" if people > 1 else "of one person", people=people)


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
)
