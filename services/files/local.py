"""Files on this device's own disk (services.files.base.Files).

Content is written to a temporary file, synced, then renamed to its hash: it is there whole, or not at all. Documents
refer to it only after that, so a power cut leaves at most content that nothing refers to, which `sweep` removes later.
"""

from __future__ import annotations

import errno
import hashlib
import os
import stat
import tempfile
import time
from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import suppress
from datetime import timedelta
from pathlib import Path

from services.files.base import (
    Content,
    ContentDiffers,
    FileError,
    FileGone,
    FilesFull,
    FilesUnreachable,
    FileTooLarge,
    FileUnfinished,
    FileUnreadable,
    clean,
)

_CHUNK = 1 << 20
_PART = ".part"
_UNFINISHED = (_PART, ".crdownload", ".download", ".filepart", ".tmp", ".swp")
"""Suffixes under which other programs write files that are not complete."""
_RESERVE = 32 << 20
"""Bytes left free, so that the store can go on committing."""


class LocalFiles:
    """An inbox folder, and a folder of content; both are made where they are missing.

    `largest`: bytes of a file at most. `reserve`: bytes of the disk that stay free.
    """

    def __init__(self, inbox: Path, contents: Path, *, largest: int = 4 << 30, reserve: int = _RESERVE) -> None:
        self._inbox = inbox
        self._contents = contents
        self._largest = largest
        self._reserve = reserve

    def open(self) -> None:
        """Make the folders, and remove what a power cut left half written. Failures show when a folder is used."""
        for folder in (self._inbox, self._contents):
            with suppress(OSError):
                folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        with suppress(OSError):
            for part in self._contents.glob(f"*{_PART}"):
                part.unlink()

    def waiting(self, *, latest_first: bool = False) -> Sequence[str]:
        """Plain files only: no folders, links, devices; nothing hidden or unfinished."""
        try:
            with os.scandir(self._inbox) as entries:
                found = [entry for entry in entries if _is_shown(entry.name) and entry.is_file(follow_symlinks=False)]
        except FileNotFoundError:
            return ()
        except OSError as error:
            raise FilesUnreachable(path=self._inbox, reason=_reason(error)) from error
        if latest_first:
            found.sort(key=_changed, reverse=True)
            return tuple(entry.name for entry in found)
        return tuple(sorted(entry.name for entry in found))

    def keep(self, name: str) -> Content:
        """A name is looked up in the inbox alone, and links are not followed."""
        if name in ("", ".", "..") or "/" in name or "\0" in name:
            raise FileGone(name=clean(name))
        source = self._opened(name)
        try:
            before = os.fstat(source)
            if not stat.S_ISREG(before.st_mode):
                raise FileUnreadable(name=clean(name), reason="it is no plain file")
            if before.st_size > self._largest:
                raise FileTooLarge(name=clean(name), largest=f"{self._largest >> 20} megabytes")
            kept = self._kept(_chunks(source, name), clean(name), before.st_size)
            after = os.fstat(source)
        finally:
            os.close(source)
        if (kept.bytes, before.st_mtime_ns) != (after.st_size, after.st_mtime_ns):
            raise FileUnfinished(name=clean(name))  # what was kept of it is content that nothing refers to
        return kept

    def write(self, data: bytes, name: str) -> Content:
        return self._kept((data,), clean(name), len(data))

    def receive(self, chunks: Iterable[bytes], content: Content) -> None:
        kept = self._kept(chunks, content.sha256[:12], content.bytes, wanted=content)
        assert kept == content

    def path(self, sha256: str) -> Path | None:
        path = self._place(sha256)
        return path if path.is_file() else None

    def touch(self, sha256: str) -> None:
        with suppress(OSError):
            os.utime(self._place(sha256))

    def sweep(self, used: Collection[str], unused_for: timedelta) -> int:
        """A folder that can't be read, or a file that can't be removed, is left for another time."""
        before = time.time() - unused_for.total_seconds()  # the clock that files are stamped by
        removed = 0
        for path in self._contents.glob("??/*"):
            with suppress(OSError):
                if path.name not in used and path.stat().st_mtime <= before:
                    path.unlink()
                    removed += 1
        return removed

    def _opened(self, name: str) -> int:
        try:
            # O_NONBLOCK: a pipe that somebody put there must not keep us waiting.
            return os.open(self._inbox / name, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
        except FileNotFoundError as error:
            raise FileGone(name=clean(name)) from error
        except OSError as error:
            raise FileUnreadable(name=clean(name), reason=_reason(error)) from error

    def _kept(self, chunks: Iterable[bytes], name: str, size: int, wanted: Content | None = None) -> Content:
        part = None
        try:
            self._contents.mkdir(parents=True, exist_ok=True, mode=0o700)
            disk = os.statvfs(self._contents)
            if disk.f_bavail * disk.f_frsize < size + self._reserve:
                raise FilesFull(name=name)
            file, part = tempfile.mkstemp(suffix=_PART, dir=self._contents)
            content = _written(file, chunks, size if wanted else None)
            if wanted not in (None, content):
                raise ContentDiffers(name=name)
            self._placed(Path(part), content)
        except OSError as error:
            raise self._refused(error, name) from error
        finally:
            if part is not None:
                with suppress(OSError):
                    Path(part).unlink()
        return content

    def _placed(self, part: Path, content: Content) -> None:
        """The temporary file becomes the content of its hash."""
        place = self._place(content.sha256)
        if place.is_file() and place.stat().st_size == content.bytes:
            os.utime(place)
            return
        place.parent.mkdir(exist_ok=True, mode=0o700)
        part.replace(place)
        for folder in (place.parent, self._contents):
            _sync(folder)

    def _place(self, sha256: str) -> Path:
        return self._contents / sha256[:2] / sha256

    def _refused(self, error: OSError, name: str) -> FileError:
        full = error.errno in (errno.ENOSPC, errno.EDQUOT)
        return FilesFull(name=name) if full else FilesUnreachable(path=self._contents, reason=_reason(error))


def _is_shown(name: str) -> bool:
    return not name.startswith((".", "~$")) and not name.casefold().endswith(_UNFINISHED)


def _changed(entry: os.DirEntry[str]) -> float:
    try:
        return entry.stat(follow_symlinks=False).st_mtime
    except OSError:  # gone since it was listed
        return 0.0


def _chunks(source: int, name: str) -> Iterator[bytes]:
    while True:
        try:
            chunk = os.read(source, _CHUNK)
        except OSError as error:  # a stick pulled out, a disk that fails
            raise FileUnreadable(name=clean(name), reason=_reason(error)) from error
        if not chunk:
            return
        yield chunk


def _written(file: int, chunks: Iterable[bytes], most: int | None) -> Content:
    """`most`: bytes after which it can't be what is wanted."""
    digest, size = hashlib.sha256(), 0
    with os.fdopen(file, "wb") as out:
        for chunk in chunks:
            digest.update(chunk)
            size += len(chunk)
            if most is not None and size > most:
                break
            out.write(chunk)
        out.flush()
        os.fsync(out.fileno())
    return Content(digest.hexdigest(), size)


def _sync(folder: Path) -> None:
    """Make a rename survive power loss."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _reason(error: OSError) -> str:
    return os.strerror(error.errno) if error.errno else str(error)
