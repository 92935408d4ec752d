"""Decides whether what another device sends may become a document. Nothing in it is trusted, nothing in it may raise.

What is let in is read as our own documents are, by code that relies on their being as `sqlite/codec.py` writes them:
each field that this program knows must be so, to the letter. Fields that it does not know are kept for the newer
program that wrote them.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from dateutil.rrule import rrulestr

from services.store.base import DocumentInvalid, Replica, Stamp
from services.store.documents import utc
from services.store.kinds import kinds
from services.store.replicas.stamps import UNSTAMPED, latest
from services.store.sqlite.codec import decode, encode

_ID = re.compile(r"[A-Za-z0-9_.-]{1,64}")
"""As topics can tell it (services/sync/topics.py)."""
_FIELD = re.compile(r"[a-z][a-z0-9_]{0,63}")
_DEVICE = re.compile(r"[0-9a-f]{12}")
_INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)")
_RAISED = (ValueError, TypeError, ArithmeticError, AttributeError, RecursionError)
"""What hostile values make code raise, such as a date that overflows in another zone: pydantic lets through what
validators raise.
"""
_MOST_FIELDS = 64
_DEEPEST = 6
_MOST_BYTES = 256 * 1024
"""A message of 20,000 letters in any script is a third of it."""
_YEARS = range(1900, 2200)
"""What is further off is no date of anybody's, and overflows where it is brought into another zone."""
_RULE_PART = re.compile(r"([A-Z]+)=([A-Z0-9,+-]+)")
_OF_DAYS = frozenset(("BYDAY", "BYHOUR", "BYMINUTE"))
_OF_MONTHS = _OF_DAYS | {"BYMONTHDAY", "BYSETPOS"}
_RULE_BY: Mapping[str, tuple[frozenset[str], frozenset[str]]] = {
    "YEARLY": (_OF_MONTHS | {"BYMONTH", "BYYEARDAY", "BYWEEKNO"}, _OF_MONTHS | {"BYMONTH"}),
    "MONTHLY": (_OF_MONTHS | {"BYMONTH"}, _OF_MONTHS),
    "WEEKLY": (_OF_MONTHS | {"BYMONTH"}, _OF_DAYS),
    "DAILY": (_OF_MONTHS | {"BYMONTH"}, _OF_DAYS - {"BYDAY"}),
    "HOURLY": (_OF_DAYS, frozenset()),
    "MINUTELY": (_OF_DAYS, frozenset()),
}
"""By how often it comes: what may be told beside, each time and every second or third. With more than that it may miss
what it waits for, such as every second day that is a Monday.
"""
_RULE_BESIDE = frozenset(("FREQ", "INTERVAL", "COUNT", "UNTIL", "WKST"))
_LONGEST_INTERVAL = 1000
_LAST_YEARS = datetime(9988, 1, 1)
_LAST_DAYS = datetime(9999, 12, 1)
"""dateutil looks for the first time up to the end of 9999, so beginning there bounds it; two leap years are among them.
"""


def refusal(replica: Replica, now: datetime) -> str | None:
    """Why it can't be taken in, in words; None where it can. "ahead …": its stamps are more than five minutes ahead of
    `now`.
    """
    try:
        return _of_names(replica) or _of_stamps(replica, now) or (_of_fields(replica, now) if replica.alive else None)
    except _RAISED as error:
        return f"not to be understood: {type(error).__name__}"


def written(kind: str, doc_id: str, fields: Mapping[str, Any]) -> dict[str, Any]:
    """What another program says a document is, as it is stored; without `created` and `updated`. Raises
    DocumentInvalid.
    """
    plain = {name: value for name, value in fields.items() if name not in UNSTAMPED}
    stamps = dict.fromkeys(plain, Stamp(0, "0" * 12))
    try:
        why = _of_names(Replica(kind, doc_id, plain, stamps)) or (
            None if _is_plain(plain) else "with values that can't be kept"
        )
        if why is None:
            stored = {**plain, **encode(decode(kinds()[kind], doc_id, plain))}
            plain = {name: value for name, value in stored.items() if name not in UNSTAMPED}
            why = _of_kind(kind, doc_id, plain)
    except _RAISED as error:
        why = f"not to be understood: {type(error).__name__}"
    if why is not None:
        raise DocumentInvalid(kind=kind, reason=why)
    return plain


def _of_names(replica: Any) -> str | None:
    if not isinstance(replica.kind, str) or replica.kind not in kinds():
        return "of a kind that is not known here"
    if not isinstance(replica.id, str) or not _ID.fullmatch(replica.id):
        return "without a sane id"
    if not isinstance(replica.fields, Mapping) or not isinstance(replica.stamps, Mapping):
        return "without fields and stamps"
    if len(replica.fields) > _MOST_FIELDS or len(replica.stamps) > _MOST_FIELDS:
        return "with too many fields"
    for name in (*replica.fields, *replica.stamps):
        if not isinstance(name, str) or not _FIELD.fullmatch(name) or name == "id":
            return "with a field that has no sane name"
    return None


