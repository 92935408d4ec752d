"""Draws the charts of a report, as a process of its own: `python -m services.actions.pages.draw`.

Matplotlib costs 70 MB and a second to load, which the appliance neither keeps nor waits for when it starts. Reads one
JSON object from standard input (services.actions.pages.pictures tells of what), writes one to standard output. The
colours are those of Okabe and Ito (Color Universal Design, 2008), told apart also by those who see few colours.
"""

from __future__ import annotations

import base64
import io
import json
import logging
import os
import sys
import warnings
from datetime import date
from typing import Any

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.font_manager import fontManager
from matplotlib.ticker import FuncFormatter, MaxNLocator

from services.actions.pages.document import Chart, number
from services.actions.pages.letters import fitted, plain, width_of, wrapped

WIDTH = 3.9
"""Inches: a phone held upright, where 11 points are as large as its own text."""
DPI = 300
"""Of the picture: 1170 pixels wide."""
MARGIN = 0.2
BODY, SMALL, HEAD = 11.0, 9.5, 15.0
"""Points."""
TITLE = 0.36
"""Inches above a chart, for its title."""
ROW = 0.46
"""Inches of a bar with its name above."""
PLOT = 1.75
AXIS = 0.25
"""Inches below a plot, for the days; more for a week, whose days have names and numbers."""
BLUE, VERMILION, PALE, INK, GREY, RULE = "#0072B2", "#D55E00", "#9CCBE6", "#16191d", "#555b63", "#d9dde2"
FALLBACKS = (
    "Noto Sans",
    "Noto Sans Devanagari",
    "Noto Sans Arabic",
    "Noto Sans CJK SC",
    "Lohit Devanagari",
    "FreeSans",
    "Droid Sans Fallback",
)
"""Fonts for letters that DejaVu lacks, where installed."""
LINE_HEIGHT = 1.45
MOST_DAY_LABELS = 4
FEW_COLUMNS = 10
"""So many have room for their numbers above."""


def main() -> int:
    """Draw what standard input asks for; 0."""
    os.nice(5)  # the ear goes first
    asked = json.load(sys.stdin)
    set_up()
    charts = [_chart(each) for each in asked["charts"]]
    svgs = [svg(chart) for chart in charts]
    png = picture(asked["title"], asked["made"], asked["told"], charts)
    json.dump({"svgs": svgs, "png": base64.b64encode(png).decode("ascii")}, sys.stdout)
    return 0


def set_up() -> None:
    """Settings of every drawing: no formulas in words, letters from whichever font has them."""
    logging.getLogger("matplotlib").setLevel(logging.ERROR)
    warnings.filterwarnings("ignore", message="Glyph .* missing")
    installed = {font.name for font in fontManager.ttflist}
    mpl.rcParams.update(
        {
            "font.family": ["DejaVu Sans", *(name for name in FALLBACKS if name in installed)],
            "font.size": BODY,
            "text.parse_math": False,
            "text.color": INK,
            "svg.fonttype": "none",  # words stay words: they can be found, read aloud, and have the phone's own letters
            "svg.hashsalt": "equerry",  # the same report makes the same file
            "path.simplify": True,
        }
    )


def svg(chart: Chart) -> str:
    """One chart, to stand inside a page: the element alone."""
    figure = Figure(figsize=(WIDTH, _height(chart) + 0.08))
    _place(figure, chart, top=_height(chart) + 0.04, height=_height(chart) + 0.08, inset=0.06)
    out = io.StringIO()
    figure.savefig(out, format="svg", metadata={"Date": None, "Creator": None, "Format": None, "Type": None})
    drawn = out.getvalue()
    return drawn[drawn.index("<svg") :].strip()


