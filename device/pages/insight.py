"""What `equerry insight` shows in a terminal: how much, how quickly, how well."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import tzinfo

from rich.console import Group, RenderableType
from rich.rule import Rule
from rich.table import Table
from rich.text import Text

from services.actions.reports.usage import STAGES
from services.insight.base import Latency, Repeated, Result, Summary, Targets, TurnEntry

_BAR = 24
_MOST_ACTIONS = 8
_MOST_DAYS = 14
_SLOWEST = 5


def page(summary: Summary, targets: Targets, title: str, zone: tzinfo) -> RenderableType:
    """Figures first, then where the time goes, then what is worth looking at. Times are told in `zone`."""
    if not summary.entries:
        return Text(f"{title}: nothing was asked. Turns are recorded while the appliance runs.", style="yellow")
    parts = [
        Rule(Text(title, style="bold"), align="left", style="dim"),
        _figures(summary, targets),
        _latencies("Spoken: end of speech → first sound of the reply", summary.spoken),
        _latencies("Typed: given → answered", summary.typed),
        _days(summary),
        _actions(summary),
        _slowest(summary.slowest[:_SLOWEST], targets, zone),
        _repeated("Failures", summary.failures),
        _repeated("Not understood", summary.unclear),
    ]
    return Group(*(part for part in parts if part is not None))


def _figures(summary: Summary, targets: Targets) -> RenderableType:
    grid = Table.grid(padding=(0, 2))
    grid.add_column(style="dim", no_wrap=True)
    grid.add_column()
    results = summary.results
    grid.add_row("commands", Text(f"{summary.commands}", style="bold"))
    if summary.success is not None:
        style = "green" if summary.success >= 0.9 else "yellow" if summary.success >= 0.75 else "red"
        parts = [f"{results[each]} {word}" for each, word in _RESULTS if results.get(each)]
        grid.add_row(
            "carried out", Text.assemble((f"{100 * summary.success:.0f} %", f"bold {style}"), f"   {', '.join(parts)}")
        )
    if summary.replies:
        share = summary.late / summary.replies
        style = "green" if not summary.late else "yellow" if share < 0.05 else "red"
        aims = f"   targets: {targets.one:g} s, {targets.several:g} s with several actions"
        grid.add_row("late replies", Text.assemble((f"{summary.late} of {summary.replies}", style), (aims, "dim")))
    grid.add_row("understood by", _shares(summary.sources))
    grid.add_row("asked by", _shares(summary.clients))
    if summary.false_wakes or summary.near_misses:
        disowned = f" ({summary.disowned} by what you said)" if summary.disowned else ""
        heard = f"{summary.false_wakes} times heard for nothing{disowned}, {summary.near_misses} times nearly heard"
        grid.add_row("wake word", heard)
    if summary.closed or summary.overheard:
        passed = f"{summary.overheard} times passed over as no clear command"
        grid.add_row("open ear", f"{summary.closed} times closed with nothing said, {passed}")
    return Group(grid, "")


_RESULTS: tuple[tuple[Result, str], ...] = (
    ("done", "done"),
    ("failed", "failed"),
    ("unclear", "not understood"),
    ("asked", "answered with a question"),
)


def _shares(counts: Mapping[str, int]) -> str:
    return ", ".join(f"{name} {count}" for name, count in counts.items())


def _latencies(title: str, stages: Mapping[str, Latency]) -> RenderableType | None:
    if not stages:
        return None
    table = _table(title)
    table.add_column("stage", no_wrap=True)
    for head in ("mean", "p50", "p95", "p99", "n"):
        table.add_column(head, justify="right", no_wrap=True)
    table.add_column("p50 ━ p95 ─", no_wrap=True)
    longest = max(each.p95 for each in stages.values()) or 1.0
    for stage, name in STAGES.items():
        if (each := stages.get(stage)) is None:
            continue
        half, most = (round(_BAR * value / longest) for value in (each.p50, each.p95))
        bar = Text("━" * half, style="cyan") + Text("─" * (most - half), style="dim cyan")
        times = [_time(value) for value in (each.mean, each.p50, each.p95, each.p99)]
        table.add_row(name, *times, str(each.n), bar, style="bold" if stage == "total" else "")
    return Group(table, "")


def _days(summary: Summary) -> RenderableType | None:
    days = summary.days[-_MOST_DAYS:]
    if len(days) < 2:
        return None
    table = _table("Days" if len(summary.days) <= _MOST_DAYS else f"The last {_MOST_DAYS} days of {len(summary.days)}")
    table.add_column("day", no_wrap=True)
    for head in ("commands", "done", "p50", "late"):
        table.add_column(head, justify="right", no_wrap=True)
    table.add_column("", no_wrap=True)
    most = max(day.commands for day in days)
    for day in days:
        done = f"{100 * day.done / day.tried:.0f} %" if day.tried else ""
        half = _time(day.p50) if day.p50 is not None else ""
        bar = Text("━" * round(_BAR * day.commands / most), style="cyan")
        table.add_row(f"{day.day:%a} {day.day.isoformat()}", str(day.commands), done, half, str(day.late or ""), bar)
    return Group(table, "")


def _actions(summary: Summary) -> RenderableType | None:
    if not summary.actions:
        return None
    table = _table("Most asked for")
    table.add_column("action", no_wrap=True)
    table.add_column("times", justify="right")
    table.add_column("failed", justify="right", style="red")
    for use in summary.actions[:_MOST_ACTIONS]:
        table.add_row(use.action, str(use.count), str(use.failed or ""))
    return Group(table, "")


def _slowest(entries: Sequence[TurnEntry], targets: Targets, zone: tzinfo) -> RenderableType | None:
    if not entries:
        return None
    table = _table("Slowest")
    table.add_column("when", no_wrap=True)
    table.add_column("took", justify="right", no_wrap=True)
    table.add_column("most of it", no_wrap=True)
    table.add_column("what")
    for entry in entries:
        stage = max(entry.stages, key=lambda each: (entry.stages or {})[each]) if entry.stages else ""
        most = f"{STAGES.get(stage, stage)} {entry.stages[stage]:.1f} s" if entry.stages and stage else ""
        took = Text(f"{entry.total or 0:.1f} s", style="red" if targets.missed(entry) else "")
        what = Text(", ".join(entry.actions) or "no command") + Text(
            f"  “{entry.text}”" if entry.text else "", style="dim italic"
        )
        table.add_row(f"{entry.at.astimezone(zone):%Y-%m-%d %H:%M}", took, most, what)
    return Group(table, "")


def _repeated(title: str, found: Sequence[Repeated]) -> RenderableType | None:
    rows = [(each.words, str(each.count)) for each in found]
    if not rows:
        return None
    table = _table(title)
    table.add_column("", overflow="fold")
    table.add_column("times", justify="right", no_wrap=True)
    for words, count in rows:
        table.add_row(Text(words), count)
    return Group(table, "")


def _time(seconds: float) -> str:
    return f"{1000 * seconds:.0f} ms" if seconds < 0.0995 else f"{seconds:.2f} s"


def _table(title: str) -> Table:
    return Table(
        title=title,
        title_justify="left",
        title_style="bold",
        box=None,
        pad_edge=False,
        padding=(0, 2, 0, 0),
        header_style="dim",
    )
