"""Tasks: create, query, update, complete, delete, assign, deadline, status, depend, breakdown."""

from __future__ import annotations

from collections.abc import Mapping

from services.actions.call import Action
from services.actions.tasks.assign import assign
from services.actions.tasks.breakdown import breakdown
from services.actions.tasks.create import create
from services.actions.tasks.delete import delete
from services.actions.tasks.depend import depend
from services.actions.tasks.due import set_deadline
from services.actions.tasks.query import query
from services.actions.tasks.status import complete, status
from services.actions.tasks.update import update

ACTIONS: Mapping[str, Action] = {
    "task.create": create,
    "task.query": query,
    "task.update": update,
    "task.complete": complete,
    "task.delete": delete,
    "task.assign": assign,
    "task.deadline": set_deadline,
    "task.status": status,
    "task.depend": depend,
    "task.breakdown": breakdown,
}
