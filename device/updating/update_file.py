"""An update file: `equerry-VERSION-BOARD.update`, a tar of four files in this order.

    manifest.toml      version, board, layout of the store that it knows, bytes and SHA-256 of each part
    manifest.sig       Ed25519 over manifest.toml
    boot.img           a FAT file system with firmware, kernel, initrd and cmdline.txt
    root.squashfs      the root

It is read once, from its beginning: nothing of a part is used before the signature of the manifest was looked at.
"""

from __future__ import annotations

import re
import tarfile
import tomllib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from device.updating.errors import NotAnUpdate
from device.updating.signature import check

MANIFEST, SIGNATURE = "manifest.toml", "manifest.sig"
PARTS = ("boot.img", "root.squashfs")
CHUNK = 4 << 20
"""Bytes that are read at once; whole sectors."""
_SMALL = 64 << 10
"""Bytes of what comes before the parts, at most."""
_VERSION = re.compile(r"[0-9][0-9A-Za-z.+-]{0,39}")
_DIGEST = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class UpdatePart:
    """One partition's content."""

    name: str
    bytes: int
    sha256: str


@dataclass(frozen=True, slots=True)
class UpdateManifest:
    """What an update says of itself."""

    version: str
    board: str
    """As Debian calls the architecture: arm64."""
    layout: int
    """The latest layout of the store that it can read."""
    parts: tuple[UpdatePart, ...]

    @property
    def text(self) -> str:
        """As manifest.toml has it."""
        head = f'version = "{self.version}"\nboard = "{self.board}"\nlayout = {self.layout}\n'
        return head + "".join(
            f'\n[parts."{each.name}"]\nbytes = {each.bytes}\nsha256 = "{each.sha256}"\n' for each in self.parts
        )


def manifest_of(text: str) -> UpdateManifest:
    """Read manifest.toml. Raises ValueError, which says what is wrong."""
    told: dict[str, Any] = tomllib.loads(text)
    version, board, layout, parts = (told.get(name) for name in ("version", "board", "layout", "parts"))
    if not (isinstance(version, str) and _VERSION.fullmatch(version) and isinstance(board, str)):
        raise ValueError("its manifest tells no version or board")
    if not isinstance(layout, int) or not isinstance(parts, dict) or tuple(parts) != PARTS:
        raise ValueError("its manifest tells no layout, or other parts")
    return UpdateManifest(version, board, layout, tuple(_part_of(name, parts[name]) for name in PARTS))


def _part_of(name: str, told: object) -> UpdatePart:
    size, digest = (told.get("bytes"), told.get("sha256")) if isinstance(told, dict) else (None, None)
    if not (isinstance(size, int) and size > 0 and isinstance(digest, str) and _DIGEST.fullmatch(digest)):
        raise ValueError(f"its manifest does not tell bytes and sha256 of {name}")
    return UpdatePart(name, size, digest)


class UpdateFile:
    """An open update, of which the manifest was read, and its signature found right unless nobody wanted to see it."""

    def __init__(self, path: Path, archive: tarfile.TarFile, manifest: UpdateManifest) -> None:
        self.path = path
        self.manifest = manifest
        self._archive = archive

    def chunks(self, part: UpdatePart) -> Iterator[bytes]:
        """The content of the next part, which has to be this one. Raises NotAnUpdate; what comes may be anything."""
        with _damage(self.path):
            entry = self._archive.next()
            if entry is None or not entry.isreg() or entry.name != part.name or entry.size != part.bytes:
                raise NotAnUpdate(path=self.path, reason=f"{part.name} is not where it belongs")
            file = self._archive.extractfile(entry)
            assert file is not None  # it is a regular file
            while chunk := file.read(CHUNK):
                yield chunk


@contextmanager
def opened(path: Path, keys: Sequence[Path] | None) -> Iterator[UpdateFile]:
    """Open an update. `keys`: of which one has to have signed it; None: it may be unsigned.

    Raises NotAnUpdate, WrongSignature, NoReleaseKey, NoOpenSsl.
    """
    with _damage(path):
        archive = tarfile.open(path, "r:")  # noqa: SIM115 - closed below; errors of whoever uses it are not of the file
    with archive:
        with _damage(path):
            text, signature = _small(archive, MANIFEST), _small(archive, SIGNATURE)
        if keys is not None:
            check(text, signature, keys, path)
        with _damage(path):
            manifest = manifest_of(text.decode("utf-8"))
        yield UpdateFile(path, archive, manifest)


def _small(archive: tarfile.TarFile, name: str) -> bytes:
    entry = archive.next()
    if entry is None or not entry.isreg() or entry.name != name or entry.size > _SMALL:
        raise ValueError(f"{name} is not where it belongs")
    file = archive.extractfile(entry)
    assert file is not None  # it is a regular file
    return file.read()


@contextmanager
def _damage(path: Path) -> Iterator[None]:
    try:
        yield
    except (tarfile.TarError, ValueError, EOFError) as error:
        raise NotAnUpdate(path=path, reason=" ".join(str(error).split())[:100]) from error
    except OSError as error:
        raise NotAnUpdate(path=path, reason=error.strerror or "it can't be read") from error
