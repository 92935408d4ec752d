"""Takes in what other devices have: joins it with ours, writes it in one transaction, and then shows it."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime

from services.store.base import Join, Merged, Replica, Stamp
from services.store.documents import utc
from services.store.replicas.rebase import Moved, rebase
from services.store.replicas.stamps import packed
from services.store.search.index import write as write_index
from services.store.sqlite.checks import checksum
from services.store.sqlite.codec import completed
from services.store.sqlite.file import RowChange, dumped
from services.store.sqlite.rows import Fields, compact
from services.store.sqlite.storage import SQLiteStorage

Key = tuple[str, str]
"""(kind, id)."""
_NEVER = Stamp(0, "0" * 12)
"""The stamp of a field that nobody has set: earlier than every other."""


def merge(storage: SQLiteStorage, theirs: Sequence[Replica], join: Join, now: datetime) -> list[Merged]:
    """One result for each of theirs, in order; several may be of one document. What is stamped too far ahead is passed
    over.

    Raises a StoreError; nothing is changed then, in memory neither.
    """
    with storage.beside() as show:
        batch = Batch(storage)
        results = [batch.take(each, join, now) for each in theirs]
        batch.write({(each.kind, each.id): each.more for each in results})
        show(batch.written)
    return results


class Batch:
    """Documents and tombstones that are to become others, written together; for who holds the writer's lock."""

    def __init__(self, storage: SQLiteStorage) -> None:
        self._storage = storage
        self._before: dict[Key, Replica | None] = {}
        self._after: dict[Key, Replica | None] = {}
        self.written: list[RowChange] = []
        """The changes that memory shows once they are written."""

    def take(self, theirs: Replica, join: Join, now: datetime) -> Merged:
        """Join theirs with ours; nothing is written yet."""
        key = (theirs.kind, theirs.id)
        ours = self._after[key] if key in self._after else self._known(key)
        seen = all(self._storage.stamping.seen(stamp, now) for stamp in theirs.all_stamps)
        both = _plain(join(ours, theirs))
        if not seen or (both.deleted is None and not both.stamps):
            return Merged(*key, changed=False, more=False)
        changed = ours is None or not same(ours, both)
        if changed:
            self.become(both := _whole(both))
        return Merged(*key, changed=changed, more=not same(_without_defaults(both, theirs), _plain(theirs)))

    def become(self, replica: Replica) -> None:
        """Note the state that is to be written."""
        key = (replica.kind, replica.id)
        if key not in self._before:
            self._known(key)
        self._after[key] = replica

    def write(self, more: dict[Key, bool], *, foreign: bool = True) -> None:
        """Write what has changed. `more`: whether others lack something of it, so that it goes out. `foreign`: others
        changed it.

        Raises DiskFull, StoreReadOnly, StoreUnreachable, StoreDamaged; nothing was written then.
        """
        changed = [key for key in self._after if self._after[key] != self._before[key]]
        off, on = self._outbox(more, set(changed))
        if not (changed or off or on):
            return
        self.written = [written for key in changed if (written := self._written(key)) is not None]
        rows = {(each.kind, each.id): each.after for each in self.written}
        with self._storage.file.writing() as connection:
            for key in changed:
                _put(connection, self._after[key], rows.get(key))
            query = "UPDATE counters SET value = ? WHERE name = 'clock'"
            connection.execute(query, (self._storage.stamping.last,))
            query = "UPDATE counters SET value = value + 1 WHERE name = 'outbox' RETURNING value"
            seq = connection.execute(query).fetchall()[0][0]
            connection.executemany("DELETE FROM outbox WHERE kind = ? AND id = ?", off)
            connection.executemany(
                "INSERT OR REPLACE INTO outbox VALUES (?, ?, ?, ?)", [(*key, seq, gone) for key, gone in on]
            )
            rebase(connection, self._moved(foreign=foreign), foreign=foreign)
            write_index(connection, [(each.kind, each.id, each.after) for each in self.written])

    def _known(self, key: Key) -> Replica | None:
        """The state here, remembered as the one before."""
        found = self._before[key] = self._storage.replica(*key)
        return found

    def _outbox(self, more: dict[Key, bool], changed: set[Key]) -> tuple[list[Key], list[tuple[Key, bool]]]:
        """Keys that leave the outbox, and those that enter it with whether they are deleted."""
        query = "SELECT 1 FROM outbox WHERE kind = ? AND id = ?"
        with self._storage.file.reading() as connection:
            there = {key for key in more if connection.execute(query, key).fetchone()}
        off = [key for key in more if not more[key] and key in there]
        on = [key for key in more if more[key] and (key in changed or key not in there)]
        return off, [
            (key, (state := self._after.get(key, self._before.get(key))) is not None and not state.alive) for key in on
        ]

    def _written(self, key: Key) -> RowChange | None:
        """The document before and after; None where there was none, and is none."""
        after = self._after[key]
        fields = compact(json.loads(dumped(dict(after.fields)))) if after is not None and after.alive else None
        before = self._storage.row(*key)
        return None if before is None and fields is None else RowChange(*key, before, fields)

    def _moved(self, *, foreign: bool) -> dict[Key, Moved]:
        """What undo may know of: what was here before, also as a tombstone."""
        moved = {}
        for kind, doc_id, old, new in self.written:
            before, after = self._before[kind, doc_id], self._after[kind, doc_id]
            if before is not None and after is not None:
                stamps = after.stamps.items() if foreign else ()
                names = frozenset(name for name, stamp in stamps if stamp not in (_NEVER, before.stamps.get(name)))
                moved[kind, doc_id] = Moved(old, new, names)
        return moved


