"""How a command is reversed: the documents as they were before it."""

from __future__ import annotations

import hashlib
import json
import zlib
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from services.store.kinds import all_rows

Fields = dict[str, Any]


class Image(NamedTuple):
    """One document before a command."""

    kind: str
    id: str
    before: Fields | None
    """None: the command made it."""
    after: str | None
    """Fingerprint of what the command left behind; None: it deleted the document."""


@dataclass(frozen=True, slots=True)
class UndoRecord:
    """A command's label, who gave it and when, and the documents it changed."""

    label: str
    client: str
    at: datetime
    images: tuple[Image, ...]
    seq: int = 0
    """Its number, once it is kept."""

    def packed(self) -> str:
        """The images as they are stored, behind their checksum: undo brings back only what was written."""
        images = json.dumps(self.images, ensure_ascii=False, separators=(",", ":"))
        return f"{_checksum(images)}{images}"

    @classmethod
    def unpacked(cls, seq: int, label: str, client: str, at: str, images: str) -> UndoRecord:
        """A record as it was kept; earlier versions kept no checksum. Raises ValueError or TypeError."""
        if not images.startswith("["):
            told, images = images[:8], images[8:]
            if told != _checksum(images):
                raise ValueError("what undo knows of a command is not what was written")
        return cls(label, client, datetime.fromisoformat(at), tuple(Image(*image) for image in json.loads(images)), seq)


def _checksum(images: str) -> str:
    return f"{zlib.crc32(images.encode()):08x}"


def fingerprint(fields: Mapping[str, Any] | None) -> str | None:
    """Tells whether a document was changed since. `updated` does not count: undoing a later command alters it and
    nothing else.
    """
    if fields is None:
        return None
    body = json.dumps({name: value for name, value in fields.items() if name != "updated"}, sort_keys=True)
    return hashlib.blake2b(body.encode(), digest_size=8).hexdigest()


def leaning(rows: Callable[[str], Mapping[str, Mapping[str, Any]]], kind: str, doc_id: str) -> list[tuple[str, str]]:
    """(kind, id) of the documents that name this one, which keeps it."""
    found = []
    for other in all_rows():
        for field in (field for field, named in other.refers.items() if kind in named):
            for other_id, fields in rows(other.name).items():
                value = fields.get(field)
                if value and (value == doc_id or (isinstance(value, list) and doc_id in value)):
                    found.append((other.name, other_id))
    return found


def unsettled(entries: Mapping[str, Mapping[str, Any]], customer_id: str) -> list[str]:
    """The entries of a customer whose account is not at zero in each currency; none where it is."""
    sums: Counter[str] = Counter()
    theirs = [entry_id for entry_id, entry in entries.items() if entry["customer_id"] == customer_id]
    for entry_id in theirs:
        sums[entries[entry_id]["currency"]] += entries[entry_id]["minor"]
    return theirs if any(sums.values()) else []
