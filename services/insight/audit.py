"""Who was refused, and who said yes to what is dangerous: a log that is only ever added to, each entry bound to the one
before it.

The hash of an entry is SHA-256 over the hash of the entry before and the entry itself as canonical JSON (keys sorted,
no blanks). So an entry that was edited, removed, inserted or moved breaks the chain at that place. What was cut off at
the end leaves a whole chain: for that the last hash is kept a second time, in a small file of its own, the anchor.
Whoever can write both the store and the anchor can forge everything; against that, note the last hash elsewhere
(docs/policy.md).

Words are not kept: names of actions and of their slots, never what stood in them.
"""

from __future__ import annotations

import hashlib
import json
import os
import threading
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from services.store.base import Journal, JournalEntry, StoreError, utc

KIND = "audit"
BEGINNING = "0" * 64
"""The hash before the first entry."""
MOST_A_MINUTE = 120
"""Refusals kept a minute; further ones are only counted, so that a flood of refusals can't fill the disk."""
MOST_OF_ONE = 20
"""Of these, those of one client: it must neither hide the others' nor keep whoever refuses it busy with writing."""
_MINUTE = timedelta(minutes=1)
_LOOKED_BACK = 1000
"""Entries in which the last roles are looked for; they are recorded anew where it is longer ago."""
_RESTORED = "restored"
"""Another store was put in place of this one: what the anchor misses is in the store that was set aside."""


class AuditUnwritable(StoreError):
    """The audit log can't be written ({path}: {reason}). Nothing was done."""

    code = "audit.unwritable"


@dataclass(frozen=True, slots=True)
class Anchor:
    """The last entry, as it is kept outside the store."""

    n: int
    hash: str
    coming: str = ""
    """Hash of the entry that is just being written; empty where none is."""

    def fits(self, n: int, last: str) -> bool:
        """Whether a log of `n` entries that ends with the hash `last` is the one that was written."""
        return (n, last) == (self.n, self.hash) or (self.coming != "" and (n, last) == (self.n + 1, self.coming))


@dataclass(frozen=True, slots=True)
class ChainVerdict:
    """What became of the chain."""

    entries: int
    last: str
    """Hash of the last entry; `BEGINNING` where there is none."""
    broken: int | None = None
    """Number of the first entry that is not as it was written; None where all are."""
    words: str = ""
    """What is wrong with it."""
    notes: tuple[str, ...] = ()
    """What is explained by an entry of its own: a store that was restored."""

    @property
    def ok(self) -> bool:
        return self.broken is None


class Audit:
    """The log of one open store. Safe to use from several threads."""

    def __init__(self, journal: Journal, anchor: Path) -> None:
        """`anchor`: the file that keeps the last hash, apart from the store."""
        self._journal = journal
        self._anchor = anchor
        self._lock = threading.Lock()
        self._tail: Anchor | None = None
        self._minute = datetime.min.replace(tzinfo=UTC)
        self._kept: Counter[str] = Counter()
        """Refusals of this minute, by client."""
        self._unkept = 0

    def record(
        self,
        what: str,
        *,
        at: datetime,
        client: str = "",
        role: str = "",
        code: str = "",
        steps: Sequence[str] = (),
        facts: Mapping[str, str | int] | None = None,
    ) -> None:
        """Add one entry. Raises AuditUnwritable and the store's errors; then what was to be recorded must not be done.

        `what`: refused, asked, confirmed, roles, restored, … `steps`: actions with the names of their slots; `facts`:
        what else is to be known, no words of anybody.
        """
        with self._lock:
            if what == "refused" and not self._room(client, at):
                return
            tail = self._tail or self._last()
            body: dict[str, Any] = {
                "n": tail.n + 1,
                "what": what,
                "client": client,
                "role": role,
                "code": code,
                "steps": list(steps),
            }
            body |= {"facts": dict(facts)} if facts else {}
            body |= {"unkept": self._unkept} if self._unkept else {}
            body |= self._gap(tail)
            body["prev"] = tail.hash
            body["hash"] = hashed(at, body)
            write_anchor(self._anchor, Anchor(tail.n, tail.hash, coming=body["hash"]))
            self._journal.add(KIND, body, at=at)
            self._tail, self._unkept = Anchor(body["n"], body["hash"]), 0
            write_anchor(self._anchor, self._tail)

    def roles(self, digest: str, *, at: datetime) -> None:
        """Record that other roles hold from now on, unless these (by the hash of their file) did already."""
        before = next(
            (
                each.fields["facts"]["digest"]
                for each in self._journal.rows(KIND, newest_first=True, limit=_LOOKED_BACK)
                if _is(each, "roles")
            ),
            "",
        )
        if before != digest:
            self.record("roles", at=at, facts={"digest": digest})

    def _room(self, client: str, at: datetime) -> bool:
        if not self._minute <= at < self._minute + _MINUTE:
            self._minute = at
            self._kept.clear()
        room = self._kept[client] < MOST_OF_ONE and self._kept.total() < MOST_A_MINUTE
        if room:
            self._kept[client] += 1
        else:
            self._unkept += 1
        return room

    def _last(self) -> Anchor:
        newest = self._journal.rows(KIND, newest_first=True, limit=1)
        return Anchor(int(newest[0].fields["n"]), str(newest[0].fields["hash"])) if newest else Anchor(0, BEGINNING)

    def _gap(self, tail: Anchor) -> dict[str, Any]:
        """That the anchor and the log do not agree; kept in the chain, for the anchor is about to be overwritten."""
        if self._tail is not None:
            return {}
        known = read_anchor(self._anchor) or Anchor(0, BEGINNING)
        return {} if known.fits(tail.n, tail.hash) else {"gap": known.n}


