"""Deleting files. Content stays for a while, so that undo can bring it back, and as long as another file has it."""

from __future__ import annotations

from datetime import timedelta

from services.actions.base import Refused
from services.actions.call import Call, Done, Prepared
from services.actions.files.keep import picked
from services.actions.files.names import said
from services.actions.files.places import where_it_is
from services.actions.wording import counted, listed, number
from services.store.base import Reader, SharedFile

KEPT_FOR = timedelta(days=7)
"""How long content that nothing refers to is kept."""
_READ_ALOUD = 4


def delete(call: Call) -> Done:
    """Slots: file. With all its versions; what lies in the inbox stays there. Asks first."""
    picks = picked(call)
    files = [file for pick in picks if (file := call.tx.get(SharedFile, pick.id or "")) is not None]
    if not files:
        raise Refused("file.not_kept", f"{said(picks[0].name)} is only in the inbox, where I delete nothing")
    call.confirm(f"Delete {_told(call, files)}?")
    for file in files:
        call.tx.remove(file)
        for version in file.versions:
            if call.files:
                call.files.touch(version.sha256)  # from now on it may be unused; harmless where it is not
    names = listed([said(file.name) for file in files])
    return Done(f"Deleted {names}", f"deleted the file{'s' if len(files) > 1 else ''} {names}", tuple(files))


def sweep(call: Call) -> Prepared:
    """Removes content unused for long. Done before a deletion, while there is time (services.actions.call.Prepare)."""
    if call.files:
        call.files.sweep(used(call.tx), KEPT_FOR)
    return Prepared()


def used(reader: Reader) -> set[str]:
    """Hashes of all content that files have, in any version."""
    return {version["sha256"] for row in reader.rows(SharedFile).values() for version in row.get("versions", ())}


def _told(call: Call, files: list[SharedFile]) -> str:
    names = listed([said(file.name) for file in files[:_READ_ALOUD]])
    if len(files) > 1:
        return f"{counted(len(files), 'file')}, {names}" if len(files) <= _READ_ALOUD else counted(len(files), "file")
    there = where_it_is(call, files[0])
    parts = [f"from {there.receivers}"] if there.receivers else []
    parts += [f"with its {number(len(files[0].versions))} versions"] if len(files[0].versions) > 1 else []
    return f"{names} {listed(parts)}".strip()
