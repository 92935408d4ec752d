"""A document as a message: replicas ↔ JSON, and what other programs write there. Pure.

    {"fields":{"created":…,"due":…,"title":"Call Anna",…},"stamps":{"":"<stamp>","due":"<stamp>"},"v":1}
    {"deleted":"<stamp>","v":1}                                                       it was deleted
    {"title":"Buy milk","due":"2026-11-27T17:00:00+01:00"}                            what another program says

A stamp is 28 hexadecimal digits (services.store.base.Stamp); the one under "" is that of all fields not named beside
it. Keys are sorted and nothing is told twice, so that equal replicas are equal bytes.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NoReturn

from firmware.errors import FacultyError
from services.store.base import Replica, Stamp
from services.sync.merge import canonical
from services.sync.topics import DocumentTopic

VERSION = 1
MOST_BYTES = 256 * 1024
_DEEPEST = 8
_UNSTAMPED = frozenset(("created", "updated"))
_REST = ""
_STAMP = re.compile(r"[0-9a-f]{28}")
_LAST = 253_402_300_799_999 << 16
"""The end of the year 9999: no calendar here goes further."""


class ReplicaUnreadable(FacultyError):
    """What was told of {kind} {id} can't be read: {reason}."""

    code = "sync.unreadable"


@dataclass(frozen=True, slots=True)
class External:
    """Some fields of a document, as another program says they are; without stamps."""

    kind: str
    id: str
    fields: Mapping[str, Any]


def written(replica: Replica) -> bytes:
    """The message about a document. Raises ReplicaUnreadable where it would be too large, or holds what JSON can't
    say.
    """
    body: dict[str, Any] = {"v": VERSION}
    if replica.fields:
        body["fields"] = dict(replica.fields)
    if replica.stamps:
        body["stamps"] = _packed(replica.stamps)
    if replica.deleted is not None:
        body["deleted"] = str(replica.deleted)
    try:
        payload = canonical(body).encode()
    except (ValueError, TypeError, RecursionError) as error:
        raise ReplicaUnreadable(kind=replica.kind, id=replica.id, reason=_short(error)) from error
    if len(payload) > MOST_BYTES:
        raise ReplicaUnreadable(kind=replica.kind, id=replica.id, reason=_too_large(len(payload)))
    return payload


def read(topic: DocumentTopic, payload: bytes) -> Replica | External | None:
    """What a message says; None for an empty one, with which a broker or a person says that the message is gone, not
    the document.

    Raises ReplicaUnreadable, whatever it holds.
    """
    if not payload:
        return None
    try:
        if len(payload) > MOST_BYTES:
            raise ValueError(_too_large(len(payload)))
        body = json.loads(payload.decode(), parse_constant=_no_number)
        _check(body)
        if not isinstance(body, dict):
            raise ValueError("no JSON object")
        return _replica(topic, body) if "v" in body else External(*topic, body)
    except (ValueError, RecursionError) as error:
        raise ReplicaUnreadable(kind=topic.kind, id=topic.id, reason=_short(error)) from error


def _replica(topic: DocumentTopic, body: dict[str, Any]) -> Replica:
    if type(body["v"]) is not int or body["v"] != VERSION:
        raise ValueError(f"version {json.dumps(body['v'])[:20]}; this program knows {VERSION}")
    if extra := body.keys() - {"v", "fields", "stamps", "deleted"}:
        raise ValueError(f"what is {min(extra)[:40]!r}?")
    fields, packed = body.get("fields", {}), body.get("stamps", {})
    if not isinstance(fields, dict) or not isinstance(packed, dict):
        raise ValueError("fields and stamps are no objects")
    if not all(isinstance(fields.get(name, ""), str) for name in _UNSTAMPED):
        raise ValueError("created or updated is no text")
    told = body.get("deleted")
    deleted = None if told is None else _stamp(told)
    stamps = _unpacked(packed, fields.keys() - _UNSTAMPED)
    if deleted is None and not stamps:
        raise ValueError("it has no stamps")
    return Replica(*topic, fields, stamps, deleted)


def _packed(stamps: Mapping[str, Stamp]) -> dict[str, str]:
    """The most common stamp once, of several the latest."""
    counted = Counter(stamps.values())
    rest = max(counted, key=lambda stamp: (counted[stamp], stamp))
    return {_REST: str(rest)} | {name: str(stamp) for name, stamp in stamps.items() if stamp != rest}


def _unpacked(packed: Mapping[str, Any], names: set[str]) -> dict[str, Stamp]:
    stamps = {name: _stamp(told) for name, told in packed.items()}
    rest = stamps.pop(_REST, None)
    if unknown := stamps.keys() - names:
        raise ValueError(f"a stamp of {min(unknown)[:40]!r}, which is no field there")
    if rest is None and (missing := names - stamps.keys()):
        raise ValueError(f"no stamp of {min(missing)[:40]!r}")
    return {name: stamps.get(name) or rest for name in sorted(names)}  # type: ignore[misc]  # checked above


def _stamp(told: Any) -> Stamp:
    if not isinstance(told, str) or not _STAMP.fullmatch(told) or int(told[:16], 16) > _LAST:
        raise ValueError(f"no stamp: {json.dumps(told)[:60]}")
    return Stamp(int(told[:16], 16), told[16:])


def _check(value: Any) -> None:
    """Raises ValueError for what JSON can say and we can't keep, or tell again."""
    level = [value]
    for _ in range(_DEEPEST):
        inner: list[Any] = []
        for each in level:
            if isinstance(each, dict):
                inner += [*each, *each.values()]
            elif isinstance(each, list):
                inner += each
            elif isinstance(each, str):
                each.encode()  # half a surrogate is no letter
            elif (isinstance(each, float) and each - each != 0) or (isinstance(each, int) and abs(each) >= 1 << 63):
                raise ValueError("a number too large")
        if not (level := inner):
            return
    raise ValueError("nested too deep")


def _no_number(word: str) -> NoReturn:
    raise ValueError(f"{word} is no number")


def _too_large(size: int) -> str:
    return f"{size} bytes; {MOST_BYTES} at most"


def _short(error: Exception) -> str:
    return "nested too deep" if isinstance(error, RecursionError) else str(error)[:120]
