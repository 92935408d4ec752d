"""Reports: what is told of a time, and the pages that are kept."""

from __future__ import annotations

import csv
import io
from datetime import timedelta
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.actions.pages import draw
from services.actions.pages.document import MOST_ROWS, Chart, Report, ReportSection
from services.actions.pages.pictures import Drawn
from services.actions.pages.render import html, markdown, sheet
from services.files.local import LocalFiles
from services.insight.base import KIND, TurnEntry
from services.insight.entries import fields_of
from services.store.base import SharedFile
from tests.doubles.files import MockFiles

PAGES = " The report is among your files as a web page, a picture and Markdown."
NO_PICTURE = " The report is among your files as a web page and Markdown."
"""Where there is nothing to draw."""


@pytest.fixture(autouse=True)
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Draws in this process: it has the library loaded, a child would load it for each report (test_pages has one do
    it).
    """

    def drawn(report: Report, made: str) -> Drawn | None:
        charts = list(report.charts)
        draw.set_up()
        return (
            Drawn(tuple(map(draw.svg, charts)), draw.picture(report.title, made, " ".join(report.told), charts))
            if charts
            else None
        )

    monkeypatch.setattr("services.actions.pages.render.drawn", drawn)


@pytest.fixture
def office(desk: Any, tmp_path: Path) -> Any:
    """A Wednesday; what was made last week, and since."""
    desk.files = LocalFiles(tmp_path / "inbox", tmp_path / "files", reserve=0)
    desk.files.open()
    now = desk.now
    desk.now = now - timedelta(days=8)
    for name in ("Sarah Chen", "Mike Ross"):
        desk.say("contact.create", name=name)
    desk.say("channel.create", name="Marketing")
    desk.say("project.create", name="Apollo")
    desk.say("customer.create", name="Karo")
    for title in ("Write the brief", "Order <b>paper</b>", "Book | a room"):
        desk.say(
            "task.create",
            title=title,
            project="Apollo",
            assignees=["Sarah Chen"],
            when="tomorrow" if "paper" in title else "",
        )
    desk.say("task.complete", title="Write the brief")
    desk.say("message.send", recipients=["Marketing"], content="Hello all")
    desk.say("ledger.credit", customer="Karo", amount="100 dollars")
    desk.now = now
    desk.say("task.create", title="Call Mike")
    desk.say("ledger.debit", customer="Karo", amount="30 dollars")
    return desk


def page(desk: Any, suffix: str = ".html") -> str:
    *_, file = [each for each in desk.store.find(SharedFile) if each.name.endswith(suffix)]
    path = desk.files.path(file.versions[-1].sha256)
    return str(path.read_text(encoding="utf-8"))


@pytest.mark.parametrize(
    ("slots", "reply"),
    [
        (
            {"kind": "tasks", "when": "last week"},
            f"Last week: one task done, three added. Three tasks are open, one overdue.{PAGES}",
        ),
        (
            {"when": "weekly"},
            f"The last seven days: no tasks done, one added. Three tasks are open, one overdue.{PAGES}",
        ),
        (
            {"kind": "tasks", "people": ["Sarah"], "when": "last week"},
            f"Last week: one task of Sarah done, three added. Two tasks are open, one overdue.{PAGES}",
        ),
        (
            {"kind": "tasks", "people": ["me"]},
            f"The last seven days: no tasks of yours done, one added. One task is open.{NO_PICTURE}",
        ),
        (
            {"kind": "project", "name": "Apollo"},
            f"Apollo: one of three tasks done, 33 percent. Two tasks are open, one overdue.{PAGES}",
        ),
        (
            {"kind": "project", "name": "Apollo", "format": "PDF"},
            (
                "Apollo: one of three tasks done, 33 percent. Two tasks are open, one overdue. "
                "I can't make PDF; the report is among your files as a web page, a picture and Markdown."
            ),
        ),
        (
            {"kind": "status", "name": "Apollo"},
            f"Apollo: one of three tasks done, 33 percent. Two tasks are open, one overdue.{PAGES}",
        ),
        ({"kind": "project status"}, f"One project. Apollo has overdue tasks.{NO_PICTURE}"),
        (
            {"kind": "channel", "name": "marketing", "when": "last week"},
            f"One message in Marketing last week, from you. The last one, from you: Hello all.{PAGES}",
        ),
        ({"kind": "channel", "name": "marketing", "when": "today"}, "Nothing was said in the Marketing channel today."),
        ({"kind": "customer", "name": "Karo"}, f"Two entries. Karo's balance is 70 dollars.{PAGES}"),
        (
            {"kind": "customer", "name": "Karo", "when": "last week"},
            f"One entry last week. Karo's balance is 100 dollars.{PAGES}",
        ),
        ({"kind": "customer balances"}, f"One customer has credit: Karo, 70 dollars.{NO_PICTURE}"),
        ({"kind": "usage", "when": "today"}, f"Today: one task and one ledger entry.{PAGES}"),
        (
            {"kind": "status", "name": "Sarah", "when": "last week"},
            f"Last week: one task of Sarah Chen done, three added. Two tasks are open, one overdue.{PAGES}",
        ),
    ],
)
def test_what_is_said(office: Any, slots: dict[str, Any], reply: str) -> None:
    assert office.say("report.create", **slots) == reply
    if "among your files" in reply:
        assert office.say("control.undo").startswith("Undone: report made")
    assert not office.store.find(SharedFile)


@pytest.mark.parametrize(
    ("slots", "code"),
    [
        ({"kind": "project", "name": "Gemini"}, "project.unknown"),
        ({"kind": "channel", "name": "sales"}, "channel.unknown"),
        ({"kind": "customer", "name": "Zoe"}, "customer.unknown"),
        ({"name": "Gemini"}, "report.unknown"),
    ],
)
def test_refusals(office: Any, slots: dict[str, Any], code: str) -> None:
    office.say("report.create", **slots)
    assert office.codes == [code]
    assert not office.store.find(SharedFile)


def test_nothing_to_tell(desk: Any) -> None:
    assert desk.say("report.create") == "The last seven days: no tasks done, none added. Nothing is left to do."
    assert desk.say("report.create", kind="usage") == "The last seven days, nothing was made with me."
    assert desk.say("report.create", kind="projects") == "There are no projects."
    assert desk.say("report.create", kind="customers") == "You have no customers yet."
    assert desk.say("report.create", kind="channels") == "You have no channels."


def test_pages_are_kept_and_made_anew(office: Any) -> None:
    office.say("report.create", kind="project", name="Apollo", format="spreadsheet")
    kept = office.store.find(SharedFile)
    assert [file.name for file in kept] == [
        f"Project Apollo report.{suffix}" for suffix in ("html", "png", "md", "csv")
    ]
    assert {file.project_id for file in kept} == {kept[0].project_id} != {None}
    assert "<b>paper</b>" not in page(office)
    assert "&lt;b&gt;paper&lt;/b&gt;" in page(office)
    assert "Book \\| a room" in page(office, ".md")
    office.later(minutes=1)
    office.say("report.create", kind="project", name="Apollo")
    assert [len(file.versions) for file in office.store.find(SharedFile)] == [2, 2, 2, 1]
    assert office.outcomes[0].about[0][2] == "Project Apollo report.html"
    office.say("channel.create", name="design")
    assert (
        office.say("file.share", file="Apollo report", channels=["design"])
        == "Shared Project Apollo report with the design channel."
    )


def test_a_full_disk_leaves_nothing(office: Any) -> None:
    office.files = mock = MockFiles()
    mock.full = True
    assert office.say("report.create", kind="tasks").startswith("The disk is too full to keep Tasks report")
    assert office.codes == ["file.full"]
    assert not office.store.find(SharedFile)


@pytest.mark.parametrize(
    ("when", "dates"),
    [
        ("last week", "2026-11-23 to 2026-11-29"),
        ("for this month", "2026-12-01 to 2026-12-31"),
        ("November", "2026-11-01 to 2026-11-30"),
        ("yesterday", "2026-12-01"),
        ("Monday", "2026-11-30"),
        ("daily", "2026-12-02"),
        ("monthly", "2026-11-03 to 2026-12-02"),
        ("next week", "2026-12-07 to 2026-12-13"),
        ("30 days", "2026-11-02 to 2026-12-02"),
        ("", "2026-11-26 to 2026-12-02"),
    ],
)
def test_the_time_it_is_about(office: Any, when: str, dates: str) -> None:
    office.say("report.create", kind="tasks", when=when)
    assert office.store.find(SharedFile)[0].name == f"Tasks report {dates}.html"


class Tags(HTMLParser):
    """Gathers tags and text."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.words = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        self.tags.append(tag)

    def handle_data(self, data: str) -> None:
        self.words += data


