"""How often somebody may: a token bucket for each client and each customer. No clock: time is an argument."""

from __future__ import annotations

from math import inf

_MOST_KEYS = 1_024


class Rates:
    """Each key may do `burst` things at once, and `per_minute` in the long run (the token bucket of RFC 2697). Not
    thread-safe.
    """

    def __init__(self, per_minute: float, burst: int) -> None:
        self._per_s = per_minute / 60
        self._burst = burst
        self._buckets: dict[str, tuple[float, float]] = {}
        """Key → tokens left, and when that was so; the latest last."""

    def wait(self, key: str, now: float, most: float = inf) -> float:
        """0 where it may, which counts; else the seconds until it may. `most`: a minute, and at once, where that is
        less for this one.
        """
        per_s, burst = min(self._per_s, most / 60), min(float(self._burst), most)
        left, then = self._buckets.pop(key, (burst, now))
        left = min(burst, left + max(0.0, now - then) * per_s)
        granted = left >= 1
        self._buckets[key] = (left - 1 if granted else left, now)
        while len(self._buckets) > _MOST_KEYS:
            del self._buckets[next(iter(self._buckets))]
        return 0.0 if granted else (1 - left) / per_s
