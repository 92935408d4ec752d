"""Deleting tasks, one or many; nothing waits for them any more."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from services.actions.base import Refused, required
from services.actions.call import Call, Done
from services.actions.tasks.rows import documents, parts, waiting
from services.actions.tasks.select import chosen
from services.actions.tasks.which import several
from services.actions.tasks.wording import names
from services.actions.wording import counted, number
from services.store.base import Task

_SEVERAL = ("assignees", "priority", "tags", "project", "channel", "status", "when")
_PLURAL = ("tasks", "todos", "tickets", "all", "every", "everything")


def delete(call: Call) -> Done:
    """Slots: title, or what tells a kind of tasks (status, assignees, …). Several, and parts, only after a yes."""
    tasks, kind = _meant(call)
    rows = call.tx.rows(Task)
    below = _below(call, tasks)
    if len(tasks) + len(below) > 1:
        along = f" with {'its' if len(tasks) == 1 else 'their'} {counted(len(below), 'subtask')}" if below else ""
        several_of = f"{kind or counted(len(tasks), 'task')}: " if len(tasks) > 1 else ""
        call.confirm(f"Delete {several_of}{names(tasks)}{along}?")
    gone = (*tasks, *below)
    behind = documents(call.tx, list(dict.fromkeys(id_ for task in gone for id_ in waiting(rows, task.id))))
    removed(call, gone)
    free = [task for task in behind if task.id not in {each.id for each in gone}]
    also = f". That unblocks {names(free)}" if free else ""
    if len(gone) == 1:
        return Done(f"Task deleted: {tasks[0].title}{also}", f"task deleted: {tasks[0].title}", gone)
    return Done(f"{counted(len(gone), 'task')} deleted{also}", f"{counted(len(gone), 'task')} deleted", gone)


def removed(call: Call, tasks: Sequence[Task]) -> None:
    """Delete these tasks and all links to them."""
    ids = {task.id for task in tasks}
    leading = [
        id_
        for id_, row in call.tx.rows(Task).items()
        if id_ not in ids and (row.get("parent_id") in ids or ids & set(row.get("blocked_by", ())))
    ]
    for task in documents(call.tx, leading):
        left = tuple(id_ for id_ in task.blocked_by if id_ not in ids)
        call.tx.put(replace(task, blocked_by=left, parent_id=None if task.parent_id in ids else task.parent_id))
    for task in tasks:
        call.tx.remove(task)


def _meant(call: Call) -> tuple[list[Task], str]:
    """The tasks, and their description where a kind of tasks is meant: "three done tasks"."""
    of_a_kind = set(call.said.casefold().split()) & set(_PLURAL) and not call.meant("title")
    if call.names("title") and not of_a_kind:
        return several(call, closed=True), ""
    required(any(call.text(slot) for slot in ("title", *_SEVERAL)), "task.no_title", "Which task shall I delete?")
    asked = chosen(call)
    tasks = documents(call.tx, list(asked.rows()))
    if not tasks:
        raise Refused("task.none", f"You have no {asked.kind(0)}")
    return tasks, f"{number(len(tasks))} {asked.kind(len(tasks))}"


def _below(call: Call, tasks: Sequence[Task]) -> list[Task]:
    """Their subtasks at any depth that are not among them."""
    rows = call.tx.rows(Task)
    ids = [task.id for task in tasks]
    found: list[str] = []
    for id_ in ids:
        below = [each for each in parts(rows, id_) if each not in ids]
        found += below
        ids += below
    return documents(call.tx, found)
