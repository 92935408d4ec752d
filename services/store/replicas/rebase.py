"""Undo beside other devices: what they changed since is no command of ours, so undo shall neither be stopped by it nor
take it back.

A record of undo holds documents as they were before a command, and a fingerprint of what the command left. When
something else changes fields of a document, the records that tell of it are written anew, the last one first: as if
those fields had been so all along. So undo puts back what the command changed and nobody wrote since, be it the very
same.
"""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Mapping
from typing import NamedTuple

from services.store.sqlite.rows import Fields
from services.store.undo import Image, UndoRecord, fingerprint

Key = tuple[str, str]
"""(kind, id)."""
_ELSEWHERE = "elsewhere"
"""No fingerprint: what the command made was changed by another device, and undo shall not delete it."""
_BEGINS = re.compile(r'\["[a-z]+","([^"\\]+)",')
"""How the image of a document begins, in a record's text; other things may look so, too."""


class Moved(NamedTuple):
    """A document that was written beside undo."""

    old: Fields | None
    new: Fields | None
    names: frozenset[str] = frozenset()
    """Fields that others wrote, also where they wrote what was there."""


def rebase(connection: sqlite3.Connection, moved: Mapping[Key, Moved], *, foreign: bool = True) -> None:
    """Bring the records not undone yet in step with documents that became others, in the transaction that runs.

    `foreign`: it was done by others, who want it: what they wrote is not deleted by undoing that it was made.
    """
    states = {
        key: state for key, state in moved.items() if state.names or fingerprint(state.old) != fingerprint(state.new)
    }
    changed: list[tuple[str, int]] = []
    query = "SELECT seq, label, client, at, images FROM undo WHERE undone_at IS NULL ORDER BY seq DESC"
    for seq, label, client, at, images in connection.execute(query) if states else ():
        if {doc_id for _, doc_id in states}.isdisjoint(_BEGINS.findall(images)):
            continue
        try:
            record = UndoRecord.unpacked(seq, label, client, at, images)
        except (ValueError, TypeError):  # damaged; undo will say so, and those before it can't be relied upon
            break
        new = tuple(_rebased(image, states, foreign=foreign) for image in record.images)
        if new != record.images:
            changed.append((UndoRecord(label, client, record.at, new).packed(), seq))
        if not states:
            break
    connection.executemany("UPDATE undo SET images = ? WHERE seq = ?", changed)


def _rebased(image: Image, states: dict[Key, Moved], *, foreign: bool) -> Image:
    """The image, where the command left what now is another; `states` becomes what it was, and now is, before that
    command.
    """
    key = (image.kind, image.id)
    if key not in states:
        return image
    old, new, names = states.pop(key)
    if image.after != fingerprint(old):  # something in between that undo does not know of
        return image
    if image.before is None and old is not None and new is not None:
        return image._replace(after=_ELSEWHERE if foreign else fingerprint(new))
    before = _before(image.before, old, new, names)
    states[key] = Moved(image.before, before, names)
    return image._replace(before=before, after=fingerprint(new))


def _before(before: Fields | None, old: Fields | None, new: Fields | None, written: frozenset[str]) -> Fields | None:
    """What was there before a command that left `old`, had what is different in `new`, or `written`, been so by
    then.
    """
    if before is None or old is None or new is None:
        return new
    names = written | {name for name in old.keys() | new.keys() if old.get(name) != new.get(name)}
    return {name: value for name, value in before.items() if name not in names} | {
        name: new[name] for name in names if name in new
    }
