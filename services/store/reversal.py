"""Reverses commands within the running transaction: the last one, or one that is about to be done differently."""

from __future__ import annotations

from collections.abc import Collection

from services.store.base import NothingToUndo, UndoBlocked, Undone
from services.store.kinds import row_of
from services.store.sqlite.codec import completed
from services.store.sqlite.rows import Fields
from services.store.sqlite.storage import SQLiteStorage
from services.store.undo import Image, UndoRecord, fingerprint, leaning, unsettled

_LATEST = 20
"""Commands looked through for the one that is to be taken back."""
_ALL = 1_000
_SINCE = "it was changed since"
Key = tuple[str, str]
"""(kind, id)."""


def undo_last(storage: SQLiteStorage, *, others: bool = False) -> Undone:
    """Put the documents of this client's last undoable command back; called again, those of the one before.

    `others`: of the last command, whoever gave it. One that can't be undone leaves all as it was. What is never deleted
    is taken back by a new document; a customer whose account is not at zero stays. Raises NothingToUndo, UndoBlocked.
    """
    work = storage.work
    records = storage.file.undo_records(len(work.undone) + 1, client=None if others else work.client)
    record = next((record for record in records if record.seq not in work.undone), None)
    if record is None:
        raise NothingToUndo
    with storage.savepoint():
        _put_back(storage, record)
    work.undoable = False
    return Undone(record.label, record.client, record.at)


def take_back(storage: SQLiteStorage, written: Collection[Key], *, others: bool = False) -> str:
    """Put back what this client's command that wrote these changed, to do it otherwise in the same transaction: its
    label. With `others`, whoever's it was.

    Raises NothingToUndo, UndoBlocked.
    """
    for record in storage.file.undo_records(_LATEST):
        if any((image.kind, image.id) in written for image in record.images):
            if record.client != storage.work.client and not others:
                raise UndoBlocked(label=record.label, why="somebody else gave that command")
            _put_back(storage, record)
            storage.work.instead = record
            return record.label
    raise NothingToUndo


def undo_all(storage: SQLiteStorage, key: Key) -> list[Undone]:
    """Put back every command not undone yet that wrote this document, whoever gave it, the last one first.

    Raises NothingToUndo, UndoBlocked; nothing is put back then.
    """
    found = [
        each for each in storage.file.undo_records(_ALL) if any((image.kind, image.id) == key for image in each.images)
    ]
    if not found:
        raise NothingToUndo
    found = [record for record in found if _left(record)] or found[:1]  # what others have changed all of is done with
    with storage.savepoint():
        for record in found:
            _put_back(storage, record)
    storage.work.undoable = False
    return [Undone(record.label, record.client, record.at) for record in found]


def _left(record: UndoRecord) -> list[Image]:
    """What is still to be put back: other devices may have changed the rest since."""
    return [image for image in record.images if fingerprint(image.before) != image.after]


def _put_back(storage: SQLiteStorage, record: UndoRecord) -> None:
    work = storage.work
    changed = [
        (image.kind, image.id)
        for image in record.images
        if fingerprint(storage.row(image.kind, image.id)) != image.after
    ]
    if changed:
        raise _blocked(storage, record, changed)
    left = _left(record)
    if record.images and not left:
        raise UndoBlocked(label=record.label, why=_SINCE)
    gone: list[Key] = []
    for kind, doc_id, before, _ in left:
        now = storage.row(kind, doc_id)
        reversal = row_of(kind).reversal
        if reversal is not None and now is not None:
            new_id, stamp = storage.new_id(), storage.stamp()
            storage.change(kind, {new_id: {**reversal(doc_id, now), "created": stamp, "updated": stamp}})
            work.settled |= {(kind, doc_id), (kind, new_id)}
        else:
            storage.change(
                kind,
                {doc_id: None if before is None else {**_whole(kind, doc_id, before, now), "updated": storage.stamp()}},
            )
            gone += [(kind, doc_id)] if before is None else []
    accounts = [doc_id for kind, doc_id in gone if kind == "customer"]
    if entries := [("entry", each) for doc_id in accounts for each in unsettled(storage.rows("entry"), doc_id)]:
        raise _blocked(storage, record, entries)
    leans = [each for kind, doc_id in gone for each in leaning(storage.rows, kind, doc_id)]
    if leans and ("later" in (blocked := _blocked(storage, record, leans)).facts or _are_of_others(storage, leans)):
        raise blocked  # what merely arrived, such as a message, keeps nothing
    work.undone.append(record.seq)


def _blocked(storage: SQLiteStorage, record: UndoRecord, keys: Collection[Key]) -> UndoBlocked:
    """Names the last command that touched one of these after the one to be undone, if it was a command."""
    for later in storage.file.undo_records(_ALL, after=record.seq):
        if later.seq not in storage.work.undone and any((image.kind, image.id) in keys for image in later.images):
            why = f"a later command built on it ({later.label})"
            return UndoBlocked(label=record.label, why=why, later=later.label, at=later.at)
    return UndoBlocked(label=record.label, why=_SINCE)


def _whole(kind: str, doc_id: str, before: Fields, now: Fields | None) -> Fields:
    """The fields as they were. Those that it had not got then are put back to what they are by default: other devices
    would not learn of a field that is missing.
    """
    if now is None or now.keys() <= before.keys():
        return before
    return {
        name: value
        for name, value in {**now, **completed(kind, doc_id, before)}.items()
        if name in now or name in before
    }


def _are_of_others(storage: SQLiteStorage, keys: Collection[Key]) -> bool:
    """Whether another device has made or changed one of these."""
    found = (storage.replica(*key) for key in keys)
    return any(stamp.device != storage.device for each in found if each for stamp in each.stamps.values())
