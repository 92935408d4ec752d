"""One tar.gz, there whole or not at all, for its owner alone; and the list of what is in it."""

from __future__ import annotations

import errno
import io
import json
import os
import tarfile
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from device import __version__
from device.errors import ApplianceError
from device.support.net import Net

MANIFEST = "MANIFEST.txt"
_FULL = (errno.ENOSPC, errno.EDQUOT)
_FAILED = "it could not be gathered"


@dataclass(frozen=True, slots=True)
class BundlePiece:
    """One file of the bundle."""

    name: str
    about: str
    """What is in it, in a few words."""
    left_out: str
    """What is not in it, by its making."""
    gather: Callable[[], Any]
    """A text, or a value for JSON; a list becomes a line each where the name ends in .jsonl."""


@dataclass(frozen=True, slots=True)
class Put:
    """A piece that was put in."""

    piece: BundlePiece
    data: bytes
    removed: Mapping[str, int]
    failed: str = ""


def gathered(pieces: Iterable[BundlePiece], net: Net) -> list[Put]:
    """All pieces, through the net. One that can't be gathered says so, and the others are there all the same."""
    put = []
    for piece in pieces:
        before = net.counts.copy()
        failed = ""
        try:
            data = _encoded(piece, net)
        except Exception as error:  # noqa: BLE001 - a bundle is asked for where something is broken: what can be had is put in, and the rest named
            failed = f"{_FAILED} ({type(error).__name__})"
            data = f"{failed}\n".encode()
        put.append(Put(piece, data, net.counts - before, failed))
    return put


def manifest(put: Sequence[Put], at: datetime, blind: Sequence[str]) -> str:
    """What is in the bundle and what was taken out of it: our words and figures alone."""
    lines = [
        f"Equerry {__version__}, support bundle of {at:%Y-%m-%d %H:%M %Z}",
        "",
        (
            "Put in is only what is listed here. Not put in, by the making of each file: what was said and what is kept"
            " in words, secrets,"
        ),
        (
            "and texts of the settings. Besides, every file was searched for the secrets of this device, for all words"
            " that its store holds,"
        ),
        (
            "for names of people and of the machine, and for addresses and numbers by their form; what was found became"
            " ‹removed›."
        ),
        "",
    ]
    for each in put:
        found = ", ".join(f"{number} × {what}" for what, number in sorted(each.removed.items())) or "nothing"
        lines += [
            f"{each.piece.name}  ({len(each.data):,} bytes)",
            f"    holds: {each.piece.about}",
            f"    left out: {each.piece.left_out}",
        ]
        lines += [f"    found and taken out besides: {found}", *([f"    {each.failed}"] if each.failed else []), ""]
    if blind:
        lines += ["Could not be read, so it could not be searched for:", *(f"    {each}" for each in blind), ""]
    return "\n".join(lines)


def write(path: Path, put: Sequence[Put], listed: str, at: datetime) -> int:
    """The bytes it has. Raises BundleThere, BundleFull, BundleUnwritable; nothing is left behind then."""
    part = path.with_name(f".{path.name}.part")
    try:
        if path.exists():
            raise BundleThere(path=path)
        with suppress(FileNotFoundError):
            part.unlink()
        with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600), "wb") as file:
            with tarfile.open(fileobj=file, mode="w:gz", compresslevel=6) as tar:
                for name, data in ((MANIFEST, listed.encode()), *((each.piece.name, each.data) for each in put)):
                    about = tarfile.TarInfo(f"equerry-support/{name}")
                    about.size, about.mtime, about.mode = len(data), int(at.timestamp()), 0o600
                    tar.addfile(about, io.BytesIO(data))
            file.flush()
            os.fsync(file.fileno())
        _give_to_caller(part)
        os.link(part, path)  # unlike a rename it replaces nothing
        return path.stat().st_size
    except FileExistsError as error:
        raise BundleThere(path=path) from error
    except OSError as error:
        if error.errno in _FULL:
            raise BundleFull(folder=path.parent) from error
        raise BundleUnwritable(folder=path.parent, reason=error.strerror or error) from error
    finally:
        with suppress(OSError):
            part.unlink()


def _encoded(piece: BundlePiece, net: Net) -> bytes:
    told = piece.gather()
    if isinstance(told, str):
        return net.clean(told).encode("utf-8", "replace")
    clean = net.clean_json(told)
    if piece.name.endswith(".jsonl"):
        return "".join(f"{json.dumps(each, ensure_ascii=False)}\n" for each in clean).encode("utf-8", "replace")
    return f"{json.dumps(clean, ensure_ascii=False, indent=1)}\n".encode("utf-8", "replace")


def _give_to_caller(path: Path) -> None:
    """Behind sudo the file is for who called it."""
    uid, gid = (os.environ.get(name, "") for name in ("SUDO_UID", "SUDO_GID"))
    if os.geteuid() == 0 and uid.isdecimal() and gid.isdecimal():
        os.chown(path, int(uid), int(gid))


class BundleThere(ApplianceError):
    """There is a file {path} already. Name another one with --out, or remove it."""

    code = "support.there"


class BundleFull(ApplianceError):
    """There is no room for the bundle in {folder}. Free some space, or name another place with --out. Nothing was left
    behind.
    """

    code = "support.full"


class BundleUnwritable(ApplianceError):
    """The bundle can't be written into {folder} ({reason}). Name another place with --out."""

    code = "support.unwritable"
