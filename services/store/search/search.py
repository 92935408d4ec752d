"""Search: the documents that have these words, those meant most likely first. A reader of its own, which waits for no
writer.

Words are looked for as they are and in their other forms (invoice, invoices), then as beginnings of words, then as
words misspelt or misheard; each step only where those before found too little. Ranked by BM25 (S. Robertson and H.
Zaragoza, "The Probabilistic Relevance Framework: BM25 and Beyond", 2009) as FTS5 has it, by how exactly the words stand
there, and by how late they were written.
"""

from __future__ import annotations

import json
import sqlite3
import threading
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

from services.store.base import Hit, Likeness, SearchDamaged, StoreDamaged, StoreUnreachable
from services.store.documents import utc
from services.store.kinds import row_of
from services.store.search.index import TURN, searchable
from services.store.search.spelling import around, asked, exactness
from services.store.search.ways import Way, Ways, phrase

_MOST_WORDS = 16
_RANKED = 1_000
"""So many documents are ranked by BM25, which looks at each; of more, the latest are: their words are too common to
tell them apart.
"""
_LATEST = 100
_WEIGHTS = "bm25(search, 0.0, 4.0, 1.0)"
"""A word in the title counts as four behind it."""
_WEIGHT: Mapping[Likeness, float] = {"same": 1.0, "form": 0.9, "beginning": 0.75, "like": 0.6, "some": 0.35}
"""How much such a find counts."""
_LOOKED_AT = 4_000
"""Letters of a long text that are looked at for what is told of it."""


class _Candidate(NamedTuple):
    """Something that fits."""

    seq: int
    relevance: float
    way: Way
    kind: str = ""
    id: str = ""
    at: str = ""
    title: str = ""
    body: str = ""