def picture(title: str, made: str, told: str, charts: list[Chart]) -> bytes:
    """All of them under each other, with the report's title and sentences, as PNG."""
    lines = [(line, HEAD, INK, "bold") for line in wrapped(title, HEAD, WIDTH - 2 * MARGIN, weight="bold")]
    lines += [
        (line, SMALL, GREY, "normal") for part in made.split(". ") for line in wrapped(part, SMALL, WIDTH - 2 * MARGIN)
    ]
    lines += [("", SMALL, INK, "normal")] + [
        (line, BODY, INK, "normal") for line in wrapped(told, BODY, WIDTH - 2 * MARGIN)
    ]
    words = sum(size * LINE_HEIGHT / 72 for _, size, _, _ in lines)
    height = 2 * MARGIN + words + sum(_height(chart) + MARGIN for chart in charts)
    figure = Figure(figsize=(WIDTH, height), facecolor="white")
    top = height - MARGIN
    for line, size, colour, weight in lines:
        top -= size * LINE_HEIGHT / 72
        figure.text(MARGIN / WIDTH, top / height, line, size=size, color=colour, weight=weight, va="bottom")
    for chart in charts:
        top -= MARGIN
        _place(figure, chart, top=top, height=height, inset=MARGIN)
        top -= _height(chart)
    out = io.BytesIO()
    figure.savefig(out, format="png", dpi=DPI, metadata={"Title": plain(title), "Software": None})
    return out.getvalue()


def _height(chart: Chart) -> float:
    """Inches, with its title and the days below."""
    return TITLE + (ROW * len(chart.values) if chart.shape == "bars" else PLOT + _axis(chart))


def _axis(chart: Chart) -> float:
    """Inches below a plot."""
    if chart.shape == "bars":
        return 0.0
    return 1.7 * AXIS if _is_week([date.fromisoformat(label) for label in chart.labels]) else AXIS


def _is_week(days: list[date]) -> bool:
    """Whether each day has room for its name: few, one after the other."""
    return len(days) <= 7 and (days[-1] - days[0]).days == len(days) - 1


def _place(figure: Figure, chart: Chart, *, top: float, height: float, inset: float) -> None:
    """Draw a chart below `top`, inches from the lower edge of a figure of that height."""
    width = WIDTH - 2 * inset
    latest = chart.said(len(chart.values) - 1) if chart.shape == "line" else ""
    title = fitted(
        chart.title, BODY + 1, width - (width_of(latest, BODY + 1, "bold") + 0.1 if latest else 0), weight="bold"
    )
    figure.text(inset / WIDTH, (top - 0.06) / height, title, size=BODY + 1, weight="bold", va="top")
    # Where a line ends is told beside its title: at its end it would stand in the way.
    figure.text(
        1 - inset / WIDTH, (top - 0.06) / height, latest, size=BODY + 1, weight="bold", va="top", ha="right", color=BLUE
    )
    axis = _axis(chart)
    bottom = top - _height(chart) + axis
    room = _height(chart) - TITLE - axis
    left = inset if chart.shape == "bars" else inset + _gutter(chart)
    axes = figure.add_axes((left / WIDTH, bottom / height, (WIDTH - inset - left) / WIDTH, room / height))
    for side in ("top", "right", "left", "bottom"):
        axes.spines[side].set_visible(False)
    axes.tick_params(length=0, labelsize=SMALL, labelcolor=GREY)
    if chart.shape == "bars":
        _bars(axes, chart, width)
    else:
        (_columns if chart.shape == "columns" else _line)(axes, chart)


def _bars(axes: Axes, chart: Chart, width: float) -> None:
    """Each name above its bar, so that long names have the whole width; the value behind it."""
    ends = [*chart.values, *chart.beyond]
    low, high = min(0.0, *ends), max(0.0, *ends)
    reach = (high - low) or 1.0
    told = [chart.said(index) for index in range(len(chart.values))]
    room = max(width_of(words, BODY, "bold") for words in told) + 0.1
    axes.set_xlim(low, low + reach * width / max(0.5, width - room))
    axes.set_ylim(len(chart.values) - 0.55, -0.45)
    axes.set_xticks([])
    axes.set_yticks([])
    colour = VERMILION if chart.alarming else BLUE
    for index, value in enumerate(chart.values):
        y = index + 0.22
        if chart.beyond:
            axes.barh(y, chart.beyond[index], height=0.34, color=PALE)
        axes.barh(y, value, height=0.34, color=VERMILION if value < 0 else colour)
        axes.text(low, index - 0.04, fitted(chart.labels[index], BODY, width), va="bottom", size=BODY)
        end = max(0.0, value, chart.beyond[index] if chart.beyond else 0.0)
        axes.annotate(
            told[index], (end, y), (4, 0), textcoords="offset points", va="center_baseline", size=BODY, weight="bold"
        )


