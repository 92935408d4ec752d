"""When tasks have to be done by."""

from __future__ import annotations

from services.actions.base import Refused, Unconfirmed
from services.actions.call import Call, Done
from services.actions.people.known import values
from services.actions.tasks import due
from services.actions.tasks.urgency import inferred
from services.actions.tasks.which import several
from services.actions.tasks.wording import due_words, inferred_words, names
from services.actions.wording import counted
from services.actions.wording import told as sentences
from services.store.base import Task


def deadline(call: Call) -> Done:
    """Slots: title, when (a time, or how far it is moved; "none" takes it away), recurrence. Several only after a
    yes.
    """
    if not values(call, "title"):
        raise Refused("task.no_title", "The deadline of which task?", awaits=True)
    tasks = several(call)
    if not call.text("when") and not call.text("recurrence"):
        raise Refused("task.no_when", f"When is {names(tasks)} due?", awaits=True)
    moved = [inferred(due.moved(call, task), call.now) for task in tasks]
    if len(tasks) > 1 and not call.confirmed:
        raise Unconfirmed(f"Change the deadline of {counted(len(tasks), 'task')}: {names(tasks)}?")
    changed = tuple(call.tx.put(task) for task in moved)
    words = sentences([_told(call, old, new) for old, new in zip(tasks, changed, strict=True)])
    different = tuple(new for old, new in zip(tasks, changed, strict=True) if new != old)
    return Done(words, f"deadline changed: {names(different)}" if different else "", different, about=changed)


def _told(call: Call, old: Task, new: Task) -> str:
    if new.due is None:
        return f"No deadline {'any more' if old.due else 'anyway'}: {new.title}"
    rank = ""
    if new.priority != old.priority:
        rank = f", {inferred_words(new)}" if new.priority != "normal" else ", and of normal priority again"
    return f"Due {due_words(call, new)} now{due.again(call, new)}: {new.title}{rank}"
