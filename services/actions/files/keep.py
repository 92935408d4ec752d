"""Turns files that are meant into documents: a file of the inbox is a new one, a new version, or known already."""

from __future__ import annotations

import mimetypes
from dataclasses import replace
from typing import NamedTuple

from tinydb.queries import QueryLike

from services.actions.base import Refused
from services.actions.call import Call, Prepared
from services.actions.files.chosen import Pick, chosen
from services.files.base import Content, FilesUnreachable
from services.store.base import SharedFile, Version

_TYPES = mimetypes.MimeTypes()  # the table of the library, without those of the system: the same everywhere
_MORE_TYPES = {".md": "text/markdown", ".heic": "image/heic", ".webp": "image/webp", ".csv": "text/csv"}


class KeptFile(NamedTuple):
    """A file with its document."""

    file: SharedFile
    how: str
    """known; new; version (there was another content); same (the same content by another name)."""
    called: str
    """The name that was meant; for the same content it may differ from the document's."""


def prepare(call: Call) -> Prepared:
    """Copies files out of the inbox before the transaction (services.actions.call.Prepare)."""
    try:
        picks = picked(call)
    except (Refused, FilesUnreachable):
        return Prepared()  # the action says so, once what goes before it is done
    return Prepared(
        {
            pick.waiting: call.files.keep(pick.waiting)
            for pick in picks
            if pick.waiting is not None and call.files is not None
        }
    )


def picked(call: Call) -> list[Pick]:
    """The files that the slot `file` means. Raises Refused."""
    return chosen(call.slots, call.references, call.said, call.tx, call.files)


def kept(call: Call, pick: Pick) -> KeptFile:
    """The document of a file; one that waits in the inbox is kept now. Raises FileError."""
    if pick.waiting is None or call.files is None:
        file = call.tx.get(SharedFile, pick.id or "")
        if file is None:
            raise Refused("file.gone", f"{pick.name} is not there any more")
        return KeptFile(file, "known", pick.name)
    content = call.brought.get(pick.waiting) or call.files.keep(pick.waiting)
    return with_content(call, pick.name, content)


def with_content(call: Call, name: str, content: Content) -> KeptFile:
    """The file with this name and content: an existing one, a new version of the one of that name, or a new one."""
    there = _last(call, lambda row: row["name"].casefold() == name.casefold())
    if there is not None and there.versions and there.versions[-1].sha256 == content.sha256:
        return KeptFile(there, "known", name)
    same = _last(call, lambda row: row["versions"][-1]["sha256"] == content.sha256 if row.get("versions") else False)
    if there is None and same is not None:
        return KeptFile(same, "same", name)
    version = Version(sha256=content.sha256, bytes=content.bytes, media_type=media_type(name), at=call.now)
    if there is not None:
        return KeptFile(call.tx.put(replace(there, versions=(*there.versions, version))), "version", name)
    return KeptFile(call.tx.add(SharedFile(name=name, versions=(version,))), "new", name)


def media_type(name: str) -> str:
    """By the suffix of its name; RFC 6838."""
    told, encoding = _TYPES.guess_type(name.casefold(), strict=False)
    more = next((kind for suffix, kind in _MORE_TYPES.items() if name.casefold().endswith(suffix)), None)
    return more or (told if told and not encoding else "application/octet-stream")


def _last(call: Call, fits: QueryLike) -> SharedFile | None:
    return next(reversed(call.tx.find(SharedFile, fits)), None)
