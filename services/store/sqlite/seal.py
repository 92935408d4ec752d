"""A checksum of the tables' own description: SQLite believes whatever it says, and fails on it much later."""

from __future__ import annotations

import sqlite3
import zlib


def seal(connection: sqlite3.Connection) -> None:
    """Keep the checksum of the tables as they are now, in the transaction that made them so."""
    connection.execute("INSERT OR REPLACE INTO counters VALUES ('schema', ?)", (_checksum(connection),))


def is_broken(connection: sqlite3.Connection) -> bool:
    """Whether the tables are described otherwise than when they were sealed; a store that was never sealed is not
    broken.
    """
    kept = connection.execute("SELECT value FROM counters WHERE name = 'schema'").fetchone()
    return kept is not None and kept[0] != _checksum(connection)


def _checksum(connection: sqlite3.Connection) -> int:
    # In one order however they were made; as bytes, for a flipped bit may leave no text.
    query = "SELECT CAST(type || ' ' || name || ' ' || tbl_name || ' ' || ifnull(sql, '') AS BLOB) FROM sqlite_schema"
    return zlib.crc32(b"\n".join(sorted(bytes(row[0]) for row in connection.execute(query))))
