"""Reports on tasks: of everybody, of some people, of a project; and on all projects."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from services.actions.call import Call
from services.actions.pages.document import Chart, Report, ReportSection
from services.actions.people.group import names_owner, people
from services.actions.reports.charts import by_count, by_day, lateness, remaining
from services.actions.reports.period import ReportPeriod
from services.actions.tasks.rows import RANKS, Row, ends, in_project, is_open
from services.actions.wording import counted, listed, number, sentence
from services.store.base import Project, SharedFile, Task

_YOU = "You"


def tasks(call: Call, over: ReportPeriod) -> Report:
    """What was done and added, what is due and overdue; of slot `people`, if given."""
    rows = call.tx.rows(Task)
    group = people(call, "people")
    whose = ""
    if group:
        rows = {id_: row for id_, row in rows.items() if any(person.has(row) for person in group)}
        whose = f" of {listed([person.name for person in group])}"
    elif names_owner(call, "people"):
        rows = {id_: row for id_, row in rows.items() if not row.get("assignees")}
        whose = " of yours"
    done, late = _done(rows, over), _late(call, rows)
    added = sum(over.holds(row.get("created")) for row in rows.values())
    left = sum(is_open(row) for row in rows.values())
    when = over.words[:1].upper() + over.words[1:]
    told = [f"{when}: {counted(len(done), 'task')}{whose} done, {number(added) if added else 'none'} added."]
    told += [_left(left, len(late))]
    return Report(f"Tasks{whose}", tuple(told), _sections(call, rows, over))


def project(call: Call, one: Project, over: ReportPeriod) -> Report:
    """A project's progress, who did what, what is left."""
    rows = in_project(call.tx.rows(Task), one.id)
    counting = [row for row in rows.values() if row["status"] != "cancelled"]
    finished = sum(row["status"] == "done" for row in counting)
    if not counting:
        told = [f"{one.name} has no tasks."]
    else:
        told = [f"{one.name}: {_share(finished, len(counting))}."]
        told += [sentence(f"{number(len(_done(rows, over)))} of them{over.during}")] if over.words else []
        told += [_left(len(counting) - finished, len(_late(call, rows)))] if finished < len(counting) > 1 else []
    files = call.tx.find(SharedFile, lambda fields: fields.get("project_id") == one.id)
    sections = _sections(call, rows, over, burndown=True)
    sections += (ReportSection("Files", ("File",), tuple((file.name,) for file in files)),) if files else ()
    return Report(f"Project {one.name}", tuple(told), sections, one.id)


def projects(call: Call, over: ReportPeriod) -> Report:
    """All projects not archived or cancelled, side by side."""
    every = call.tx.rows(Task)
    lines, open_ones, late_ones = [], [], []
    for one in call.tx.find(Project, lambda fields: fields["status"] not in ("archived", "cancelled")):
        rows = in_project(every, one.id)
        left = sum(is_open(row) for row in rows.values())
        late = len(_late(call, rows))
        late_ones += [one.name] if late else []
        due = one.due.astimezone(call.zone).date().isoformat() if one.due else ""
        lines.append((one.name, one.status.replace("_", " "), str(left), str(late), str(len(_done(rows, over))), due))
        open_ones += [one.name] * left
    if not lines:
        return Report("Projects", ("There are no projects.",), ())
    behind = "Nothing is overdue."
    if late_ones:
        behind = f"{listed(late_ones[:3])} {'has' if len(late_ones) == 1 else 'have'} overdue tasks."
    heads = ("Project", "Status", "Open", "Overdue", f"Done{over.during}", "Due")
    told = (sentence(counted(len(lines), "project")), behind)
    return Report(
        "Projects", told, (ReportSection("Projects", heads, tuple(lines), by_count("Open tasks", open_ones)),)
    )


def _done(rows: Mapping[str, Row], over: ReportPeriod) -> dict[str, Row]:
    found = {
        id_: row
        for id_, row in rows.items()
        if row["status"] == "done" and over.holds(row.get("completed") or row.get("updated"))
    }
    return dict(sorted(found.items(), key=lambda each: each[1].get("completed") or "", reverse=True))


def _late(call: Call, rows: Mapping[str, Row]) -> dict[str, Row]:
    return {id_: row for id_, row in rows.items() if is_open(row) and ends(row) <= call.now}


def _left(left: int, late: int) -> str:
    if not left:
        return "Nothing is left to do."
    return sentence(
        f"{counted(left, 'task')} {'is' if left == 1 else 'are'} open{f', {number(late)} overdue' if late else ''}"
    )


def _share(finished: int, of: int) -> str:
    if finished in (0, of):
        if of == 1:
            return f"its task is {'done' if finished else 'open'}"
        return f"{'all' if finished else 'none'} of {counted(of, 'task')} done"
    return f"{number(finished)} of {counted(of, 'task')} done, {100 * finished // of} percent"


def _sections(
    call: Call, rows: Mapping[str, Row], over: ReportPeriod, *, burndown: bool = False
) -> tuple[ReportSection, ...]:
    done, late = _done(rows, over), _late(call, rows)
    left = {id_: row for id_, row in rows.items() if is_open(row) and id_ not in late}
    ahead = dict(sorted(left.items(), key=lambda each: (ends(each[1]), RANKS[each[1].get("priority", "normal")])))
    when = over.during
    finishers = by_count(
        f"Done{when} by person", [name for row in done.values() for name in row.get("assignees") or (_YOU,)]
    )
    closed = by_day(call, "Done", [row.get("completed") or row["updated"] for row in done.values()], over)
    parts = [
        ReportSection("Progress", chart=remaining(call, rows, over) if burndown else closed),
        ReportSection("By person", chart=finishers),
        _table(call, f"Done{when}", "completed", done),
        _table(call, "Overdue", "due", late, lateness(call, late)),
        _table(call, "Open", "due", ahead),
    ]
    return tuple(part for part in parts if part.rows or part.chart)


def _table(call: Call, title: str, field: str, rows: Mapping[str, Row], chart: Chart | None = None) -> ReportSection:
    lines = tuple(
        (row["title"], listed(row.get("assignees") or ()), _date(call, row.get(field)), row.get("priority", "normal"))
        for row in rows.values()
    )
    return ReportSection(title, ("Task", "Who", "Done" if field == "completed" else "Due", "Priority"), lines, chart)


def _date(call: Call, stamp: str | None) -> str:
    return datetime.fromisoformat(stamp).astimezone(call.zone).date().isoformat() if stamp else ""
