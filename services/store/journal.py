"""What happened: turns, jobs, refusals. Entries are only ever added, and purged when they are old; on disk only, for
they grow for ever.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from services.store.base import JournalEntry
from services.store.documents import utc
from services.store.search.index import write as write_index
from services.store.sqlite.file import StoreFile, dumped


class StoreJournal:
    """The journal of one open store (services.store.base.Journal). Safe to use from several threads."""

    def __init__(self, file: StoreFile) -> None:
        self._file = file

    def add(self, kind: str, fields: Mapping[str, Any], *, at: datetime) -> int:
        return self.add_all(kind, [(at, fields)])

    def add_all(self, kind: str, rows: Sequence[tuple[datetime, Mapping[str, Any]]]) -> int:
        seq = 0
        with self._file.writing() as connection:
            for at, fields in rows:
                cursor = connection.execute(
                    "INSERT INTO journal (kind, at, body) VALUES (?, ?, ?)", (kind, utc(at), dumped(dict(fields)))
                )
                seq = cursor.lastrowid or 0
                write_index(connection, [(kind, str(seq), {**fields, "created": utc(at)})])
        return seq

    def rows(
        self,
        kind: str,
        *,
        since: datetime | None = None,
        until: datetime | None = None,
        newest_first: bool = False,
        limit: int | None = None,
    ) -> list[JournalEntry]:
        bounds = (kind, utc(since) if since else "", utc(until) if until else "~", -1 if limit is None else limit)
        query = f"""SELECT seq, at, body FROM journal WHERE kind = ? AND at >= ? AND at < ?
            ORDER BY seq {"DESC" if newest_first else "ASC"} LIMIT ?"""  # noqa: S608 - one of two words of ours
        with self._file.reading() as connection:
            found = connection.execute(query, bounds).fetchall()
            return [JournalEntry(seq, datetime.fromisoformat(at), json.loads(body)) for seq, at, body in found]

    def purge(self, kind: str, *, before: datetime) -> int:
        """Delete the entries of a kind that are older, and overwrite where they stood; how many there were."""
        with self._file.writing() as connection:
            gone = connection.execute(
                "DELETE FROM journal WHERE kind = ? AND at < ? RETURNING seq", (kind, utc(before))
            ).fetchall()
            write_index(connection, [(kind, str(seq), None) for (seq,) in gone])
            return len(gone)
