"""The screen as text of a given size: snapshot in, words and bars out. Pure; no colour speaks alone."""

from __future__ import annotations

from datetime import datetime

from rich.cells import cell_len
from rich.console import Console
from rich.text import Text

from device.messages.snapshot import JobRow, LatenciesMessage, LevelMessage, LogMessage, Snapshot, StageSpread, TaskRow

_QUIET, _LOUD = -70.0, 0.0
"""dBFS at the ends of a meter."""
_HIGH, _CLIPPING = -12.0, -3.0
_MOST_OF_A_LINE = 3
_LEAST_WITH_HEADINGS = 3
"""Rows of figures that are worth more than their headings."""
_EIGHTHS = " ▏▎▍▌▋▊▉"
_STAGES = {
    "total": "whole turn",
    "endpoint": "silence",
    "final": "words",
    "queued": "queue",
    "command": "meaning",
    "acted": "doing",
    "sounded": "voice",
}
"""The stages of a turn (services.insight.base), in a word each."""

PHASES = {
    "starting": ("◐", "Loading the models", "bold"),
    "idle": ("○", "Waiting", "bold"),
    "listening": ("●", "Listening", "bold dodger_blue1"),
    "thinking": ("◐", "Working out what was said", "bold dodger_blue1"),
    "acting": ("◐", "Doing it", "bold dark_orange"),
    "speaking": ("●", "Speaking", "bold green3"),
    "asking": ("◌", "Waiting for your answer", "bold cyan"),
    "ringing": ("◌", "Ringing", "bold yellow"),
    "muted": ("●", "Muted", "bold red"),
    "fault": ("◌", "No sound", "bold red"),
}
"""A sign, words, a style."""


def phase_line(now: Snapshot) -> Text:
    """What it is doing, in words."""
    phase = now.phase
    sign, words, style = PHASES.get(phase.phase, ("○", phase.phase, "bold"))
    text = Text.assemble((f"{sign} {words}", style), overflow="ellipsis", no_wrap=True)
    more = ""
    if phase.phase == "idle":
        called = " or ".join(f"“{each.replace('_', ' ')}”" for each in now.wake_words)
        more = f"for {called} or the button" if called else "for the button"
    elif phase.phase == "ringing":
        more = f": {phase.ringing or ''}"
    elif phase.phase == "fault":
        more = f": {phase.fault or ''}"
    elif phase.phase == "muted":
        more = "by the switch on the device" if phase.switched_off else "press m to open the microphone"
    elif phase.phase in ("acting", "thinking") and now.jobs.running > 1:
        more = f"with {now.jobs.running} jobs"
    elif now.light.state == "hearing":
        more = "words are understood"
    text.append(("" if more.startswith(":") else "  ") + more if more else "", "")
    if phase.phase == "idle" and now.light.state not in ("idle", "starting"):
        text.append(f"  [{now.light.state}]", "dim")
    if phase.broker == "away" and now.light.state != "broker away":
        text.append("  [broker away]", "dark_orange")
    return text


def heard_lines(now: Snapshot, width: int) -> list[Text]:
    """What was said, and what was answered; two lines each at most."""
    lines: list[Text] = []
    if now.partial:
        lines += _wrapped(f"… {now.partial.text}", width, "italic")
    elif now.final and now.final.text:
        lines += _wrapped(f"“{now.final.text}”", width, "bold")
    elif now.wake and now.phase.phase in ("listening", "thinking"):
        lines += _wrapped(f"{now.wake.word.replace('_', ' ')} ({now.wake.score:.2f})", width, "dim")
    if now.reply:
        lines += _wrapped(f"{'?' if now.reply.awaits else '▸'} {now.reply.text}", width, "green3")
    return lines


