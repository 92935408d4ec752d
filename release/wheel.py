"""Wheels written so that the same content is the same bytes."""

from __future__ import annotations

import base64
import hashlib
import re
import time
import zipfile
from pathlib import Path

_VERSIONED = re.compile(r"\.so\.\d+\.\d+\.\d+$")
"""Third copy of a library: a wheel has no links, and nobody asks for it by that name."""


def repacked(wheel: Path, folder: Path, tag: str, epoch: int, *, without: tuple[str, ...] = ()) -> Path:
    """The same wheel in `folder`, for the platform of `tag`: its files in order, of one time (seconds since 1970) and
    mode, without the top folders named and what nobody loads.
    """
    name, version = wheel.name.split("-")[:2]
    info = f"{name}-{version}.dist-info"
    with zipfile.ZipFile(wheel) as old:
        kept = (each for each in old.namelist() if not each.endswith("/") and each.split("/")[0] not in without)
        content = {each: old.read(each) for each in kept if not _VERSIONED.search(each)}
    del content[f"{info}/RECORD"]
    stated = content[f"{info}/WHEEL"].decode("utf-8")
    content[f"{info}/WHEEL"] = re.sub(r"^Tag: .*$", f"Tag: {tag}", stated, flags=re.MULTILINE).encode("utf-8")
    content[f"{info}/RECORD"] = _record(content, f"{info}/RECORD")
    made = folder / f"{name}-{version}-{tag}.whl"
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as new:
        for path in sorted(content):
            new.writestr(_entry(path, epoch), content[path], compresslevel=9)
    return made


def _entry(path: str, epoch: int) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(path, time.gmtime(epoch)[:6])
    entry.compress_type = zipfile.ZIP_DEFLATED
    entry.create_system = 3  # Unix, whatever this is
    entry.external_attr = (0o100755 if ".so" in path else 0o100644) << 16
    return entry


def _record(content: dict[str, bytes], own: str) -> bytes:
    """The list of files with their hashes (PEP 376, as wheels have it); its own line has none."""
    lines = []
    for path, data in sorted(content.items()):
        digest = base64.urlsafe_b64encode(hashlib.sha256(data).digest()).rstrip(b"=").decode("ascii")
        lines.append(f"{path},sha256={digest},{len(data)}\n")
    return "".join([*lines, f"{own},,\n"]).encode("utf-8")
