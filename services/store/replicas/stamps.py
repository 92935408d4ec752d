"""When each field of a document was changed, so that devices that changed it apart can agree: the later stamp wins.
Pure.

Stamps are those of a hybrid logical clock (Kulkarni, Demirbas, Madappa, Avva and Leone, Logical Physical Clocks, OPODIS
2014): as near to the wall clock as can be, but never backwards, and later than every stamp seen. The device breaks
ties, so no two stamps are the same.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

_COUNTER_BITS = 16
_AHEAD = timedelta(minutes=5)
"""A clock that runs further ahead than this is wrong; following it would spoil everybody's stamps for good."""
_REST = ""
"""Stands for all fields that have no stamp of their own."""
UNSTAMPED = frozenset(("created", "updated"))
"""Kept by the store itself: of two devices' the earlier and the later count."""


class Stamp(NamedTuple):
    """A moment on a device's clock. Sorts by time; so does its text."""

    time: int
    """Milliseconds since 1970 in UTC, shifted left by 16, and a counter of what happened within the same one."""
    device: str
    """12 hexadecimal digits."""

    def __str__(self) -> str:
        """28 hexadecimal digits."""
        return f"{self.time:016x}{self.device}"

    @property
    def at(self) -> datetime:
        """The wall clock's part."""
        return datetime.fromtimestamp((self.time >> _COUNTER_BITS) / 1000, UTC)


def read(text: str) -> Stamp:
    """The reverse of `str`. Raises ValueError."""
    if len(text) != 28:
        raise ValueError(f"no stamp: {text[:40]!r}")
    return Stamp(int(text[:16], 16), text[16:])


class StampClock:
    """One device's clock. Not safe to use from several threads: the store's one writer has it."""

    def __init__(self, device: str, last: int = 0) -> None:
        self.device = device
        self.last = last
        """Of the latest stamp given or seen; what a restarted clock goes on from."""

    def next(self, now: datetime) -> Stamp:
        """A stamp for what happens now. Where the wall clock was set back, or stands, the counter goes on; full, it
        runs over.
        """
        self.last = max(_physical(now), self.last + 1)
        return Stamp(self.last, self.device)

    def seen(self, stamp: Stamp, now: datetime) -> bool:
        """Another device's stamp: from here on ours are later. False, and nothing is learnt, where its clock is five
        minutes ahead.
        """
        if stamp.time > latest(now):
            return False
        self.last = max(self.last, stamp.time)
        return True


def latest(now: datetime) -> int:
    """The `time` of the last stamp that can be believed now: five minutes ahead."""
    return _physical(now + _AHEAD) | (1 << _COUNTER_BITS) - 1


def _physical(now: datetime) -> int:
    return max(0, int(now.timestamp() * 1000)) << _COUNTER_BITS


def changed(before: Mapping[str, Any], after: Mapping[str, Any]) -> set[str]:
    """The fields that differ."""
    return {name for name in before.keys() | after.keys() if before.get(name) != after.get(name)} - UNSTAMPED


def fresh(stamp: Stamp) -> str:
    """The stamps of a new document, packed."""
    return _packed({_REST: str(stamp)})


def touched(packed: str, names: Collection[str], stamp: Stamp, otherwise: Stamp) -> str:
    """The stamps, packed, once these fields were changed. As short as can be: fields that were never changed apart
    share one, which is `otherwise` in a document from before there were stamps.
    """
    return _packed(
        (json.loads(packed) if packed else {_REST: str(otherwise)}) | dict.fromkeys(sorted(names), str(stamp))
    )


def packed(stamps: Mapping[str, Stamp]) -> str:
    """The stamps of all fields, packed: the stamp that most of them have is told once."""
    rest, _ = Counter(stamps.values()).most_common(1)[0]
    own = {name: str(stamp) for name, stamp in sorted(stamps.items()) if stamp != rest}
    return _packed({_REST: str(rest), **own})


def earliest(at: datetime) -> Stamp:
    """A stamp before all that are given at that time or later."""
    return Stamp(_physical(at), "")


def unpacked(packed: str, names: Iterable[str], otherwise: Stamp) -> dict[str, Stamp]:
    """The stamp of each of these fields; `otherwise` for a document from before there were stamps. Raises
    ValueError.
    """
    stamps: Mapping[str, str] = json.loads(packed) if packed else {_REST: str(otherwise)}
    rest = read(stamps[_REST])
    return {name: read(stamps[name]) if name in stamps else rest for name in names if name not in UNSTAMPED}


def newest(packed: str) -> int:
    """The time of the latest of packed stamps; 0 where there are none. Raises ValueError."""
    return max((read(text).time for text in json.loads(packed).values()), default=0) if packed else 0


def unstamped(device: str, fields: Mapping[str, Any]) -> Stamp:
    """The stamp of a document from before there were stamps: when it was changed last."""
    try:
        return Stamp(_physical(datetime.fromisoformat(fields["updated"])), device)
    except (KeyError, TypeError, ValueError):  # in no table of ours
        return Stamp(0, device)


def _packed(stamps: Mapping[str, str]) -> str:
    return json.dumps(stamps, ensure_ascii=False, separators=(",", ":"))
