"""A report as it is written down. Pure values; render.py makes pages of them."""

from __future__ import annotations

from dataclasses import dataclass

MOST_ROWS = 200
"""Of a table; a page must load on a phone."""


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar of a chart: its share of the longest is its length."""

    label: str
    count: int


@dataclass(frozen=True, slots=True)
class Section:
    """A part of a report: a chart, a table, or both."""

    title: str
    heads: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()
    bars: tuple[Bar, ...] = ()

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
    sections: tuple[Section, ...]
    project_id: str | None = None
    """The project that it is about."""
