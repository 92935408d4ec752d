"""Tasks: create, query, update, complete, delete, assign, deadline, status, depend, breakdown."""

from __future__ import annotations

from services.actions.call import family
from services.actions.tasks.assign import assign
from services.actions.tasks.breakdown import breakdown
from services.actions.tasks.create import create
from services.actions.tasks.delete import delete
from services.actions.tasks.depend import depend
from services.actions.tasks.due import set_deadline
from services.actions.tasks.query import query
from services.actions.tasks.status import complete, status
from services.actions.tasks.update import update

ACTIONS = {
    **family("task", create, query, update, complete, delete, assign, status, depend, breakdown),
    "task.deadline": set_deadline,
}
