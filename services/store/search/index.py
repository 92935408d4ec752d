"""The index of search: what each document says, in the words of SQLite's FTS5, kept in step within the commit that
changes it.

`searchable` holds a row a document, numbered in the order in which their words were last changed: the highest is the
latest. `search` is the full-text index over it (https://www.sqlite.org/fts5.html, external content). `search_words` has
every word that stands in them, under each run of three letters in it, so that a misspelt one is found; that is a page
for each run, so the latest words wait in `search_new` and are written there together. All are made from documents and
journal and can be made anew.
"""

from __future__ import annotations

import json
import re
import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple

from services.store.kinds import all_rows, row_of
from services.store.search.spelling import grams, parted, vocabulary
from services.store.sqlite.seal import seal

Fields = Mapping[str, Any]
TURN = "turn"
"""The kind of the journal's entries whose words are searched."""

SCHEMA = (
    (
        "CREATE TABLE searchable (seq INTEGER PRIMARY KEY, kind TEXT NOT NULL, id TEXT NOT NULL, at TEXT NOT NULL, made"
        " TEXT NOT NULL, title TEXT NOT NULL, body TEXT NOT NULL)"
    ),
    "CREATE UNIQUE INDEX searchable_id ON searchable (kind, id)",
    "CREATE VIRTUAL TABLE search USING fts5(kind, title, body, content='searchable', content_rowid='seq',"
    """ tokenize="unicode61 remove_diacritics 2 categories 'L* N* Co Mn Mc'")""",
    # Without merging bit by bit, which stops every hundredth commit for 20 ms; sixteen segments of a size become one
    # anyway.
    "INSERT INTO search (search, rank) VALUES ('automerge', 0)",
    "CREATE TABLE search_words (gram TEXT NOT NULL, word TEXT NOT NULL, PRIMARY KEY (gram, word)) WITHOUT ROWID",
    "CREATE TABLE search_new (word TEXT PRIMARY KEY) WITHOUT ROWID",
)
_DROPPED = tuple(f"DROP TABLE IF EXISTS {table}" for table in ("search", "searchable", "search_words", "search_new"))
_MOST_NEW = 500
"""Words that may wait: every search looks through them."""
_SECURE_DELETE = (3, 42)
"""SQLite from which deleted words leave the index at once; before, when the segments that hold them are merged
(`tidy`).
"""
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])|(?<=[A-Za-z])(?=\d)")


class IndexEntry(NamedTuple):
    """What is searched of one document."""

    at: str
    """When it is due, begins, was sent, or else was made; ISO 8601 in UTC."""
    made: str
    title: str
    body: str


def searchable() -> tuple[str, ...]:
    """What search finds: the kinds of documents that are searched, and the journal's turns."""
    return (*(row.name for row in all_rows() if row.searched is not None), TURN)


def entry(kind: str, fields: Fields) -> IndexEntry | None:
    """What is searched of a document, the parts of its body on lines of their own; None where it has no words."""
    row = row_of(kind)
    title = _words(fields.get(row.title))
    searched = ("text",) if kind == TURN else row.searched or ()
    body = [words for name in searched if (words := _words(fields.get(name))) and (name, words) != ("sender", "owner")]
    if (
        kind == "file" and (apart := _CAMEL.sub(" ", title)) != title
    ):  # BudgetPlan2026.xlsx is looked for as budget plan
        body.append(apart)
    made = str(fields.get("created") or "")
    if not title and not body:
        return None
    return IndexEntry(str(fields.get(row.at) or made), made, title, "\n".join(body))


def write(connection: sqlite3.Connection, rows: Iterable[tuple[str, str, Fields | None]]) -> None:
    """Bring the index in step with documents (kind, id, fields; None: deleted), in the transaction that runs."""
    try:
        known = searchable()
        _write(connection, [row for row in rows if row[0] in known])
    except sqlite3.DatabaseError as error:
        if not _is_index_broken(error):
            raise
        rebuild(connection)  # what was to be written stands in the documents already


def rebuild(connection: sqlite3.Connection) -> None:
    """Make the index anew from documents and journal, in the transaction that runs."""
    for statement in (*_DROPPED, *SCHEMA):
        connection.execute(statement)
    if sqlite3.sqlite_version_info >= _SECURE_DELETE:
        connection.execute("INSERT INTO search (search, rank) VALUES ('secure-delete', 1)")
    seal(connection)
    _write(connection, _everything(connection))
    _sort_in(connection)


def tidy(connection: sqlite3.Connection) -> None:
    """Make one segment of the index; with an older SQLite, what was deleted leaves it only by this."""
    _sort_in(connection)
    connection.execute("INSERT INTO search (search) VALUES ('optimize')")


