"""The owner's file: read, replaced as a whole or not at all, its last versions kept beside it.

A write goes to a new file beside the old one, is synced, and takes its name (rename(2)); the mode and the owner stay, a
symbolic link goes on to point where it did. What was there before becomes equerry.toml.1, that one .2, up to .10. Who
writes holds a lock on the folder (flock(2)), so that nothing is left behind; readers need none.
"""

from __future__ import annotations

import errno
import fcntl
import os
import stat
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

from device.configuration.errors import (
    ConfigBusy,
    ConfigChanged,
    ConfigError,
    ConfigFull,
    ConfigUnreadable,
    ConfigUnwritable,
    VersionMissing,
)

KEPT = 10
"""Versions before the present one."""
_PATIENCE_S = 5.0
_TRY_AGAIN_S = 0.05
_NEW_MODE = 0o644
_FULL = (errno.ENOSPC, errno.EDQUOT)


class FileVersion(NamedTuple):
    """What the file was before."""

    number: int
    """1 is the latest."""
    path: Path
    until: datetime
    """When it was replaced."""


class OwnersFile:
    """One settings file of the owner; it need not be there."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def read(self) -> str:
        """Its text; empty where there is none. Raises ConfigUnreadable."""
        return _text_of(self.path)

    def change(self, change: Callable[[str], str], *, expected: str | None = None) -> bool:
        """Replace its text by what `change` makes of it; whether it is another. `expected`: what it must still be.

        Raises what `change` raises; ConfigChanged, ConfigBusy, ConfigUnwritable, ConfigFull, ConfigUnreadable: the file
        is as it was then.
        """
        with self._refusals(), self._alone():
            before = self.read()
            if expected is not None and before != expected:
                raise ConfigChanged(path=self.path, kept="")
            after = change(before)
            if after == before:
                return False
            self._replace(before, after)
            return True

    def versions(self) -> Sequence[FileVersion]:
        """Those before the present one, the latest first."""
        found = [(number, self._version(number)) for number in range(1, KEPT + 1)]
        return [
            FileVersion(number, path, datetime.fromtimestamp(path.stat().st_mtime, UTC))
            for number, path in found
            if path.is_file()
        ]

    def version(self, number: int) -> str:
        """The text it had. Raises VersionMissing, ConfigUnreadable."""
        if not self._version(number).is_file():
            numbers = [each.number for each in self.versions()]
            raise VersionMissing(
                number=number, path=self.path, known=f"there is {_span(numbers)}" if numbers else "there is none"
            )
        return _text_of(self._version(number))

    def _version(self, number: int) -> Path:
        return self.path.with_name(f"{self.path.name}.{number}")

    def _replace(self, before: str, after: str) -> None:
        """Both new files are on the disk before anything takes another name."""
        target = Path(os.path.realpath(self.path))
        fresh, old = target.with_name(f".{target.name}.new"), self.path.with_name(f".{self.path.name}.old")
        try:
            _write(fresh, after, target)
            _write(old, before, target)
            for number in range(KEPT - 1, 0, -1):
                with suppress(FileNotFoundError):
                    self._version(number).replace(self._version(number + 1))
            old.replace(self._version(1))
            fresh.replace(target)
            for folder in {target.parent, self.path.parent}:
                _sync(folder)
        finally:
            for left in (fresh, old):
                with suppress(OSError):
                    left.unlink()

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """Nobody else changes files of this folder meanwhile. Raises ConfigBusy, OSError."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        folder = os.open(self.path.parent, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        until = time.monotonic() + _PATIENCE_S
        try:
            while True:
                try:
                    fcntl.flock(folder, fcntl.LOCK_EX | fcntl.LOCK_NB)
                    break
                except BlockingIOError:
                    if time.monotonic() > until:
                        raise ConfigBusy(path=self.path) from None
                    time.sleep(_TRY_AGAIN_S)
            yield
        finally:
            os.close(folder)  # and with it goes the lock

    @contextmanager
    def _refusals(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            raise refusal(error, self.path) from error


def refusal(error: OSError, path: Path) -> ConfigError:
    """The name of what the system refused."""
    if error.errno in _FULL:
        return ConfigFull(path=path)
    remedy = " Put sudo before it." if error.errno in (errno.EACCES, errno.EPERM) and os.geteuid() != 0 else ""
    if error.errno == errno.EROFS:
        remedy = " Its disk is mounted so that nobody can write it."
    return ConfigUnwritable(path=path, reason=error.strerror, remedy=remedy)


def _text_of(path: Path) -> str:
    try:
        return path.read_bytes().decode("utf-8")
    except FileNotFoundError:
        return ""
    except UnicodeDecodeError:
        raise ConfigUnreadable(path=path, reason="it is no text in UTF-8") from None
    except OSError as error:
        raise ConfigUnreadable(path=path, reason=error.strerror) from error


def _write(path: Path, text: str, like: Path) -> None:
    """A new file, on the disk, with mode and owner of `like`."""
    with suppress(FileNotFoundError):
        path.unlink()
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    with os.fdopen(handle, "wb") as file:
        try:
            status = like.stat()
        except FileNotFoundError:
            os.fchmod(handle, _NEW_MODE)
        else:
            if (status.st_uid, status.st_gid) != (os.geteuid(), os.getegid()):
                with suppress(PermissionError):  # somebody of the file's group may write it, and becomes its owner
                    os.fchown(handle, status.st_uid, status.st_gid)
            os.fchmod(handle, stat.S_IMODE(status.st_mode))
        file.write(text.encode("utf-8"))
        file.flush()
        os.fsync(handle)


def _sync(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _span(numbers: Sequence[int]) -> str:
    return str(numbers[0]) if len(numbers) == 1 else f"{numbers[0]} to {numbers[-1]}"
