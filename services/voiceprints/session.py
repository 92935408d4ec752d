"""Over a session evidence adds up: whoever spoke a moment ago is likelier to speak now. Pure."""

from __future__ import annotations

from collections.abc import Mapping

from services.voiceprints.base import Who
from services.voiceprints.scoring import decided, ratios_of

HALF_S = 20.0
"""Seconds in which what was heard before counts half as much: somebody else may have come."""
MOST = 2.0
"""So much, natural logarithm, is carried over at most, however long somebody has spoken: a sure turn of somebody else
is believed at once.
"""


def added(before: Who | None, now: Who, *, apart_s: float) -> Who:
    """Whose voice this turn is, given whose the one before was so many seconds ago. Others are enrolled now: what was
    before counts for nothing. Where nothing is likely, nothing was heard that could add up.
    """
    if before is None or not now.likely or {name for name, _ in before.likely} != {name for name, _ in now.likely}:
        return now
    carried = _carried(ratios_of(before), max(0.0, apart_s))
    return decided({name: ratio + carried[name] for name, ratio in ratios_of(now).items()})


def _carried(ratios: Mapping[str, float], apart_s: float) -> Mapping[str, float]:
    share: float = 0.5 ** (apart_s / HALF_S)
    return {name: max(-MOST, min(MOST, ratio)) * share for name, ratio in ratios.items()}
