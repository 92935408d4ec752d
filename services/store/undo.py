"""How a command is reversed: the documents as they were before it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

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
    """A command's label, who gave it, and the documents it changed."""

    label: str
    client: str
    images: tuple[Image, ...]

    def packed(self) -> str:
        """The images as they are stored."""
        return json.dumps(self.images, ensure_ascii=False, separators=(",", ":"))

    @classmethod
    def unpacked(cls, label: str, client: str, images: str) -> UndoRecord:
        """The reverse of `packed`."""
        return cls(label, client, tuple(Image(*image) for image in json.loads(images)))


def fingerprint(fields: Mapping[str, Any] | None) -> str | None:
    """Tells whether a document was changed since. `updated` does not count: undoing a later command alters it and nothing else."""
    if fields is None:
        return None
    body = json.dumps({name: value for name, value in fields.items() if name != "updated"}, sort_keys=True)
    return hashlib.blake2b(body.encode(), digest_size=8).hexdigest()
