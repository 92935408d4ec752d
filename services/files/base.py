"""Files that people share: an inbox for them, and their content by its SHA-256. Values, errors and the Protocol."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Protocol

from firmware.errors import FacultyError

LONGEST_NAME = 200
"""Letters of a name that are kept; file systems have at most 255 bytes."""
_UNPRINTABLE = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\u200b-\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff/]+")
"""Control characters, marks that turn the direction of writing, and bytes that are no UTF-8."""


class FileError(FacultyError):
    """That file can't be used."""

    code = "file"


class FileGone(FileError):
    """{name} is not in the inbox any more. Nothing was changed."""

    code = "file.gone"


class FileUnreadable(FileError):
    """I can't read {name} ({reason}). Nothing was changed."""

    code = "file.unreadable"


class FileUnfinished(FileError):
    """{name} is still being copied. Say it again when it is complete. Nothing was changed."""

    code = "file.unfinished"


class FileTooLarge(FileError):
    """{name} has more than {largest}. Nothing was changed."""

    code = "file.too_large"


class FilesFull(FileError):
    """The disk is too full to keep {name}. Free some space. Nothing was changed."""

    code = "file.full"


class ContentDiffers(FileError):
    """What came of {name} is not what was expected. It was not kept."""

    code = "file.differs"


class FilesUnreachable(FileError):
    """The folder {path} can't be used ({reason}). Nothing was changed."""

    code = "file.folder"


@dataclass(frozen=True, slots=True)
class Content:
    """Bytes that are kept."""

    sha256: str
    """In lower-case hexadecimal digits."""
    bytes: int


class Files(Protocol):
    """Safe to use from several threads."""

    def waiting(self, *, latest_first: bool = False) -> Sequence[str]:
        """Names of files in the inbox as the system has them, sorted or latest first. Raises FilesUnreachable."""

    def keep(self, name: str) -> Content:
        """Copy a file of the inbox; on return it survives power loss. Content that is there already is kept once.

        Raises FileGone, FileUnreadable, FileUnfinished, FileTooLarge, FilesFull, FilesUnreachable.
        """

    def write(self, data: bytes, name: str) -> Content:
        """Keep bytes, such as a report's; `name` is for what may be told. Raises FilesFull, FilesUnreachable."""

    def receive(self, chunks: Iterable[bytes], content: Content) -> None:
        """Keep content from elsewhere. Raises ContentDiffers where it is not what was expected, FilesFull,
        FilesUnreachable.
        """

    def path(self, sha256: str) -> Path | None:
        """Where content lies; None where this device hasn't got it."""

    def touch(self, sha256: str) -> None:
        """From now on, count how long the content lies unused."""

    def sweep(self, used: Collection[str], unused_for: timedelta) -> int:
        """Remove content not among `used` (SHA-256) and neither kept nor touched for so long; returns how many."""


def clean(name: str) -> str:
    """A file's name as it may be written down, shown and read aloud: printable, and not too long. The suffix stays."""
    if (
        name.isascii()
        and name.isprintable()
        and "/" not in name
        and name == name.strip()
        and 0 < len(name) <= LONGEST_NAME
    ):
        return name  # nearly all: there may be thousands
    shown = _UNPRINTABLE.sub("\N{REPLACEMENT CHARACTER}", name).strip() or "\N{REPLACEMENT CHARACTER}"
    if len(shown) <= LONGEST_NAME:
        return shown
    stem, dot, suffix = shown.rpartition(".")
    tail = f"{dot}{suffix}" if stem and len(suffix) <= 10 else ""
    return f"{shown[: LONGEST_NAME - len(tail) - 1]}…{tail}"
