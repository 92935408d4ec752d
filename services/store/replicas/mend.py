"""Repairs stamps given while the wall clock was years ahead: they would win over every change until then."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import datetime

from services.store.base import Replica, Stamp
from services.store.documents import utc
from services.store.replicas.merge import Batch
from services.store.replicas.stamps import latest, read, unpacked, unstamped
from services.store.sqlite.storage import SQLiteStorage


def heal(storage: SQLiteStorage, now: datetime) -> int:
    """Stamp anew what is stamped more than five minutes ahead, and have the clock's counter go on from now; how many
    documents.

    Raises a StoreError; nothing is changed then.
    """
    end, clock = latest(now), storage.stamping
    if clock.last <= end:
        return 0  # every stamp here was given or seen by it
    with storage.beside() as show:
        ahead, last = _ahead(storage, end)
        before, clock.last = clock.last, last
        try:
            stamp, batch = clock.next(now), Batch(storage)
            for each in ahead:
                batch.become(_healed(each, stamp, end, now))
            batch.write({(each.kind, each.id): True for each in ahead}, foreign=False)
            if not ahead:
                with storage.file.writing() as connection:
                    connection.execute("UPDATE counters SET value = ? WHERE name = 'clock'", (clock.last,))
        except BaseException:
            clock.last = before
            raise
        show(batch.written)
    return len(ahead)


def _ahead(storage: SQLiteStorage, end: int) -> tuple[list[Replica], int]:
    """What has stamps after `end`, and the time of the last stamp of all that is not."""
    found, last = [], 0
    with storage.file.reading() as connection:
        for kind, doc_id, body, marks in connection.execute("SELECT kind, id, body, stamps FROM documents"):
            fields = json.loads(body)
            stamps = unpacked(marks, fields, unstamped(storage.device, fields))
            times = [stamp.time for stamp in stamps.values()]
            last = max(last, *(time for time in (0, *times) if time <= end))
            if max(times, default=0) > end:
                found.append(Replica(kind, doc_id, fields, stamps))
        for kind, doc_id, text in connection.execute("SELECT kind, id, stamp FROM tombstones"):
            stone = read(text)
            if stone.time > end:
                found.append(Replica(kind, doc_id, {}, {}, stone))
            else:
                last = max(last, stone.time)
    return found, last


def _healed(replica: Replica, stamp: Stamp, end: int, now: datetime) -> Replica:
    if replica.deleted is not None:
        return replace(replica, deleted=stamp)
    stamps = {name: stamp if each.time > end else each for name, each in replica.stamps.items()}
    dates = {name: min(str(replica.fields.get(name) or utc(now)), utc(now)) for name in ("created", "updated")}
    return replace(replica, fields={**replica.fields, **dates}, stamps=stamps)
