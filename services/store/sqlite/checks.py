"""Whether a store's file is what was written: SQLite finds what it can't read, we what can be read and is wrong."""

from __future__ import annotations

import sqlite3
import struct
import zlib
from collections.abc import Iterator
from pathlib import Path

from services.store.base import StoreDamaged, StoreForeign, StoreTooNew
from services.store.sqlite.migrations import APPLICATION_ID, KNOWN, version
from services.store.sqlite.seal import is_broken

_HEADER, _FRAME = 32, 24
_MAGIC = 0x377F0682


def checksum(kind: str, doc_id: str, body: str, marks: str) -> int:
    """Of one document, kept beside it: SQLite checks its pages' structure, not what stands in them."""
    return zlib.crc32(f"{kind}/{doc_id}/{body}{marks}".encode())


def check_version(connection: sqlite3.Connection, path: Path) -> None:
    """Raises StoreTooNew, StoreForeign; StoreDamaged where the header and the record of the migrations disagree."""
    names = {name for (name,) in connection.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")}
    ours = connection.execute("PRAGMA application_id").fetchone()[0] == APPLICATION_ID
    if not names:
        return
    if not {"documents", "migrations"} <= names:
        if ours:
            raise StoreDamaged(path=path, reason="its tables are gone")
        raise StoreForeign(path=path)
    found = version(connection)
    recorded = connection.execute("SELECT max(number) FROM migrations").fetchone()[0]
    if not ours or found != recorded or is_broken(connection):
        raise StoreDamaged(path=path, reason="its header, or the description of its tables, is not what was written")
    if found > KNOWN:
        raise StoreTooNew(path=path, found=found, known=KNOWN)


def check_structure(connection: sqlite3.Connection, path: Path, *, whole: bool = False) -> None:
    """SQLite's own check, of the indices too if `whole`. Raises StoreDamaged."""
    verdict = connection.execute("PRAGMA integrity_check(1)" if whole else "PRAGMA quick_check(1)").fetchone()[0]
    if verdict != "ok":
        raise StoreDamaged(path=path, reason=str(verdict).splitlines()[-1][:100])


def documents(connection: sqlite3.Connection, *, backwards: bool = False) -> Iterator[tuple[str, str, str, str, int]]:
    """Kind, id, body, stamps and checksum of every document, in a store of any version."""
    columns = {row[1] for row in connection.execute("PRAGMA table_info(documents)")}
    stamps = "stamps" if "stamps" in columns else "''"
    order = "DESC" if backwards else "ASC"
    query = f"SELECT kind, id, body, {stamps}, crc FROM documents ORDER BY kind {order}, id {order}"  # noqa: S608 - words of ours
    yield from connection.execute(query)


def check_documents(connection: sqlite3.Connection, path: Path) -> None:
    """Raises StoreDamaged where a document is not what was written."""
    for kind, doc_id, body, marks, crc in documents(connection):
        if crc != checksum(kind, doc_id, body, marks):
            raise StoreDamaged(path=path, reason=f"{kind} {doc_id} is not what was written")


def check_header(path: Path) -> None:
    """Raises StoreDamaged where SQLite would take the file for one of a later format, and only read it
    (fileformat2.html, 1.3.3).

    To be called before SQLite opens it.
    """
    if not path.is_file():
        return
    with path.open("rb") as file:
        header = file.read(20)
    if header.startswith(b"SQLite format 3\0") and header[18:] not in (b"\1\1", b"\2\2"):
        raise StoreDamaged(path=path, reason="its header is not what was written")


def check_log(path: Path) -> None:
    """Raises StoreDamaged where the write-ahead log beside a store is damaged before its end; to be called before
    SQLite opens it.

    SQLite takes the log up to the first frame whose checksum is wrong for all there is: right after a power cut, for
    what comes then was never acknowledged, but silent loss where a bit has turned. As each commit is synced before the
    next begins, whatever of the same log lies behind the broken commit tells the two apart. Format:
    https://www.sqlite.org/fileformat2.html#walformat.
    """
    log = path.with_name(f"{path.name}-wal")
    whole = log.read_bytes() if log.is_file() else b""
    if not whole:
        return
    if not path.is_file() or not path.stat().st_size:
        raise StoreDamaged(path=path, reason="it is empty, and its log is not")
    if len(whole) >= _HEADER + _FRAME and not _whole_commits(whole, path.stat().st_size):
        raise StoreDamaged(path=path, reason="its log is not what was written")


def _whole_commits(log: bytes, stored: int) -> bool:
    """Whether nothing that was acknowledged lies behind the first broken frame. `stored`: bytes of the file itself."""
    magic, _, size, _ = struct.unpack_from(">IIII", log)
    order = "big" if magic & 1 else "little"
    sums = _summed(log[:24], (0, 0), order)
    if magic & ~1 != _MAGIC or not 512 <= size <= 65536 or sums != struct.unpack_from(">II", log, 24):
        return False
    salts, broken, commits = log[16:24], False, 0
    most = (stored + len(log)) // size  # pages: a header torn in its middle tells of billions
    for start in range(_HEADER, len(log) - _FRAME - size + 1, _FRAME + size):
        frame = log[start : start + _FRAME + size]
        of_this_log = frame[8:16] == salts
        if not broken:
            if of_this_log:
                sums = _summed(frame[_FRAME:], _summed(frame[:8], sums, order), order)
            broken = not of_this_log or sums != struct.unpack_from(">II", frame, 16)
            continue
        if of_this_log and commits:
            return False
        commits += of_this_log and 0 < int.from_bytes(frame[4:8], "big") <= most
    return True


def _summed(data: bytes, sums: tuple[int, int], order: str) -> tuple[int, int]:
    """The log's running checksum."""
    first, second = sums
    words = struct.unpack(f"{'>' if order == 'big' else '<'}{len(data) // 4}I", data)
    for even, odd in zip(words[::2], words[1::2], strict=True):
        first = (first + even + second) & 0xFFFFFFFF
        second = (second + odd + first) & 0xFFFFFFFF
    return first, second
