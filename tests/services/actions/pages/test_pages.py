"""Pages of a report: charts over days, the child process that draws, HTML that is well-formed whatever the words
are.
"""

from __future__ import annotations

import io
import subprocess
import sys
import xml.etree.ElementTree as ET
from datetime import date, timedelta
from html.parser import HTMLParser
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image

from services.actions.pages import draw
from services.actions.pages.document import MOST_CHARTS, Chart, Report, ReportSection, bars, over_days, per_day
from services.actions.pages.pictures import drawn
from services.actions.pages.render import FORMS, html, written

HOSTILE = "<script>alert('$x$')</script> & \"Sons\" --> ]]> \x00 प्रिया 🎉"
DAY = date(2026, 11, 23)


def charts(name: str = "Sarah") -> tuple[Chart, ...]:
    columns = per_day("Done", [DAY, DAY, DAY + timedelta(days=2)], DAY, DAY + timedelta(days=6))
    line = over_days("Balance", [(DAY, 0.0), (DAY + timedelta(days=2), -12.5)], DAY + timedelta(days=6))
    people = bars(name, [(name, 3), ("x" * 200, 1)])
    assert columns and line and people
    return columns, line, people


def report(name: str = "Sarah", *more: Chart) -> Report:
    sections = tuple(ReportSection(chart=chart) for chart in (*charts(name), *more))
    return Report(name, (f"{name}: done.",), (*sections, ReportSection("Open", ("Task",), ((name,),))))


@pytest.fixture(scope="module")
def drawing() -> Any:
    """What the child process really draws, of hostile words."""
    return drawn(report(HOSTILE), f"Made. {HOSTILE}")


def test_the_picture_is_one(drawing: Any) -> None:
    picture = Image.open(io.BytesIO(drawing.png))
    picture.load()
    assert picture.format == "PNG" and picture.width == 1170 and 1800 < picture.height < 4000
    pixels = np.asarray(picture.convert("RGB")).astype(int)
    assert 0.005 < (pixels.sum(axis=2) < 300).mean() < 0.2, "words"
    assert (np.abs(pixels - (0, 0x72, 0xB2)).sum(axis=2) < 12).mean() > 0.02, "columns and bars"
    assert (pixels[:, :30] > 250).all() and (pixels[:, -20:] > 250).all(), "nothing is cut off at the sides"


def test_each_chart_stands_in_the_page(drawing: Any) -> None:
    assert len(drawing.svgs) == 3
    for svg in drawing.svgs:
        root = ET.fromstring(svg)
        assert root.tag == "{http://www.w3.org/2000/svg}svg" and root.get("viewBox")
        assert not [each for each in root.iter() if each.tag.endswith("script")]
        assert "<text" in svg, "words stay words"
    page = html(report(HOSTILE), "Made.", drawing.svgs)
    assert page.count("<svg") == page.count("<figure") == 3 and "<script" not in page


