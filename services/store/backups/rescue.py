"""Replaces a damaged store by the newest good backup, and adds what can still be read of later changes.

The damaged file is kept. Only documents with a correct checksum are taken from it, so nothing wrong comes back.
"""

from __future__ import annotations

import json
import shutil
import sqlite3
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from services.store.backups.base import Backup, BackupUnreachable, NoBackup
from services.store.backups.folder import BackupFolder, newest_good
from services.store.backups.placement import finish, renamed, replacing
from services.store.backups.salvage import Row, Salvage, salvage
from services.store.backups.snapshot import verify
from services.store.documents import utc
from services.store.replicas.stamps import newest, read
from services.store.search.index import rebuild
from services.store.sqlite.checks import documents
from services.store.sqlite.migrations import migrate


@dataclass(frozen=True, slots=True)
class Rescue:
    """What was done about a damaged store."""

    backup: Backup | None
    """What was restored; None: there was no good backup."""
    kept: Path | None
    """Where the damaged file is; None where there was none any more."""
    saved: int
    """Documents that the damaged file had newer than the backup, or that were in no backup."""
    whole: bool
    """Whether every document of the damaged file could be read: nothing of them is lost then."""
    last: datetime
    """When something was written to the damaged file last, as far as can be told."""

    @property
    def lost(self) -> timedelta:
        """From the backup to the last change: of this time something may be lost."""
        return max(timedelta(0), self.last - self.backup.at) if self.backup and not self.whole else timedelta(0)


class Rescuer:
    """Restores from the first of its folders that has a good backup, the newest of all first."""

    def __init__(self, folders: Sequence[Path]) -> None:
        self._folders = [BackupFolder(folder) for folder in folders]

    def is_lost(self, path: Path) -> bool:
        """Whether the file is gone, or empty, though there are backups of it; nobody begins anew without a word
        then.
        """
        return not (path.is_file() and path.stat().st_size) and any(self._backups(folder) for folder in self._folders)

    def mend(self, path: Path, now: datetime) -> Rescue:
        """Put a good store into the place of the damaged one, which its caller holds.

        Raises BackupFull, BackupUnreachable, StoreTooNew; the damaged file stays where it is then.
        """
        last = _last_change(path, now)  # before salvage, which leaves a log of its own beside a file without one
        found = salvage(path)
        try:
            base: Backup | None = newest_good(self._folders, now)
        except NoBackup:
            base = None
        with replacing(path, now) as part:
            saved = _composed(part, base, found, now)
            verify(part)
        return Rescue(base, finish(path), saved, found.whole, last)

    def _backups(self, folder: BackupFolder) -> list[Backup]:
        try:
            return folder.backups()
        except BackupUnreachable:
            return []


def _composed(part: Path, base: Backup | None, found: Salvage, now: datetime) -> int:
    """Write the backup, or a new store, with what was found in the damaged one; how many documents were news."""
    if base is not None:
        shutil.copyfile(base.path, part)
    with closing(sqlite3.connect(part, isolation_level=None)) as connection:
        migrate(connection, utc(now))
        there = {(row[0], row[1]): row for row in documents(connection)}
        news = [row for key, row in found.documents.items() if key not in there or _updated(row) > _updated(there[key])]
        gone = [
            (*key, found.tombstones[key]) for key in there if key not in found.documents and key in found.tombstones
        ]
        connection.execute("BEGIN IMMEDIATE")
        connection.executemany(
            "INSERT OR REPLACE INTO documents (kind, id, body, stamps, crc) VALUES (?, ?, ?, ?, ?)",
            news,
        )
        connection.executemany("DELETE FROM documents WHERE kind = ? AND id = ?", [row[:2] for row in gone])
        connection.executemany("INSERT OR REPLACE INTO tombstones VALUES (?, ?, ?)", gone)
        connection.executemany("INSERT OR IGNORE INTO journal (seq, kind, at, body) VALUES (?, ?, ?, ?)", found.entries)
        connection.execute("UPDATE counters SET value = value + 1 WHERE name = 'outbox'")
        connection.executemany(
            "INSERT OR REPLACE INTO outbox SELECT ?, ?, value, ? FROM counters WHERE name = 'outbox'",
            [*((row[0], row[1], 0) for row in news), *((row[0], row[1], 1) for row in gone)],
        )
        last = max((*(newest(row[3]) for row in news), *(read(row[2]).time for row in gone)), default=0)
        connection.execute("UPDATE counters SET value = max(value, ?) WHERE name = 'clock'", (last,))
        renamed(connection)
        rebuild(connection)
        connection.execute("COMMIT")
    return len(news) + len(gone)


def _updated(row: Row) -> str:
    return str(json.loads(row[2]).get("updated", ""))


def _last_change(path: Path, now: datetime) -> datetime:
    times = [
        datetime.fromtimestamp(file.stat().st_mtime, UTC)
        for file in (path, path.with_name(f"{path.name}-wal"))
        if file.is_file()
    ]
    return min(max(times, default=now), now)
