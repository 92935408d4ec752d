"""How a command is reversed: the documents as they were before it."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
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


def _entry_taken_back(doc_id: str, fields: Mapping[str, Any]) -> Fields:
    """The ledger entry that takes another one back."""
    kept = {name: fields.get(name, "") for name in ("customer_id", "customer", "currency")}
    return {**kept, "minor": -fields["minor"], "reason": "reversal", "reverses": doc_id}


REVERSED: Mapping[str, Callable[[str, Mapping[str, Any]], Fields]] = {"entry": _entry_taken_back}
"""Kinds whose documents are never changed or deleted, and what undo adds to take one back (docs/adr/0005-undo-in-the-ledger.md)."""


def unsettled(entries: Iterable[Mapping[str, Any]], customer_id: str) -> bool:
    """Whether a customer's account is not at zero in each currency."""
    sums: Counter[str] = Counter()
    for entry in entries:
        if entry["customer_id"] == customer_id:
            sums[entry["currency"]] += entry["minor"]
    return any(sums.values())