def same(one: Replica, other: Replica) -> bool:
    """Whether two replicas of one document tell the same. Python holds 1, 1.0 and true for equal; here they are not."""
    if one.deleted != other.deleted or one.stamps != other.stamps or one.fields != other.fields:
        return False
    return json.dumps(dict(one.fields), sort_keys=True) == json.dumps(dict(other.fields), sort_keys=True)


def _without_defaults(both: Replica, theirs: Replica) -> Replica:
    """Without what nobody ever set and they do not know: the fields of a newer program, which every such program fills
    in alike. They are no news; else a site would tell all of its documents anew with each update.
    """
    filled = {name for name, stamp in both.stamps.items() if stamp == _NEVER and name not in theirs.stamps}
    fields = {name: value for name, value in both.fields.items() if name not in filled}
    stamps = {name: stamp for name, stamp in both.stamps.items() if name not in filled}
    return replace(both, fields=fields, stamps=stamps)


def _plain(replica: Replica) -> Replica:
    """As it is kept: a living document has no tombstone, and a deleted one only its stamp."""
    if replica.alive:
        return replica if replica.deleted is None else replace(replica, deleted=None)
    return replace(replica, fields={}, stamps={})


def _whole(replica: Replica) -> Replica:
    """With every field of its kind, as readers rely on: a missing field gets its default, which loses to any value."""
    if not replica.alive:
        return replica
    times = sorted(replica.stamps.values())
    dates = {"created": utc(_at(times[0])), "updated": utc(_at(times[-1]))}
    fields = completed(replica.kind, replica.id, {**dates, **replica.fields})
    missing = fields.keys() - replica.stamps.keys() - dates.keys()
    return replace(replica, fields=fields, stamps={**replica.stamps, **dict.fromkeys(missing, _NEVER)})


def _at(stamp: Stamp) -> datetime:
    return stamp.at if stamp.time else datetime.fromtimestamp(0, UTC)


def _put(connection: sqlite3.Connection, state: Replica | None, fields: Fields | None) -> None:
    """Write the row of a document, or its tombstone."""
    assert state is not None
    key = (state.kind, state.id)
    if fields is None:
        assert state.deleted is not None
        connection.execute("DELETE FROM documents WHERE kind = ? AND id = ?", key)
        connection.execute("INSERT OR REPLACE INTO tombstones VALUES (?, ?, ?)", (*key, str(state.deleted)))
        return
    body, marks = dumped(fields), packed(state.stamps)
    row = (*key, body, checksum(*key, body, marks), marks)
    connection.execute("INSERT OR REPLACE INTO documents (kind, id, body, crc, stamps) VALUES (?, ?, ?, ?, ?)", row)
    connection.execute("DELETE FROM tombstones WHERE kind = ? AND id = ?", key)
