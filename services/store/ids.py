"""Ids that any device can make: UUIDv7 (RFC 9562, 5.7), which sort by when they were made, and UUIDv5 (5.5) for what
goes by its name.
"""

from __future__ import annotations

import secrets
import threading
import unicodedata
import uuid
from datetime import datetime

_COUNTER_BITS = 12
_NAMED = uuid.UUID("6d0a8a5e-3c0e-5d2b-9f7a-1f3f6f6b2c41")
"""The namespace of `natural_id`; drawn once, never to be changed."""


def natural_id(kind: str, name: str) -> str:
    """The id of what there is only one of under its name (RFC 9562, section 5.5): two devices that make it apart make
    one document.

    Case, width and spaces of the name are of no account.
    """
    folded = " ".join(unicodedata.normalize("NFKC", name).casefold().split())
    return str(uuid.uuid5(_NAMED, f"{kind}/{folded}"))


class Ids:
    """Makes ids that ascend within this process, also within one millisecond and when the clock is set back."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._last = 0

    def new(self, now: datetime) -> str:
        """The next id. `now` is zone-aware."""
        milliseconds = max(0, int(now.timestamp() * 1000))
        with self._lock:
            # RFC 9562, section 6.2, method 1: a counter in rand_a, begun at random below its half so that it has room.
            fresh = milliseconds << _COUNTER_BITS | secrets.randbits(_COUNTER_BITS - 1)
            self._last = fresh if fresh >> _COUNTER_BITS > self._last >> _COUNTER_BITS else self._last + 1
            stamp = self._last
        high = stamp >> _COUNTER_BITS << 16 | 0x7000 | stamp & 0xFFF
        low = 0b10 << 62 | secrets.randbits(62)
        return str(uuid.UUID(int=high << 64 | low))