class Search:
    """Searches one store's file by a connection of its own. Safe to use from several threads; one search at a time."""

    def __init__(self, path: Path, *, still: bool = False) -> None:
        """`still`: nobody writes to the file, so nothing is laid beside it, as on a read-only disk."""
        self._path = path
        self._still = still
        self._lock = threading.Lock()
        self._connection: sqlite3.Connection | None = None

    def close(self) -> None:
        """Let go of the file; the next search opens it again."""
        with self._lock:
            if self._connection is not None:
                self._connection.close()
                self._connection = None

    @property
    def is_there(self) -> bool:
        """Whether the store has an index; an older Equerry made none. Raises StoreUnreachable, StoreDamaged."""
        with self._lock:
            try:
                return (
                    self._opened().execute("SELECT 1 FROM sqlite_schema WHERE name = 'search'").fetchone() is not None
                )
            except sqlite3.OperationalError as error:
                raise StoreUnreachable(path=self._path, reason=error) from error
            except sqlite3.DatabaseError as error:  # what tells of the tables can't be read: it is not the index alone
                raise StoreDamaged(path=self._path, reason=error) from error

    def find(
        self,
        text: str,
        *,
        kinds: Collection[str] = (),
        since: datetime | None = None,
        until: datetime | None = None,
        limit: int = 10,
    ) -> list[Hit]:
        """Documents that have these words, best first, as they were committed; no text is wrong. Raises
        StoreUnreachable, SearchDamaged.

        `kinds`: only those, e.g. note; none: all. `since`, `until`: only what was made or takes place from then on,
        before then.
        """
        words = asked(text, _MOST_WORDS)
        if not words or limit < 1 or (kinds and not set(kinds) & set(searchable())):
            return []
        with self._lock, self._named_errors():
            return _Asking(self._opened(), words, kinds, (since, until), limit).hits()

    @contextmanager
    def _named_errors(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.OperationalError as error:
            raise StoreUnreachable(path=self._path, reason=error) from error
        except (sqlite3.DatabaseError, ValueError) as error:
            raise SearchDamaged(path=self._path, reason=error) from error

    def _opened(self) -> sqlite3.Connection:
        if self._connection is None:
            uri = f"{self._path.absolute().as_uri()}?mode=ro{'&immutable=1' if self._still else ''}"
            self._connection = sqlite3.connect(uri, uri=True, isolation_level=None, check_same_thread=False)
        return self._connection


class _Asking:
    """One search. Its reads see one state of the store."""

    def __init__(
        self,
        connection: sqlite3.Connection,
        words: list[str],
        kinds: Collection[str],
        span: tuple[datetime | None, datetime | None],
        limit: int,
    ) -> None:
        self._connection = connection
        self._words = words
        self._limit = limit
        self._found: dict[int, _Candidate] = {}
        known = [phrase(kind) for kind in searchable() if kind in kinds]
        self._kinds = f"kind : {_either(known)} AND " if kinds else ""
        self._span = (
            None if span == (None, None) else (utc(span[0]) if span[0] else "", utc(span[1]) if span[1] else "~")
        )

    def hits(self) -> list[Hit]:
        """What was found, best first."""
        self._connection.execute("BEGIN")
        try:
            self._look()
            return [self._hit(score, candidate) for score, candidate in self._ranked()[: self._limit]]
        finally:
            self._connection.execute("ROLLBACK")

    def _look(self) -> None:
        """Find candidates, until there are enough."""
        before: set[str] = set()
        for way in Ways(self._connection, self._words, self._found):
            query = f"{self._kinds}{{title body}} : ({way.operator.join(_either(each) for each in way.terms)})"
            if query not in before:
                before.add(query)
                for seq, relevance in self._matches(query):
                    self._found.setdefault(seq, _Candidate(seq, _WEIGHT[way.how] * relevance, way))
            if len(self._found) >= self._limit:
                return

    def _matches(self, query: str) -> list[tuple[int, float]]:
        """The documents of an FTS5 query with their relevance, from 0 to 1."""
        latest = self._select("search.rowid, 0", query, "search.rowid DESC", _RANKED + 1)
        if len(latest) <= _RANKED:
            ranked = (
                self._select(f"search.rowid, {_WEIGHTS}", query, _WEIGHTS, 2 * _LATEST + self._limit) if latest else []
            )
        else:
            titled = query.replace("{title body}", "title")
            ranked = self._select("search.rowid, -1", titled, "search.rowid DESC", _LATEST + self._limit)
            ranked += [(seq, -0.25) for seq, _ in latest[: _LATEST + self._limit]]
        best = min((rank for _, rank in ranked), default=-1.0) or -1.0  # BM25 is negative here: the less, the better
        return [(seq, rank / best) for seq, rank in ranked]

    def _select(self, what: str, query: str, order: str, limit: int) -> list[tuple[int, float]]:
        within = ""
        bounds: tuple[str, ...] = ()
        if self._span:
            within = "JOIN searchable ON seq = search.rowid AND (at >= ? AND at < ? OR made >= ? AND made < ?)"
            bounds = (*self._span, *self._span)
        sql = f"SELECT {what} FROM search {within} WHERE search MATCH ? ORDER BY {order} LIMIT ?"  # noqa: S608 - words of ours only
        return self._connection.execute(sql, (*bounds, query, limit)).fetchall()

    def _ranked(self) -> list[tuple[float, _Candidate]]:
        """By what was found, how exactly, and how late it was written."""
        newest = self._connection.execute("SELECT max(seq) FROM searchable").fetchone()[0] or 1
        scored = []
        numbers = ", ".join(map(str, self._found))
        query = (
            f"SELECT seq, kind, id, at, title, substr(body, 1, {_LOOKED_AT}) FROM searchable WHERE seq IN ({numbers})"  # noqa: S608
        )
        for seq, *texts in self._connection.execute(query):
            candidate = _Candidate(*self._found[seq][:3], *texts)
            exact = exactness(self._words, candidate.title, candidate.body)
            score = candidate.relevance * 0.5 + exact * 0.4 + seq / newest * 0.1
            scored.append((round(score * (0.6 if candidate.kind == TURN else 1.0), 4), candidate))
        return sorted(scored, key=lambda each: (-each[0], -each[1].seq))

    def _hit(self, score: float, candidate: _Candidate) -> Hit:
        words = [term.strip('"*') for terms in candidate.way.terms for term in terms]
        at = datetime.fromisoformat(candidate.at) if candidate.at else datetime.fromtimestamp(0, UTC)
        snippet = around(candidate.body.split("\n"), words, first=not candidate.title)
        where = self._where(candidate.kind, candidate.id)
        return Hit(candidate.kind, candidate.id, candidate.title, snippet, at, where, score, candidate.way.how)

    def _where(self, kind: str, id_: str) -> str:
        """The name of what it belongs to: a task's project, a message's channel."""
        row = row_of(kind)
        if not row.within:
            return ""
        for (body,) in self._connection.execute("SELECT body FROM documents WHERE kind = ? AND id = ?", (kind, id_)):
            fields = json.loads(body)
            for holder, value in ((row_of(row.refers[field][0]), fields.get(field)) for field in row.within):
                first = value[0] if isinstance(value, list) and value else value
                query = "SELECT json_extract(body, ?) FROM documents WHERE kind = ? AND id = ?"
                if isinstance(first, str):
                    for (name,) in self._connection.execute(query, (f"$.{holder.title}", holder.name, first)):
                        return str(name)
        return ""


def _either(terms: Sequence[str]) -> str:
    return f"({' OR '.join(dict.fromkeys(terms))})"
