"""The store as devices share it: replicas, what is to go out, and what came in (services.store.base.Replicated)."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import datetime
from itertools import islice
from typing import Any

from services.store.base import Join, Merged, Outgoing, Replica
from services.store.replicas.admission import refusal, written
from services.store.replicas.mend import heal
from services.store.replicas.merge import merge
from services.store.sqlite.storage import SQLiteStorage

Key = tuple[str, str]
"""(kind, id)."""
_AT_ONCE = 1000
"""Rows in one transaction: who commits does not wait longer."""


class Replicas(ABC):
    """What a store has for synchronising."""

    @property
    @abstractmethod
    def storage(self) -> SQLiteStorage:
        """What lies under the tables."""

    @property
    def device(self) -> str:
        """This store's name among those that hold the same documents: 12 hexadecimal digits, made with it, and anew
        when it is restored.
        """
        return self.storage.device

    def replica(self, kind: str, doc_id: str) -> Replica | None:
        return self.storage.replica(kind, doc_id)

    def known(self, kinds: Collection[str]) -> set[Key]:
        there = {(kind, doc_id) for kind in kinds for doc_id in self.storage.rows(kind)}
        query = f"SELECT kind, id FROM tombstones WHERE kind IN ({_marks(kinds)})"  # noqa: S608 - question marks
        with self.storage.file.reading() as connection:
            return there | set(connection.execute(query, tuple(kinds)))

    def merge(self, theirs: Sequence[Replica], join: Join, *, now: datetime) -> list[Merged]:
        return merge(self.storage, theirs, join, now)

    def admissible(self, replica: Replica, *, now: datetime) -> str | None:
        return refusal(replica, now)

    def written(self, kind: str, doc_id: str, fields: Mapping[str, Any]) -> dict[str, Any]:
        return written(kind, doc_id, fields)

    def heal(self, now: datetime) -> int:
        return heal(self.storage, now)

    def offer(self, keys: Collection[Key]) -> None:
        """Put these documents and tombstones into the outbox, but for those that stand there already or are not
        there.
        """
        query = """INSERT OR IGNORE INTO outbox
            SELECT kind, id, counters.value, 0 FROM documents, counters
            WHERE kind = ?1 AND id = ?2 AND counters.name = 'outbox'
            UNION ALL
            SELECT kind, id, counters.value, 1 FROM tombstones, counters
            WHERE kind = ?1 AND id = ?2 AND counters.name = 'outbox'"""
        for part in _parts(keys):
            with self.storage.file.writing() as connection:
                connection.execute("UPDATE counters SET value = value + 1 WHERE name = 'outbox'")
                connection.executemany(query, part)

    def outbox(self, limit: int = 100, kinds: Collection[str] | None = None) -> list[Outgoing]:
        where = "" if kinds is None else f"WHERE kind IN ({_marks(kinds)})"
        query = f"SELECT seq, kind, id, deleted FROM outbox {where} ORDER BY seq, kind, id LIMIT ?"  # noqa: S608 - question marks
        with self.storage.file.reading() as connection:
            rows = connection.execute(query, (*(kinds or ()), limit))
            return [Outgoing(seq, kind, doc_id, bool(gone)) for seq, kind, doc_id, gone in rows]

    def sent(self, outgoing: Collection[Outgoing]) -> None:
        if outgoing:
            with self.storage.file.writing() as connection:
                rows = [(each.kind, each.id, each.seq) for each in outgoing]
                connection.executemany("DELETE FROM outbox WHERE kind = ? AND id = ? AND seq = ?", rows)


def _marks(kinds: Collection[str]) -> str:
    return ", ".join("?" * len(kinds))


def _parts(keys: Collection[Key]) -> Iterator[list[Key]]:
    rest = iter(keys)
    while part := list(islice(rest, _AT_ONCE)):
        yield part
