"""How projects are told: in a list, and in answer to a question."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import timedelta

from services.actions.call import Call
from services.actions.tasks.rows import Row, documents, ends, in_project, is_open
from services.actions.tasks.select import by_urgency
from services.actions.tasks.wording import due_words, told
from services.actions.wording import counted, listed, number
from services.store.base import Channel, Person, Project, Task

_WORDS = {"open": "active", "on_hold": "on hold", "done": "done", "cancelled": "cancelled", "archived": "archived"}
_MOST_PEOPLE = 5
_MOST_TASKS = 3
"""Of more, only the next is told."""


def answered(call: Call, project: Project) -> str:
    """Answers who, when, what about or whether; else how it stands."""
    said = call.said.casefold()
    if re.match(r"(?:who|whose)\b", said):
        return _who(call, project)
    if re.search(r"\b(?:when|deadline|due date|end date|target date)\b", said):
        return f"{project.name} is due {due_words(call, project)}" if project.due else f"{project.name} has no deadline"
    if re.search(r"\b(?:description|goals?)\b|\babout\?*$", said):
        return f"{project.name}: {project.description}" if project.description else f"{project.name} has no description"
    if re.match(r"(?:is|are|do|does)\b", said) and (yes := _whether(call, project, said)):
        return yes
    return standing(call, project)


def overview(call: Call, project: Project, rows: Mapping[str, Row]) -> str:
    """Product launch, three open tasks, due December 20."""
    left = sum(is_open(row) for row in in_project(rows, project.id).values())
    parts = [project.name, *(["private"] if project.private else []), *([counted(left, "open task")] if left else [])]
    return ", ".join([*parts, f"due {due_words(call, project)}"] if project.due else parts)


def standing(call: Call, project: Project) -> str:
    """Its status: open tasks, what is overdue, what comes next."""
    mine = in_project(call.tx.rows(Task), project.id)
    left = {id_: row for id_, row in mine.items() if is_open(row)}
    late = sum(ends(row) <= call.now for row in left.values())
    head = [f"{project.name} is {status_words(project)}"]
    head += [f"due {due_words(call, project)}"] if project.due else []
    if not mine:
        return f"{', '.join(head)}, and has no tasks"
    done = sum(row["status"] == "done" for row in mine.values())
    if not left:
        all_of = f"All of its {counted(len(mine), 'task')} are" if len(mine) > 1 else "Its task is"
        return f"{', '.join(head)}. {all_of} done"
    open_ = (
        f"{counted(len(left), 'open task')}"
        + (f", {number(late)} overdue" if late else "")
        + (f", {number(done)} done" if done else "")
    )
    shown = by_urgency(left)[: len(left) if len(left) <= _MOST_TASKS else 1]
    every = [told(call, task) for task in documents(call.tx, shown)]
    return f"{', '.join(head)}: {open_}. Next: {'; then '.join(every)}"


def status_words(project: Project) -> str:
    """Active, on hold, done, cancelled, archived."""
    return _WORDS[project.status]


def _who(call: Call, project: Project) -> str:
    """People with tasks in it, and members of its channels."""
    names = [
        person for row in in_project(call.tx.rows(Task), project.id).values() for person in row.get("assignees", ())
    ]
    for channel in call.tx.find(Channel, lambda fields: fields.get("project_id") == project.id):
        names += [str(row["name"]) for id_ in channel.members if (row := call.tx.rows(Person).get(id_))]
    everybody = list(dict.fromkeys(names))
    if not everybody:
        return f"Nobody has a task in {project.name}"
    more = len(everybody) - _MOST_PEOPLE
    shown = [*everybody[:_MOST_PEOPLE], f"{number(more)} others"] if more > 1 else everybody
    return f"{listed(shown)} {'works' if len(everybody) == 1 else 'work'} on {project.name}"


def _whether(call: Call, project: Project, said: str) -> str:
    """Yes or no; empty for any other question."""
    if re.search(r"\bis there\b|\bdo we\b|\bdo i\b", said):
        return f"Yes: {standing(call, project)}"
    asked: Mapping[str, bool] = {
        "done|complete|completed|finished|closed|ready": project.status == "done",
        "on hold|paused|blocked|stuck|on ice": project.status == "on_hold",
        "active|open|running|ongoing|in progress": project.status == "open",
        "archived": project.status == "archived",
        "private|secret|confidential": project.private,
        "public": not project.private,
        "cancelled|canceled": project.status == "cancelled",
        "late|overdue|delayed|behind": _late(call, project),
        "on track|on time|on schedule": not _late(call, project),
    }
    found = next((so for words, so in asked.items() if re.search(rf"\b(?:{words})\b", said)), None)
    return "" if found is None else f"{'Yes' if found else 'No'}, {standing(call, project)}"


def _late(call: Call, project: Project) -> bool:
    """Whether it, or one of its tasks, is overdue."""
    over = project.due is not None and project.due + timedelta(days=project.due_grain == "day") <= call.now
    mine = in_project(call.tx.rows(Task), project.id).values()
    return project.status != "done" and (over or any(is_open(row) and ends(row) <= call.now for row in mine))
