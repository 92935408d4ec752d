"""Tasks as they are stored. Questions look at thousands and tell of three: only those become documents. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from services.store.base import Reader, Task

Row = Mapping[str, Any]
"""The stored fields of a task."""

OPEN: Sequence[str] = ("todo", "in_progress", "blocked")
CLOSED: Sequence[str] = ("done", "cancelled")
RANKS: Mapping[str, int] = {"urgent": 0, "high": 1, "normal": 2, "low": 3}
NEVER = datetime.max.replace(tzinfo=UTC)


def is_open(row: Row) -> bool:
    """Whether there is something left to do."""
    return row["status"] in OPEN


def ends(row: Row) -> datetime:
    """From when a task is overdue; one for a day only when the day is over."""
    due = row.get("due")
    if not due:
        return NEVER
    at = datetime.fromisoformat(due)
    return at + timedelta(days=1) if row.get("due_grain") == "day" else at


def ended(task: Task) -> datetime:
    """From when a task is overdue."""
    return NEVER if task.due is None else task.due + timedelta(days=task.due_grain == "day")


def blockers(rows: Mapping[str, Row], row: Row) -> list[str]:
    """Ids of the open tasks that it waits for."""
    return [id_ for id_ in row.get("blocked_by", ()) if id_ in rows and is_open(rows[id_])]


def waiting(rows: Mapping[str, Row], task_id: str) -> Iterator[str]:
    """Ids of the open tasks that wait for this one, the oldest first."""
    return (id_ for id_, row in rows.items() if task_id in row.get("blocked_by", ()) and is_open(row))


def parts(rows: Mapping[str, Row], task_id: str) -> list[str]:
    """Ids of the subtasks, the oldest first."""
    return [id_ for id_, row in rows.items() if row.get("parent_id") == task_id]


def in_project(rows: Mapping[str, Row], project_id: str) -> dict[str, Row]:
    """The tasks of a project by id, the oldest first."""
    return {id_: row for id_, row in rows.items() if row.get("project_id") == project_id}


def documents(reader: Reader, ids: Iterator[str] | Sequence[str]) -> list[Task]:
    """The tasks of these ids that there are."""
    return [task for id_ in ids if (task := reader.get(Task, id_)) is not None]
