"""Findings for people and for programs. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime
from itertools import groupby
from typing import Any

from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from device import __version__
from device.control.wire import plain
from device.doctor.base import STATES, Finding, State

FORMAT = 1
"""Of the JSON; grows when something in it is taken away or means something else."""

AREAS: Mapping[str, str] = {
    "machine": "Machine",
    "power": "Power and heat",
    "disk": "Disk",
    "clock": "Clock",
    "hat": "Pins and HAT",
    "sound": "Sound",
    "calls": "Calls",
    "settings": "Settings and secrets",
    "models": "Models",
    "store": "Store",
    "broker": "Broker",
    "home": "Home Assistant",
    "satellites": "Satellites",
    "unit": "Service",
}
"""In the order in which they are told."""

_MARKS: Mapping[State, tuple[str, str]] = {
    "ok": ("✓", "green"),
    "warn": ("!", "yellow"),
    "fail": ("✗", "bold red"),
    "unknown": ("?", "cyan"),
    "skip": ("–", "dim"),
}
_STYLES: Mapping[State, str] = {"ok": "", "warn": "yellow", "fail": "bold red", "unknown": "cyan", "skip": "dim"}
_COUNTED: Mapping[State, str] = {
    "ok": "ok",
    "warn": "to look at",
    "fail": "failed",
    "unknown": "not known",
    "skip": "left out",
}


def page(findings: Sequence[Finding]) -> RenderableType:
    """A table by area; what is to be done stands below each that is not ok. The last line counts."""
    table = Table.grid(padding=(0, 2))
    table.add_column(no_wrap=True)
    table.add_column(no_wrap=True, min_width=max((len(each.name) for each in findings), default=0))
    table.add_column(overflow="fold")
    for area, several in groupby(findings, key=lambda each: each.area):
        table.add_row("", Text(AREAS.get(area, area), style="bold"), "")
        for each in several:
            mark, style = _MARKS[each.state]
            table.add_row(Text(mark, style=style), Text(each.name), Text(plain(each.words), style=_STYLES[each.state]))
            if each.remedy:
                table.add_row("", "", Text(f"→ {plain(each.remedy)}"))
        table.add_row("", "", "")
    table.add_row("", Text("All in all", style="bold"), _counted(findings))
    return table


def worst(findings: Sequence[Finding]) -> State:
    """fail before warn before unknown before ok."""
    states = {each.state for each in findings}
    order: Sequence[State] = ("fail", "warn", "unknown", "ok")
    return next((state for state in order if state in states), "ok")


def fields_of(findings: Sequence[Finding], at: datetime) -> dict[str, Any]:
    """For programs: what docs/doctor.md describes."""
    counted = Counter(each.state for each in findings)
    return {
        "format": FORMAT,
        "version": __version__,
        "at": at.isoformat(timespec="seconds"),
        "worst": worst(findings),
        "counts": {state: counted[state] for state in STATES},
        "findings": [
            {
                "code": each.code,
                "area": each.area,
                "name": each.name,
                "state": each.state,
                "words": plain(each.words),
                "remedy": plain(each.remedy),
                "facts": dict(each.facts),
                "seconds": each.seconds,
            }
            for each in findings
        ],
    }


def _counted(findings: Sequence[Finding]) -> Text:
    counted = Counter(each.state for each in findings)
    words = Text()
    for state in ("fail", "warn", "unknown", "ok", "skip"):
        if number := counted[state]:
            words.append(f"{', ' if words else ''}{number} {_COUNTED[state]}", style=_STYLES[state])
    return words
