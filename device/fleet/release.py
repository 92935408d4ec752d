"""What is to be brought to devices: an archive of a release, a bundle, the update file of an image, or no more than a
version's name."""

from __future__ import annotations

import hashlib
import re
import tarfile
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from device.fleet.errors import ReleaseUnfit

_VERSION = re.compile(r"\d[0-9A-Za-z.+-]{0,39}")
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._+-]{0,100}")
"""Of a file, as it may stand in a shell's line there."""
_LARGEST_TOLD = 1 << 20
_LOOKED_AT = 20_000
"""Entries of an archive: what tells its version stands among the first thousand of ours."""


@dataclass(frozen=True, slots=True)
class ReleasePart:
    """A file that is copied."""

    path: Path
    sha256: str
    bytes: int


@dataclass(frozen=True, slots=True)
class FleetRelease:
    """A version, and what holds it."""

    version: str
    parts: tuple[ReleasePart, ...] = ()
    """The archive comes last, before it its signature, if it has one. None: the devices have it already, as [update]
    archive says."""


def release_of(said: str) -> FleetRelease:
    """Of an archive, looked into, or of a version. Raises ReleaseUnfit."""
    path = Path(said).expanduser()
    if not path.exists() and _VERSION.fullmatch(said) and not said.endswith((".gz", ".xz", ".tar", ".update")):
        return FleetRelease(said)
    if not path.is_file():
        raise ReleaseUnfit(path=said, why="it is neither a file nor a version such as 0.2.0")
    if not _NAME.fullmatch(path.name):
        raise ReleaseUnfit(path=said, why="its name may have letters, digits, dots, dashes and underlines only")
    signature = path.with_name(f"{path.name}.sig")
    try:
        version = _version_in(path)
        parts = tuple(_part(each) for each in (signature, path) if each == path or each.is_file())
    except (OSError, EOFError, tarfile.TarError, tomllib.TOMLDecodeError, UnicodeDecodeError, KeyError) as error:
        raise ReleaseUnfit(path=said, why=f"it is no whole archive ({error})") from None
    if not _VERSION.fullmatch(version):
        raise ReleaseUnfit(path=said, why="it names no version")
    return FleetRelease(version, parts)


def _part(path: Path) -> ReleasePart:
    with path.open("rb") as file:
        return ReleasePart(path, hashlib.file_digest(file, "sha256").hexdigest(), path.stat().st_size)


def _version_in(path: Path) -> str:
    """Raises ReleaseUnfit, OSError, TarError, TOMLDecodeError, KeyError."""
    with tarfile.open(path) as archive:
        for name, told in _tables(archive):
            if name in ("manifest.toml", "bundle.toml"):
                return str(told["version"])
            if told.get("project", {}).get("name") == "equerry":
                return str(told["project"]["version"])
    raise ReleaseUnfit(path=path, why="it holds no release of Equerry")


def _tables(archive: tarfile.TarFile) -> Iterator[tuple[str, dict[str, Any]]]:
    """What may tell a version, at the top or one folder below."""
    for number, member in enumerate(archive):
        parts = member.name.removeprefix("./").split("/")
        if number > _LOOKED_AT:
            return
        told = parts[-1] in ("pyproject.toml", "manifest.toml", "bundle.toml") and len(parts) <= 2
        if told and member.isfile() and member.size <= _LARGEST_TOLD and (file := archive.extractfile(member)):
            yield parts[-1], tomllib.loads(file.read().decode("utf-8"))