def meters(level: LevelMessage, peak: float | None, width: int) -> Text:
    """Microphone with its peak, and loudspeaker, side by side."""
    half = max(12, (width - 3) // 2)
    text = Text(no_wrap=True)
    text.append_text(meter("mic", level.voice, peak, half))
    text.append("   ")
    text.append_text(meter("out", level.sound, None, width - half - 3))
    return text


def meter(name: str, level: float | None, peak: float | None, width: int) -> Text:
    """name ████▌  │   −42 dB"""
    figure = "  silent" if level is None else f"{level:>5.0f} dB".replace("-", "−")
    bar = max(1, width - len(name) - 1 - len(figure))
    text = Text(f"{name} ", "dim", no_wrap=True)
    filled = 0.0 if level is None else bar * _share(level)
    marks = ["█"] * int(filled)
    if len(marks) < bar and (part := int(8 * (filled - int(filled)))):
        marks.append(_EIGHTHS[part])
    marks += ["─"] * (bar - len(marks))
    for at, mark in enumerate(marks):
        dbfs = _QUIET + (_LOUD - _QUIET) * (at + 1) / bar
        style = "grey30" if mark == "─" else "red" if dbfs > _CLIPPING else "yellow" if dbfs > _HIGH else "green3"
        text.append(mark, style)
    if peak is not None and level is not None:
        at = min(bar - 1, int(bar * _share(peak)))
        if at >= int(filled):
            text.plain = text.plain[: len(name) + 1 + at] + "│" + text.plain[len(name) + 2 + at :]
            text.stylize("bold red" if peak > _CLIPPING else "bold", len(name) + 1 + at, len(name) + 2 + at)
    text.append(figure, "bold red" if peak is not None and peak > _CLIPPING else "dim")
    return text


def jobs(now: Snapshot, moment: datetime, width: int, height: int) -> list[Text]:
    """Those that run, then those that wait, with how long they do."""
    told = now.jobs
    lines = [_job(job, moment, width) for job in told.jobs]
    return _list(now, lines, told.running + told.queued, height, "nothing runs or waits")


def _list(now: Snapshot, lines: list[Text], count: int, height: int, none: str) -> list[Text]:
    """As many as there is room for, and how many more there are."""
    if now.state == "loading":
        return [Text("…", "dim")]
    if not lines:
        return [Text(none, "dim")]
    shown = lines[: height if count <= height else height - 1]
    return shown if count <= len(shown) else [*shown, Text(f"and {count - len(shown):,} more", "dim")]


def _job(job: JobRow, moment: datetime, width: int) -> Text:
    runs = job.state == "running"
    since = _span((moment - job.since).total_seconds())
    head = Text.assemble(
        ("▶ " if runs else "· ", "green3" if runs else "dim"), (f"{since:>6} ", "bold" if runs else "dim")
    )
    tail = f" {job.client}" if job.client not in ("microphone", "") else ""
    return _ended(head, job.text, tail, width, "" if runs else "dim")


def tasks(now: Snapshot, moment: datetime, width: int, height: int) -> list[Text]:
    """Those due first."""
    lines = [_task(task, moment, width) for task in now.tasks.first]
    return _list(now, lines, now.tasks.open, height, "none is open")


def _task(task: TaskRow, moment: datetime, width: int) -> Text:
    words, style = _due(task, moment)
    sign = {"urgent": "‼", "high": "!"}.get(task.priority, " ")
    return _ended(Text.assemble((f"{sign} ", "bold red"), (f"{words:<9} ", style)), task.title, "", width, "")


def _due(task: TaskRow, moment: datetime) -> tuple[str, str]:
    if task.due is None:
        return "", "dim"
    here = task.due.astimezone(moment.tzinfo)
    days = (here.date() - moment.date()).days
    if days < 0 if task.whole_day else here < moment:
        return f"late {-days} d" if days < 0 else f"late {_span((moment - here).total_seconds())}", "bold red"
    if 1 < days < 7:
        return f"{here:%a}" if task.whole_day else f"{here:%a %H:%M}", ""
    day = {0: "today", 1: "tomorrow"}.get(days, f"{here:%d %b}")
    return f"{here:%H:%M}" if days == 0 and not task.whole_day else day, "yellow" if days <= 1 else ""


def latency(told: LatenciesMessage, width: int, height: int) -> list[Text]:
    """All of a turn first, then its stages, under headings: where there is no room, those that take longest."""
    stages = told.spoken or told.typed
    if not stages:
        return [Text("no turn yet", "dim")]
    head = [_headings(width)] if height > _LEAST_WITH_HEADINGS else []
    height -= len(head)
    names = [name for name in _STAGES if name in stages and name != "total"]
    long = sorted(names, key=lambda name: -stages[name].p95)[: max(0, height - ("total" in stages))]
    shown = [*(["total"] if "total" in stages else []), *(name for name in names if name in long)]
    longest = max(stages[name].p95 for name in shown) or 1.0
    label = max(len(_STAGES[name]) for name in shown)
    return [*head, *(_stage(_STAGES[name], stages[name], longest, label, width) for name in shown)]


def _headings(width: int) -> Text:
    """Of the two figures of a stage: half of the turns, and 95 of 100, took no longer."""
    return Text(f"{'half':>6} {'95 %':>6}".rjust(width)[:width], "dim", no_wrap=True)


def latency_title(told: LatenciesMessage) -> str:
    """What the bars are of."""
    stages = told.spoken or told.typed
    turns = stages["total"].n if "total" in stages else 0
    kind = "typed" if told.typed and not told.spoken else "spoken"
    near = (
        f" · {told.near_misses} near misses" if told.near_misses > 1 else " · 1 near miss" if told.near_misses else ""
    )
    return f"Latency · {turns} {kind}{near}" if turns else f"Latency{near}"


def _stage(name: str, stage: StageSpread, longest: float, label: int, width: int) -> Text:
    figures = f" {_time(stage.p50):>6} {_time(stage.p95):>6}"
    bar = max(1, width - label - 1 - len(figures))
    figures = figures[: max(0, width - label - 2)]
    whole = name == _STAGES["total"]
    half, most = (round(bar * min(1.0, value / longest)) for value in (stage.p50, stage.p95))
    return Text.assemble(
        (f"{name:<{label}} ", "bold" if whole else ""),
        ("━" * half, "cyan"),
        ("─" * (most - half), "dim cyan"),
        " " * (bar - max(half, most)),
        (figures, "bold" if whole else "dim"),
        no_wrap=True,
    )


def log(lines: tuple[LogMessage, ...], moment: datetime, width: int, height: int) -> list[Text]:
    """The newest last."""
    if not lines:
        return [Text("no warnings", "dim")]
    told: list[Text] = []
    for line in reversed(lines):
        made = _logged(line, moment, width)
        told = [*made[: height - len(told)], *told]
        if len(told) >= height:
            break
    return told


def _logged(line: LogMessage, moment: datetime, width: int) -> list[Text]:
    """Three lines at most."""
    severe = line.level in ("error", "critical")
    head = Text.assemble(
        (f"{line.at.astimezone(moment.tzinfo):%H:%M} ", "dim"), ("✗ ", "bold red") if severe else ("! ", "yellow")
    )
    missed = f"({line.missed:,} before it) " if line.missed else ""
    style = "red" if severe else ""
    room = max(4, width - cell_len(head.plain))
    words = list(Text(missed + line.text, style).wrap(Console(width=room), room))
    if len(words) > _MOST_OF_A_LINE:
        words = words[:_MOST_OF_A_LINE]
        words[-1] = Text(f"{words[-1].plain.rstrip()[: room - 1]}…", style)
    return [(head if at == 0 else Text(" " * cell_len(head.plain))) + each for at, each in enumerate(words)]


def _ended(head: Text, words: str, tail: str, width: int, style: str) -> Text:
    """One line: words cut where there is no room for them."""
    room = max(1, width - cell_len(head.plain) - cell_len(tail))
    middle = Text(words, style, no_wrap=True)
    middle.truncate(room, overflow="ellipsis")
    text = Text(no_wrap=True)
    text.append_text(head).append_text(middle)
    if tail:
        text.append(" " * max(0, room - cell_len(middle.plain)) + tail, "dim")
    return text


def _wrapped(words: str, width: int, style: str) -> list[Text]:
    """Two lines, of a longer text the end."""
    lines = list(Text(words, style).wrap(Console(width=max(4, width)), max(4, width)))
    if len(lines) > 2:
        lines = lines[-2:]
        lines[0] = Text("…", style) + lines[0]
        lines[0].truncate(width)
    for line in lines:
        line.rstrip()
    return lines


def _share(dbfs: float) -> float:
    return min(1.0, max(0.0, (dbfs - _QUIET) / (_LOUD - _QUIET)))


def _span(seconds: float) -> str:
    seconds = max(0.0, seconds)
    if seconds < 60:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 3600 else f"{seconds / 3600:.0f} h"


def _time(seconds: float) -> str:
    return f"{1000 * seconds:.0f} ms" if seconds < 0.0995 else f"{seconds:.2f} s"