def hashed(at: datetime, body: Mapping[str, Any]) -> str:
    """The hash of an entry, over all of it but the hash itself; `prev` binds it to the one before."""
    plain = {key: value for key, value in body.items() if key != "hash"} | {"at": utc(at)}
    return hashlib.sha256(
        json.dumps(plain, sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode()
    ).hexdigest()


def verify(entries: Sequence[JournalEntry], anchor: Anchor | None, expected: str = "") -> ChainVerdict:
    """Follow the chain of all entries, oldest first. `expected`: a hash noted elsewhere that must be among them."""
    last = BEGINNING
    notes: list[str] = []
    for place, entry in enumerate(entries, 1):
        if wrong := _wrong(entry, place, last):
            return ChainVerdict(len(entries), last, place, wrong, tuple(notes))
        last = str(entry.fields["hash"])
        if "gap" in entry.fields:
            known = f"The anchor knew {entry.fields['gap']} entries when this one was written after {place - 1}"
            if not _is(entry, _RESTORED):
                return ChainVerdict(
                    len(entries), last, place, f"{known}: some were removed or put in at the end.", tuple(notes)
                )
            notes.append(f"Entry {place}: {known[0].lower()}{known[1:]}: another store was put in place of this one.")
    words, broken = _at_the_end(entries, anchor)
    if not words and expected and expected not in (each.fields["hash"] for each in entries):
        words, broken = f"No entry has the hash {expected}: the log was rewritten, or cut off before it.", 1
    return ChainVerdict(len(entries), last, broken if words else None, words, tuple(notes))


def _wrong(entry: JournalEntry, place: int, before: str) -> str:
    """What is wrong with an entry; empty where nothing is."""
    fields = entry.fields
    if (
        not isinstance(fields.get("n"), int)
        or not isinstance(fields.get("hash"), str)
        or not isinstance(fields.get("prev"), str)
    ):
        return "It can't be read: it was edited."
    if hashed(entry.at, fields) != fields["hash"]:
        return "It is not what was written: it was edited."
    if fields["n"] > place and fields["prev"] != before:
        return f"It was written as entry {fields['n']}: entries before it were removed, or it was moved."
    if fields["n"] != place or fields["prev"] != before:
        return "It does not follow the entry before it: one of them was put in, moved or replaced."
    return ""


def _at_the_end(entries: Sequence[JournalEntry], anchor: Anchor | None) -> tuple[str, int]:
    count = len(entries)
    if anchor is None:
        return (
            ("The anchor is missing: whether entries were removed at the end can't be told.", count)
            if entries
            else ("", 0)
        )
    if anchor.fits(count, str(entries[-1].fields["hash"]) if entries else BEGINNING):
        return "", 0
    if anchor.n > count:
        return f"{anchor.n - count} of {anchor.n} entries are missing at the end.", count + 1
    if anchor.n and entries[anchor.n - 1].fields["hash"] != anchor.hash:
        return "It is not the one that the anchor knows: the log was rewritten.", anchor.n
    return "It was put in at the end: the anchor does not know it.", anchor.n + 1


def anchor_of(store: Path) -> Path:
    """Where the anchor of a store is."""
    return store.with_name(f"{store.name}.audit")


def read_anchor(path: Path) -> Anchor | None:
    """What the anchor says; None where there is none that can be read."""
    try:
        told = json.loads(path.read_text(encoding="utf-8"))
        return Anchor(int(told["n"]), str(told["hash"]), str(told["coming"]))
    except (OSError, ValueError, KeyError, TypeError):
        return None


def write_anchor(path: Path, anchor: Anchor) -> None:
    """Replace the anchor as a whole; on return it survives power loss. Raises AuditUnwritable."""
    beside = path.with_name(f"{path.name}.new")
    try:
        with beside.open("w", encoding="utf-8") as file:
            os.fchmod(file.fileno(), 0o600)
            json.dump(asdict(anchor), file)
            file.flush()
            os.fsync(file.fileno())
        beside.replace(path)
        folder = os.open(path.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
    except OSError as error:
        raise AuditUnwritable(path=path, reason=error.strerror or error) from error


def _is(entry: JournalEntry, what: str) -> bool:
    return entry.fields.get("what") == what
