"""How tasks are told: one in a list, one by itself, and what holds it up."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from services.actions.call import Call
from services.actions.tasks.rows import blockers, documents, ended, is_open, parts
from services.actions.wording import be, counted, listed, number
from services.store.base import Project, Status, Task

_STATES: dict[Status, str] = {
    "todo": "to do",
    "in_progress": "in progress",
    "blocked": "blocked",
    "done": "done",
    "cancelled": "cancelled",
}
_MOST_NAMES = 3


def told(call: Call, task: Task, *, unsaid: Collection[str] = ()) -> str:
    """In a list: its title and what counts. `unsaid`: fields that the list's head tells (status, …)."""
    held = blocked_words(call, task)
    shown = [task.title]
    if "status" not in unsaid and (task.status == "in_progress" or (task.status == "blocked" and not held)):
        shown.append(state(task))
    if task.assignees and "assignees" not in unsaid:
        shown.append(f"for {listed(task.assignees)}")
    if task.due:
        shown.append(f"due {due_words(call, task)}")
    if task.priority != "normal" and "priority" not in unsaid and task.inferred != "deadline":
        shown.append(rank(task))  # a deadline that is close speaks for itself
    return ", ".join([*shown, *([held] if held else [])])


def described(call: Call, task: Task) -> str:
    """By itself: how it stands, whose it is, when it is due, where it belongs, and its parts."""
    done = task.status == "done" and task.completed
    how = f"done since {call.say(task.completed)}" if done and task.completed else f"{state(task)}"
    held = blocked_words(call, task)
    shown = [held if held and task.status in ("todo", "blocked") and not task.state else how]
    shown += [f"for {listed(task.assignees)}"] if task.assignees else []
    shown += [f"due {due_words(call, task)}"] if task.due and not done else []
    shown += [rank(task)] if task.priority != "normal" and not done else []
    project = call.tx.get(Project, task.project_id) if task.project_id else None
    shown += [f"in {project.name}"] if project else []
    shown += [held] if held and held not in shown else []
    rows = call.tx.rows(Task)
    subtasks = parts(rows, task.id)
    if not subtasks:
        return f"{task.title}: {', '.join(shown)}"
    finished = sum(rows[id_]["status"] == "done" for id_ in subtasks)
    left = [str(rows[id_]["title"]) for id_ in subtasks if is_open(rows[id_])]
    named = f": {listed(left)} {be(left)} left" if finished and 0 < len(left) <= _MOST_NAMES else ""
    return (
        f"{task.title}: {', '.join(shown)}. It has {counted(len(subtasks), 'subtask')},"
        f" {number(finished) if finished else 'none'} done{named}"
    )


def state(task: Task) -> str:
    """In progress; on hold, where that was said."""
    return task.state or _STATES[task.status]


def rank(task: Task) -> str:
    """Urgent; high priority."""
    return "urgent" if task.priority == "urgent" else f"{task.priority} priority"


def inferred_words(task: Task) -> str:
    """ "high priority, going by the deadline", for an inferred priority. Empty where it was told, or is normal."""
    if not task.inferred or task.priority == "normal":
        return ""
    return f"{rank(task)}, going by the {task.inferred}"


def due_words(call: Call, one: Task | Project) -> str:
    """When it is due, as it is said now."""
    return call.say(one.due, whole_day=one.due_grain == "day") if one.due else ""


def open_blockers(call: Call, task: Task) -> list[Task]:
    """The open tasks that it waits for."""
    if not task.blocked_by:
        return []
    rows = call.tx.rows(Task)
    return documents(call.tx, blockers(rows, {"blocked_by": task.blocked_by}))


def blocked_words(call: Call, task: Task) -> str:
    """ "blocked by development testing"; empty where nothing holds it up."""
    held = open_blockers(call, task) if task.status not in ("done", "cancelled") else []
    return f"blocked by {names(held)}" if held else ""


def names(tasks: Sequence[Task]) -> str:
    """Titles: a, b and c; of many the first ones."""
    if len(tasks) <= _MOST_NAMES + 1:
        return listed([task.title for task in tasks])
    return f"{', '.join(task.title for task in tasks[:_MOST_NAMES])} and {number(len(tasks) - _MOST_NAMES)} more"


def is_overdue(call: Call, task: Task) -> bool:
    """Whether it should have been done by now."""
    return ended(task) <= call.now
