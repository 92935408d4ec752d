"""Ids that any device can make and that sort by the time they were made: UUIDv7 (RFC 9562, section 5.7)."""

from __future__ import annotations

import secrets
import threading
import uuid
from datetime import datetime

_COUNTER_BITS = 12


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