class Strict(HTMLParser):
    """Fails where a tag is not closed in its order."""

    EMPTY = frozenset({"meta", "br", "hr", "img"})

    def __init__(self, page: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.seen: set[str] = set()
        self.feed(page)
        self.close()
        assert not self.open

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        self.seen.add(tag)
        assert not [name for name, _ in attrs if name.startswith("on")]
        if tag not in self.EMPTY:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


@given(st.text(max_size=40))
def test_html_is_well_formed_whatever_the_words_are(words: str) -> None:
    page = html(report(words), words)
    assert Strict(page).seen <= {
        "html",
        "head",
        "meta",
        "title",
        "style",
        "body",
        "h1",
        "h2",
        "p",
        "div",
        "span",
        "i",
        "b",
    } | {
        "table",
        "thead",
        "tbody",
        "tr",
        "th",
        "td",
    }
    assert 'name="viewport"' in page and "http" not in page.replace("http-equiv", "").replace(words, "")


@settings(max_examples=15, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.lists(
        st.tuples(st.text(max_size=60), st.floats(-1e9, 1e9).map(lambda value: round(value, 2))), min_size=1, max_size=4
    ),
    st.sampled_from(["bars", "line", "columns"]),
)
def test_any_words_and_values_can_be_drawn(rows: list[tuple[str, float]], shape: Any) -> None:
    draw.set_up()
    labels = [
        name if shape == "bars" else (DAY + timedelta(days=7 * index)).isoformat()
        for index, (name, _) in enumerate(rows)
    ]
    chart = Chart(rows[0][0], shape, tuple(labels), tuple(value for _, value in rows))
    ET.fromstring(draw.svg(chart))
    assert Image.open(io.BytesIO(draw.picture(rows[0][0], "", "", [chart]))).width == 1170


def test_no_more_charts_than_are_looked_at() -> None:
    many = report("x", *charts())
    assert len(many.charts) == MOST_CHARTS and len([section for section in many.sections if section.chart]) == 6
    assert html(many, "").count('class="bar"') > 0, "those that are not drawn are bars of the page"


def test_a_picture_that_can_not_be_made_leaves_the_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    assert drawn(report(), "", command=(sys.executable, "-c", "import time; time.sleep(9)"), patience=0.2) is None
    assert drawn(report(), "", command=(sys.executable, "-c", "import os; os.kill(os.getpid(), 9)")) is None
    assert drawn(report(), "", command=("/nowhere",)) is None
    with pytest.raises(subprocess.CalledProcessError):
        drawn(report(), "", command=(sys.executable, "-c", "raise RuntimeError('a bug')"))
    monkeypatch.setattr("services.actions.pages.render.drawn", lambda *_: None)
    assert set(written(report(), "", wanted=FORMS)) == {".html", ".md", ".csv"}


def test_nothing_to_write() -> None:
    assert written(Report("Usage", ("Nothing.",), ()), "") == {}
    assert drawn(Report("Tasks", ("x",), (ReportSection("Open", ("Task",), (("x",),)),)), "") is None


@pytest.mark.parametrize(
    ("span", "title", "columns"),
    [(2, "Done per day", 2), (45, "Done per day", 45), (46, "Done per week", 8), (400, "Done per month", 14)],
)
def test_many_days_are_gathered(span: int, title: str, columns: int) -> None:
    first, last = DAY - timedelta(days=span - 1), DAY
    chart = per_day("Done", [first, last, last], first, last)
    assert chart is not None and (chart.title, len(chart.values), sum(chart.values)) == (title, columns, 3)
    assert chart.values[-1] == 2


@given(st.lists(st.integers(-30, 800), max_size=60), st.integers(1, 900))
def test_no_day_is_lost_in_a_chart(offsets: list[int], span: int) -> None:
    first, last = DAY, DAY + timedelta(days=span)
    days = [DAY + timedelta(days=offset) for offset in offsets]
    inside = [day for day in days if first <= day <= last]
    chart = per_day("Done", days, first, last)
    assert (chart is None) == (not inside)
    if chart:
        assert sum(chart.values) == len(inside) and 2 <= len(chart.values) <= 45


def test_one_day_or_no_change_makes_no_chart() -> None:
    assert per_day("Done", [DAY], DAY, DAY) is None
    assert over_days("Balance", [(DAY, 1.0)], DAY) is None
    assert bars("Done", []) is None


def test_a_long_line_keeps_its_end() -> None:
    steps = [(DAY + timedelta(days=index), float(index)) for index in range(3001)]
    chart = over_days("Balance", steps, DAY + timedelta(days=3000))
    assert chart is not None and len(chart.values) <= 402 and chart.values[-1] == 3000


def test_the_appliance_never_loads_what_draws() -> None:
    loaded = (
        "import sys, device.wiring, services.actions.registry; print([name for name in sys.modules if"
        " name.startswith('matplotlib')])"
    )
    assert subprocess.run([sys.executable, "-c", loaded], capture_output=True, text=True, check=True).stdout == "[]\n"
