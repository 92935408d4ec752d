"""Making a report: its subject, its pages, and where they are kept."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace

from services.actions.base import Refused
from services.actions.call import Call, Done, Prepared
from services.actions.files.keep import with_content
from services.actions.pages.document import Report
from services.actions.pages.render import FORMS, written
from services.actions.people.known import by_name, known
from services.actions.reports import talk, work
from services.actions.reports.period import ReportPeriod, period
from services.actions.reports.usage import usage
from services.actions.wording import listed
from services.files.base import Content, clean
from services.store.base import Channel, Customer, Person, Project, SharedFile

_KINDS = (
    ("usage", re.compile(r"\busage\b", re.IGNORECASE)),
    ("customer", re.compile(r"\b(?:customers?|clients?|sales|credits?|payments?|balances?|ledger)\b", re.IGNORECASE)),
    ("channel", re.compile(r"\b(?:channels?|team)\b", re.IGNORECASE)),
    ("project", re.compile(r"\b(?:projects?|milestone)\b", re.IGNORECASE)),
)
"""Subject of a report by words for it; all others are about tasks."""
_SHEET = re.compile(r"\b(?:csv|excel|spreadsheet)\b", re.IGNORECASE)
_ONLY_TEXT = re.compile(r"\b(?:markdown|text)\b", re.IGNORECASE)
_CANNOT = re.compile(r"\b(pdf|word|json|slides)\b", re.IGNORECASE)
_WEEK = 7

Subject = Project | Channel | Customer | Person


@dataclass(frozen=True, slots=True)
class _Made:
    """A report, and its pages kept as content."""

    report: Report
    pages: Mapping[str, Content]
    """By their names, the web page first."""


def prepare(call: Call) -> Prepared:
    """Writes and draws the pages before the transaction, unless a step before this one changes what they tell of."""
    return Prepared() if call.changes_before else Prepared(result=_made(call, pictures=True))


def create(call: Call) -> Done:
    """Slots: kind, name, when, format, people. Told in short; written as a web page, a picture and Markdown, and as CSV
    where that was asked for. Drawing takes seconds: what was not prepared goes without.

    Without a time, tasks, channels and usage are of the last seven days; a project and a customer's account of all
    time.
    """
    made = call.prepared if isinstance(call.prepared, _Made) else _made(call, pictures=False)
    files = tuple(_kept(call, name, content, made.report.project_id) for name, content in made.pages.items())
    told = " ".join(made.report.told)
    label = f"report made: {made.report.title}" if files else ""
    return Done(f"{told}{_where(call, files)}", label, files, about=files[:1])


def _made(call: Call, *, pictures: bool) -> _Made:
    """The report and its pages; none where there is nothing to write or nowhere to keep it."""
    report, over = _about(call)
    if call.files is None:
        return _Made(report, {})
    made = f"{over.dates or 'All of the time'}. Made {call.now:%Y-%m-%d %H:%M}."
    wanted = {".md", *(() if _ONLY_TEXT.search(call.text("format")) else (".html", ".png"))}
    wanted |= {".csv"} if _SHEET.search(call.text("format")) else set()
    stem = clean(" ".join(part for part in (report.title[:100], "report", over.dates) if part))
    pages = {
        f"{stem}{suffix}": page for suffix, page in written(report, made, wanted=wanted, pictures=pictures).items()
    }
    return _Made(report, {name: call.files.write(page, name) for name, page in pages.items()})


def _about(call: Call) -> tuple[Report, ReportPeriod]:
    """What is told, and of what time."""
    kind = next((kind for kind, words in _KINDS if words.search(call.text("kind"))), "tasks")
    week, always = period(call, days=_WEEK), period(call, days=None)
    if call.names("name") and kind != "usage":
        return _of(call, _subject(call, kind), week, always)
    if kind == "customer":
        return talk.customers(call), always
    makes = {"usage": usage, "project": work.projects, "tasks": work.tasks, "channel": talk.all_channels}
    return makes[kind](call, week), week


def _of(call: Call, subject: Subject, week: ReportPeriod, always: ReportPeriod) -> tuple[Report, ReportPeriod]:
    match subject:
        case Project():
            return work.project(call, subject, always), always
        case Channel():
            return talk.channels(call, [subject], week), week
        case Customer():
            return talk.customer(call, subject, always), always
        case Person():
            theirs = replace(call, slots={**call.slots, "people": [subject.name]}, references=())
            return work.tasks(theirs, week), week


def _subject(call: Call, kind: str) -> Subject:
    """The subject named: of the kind told, else whatever has that name. Raises Refused."""
    told: Mapping[str, type[Subject]] = {"project": Project, "channel": Channel, "customer": Customer}
    if kind in told:
        return known(call, "name", told[kind])[0]
    name = call.text("name")
    found: list[Subject] = [*by_name(call, name, Project), *by_name(call, name, Channel)]
    found += [*by_name(call, name, Customer), *by_name(call, name, Person)]
    if not found:
        raise Refused("report.unknown", f"I know no project, channel or customer {name}")
    return next((each for each in found if each.name.casefold() == name.casefold()), found[0])


def _kept(call: Call, name: str, content: Content, project_id: str | None) -> SharedFile:
    """A page as a file; private where it may tell of something private."""
    file = with_content(call, name, content).file
    private = any(row.get("private") for kind in (Channel, Project) for row in call.tx.rows(kind).values())
    if (project_id and file.project_id != project_id) or file.private != private:
        file = call.tx.put(replace(file, project_id=project_id or file.project_id, private=private))
    return file


def _where(call: Call, files: tuple[SharedFile, ...]) -> str:
    """What is said of the pages."""
    if not files:
        return ""
    kept = listed([form for suffix, form in FORMS.items() if any(file.name.endswith(suffix) for file in files)])
    cannot = _CANNOT.search(call.text("format"))
    if cannot:
        form = {"pdf": "PDF", "json": "JSON", "word": "Word"}.get(cannot[1].casefold(), cannot[1].casefold())
        return f" I can't make {form}; the report is among your files as {kept}"
    return f" The report is among your files as {kept}"