def problems(connection: sqlite3.Connection) -> list[str]:
    """Where the index differs from what it is made of; empty where all is well. Takes as long as making it anew."""
    wanted = {(kind, id_): words for kind, id_, fields in _everything(connection) if (words := entry(kind, fields))}
    rows = connection.execute("SELECT kind, id, at, made, title, body FROM searchable")
    there = {(row[0], row[1]): IndexEntry(*row[2:]) for row in rows}
    kinds = searchable()
    wanted |= {key: words for key, words in there.items() if key[0] not in kinds}  # of a package that is gone for now
    found = [
        f"{kind} {id_} is not as searched" for kind, id_ in sorted({key for key, _ in wanted.items() ^ there.items()})
    ]
    spelled = {word for each in wanted.values() for word in vocabulary(f"{each.title} {each.body}")}
    known = set(connection.execute("SELECT gram, word FROM search_words"))
    known |= {(gram, word) for (word,) in connection.execute("SELECT word FROM search_new") for gram in grams(word)}
    found += [
        f"{gram} {word}" for gram, word in sorted(known ^ {(gram, word) for word in spelled for gram in grams(word)})
    ]
    try:
        connection.execute("INSERT INTO search (search, rank) VALUES ('integrity-check', 1)")
    except sqlite3.DatabaseError as error:
        found.append(str(error))
    return found


def _everything(connection: sqlite3.Connection) -> Iterator[tuple[str, str, Fields]]:
    """Every document, in the order in which they were changed, and the journal's turns."""
    kinds = searchable()
    marks = ", ".join("?" * len(kinds))
    query = f"SELECT kind, id, body FROM documents WHERE kind IN ({marks}) ORDER BY json_extract(body, '$.updated'), id"  # noqa: S608
    for kind, id_, body in connection.execute(query, kinds):
        yield kind, id_, json.loads(body)
    for seq, at, body in connection.execute("SELECT seq, at, body FROM journal WHERE kind = ? ORDER BY seq", (TURN,)):
        yield TURN, str(seq), {**json.loads(body), "created": at}


def _write(connection: sqlite3.Connection, rows: Iterable[tuple[str, str, Fields | None]]) -> None:
    new: set[str] = set()
    gone: set[str] = set()
    for kind, id_, fields in rows:
        wanted = None if fields is None else entry(kind, fields)
        row = connection.execute(
            "SELECT seq, at, made, title, body FROM searchable WHERE kind = ? AND id = ?", (kind, id_)
        ).fetchone()
        kept = IndexEntry(*row[1:]) if row else None
        if kept and wanted and kept[2:] == wanted[2:]:
            if kept != wanted:
                connection.execute(
                    "UPDATE searchable SET at = ?, made = ? WHERE seq = ?", (wanted.at, wanted.made, row[0])
                )
            continue
        if kept:
            old = (row[0], kind, kept.title, kept.body)
            connection.execute(
                "INSERT INTO search (search, rowid, kind, title, body) VALUES ('delete', ?, ?, ?, ?)", old
            )
            connection.execute("DELETE FROM searchable WHERE seq = ?", (row[0],))
            gone |= vocabulary(f"{kept.title} {kept.body}")
        if wanted:
            query = "INSERT INTO searchable (kind, id, at, made, title, body) VALUES (?, ?, ?, ?, ?, ?)"
            seq = connection.execute(query, (kind, id_, *wanted)).lastrowid
            connection.execute(
                "INSERT INTO search (rowid, kind, title, body) VALUES (?, ?, ?, ?)", (seq, kind, *wanted[2:])
            )
            new |= vocabulary(f"{wanted.title} {wanted.body}")
    _write_words(connection, new, gone - new)


def _write_words(connection: sqlite3.Connection, new: set[str], gone: set[str]) -> None:
    for word in sorted(new):
        if not connection.execute(
            "SELECT 1 FROM search_words WHERE gram = ? AND word = ?", (grams(word)[0], word)
        ).fetchone():
            connection.execute("INSERT OR IGNORE INTO search_new VALUES (?)", (word,))
    if new and connection.execute("SELECT count(*) FROM search_new").fetchone()[0] > _MOST_NEW:
        _sort_in(connection)
    for word in gone:
        query = "SELECT 1 FROM search WHERE search MATCH ? LIMIT 1"
        if not connection.execute(query, (f'{{title body}} : "{word}"',)).fetchone():
            connection.execute("DELETE FROM search_new WHERE word = ?", (word,))
            connection.executemany(
                "DELETE FROM search_words WHERE gram = ? AND word = ?", [(gram, word) for gram in grams(word)]
            )


def _sort_in(connection: sqlite3.Connection) -> None:
    """Put the words that wait under their runs of letters."""
    new = [word for (word,) in connection.execute("SELECT word FROM search_new")]
    connection.executemany(
        "INSERT OR IGNORE INTO search_words VALUES (?, ?)", sorted((gram, word) for word in new for gram in grams(word))
    )
    connection.execute("DELETE FROM search_new")


def _words(value: Any) -> str:
    """A field's words on one line."""
    line = " ".join(" ".join(map(str, value) if isinstance(value, list) else [str(value or "")]).split())
    return " ".join(parted(line).split()) or line  # what is nothing but such signs is listed by its time, too


def _is_index_broken(error: sqlite3.DatabaseError) -> bool:
    """Whether only the index can't be read: damaged, or written by a newer SQLite."""
    code = getattr(error, "sqlite_errorcode", 0)
    return code == sqlite3.SQLITE_CORRUPT_VTAB or (code == sqlite3.SQLITE_ERROR and "fts5" in str(error))