@given(st.text(max_size=60), st.text(max_size=60))
def test_no_word_becomes_markup(title: str, cell: str) -> None:
    plain = Report("x", ("x",), (ReportSection("x", ("x",), (("x",),), Chart("x", "bars", ("x",), (1,))),))
    hostile = Report(title, (cell,), (ReportSection(title, (title,), ((cell,),), Chart(title, "bars", (cell,), (1,))),))
    assert Tags(html(hostile, "x")).tags == Tags(html(plain, "x")).tags
    assert len(markdown(hostile, "x").splitlines()) == len(markdown(plain, "x").splitlines())
    rows = list(csv.reader(io.StringIO(sheet(hostile), newline="")))
    assert [len(row) for row in rows] == [2, 2]
    assert all(
        not words.startswith(("=", "+", "@", "-")) for row in rows[1:] for words in row if not words[1:].isdigit()
    )


def test_long_tables_are_cut_and_the_sheet_is_not() -> None:
    rows = tuple((f"task {number}",) for number in range(MOST_ROWS + 5))
    report = Report("Tasks", (), (ReportSection("Open", ("Task",), rows),))
    assert "And 5 more." in html(report, "now")
    assert "And 5 more." in markdown(report, "now")
    assert len(sheet(report).splitlines()) == len(rows) + 1


