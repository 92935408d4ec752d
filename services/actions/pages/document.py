"""A report as it is written down. Pure values; render.py makes pages of them, pictures.py their charts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

MOST_ROWS = 200
"""Of a table; a page must load on a phone."""
MOST_CHARTS = 3
"""Of a report; more are not looked at on a phone."""


@dataclass(frozen=True, slots=True)
class Chart:
    """Numbers to be drawn, as plain values: they travel to the process that draws."""

    title: str
    shape: Literal["bars", "columns", "line"]
    """Bars of names, one under the other; columns side by side, or a line in steps, over days."""
    labels: tuple[str, ...]
    """Names, or days (ISO 8601), as many as values."""
    values: tuple[float, ...]
    beyond: tuple[float, ...] = ()
    """Bars: how far the fainter end of each reaches; empty: none has one."""
    unit: str = ""
    """What the values are in, said behind them."""
    alarming: bool = False
    """Drawn in the colour of what should not be."""

    def said(self, index: int) -> str:
        """A value as it is written: 12; 1,200.50 USD; 0.71 to 0.90 s."""
        words = number(self.values[index])
        words = f"{words} to {number(self.beyond[index])}" if self.beyond else words
        return f"{words} {self.unit}".rstrip()


@dataclass(frozen=True, slots=True)
class ReportSection:
    """A part of a report: a chart, a table, or both."""

    title: str = ""
    """Above its table; a chart has its own."""
    heads: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()
    chart: Chart | None = None

    @property
    def shown(self) -> tuple[tuple[str, ...], ...]:
        """The rows of a page."""
        return self.rows[:MOST_ROWS]

    @property
    def more(self) -> int:
        """How many rows a page leaves out; a spreadsheet has them all."""
        return max(0, len(self.rows) - MOST_ROWS)


@dataclass(frozen=True, slots=True)
class Report:
    """What is said, and what is written."""

    title: str
    """Tasks; project Apollo."""
    told: tuple[str, ...]
    """Sentences to be heard, which also stand at the head of the page."""
    sections: tuple[ReportSection, ...]
    project_id: str | None = None
    """The project that it is about."""

    @property
    def charts(self) -> tuple[Chart, ...]:
        """Those that are drawn, in the order of their sections."""
        return tuple(section.chart for section in self.sections if section.chart)[:MOST_CHARTS]


def number(value: float) -> str:
    """Whole numbers as such, others with two places."""
    return f"{value:,.0f}" if float(value).is_integer() else f"{value:,.2f}"


def bars(title: str, rows: Sequence[tuple[str, float]], *, unit: str = "", alarming: bool = False) -> Chart | None:
    """A bar for each (name, value); None without any."""
    if not rows:
        return None
    return Chart(
        title, "bars", tuple(name for name, _ in rows), tuple(value for _, value in rows), unit=unit, alarming=alarming
    )
