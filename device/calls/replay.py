"""Plays the segments of a whole call through one that is followed, as fast as it goes: by the times they ended, and
with the clock of the call ticking between them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice

from services.calls.base import CallEvent, CallSegment, Side
from services.calls.call import FollowedCall

TICK_S = 0.5
_AHEAD = 6
"""Segments that are looked at before their turn: who speaks when another one ends, and which of two ended first."""
_LINGER_S = 3.0
"""After the last word: time for the last whisper."""


def played(call: FollowedCall, segments: Iterable[CallSegment]) -> Iterator[CallEvent]:
    """Everything that comes of it, in the order of time, `CallEnded` last. `segments` nearly by their ends."""
    coming = iter(segments)
    ahead = list(islice(coming, _AHEAD))
    now_s = 0.0
    while ahead:
        ahead.sort(key=lambda each: each.end_s)
        for at_s in _ticks(now_s, ahead[0].end_s):
            yield from call.tick(at_s, speaking=_speaking(ahead, at_s))
        segment = ahead.pop(0)
        yield from call.feed(segment)
        now_s = max(now_s, segment.end_s)
        ahead += islice(coming, 1)
    for at_s in _ticks(now_s, now_s + _LINGER_S):
        yield from call.tick(at_s)
    yield call.end(now_s)


def _ticks(from_s: float, until_s: float) -> Iterator[float]:
    count = int(from_s / TICK_S) + 1
    while count * TICK_S < until_s:
        yield count * TICK_S
        count += 1


def _speaking(segments: Sequence[CallSegment], at_s: float) -> frozenset[Side]:
    return frozenset(each.side for each in segments if each.start_s <= at_s < each.end_s)