@pytest.mark.parametrize(
    ("done", "of", "words"),
    [(0, 2, "none of two tasks done"), (2, 2, "all of two tasks done"), (0, 1, "its task is open")],
)
def test_how_far_a_project_is(desk: Any, done: int, of: int, words: str) -> None:
    desk.say("project.create", name="Apollo")
    for number in range(of):
        desk.say("task.create", title=f"Task {'abc'[number]}x", project="Apollo")
    for number in range(done):
        desk.say("task.complete", title=f"Task {'abc'[number]}x")
    assert desk.say("report.create", kind="project", name="Apollo").startswith(f"Apollo: {words}.")


def test_usage_tells_of_past_turns(office: Any) -> None:
    at = office.now - timedelta(days=2)
    turns = [
        TurnEntry(at + timedelta(hours=index), "microphone", "done", heard=0.9, actions=("task.create",), total=0.8)
        for index in range(18)
    ]
    turns.append(
        TurnEntry(at, "microphone", "failed", heard=0.9, actions=("list.add",), code="list.unknown", total=3.0)
    )
    turns.append(TurnEntry(at, "microphone", "unclear", heard=0.4, text="Make <b>it</b> so", total=1.0))
    turns.append(TurnEntry(at, "microphone", "silent"))
    office.store.journal.add_all(KIND, [(turn.at, fields_of(turn)) for turn in turns])
    assert (
        office.say("report.create", kind="usage")
        == "The last seven days: 20 commands, 90 percent carried out. Half of the replies began within 0.8 seconds, 95"
        f" percent within one second. One reply came late. I woke for nothing once. One task and one ledger"
        f" entry were made.{PAGES}"
    )
    assert "list.unknown" in page(office) and page(office).count("<svg") == 3
    assert "make" not in page(office), "what others said is not for everybody who may have a report"
    assert (
        office.say("report.create", kind="usage", when="today")
        == f"Today: three files, one task and one ledger entry.{PAGES}"
    )