def _of_stamps(replica: Replica, now: datetime) -> str | None:
    told: list[Any] = list(replica.all_stamps)
    if not told:
        return "without a stamp"
    if not all(_is_stamp(each) for each in told):
        return "with a stamp that is none"
    if replica.stamps.keys() & UNSTAMPED or (
        replica.alive and replica.stamps.keys() != replica.fields.keys() - UNSTAMPED
    ):
        return "with stamps of other fields than it has"
    furthest = max(each.time for each in told)
    if furthest > latest(now):
        minutes = ((furthest - latest(now)) >> 16) // 60_000 + 5
        return f"ahead of the clock here by more than {minutes} minutes"
    return None


def _is_stamp(value: Any) -> bool:
    if not isinstance(value, Stamp) or type(value.time) is not int or not isinstance(value.device, str):
        return False
    return 0 <= value.time < 1 << 63 and _DEVICE.fullmatch(value.device) is not None


def _of_fields(replica: Replica, now: datetime) -> str | None:
    fields = dict(replica.fields)
    if not _is_plain(fields):
        return "with values that can't be kept"
    if len(json.dumps(fields, ensure_ascii=False).encode()) > _MOST_BYTES:
        return "too large"
    return _of_dates(fields, now) or _of_kind(replica.kind, replica.id, fields)


def _of_kind(kind: str, doc_id: str, fields: Mapping[str, Any]) -> str | None:
    try:
        stored = encode(decode(kinds()[kind], doc_id, fields))
    except DocumentInvalid as error:
        return f"no {kind}: {error.facts['reason']}"[:200]
    for name, value in fields.items():
        if name in stored and _text(stored[name]) != _text(value):
            return f"not written as documents are: {name}"
    if not _is_sane(stored):
        return "with a time that is none of anybody's"
    rule = stored.get("rrule")
    return None if rule is None or _comes(rule) else "with a rule that never comes, or can't be read"


def _of_dates(fields: Mapping[str, Any], now: datetime) -> str | None:
    for name in sorted(UNSTAMPED & fields.keys()):
        value = fields[name]
        if not isinstance(value, str) or not _INSTANT.fullmatch(value) or utc(datetime.fromisoformat(value)) != value:
            return f"not written as documents are: {name}"
        if value > utc(datetime.fromtimestamp((latest(now) >> 16) / 1000, UTC)):
            return f"ahead of the clock here: {name}"
    return None


def _is_plain(value: Any, depth: int = 0) -> bool:
    """Whether it is what JSON can say and a disk can keep."""
    match value:
        case str():
            return not any("\ud800" <= letter <= "\udfff" or letter == "\0" for letter in value)
        case bool() | None:
            return True
        case int():
            return abs(value) < 1 << 63
        case float():
            return value - value == 0  # neither infinite nor not a number
        case dict():
            inner = [*value.keys(), *value.values()] if all(isinstance(name, str) for name in value) else [...]
        case list():
            inner = value
        case _:
            return False
    return depth < _DEEPEST and all(_is_plain(each, depth + 1) for each in inner)


def _is_sane(value: Any) -> bool:
    """Whether all times in a stored document are of years that there are."""
    if isinstance(value, str):
        return not _INSTANT.fullmatch(value) or int(value[:4]) in _YEARS
    if isinstance(value, dict):
        return all(_is_sane(inner) for inner in value.values())
    return not isinstance(value, list) or all(_is_sane(inner) for inner in value)


def _text(value: Any) -> str:
    return json.dumps(value, sort_keys=True)


def _comes(rule: str) -> bool:
    """Whether a rule (RFC 5545, 3.3.10) can be read, and gives times without end if nothing ends it. Raises ValueError
    where it can't.
    """
    found = [_RULE_PART.fullmatch(part) for part in rule.split(";")]
    parts = {part[1]: part[2] for part in found if part}
    if len(parts) != len(found) or parts.get("FREQ") not in _RULE_BY:
        return False
    interval = int(parts.get("INTERVAL", 1))
    allowed = _RULE_BY[parts["FREQ"]][interval > 1]
    if not 1 <= interval <= _LONGEST_INTERVAL or parts.keys() - _RULE_BESIDE - allowed:
        return False
    begins = _LAST_DAYS if parts["FREQ"] in ("HOURLY", "MINUTELY") else _LAST_YEARS
    rrulestr(rule, dtstart=begins, ignoretz=True)
    endless = ";".join(f"{name}={value}" for name, value in parts.items() if name not in ("INTERVAL", "COUNT", "UNTIL"))
    return next(iter(rrulestr(endless, dtstart=begins, ignoretz=True)), None) is not None
