"""What synchronising exchanges with a store: values, and the Protocol of a store that is one of several."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple, Protocol

from services.store.replicas.stamps import Stamp


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A document that other devices have not been told of yet: its latest state goes out, or its tombstone."""

    seq: int
    """Grows with every commit; what `sent` takes back."""
    kind: str
    id: str
    deleted: bool


@dataclass(frozen=True, slots=True)
class Replica:
    """A document as devices exchange it: what its fields are, and since when; or that it was deleted."""

    kind: str
    id: str
    fields: Mapping[str, Any]
    """As they are stored, `created` and `updated` among them; empty where nothing is known but that it was deleted."""
    stamps: Mapping[str, Stamp]
    """Of every field but `created` and `updated`."""
    deleted: Stamp | None = None

    @property
    def all_stamps(self) -> list[Stamp]:
        """Those of its fields, and that of its deletion."""
        return [*self.stamps.values(), *([] if self.deleted is None else [self.deleted])]

    @property
    def alive(self) -> bool:
        """Whether there is such a document: something in it was changed later than it was deleted."""
        return bool(self.stamps) and (self.deleted is None or max(self.stamps.values()) > self.deleted)


Join = Callable[[Replica | None, Replica], Replica]
"""Ours and theirs → both (services.sync.merge): commutative, associative, idempotent."""


class Merged(NamedTuple):
    """What became of a replica of another device."""

    kind: str
    id: str
    changed: bool
    """It was news: our document was changed, deleted or made by it."""
    more: bool
    """We have what they lack; it is in the outbox."""


class Replicated(Protocol):
    """What synchronising needs of the store. One document at a time is as all devices have it, or on its way there."""

    @property
    def device(self) -> str:
        """What stands in the stamps that are made here."""

    def replica(self, kind: str, doc_id: str) -> Replica | None:
        """A document with its stamps, or its tombstone; None where there never was one, or the tombstone is gone."""

    def known(self, kinds: Collection[str]) -> set[tuple[str, str]]:
        """(kind, id) of all documents and tombstones."""

    def merge(self, theirs: Sequence[Replica], join: Join, *, now: datetime) -> list[Merged]:
        """Take in what other devices have, all or nothing, in one transaction that undo does not know of; one result
        each, in order.

        What is no valid document of its kind, and what is stamped too far in the future, is to be left out before: see
        `admissible`. Raises a StoreError; nothing is changed then.
        """

    def admissible(self, replica: Replica, *, now: datetime) -> str | None:
        """Why a replica can't be taken in, in words; None where it can. "ahead …": its stamps are more than five
        minutes ahead.
        """

    def written(self, kind: str, doc_id: str, fields: Mapping[str, Any]) -> dict[str, Any]:
        """What another program says a document is, as it is stored: checked, in its normal form, with all fields of its
        kind but `created` and `updated`. Raises DocumentInvalid, whatever it may be.
        """

    def heal(self, now: datetime) -> int:
        """Once the wall clock is known to be right: what is stamped more than five minutes ahead of it, because the
        clock was ahead once, is stamped anew and goes out; how many documents and tombstones. Nothing else is touched.

        Never to be called while the clock may be behind: everything would seem to be from the future. Raises a
        StoreError.
        """

    def offer(self, keys: Collection[tuple[str, str]]) -> None:
        """Put these documents and tombstones into the outbox, though nothing changed: others lack them."""

    def outbox(self, limit: int = 100, kinds: Collection[str] | None = None) -> list[Outgoing]:
        """What other devices were not told of yet, oldest change first; of some kinds only."""

    def sent(self, outgoing: Collection[Outgoing]) -> None:
        """The broker has these. A document that was changed again meanwhile stays."""
