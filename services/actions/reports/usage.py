"""Reports on the use of the appliance: what was asked, how quickly it answered, what was made."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date

from services.actions.call import Call
from services.actions.pages.document import Chart, Report, ReportSection, per_day
from services.actions.reports.charts import bounds, by_count, by_day, by_share, day_of
from services.actions.reports.period import ReportPeriod
from services.actions.wording import counted, listed, number, sentence
from services.insight.base import DayUse, Latency, Summary
from services.store.base import Kind, kinds

_FEW = 5
"""Below so many replies, percentiles say nothing."""
STAGES: Mapping[str, str] = {
    "endpoint": "Silence noticed",
    "final": "Words recognised",
    "queued": "Waiting its turn",
    "command": "Understood",
    "acted": "Carried out",
    "sounded": "Voice begins",
    "total": "All, to the reply",
}
"""The stages of a turn, for people."""


def usage(call: Call, over: ReportPeriod) -> Report:
    """What was asked, how quickly it was answered, how much was done, and what was made."""
    when = over.words[:1].upper() + over.words[1:] or "So far"
    made: list[tuple[Kind, str]] = []
    for kind in kinds().values():
        rows = call.tx.rows(kind).values() if kind.about.counted else ()
        made += [(kind.about, row["created"]) for row in rows if over.holds(row.get("created"))]
    asked = call.insight.between(over.start, over.end, call.zone) if call.insight else None
    if asked is None or not asked.commands:
        return _made(call, made, when, over)
    report = of(asked, when, span=bounds(call, [day.day for day in asked.days], over))
    if not made:
        return report
    counts = Counter(kind for kind, _ in made)
    told = sentence(f"{_commonest(counts)} {'was' if counts.total() == 1 else 'were'} made")
    numbers = tuple((kind.noun, str(count)) for kind, count in counts.most_common())
    table = ReportSection("What was made", ("Kind", "Number"), numbers)
    return replace(report, told=(*report.told, told), sections=(*report.sections, table))


def of(asked: Summary, when: str, *, span: tuple[date, date] | None = None, words: bool = False) -> Report:
    """A report of past turns alone. `when`: their period in words; `span`: its first and last day; None: those of the
    first and last turn. `words`: include sentences that were not understood, which not everybody with a report may see.
    """
    told = [sentence(f"{when}: {counted(asked.commands, 'command')}{_share(asked.success)}")]
    quick = asked.spoken.get("total") or asked.typed.get("total")
    told += [_quick(quick)] if quick else []
    told += [sentence(f"{counted(asked.late, 'reply', 'replies')} came late")] if asked.late else []
    woken = "once" if asked.false_wakes == 1 else counted(asked.false_wakes, "time")
    told += [sentence(f"I woke for nothing {woken}")] if asked.false_wakes else []
    days = [day.day for day in asked.days for _ in range(day.commands)]
    charts = (
        per_day("Commands", days, *(span or (days[0], days[-1]))) if days else None,
        _latencies("Time to reply: half, and 95 %", asked.spoken or asked.typed),
        by_share("Most asked for", [(use.action, use.count) for use in asked.actions]),
    )
    unclear = asked.unclear if words else ()
    tables = (
        ReportSection(
            "Days", ("Day", "Commands", "Done", "Half within", "Late"), tuple(_day(day) for day in reversed(asked.days))
        ),
        ReportSection("Failures", ("Code", "Times"), tuple((each.words, str(each.count)) for each in asked.failures)),
        ReportSection(
            "Not understood", ("Sentence", "Times"), tuple((each.words, str(each.count)) for each in unclear)
        ),
    )
    sections = (*(ReportSection(chart=chart) for chart in charts if chart), *(table for table in tables if table.rows))
    return Report("Usage", tuple(told), sections)


def _made(call: Call, made: Sequence[tuple[Kind, str]], when: str, over: ReportPeriod) -> Report:
    """Without known turns: only what commands made."""
    if not made:
        return Report("Usage", (f"{when}, nothing was made with me.",), ())
    counts = Counter(kind for kind, _ in made)
    days: Counter[date] = Counter(day_of(call, stamp) for _, stamp in made)
    most = _commonest(counts)
    many = f"{when}, {number(counts.total())} things were made, most of all {most}."
    told = [f"{when}: {most}." if len(counts) < 4 else many]
    busiest = max(days, key=lambda day: days[day])
    told += [f"The busiest day was {busiest:%A}, {busiest:%B} {busiest.day}."] if len(days) > 1 else []
    charts = (
        by_count("What was made", [kind.noun for kind, _ in made]),
        by_day(call, "Made", [stamp for _, stamp in made], over),
    )
    return Report("Usage", tuple(told), tuple(ReportSection(chart=chart) for chart in charts if chart))


def _commonest(counts: Counter[Kind]) -> str:
    return listed([counted(count, kind.noun, kind.plural) for kind, count in counts.most_common(3)])


def _latencies(title: str, stages: Mapping[str, Latency]) -> Chart | None:
    shown = [stage for stage in STAGES if stage in stages]
    if not shown:
        return None
    halves = tuple(round(stages[stage].p50, 2) for stage in shown)
    most = tuple(round(stages[stage].p95, 2) for stage in shown)
    return Chart(title, "bars", tuple(STAGES[stage] for stage in shown), halves, most, unit="s")


def _day(day: DayUse) -> tuple[str, ...]:
    done = f"{100 * day.done / day.tried:.0f} %" if day.tried else ""
    return (
        day.day.isoformat(),
        str(day.commands),
        done,
        f"{day.p50:.1f} s" if day.p50 is not None else "",
        str(day.late or ""),
    )


def _share(success: float | None) -> str:
    return "" if success is None else f", {100 * success:.0f} percent carried out"


def _quick(replies: Latency) -> str:
    if replies.n < _FEW:
        return sentence(f"{'the reply' if replies.n == 1 else 'each reply'} began within {_seconds(replies.p99)}")
    return f"Half of the replies began within {_seconds(replies.p50)}, 95 percent within {_seconds(replies.p95)}."


def _seconds(value: float) -> str:
    """1.2 seconds; one second."""
    return "one second" if round(value, 1) == 1 else f"{value:.1f} seconds"
