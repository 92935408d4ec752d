"""What the entries of a time come to. Pure."""

from __future__ import annotations

import math
import statistics
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta, tzinfo
from itertools import pairwise

from services.insight.base import (
    CLOSED,
    DISOWNED,
    OVERHEARD,
    STAGES,
    ActionUse,
    DayUse,
    Latency,
    Repeated,
    Summary,
    Targets,
    TurnEntry,
)

_SLOWEST = 10
_REPEATED = 10
_DISOWNED_WITHIN = timedelta(seconds=90)
"""So long "that wasn't for you" is about the wake before it."""


def sum_up(entries: Sequence[TurnEntry], targets: Targets, zone: tzinfo) -> Summary:
    """`zone` tells which day an entry belongs to; `targets`, which replies were late."""
    timed = [entry for entry in entries if entry.total is not None]
    silent = Counter(entry.code for entry in entries if entry.result == "silent")
    closed, overheard, disowned = silent[CLOSED], silent[OVERHEARD], silent[DISOWNED]
    return Summary(
        entries=len(entries),
        results=dict(Counter(entry.result for entry in entries)),
        sources=dict(Counter(entry.source for entry in entries if entry.result != "silent").most_common()),
        clients=dict(Counter(entry.client for entry in entries if entry.result != "silent").most_common()),
        spoken=latencies((entry.stages or {}, entry.total) for entry in entries if entry.spoken),
        typed=latencies((entry.stages or {}, entry.total) for entry in entries if not entry.spoken),
        actions=_actions(entries),
        days=_days(entries, targets, zone),
        slowest=tuple(sorted(timed, key=lambda entry: -(entry.total or 0))[:_SLOWEST]),
        late=sum(targets.missed(entry) for entry in timed),
        replies=len(timed),
        failures=_repeated(entry.code or "unknown" for entry in entries if entry.result == "failed"),
        unclear=_repeated(_folded(entry.text) for entry in entries if entry.result == "unclear" and entry.text),
        near_misses=sum(entry.near_misses for entry in entries),
        false_wakes=silent.total() - closed - overheard - _told_twice(entries),
        disowned=disowned,
        closed=closed,
        overheard=overheard,
    )


def _told_twice(entries: Iterable[TurnEntry]) -> int:
    """Silences after the wake word that were then disowned in a turn of their own: one false wake each."""
    spoken = sorted((entry for entry in entries if entry.spoken), key=lambda entry: entry.at)
    return sum(
        after.code == DISOWNED
        and before.result == "silent"
        and before.code not in (CLOSED, OVERHEARD, DISOWNED)
        and after.at - before.at <= _DISOWNED_WITHIN
        for before, after in pairwise(spoken)
    )


def latency(seconds: Sequence[float]) -> Latency:
    """Raises ValueError without any."""
    if not seconds:
        raise ValueError("no values")
    ordered = sorted(seconds)
    p50, p95, p99 = (ordered[math.ceil(share * len(ordered)) - 1] for share in (0.5, 0.95, 0.99))
    return Latency(len(ordered), statistics.fmean(ordered), p50, p95, p99)


def latencies(turns: Iterable[tuple[Mapping[str, float], float | None]]) -> dict[str, Latency]:
    """Of each stage and `total`, over the turns that had it; `turns`: the stages of each, and its total, in seconds."""
    taken: dict[str, list[float]] = {stage: [] for stage in (*STAGES, "total")}
    for stages, total in turns:
        for stage, seconds in {**stages, **({} if total is None else {"total": total})}.items():
            if stage in taken:
                taken[stage].append(seconds)
    return {stage: latency(seconds) for stage, seconds in taken.items() if seconds}


def _actions(entries: Iterable[TurnEntry]) -> tuple[ActionUse, ...]:
    asked: Counter[str] = Counter()
    failed: Counter[str] = Counter()
    for entry in entries:
        asked.update(entry.actions)
        failed.update(set(entry.actions) if entry.result == "failed" else ())
    return tuple(
        ActionUse(action, count, failed[action])
        for action, count in sorted(asked.items(), key=lambda each: (-each[1], each[0]))
    )


def _days(entries: Iterable[TurnEntry], targets: Targets, zone: tzinfo) -> tuple[DayUse, ...]:
    by_day: dict[date, list[TurnEntry]] = defaultdict(list)
    for entry in entries:
        if entry.result != "silent":
            by_day[entry.at.astimezone(zone).date()].append(entry)
    return tuple(_day(day, of_day, targets) for day, of_day in sorted(by_day.items()))


def _day(day: date, entries: Sequence[TurnEntry], targets: Targets) -> DayUse:
    totals = [entry.total for entry in entries if entry.total is not None]
    done = sum(entry.result == "done" for entry in entries)
    tried = sum(entry.result != "asked" for entry in entries)
    p50 = latency(totals).p50 if totals else None
    return DayUse(day, len(entries), done, tried, p50, sum(targets.missed(entry) for entry in entries))


def _repeated(words: Iterable[str]) -> tuple[Repeated, ...]:
    return tuple(Repeated(each, count) for each, count in Counter(words).most_common(_REPEATED))


def _folded(words: str) -> str:
    """As the same sentence would be heard another time."""
    return " ".join(words.casefold().rstrip(".!?").split())
