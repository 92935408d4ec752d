"""One process holds the store: a lock file with the holder's process id beside it. The kernel lets go when the holder
dies.
"""

from __future__ import annotations

import errno
import fcntl
import os
from pathlib import Path

from services.store.base import DiskFull, StoreError, StoreHeld, StoreReadOnly, StoreUnreachable


class Hold:
    """The lock on one store."""

    def __init__(self, store: Path) -> None:
        self._store = store
        self._file: int | None = None

    def take(self) -> None:
        """Take the lock or raise StoreHeld, naming who has it; StoreReadOnly where the lock file can't be written."""
        try:
            file = os.open(
                self._store.with_name(self._store.name + ".lock"), os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600
            )
        except OSError as error:
            raise expected(error, self._store) from error
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            os.ftruncate(file, 0)
            os.pwrite(file, f"{os.getpid()}\n".encode(), 0)
        except BlockingIOError as error:
            pid = os.pread(file, 32, 0).decode("ascii", "replace").strip() or "unknown"
            os.close(file)
            raise StoreHeld(pid=pid, path=self._store) from error
        except OSError as error:
            os.close(file)
            raise expected(error, self._store) from error
        self._file = file

    def release(self) -> None:
        """Let go. The file stays: removing it would let two processes lock two different files."""
        if self._file is not None:
            os.ftruncate(self._file, 0)
            os.close(self._file)
            self._file = None


def expected(error: OSError, path: Path) -> StoreError:
    """The name of what the system refused."""
    reason = os.strerror(error.errno) if error.errno else str(error)
    match error.errno:
        case errno.ENOSPC | errno.EDQUOT:
            return DiskFull(path=path)
        case errno.EACCES | errno.EPERM | errno.EROFS | errno.EISDIR | errno.ENOTDIR | errno.EEXIST:
            return StoreReadOnly(path=path, reason=reason)
        case _:
            return StoreUnreachable(path=path, reason=reason)