def _columns(axes: Axes, chart: Chart) -> None:
    """A column for each day; few have their numbers, of many only the highest."""
    places = range(len(chart.values))
    axes.bar(places, chart.values, width=0.72, color=VERMILION if chart.alarming else BLUE)
    _scale(axes, chart)
    axes.set_xlim(-0.6, len(chart.values) - 0.4)
    highest = max(chart.values)
    for index in places:
        value = chart.values[index]
        if value and (len(chart.values) <= FEW_COLUMNS or (value == highest and index == chart.values.index(highest))):
            axes.annotate(
                number(value),
                (index, value),
                (0, 2),
                textcoords="offset points",
                ha="center",
                size=SMALL,
                weight="bold",
            )
    days = [date.fromisoformat(label) for label in chart.labels]
    _days(axes, days, list(places), monthly=chart.title.endswith("month"))


def _line(axes: Axes, chart: Chart) -> None:
    """Drawn in steps, for the value holds until it changes."""
    days = [date.fromisoformat(label) for label in chart.labels]
    places = [(day - days[0]).days for day in days]
    colour = VERMILION if chart.alarming else BLUE
    axes.step(places, chart.values, where="post", color=colour, linewidth=2.4, solid_joinstyle="round")
    axes.fill_between(places, chart.values, step="post", color=colour, alpha=0.12, linewidth=0)
    axes.plot(places[-1:], chart.values[-1:], "o", color=colour, markersize=6, clip_on=False)
    _scale(axes, chart)
    axes.set_xlim(0, max(1, places[-1]))
    _days(axes, days, places)


def _scale(axes: Axes, chart: Chart) -> None:
    """Few grid lines; room above for the number."""
    low, high = min(0.0, *chart.values), max(0.0, *chart.values)
    reach = (high - low) or 1.0
    axes.set_ylim(low - (0.14 * reach if low < 0 else 0), high + 0.2 * reach)
    axes.yaxis.set_major_locator(_ticks(chart))
    axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: number(value)))
    axes.grid(axis="y", color=RULE, linewidth=0.8)
    axes.axhline(0, color=GREY, linewidth=1)
    axes.set_axisbelow(True)


def _ticks(chart: Chart) -> MaxNLocator:
    return MaxNLocator(3, integer=all(float(value).is_integer() for value in chart.values))


def _gutter(chart: Chart) -> float:
    """Inches left of a plot, for the numbers of its scale."""
    low, high = min(0.0, *chart.values), max(0.0, *chart.values)
    ticks = _ticks(chart).tick_values(low, high + 0.2 * ((high - low) or 1))
    return max(width_of(number(float(tick)), SMALL, "normal") for tick in ticks) + 0.08


def _days(axes: Axes, days: list[date], places: list[int], *, monthly: bool = False) -> None:
    """Labels a few days, the first and the last among them."""
    wanted = min(len(days), 7 if len(days) <= 7 else MOST_DAY_LABELS)
    if places[-1] != len(places) - 1:  # a line: its changes are not evenly spread, the names should be
        wanted = min(3, wanted)
    chosen = sorted({round(index * (len(days) - 1) / max(1, wanted - 1)) for index in range(wanted)})
    if places[-1] != len(places) - 1 and len(chosen) > 2:
        middle = min(range(len(places)), key=lambda index: abs(places[index] - places[-1] / 2))
        chosen = sorted({0, len(days) - 1} | ({middle} if 0.3 < places[middle] / places[-1] < 0.7 else set()))
    year = days[0].year != days[-1].year
    short = _is_week(days)
    axes.set_xticks(
        [places[index] for index in chosen],
        [_day(days[index], short=short, year=year, monthly=monthly) for index in chosen],
    )
    if not short:
        first, *_, final = axes.get_xticklabels()
        first.set_horizontalalignment("left")
        final.set_horizontalalignment("right")


def _day(day: date, *, short: bool, year: bool, monthly: bool) -> str:
    if short:
        return f"{day:%a}\n{day.day}"
    if monthly:
        return f"{day:%b %y}"
    return f"{day.day} {day:%b %y}" if year else f"{day.day} {day:%b}"


def _chart(fields: dict[str, Any]) -> Chart:
    plain: dict[str, Any] = {key: tuple(value) if isinstance(value, list) else value for key, value in fields.items()}
    return Chart(**plain)


if __name__ == "__main__":
    sys.exit(main())
