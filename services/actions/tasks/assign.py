"""Assigning tasks: given to others, shared, or taken off somebody."""

from __future__ import annotations

import re
from collections.abc import Sequence

from services.actions.base import Refused, Unanswered
from services.actions.call import Call, Done
from services.actions.people.group import Assignee, among, given, names_owner, of, people, without
from services.actions.tasks.which import several
from services.actions.tasks.wording import names
from services.actions.wording import counted, listed
from services.actions.wording import told as sentences
from services.store.base import Task

_ADDS = re.compile(r"\b(?:add|also|too|as well|additionally|join|joins|help|helps|put)\b", re.IGNORECASE)


def assign(call: Call) -> Done:
    """Slots: title, assignees; old_assignees (whom they replace), direction (remove, add; else they replace all)."""
    tasks = several(call)
    group = people(call)
    if not group and not names_owner(call):
        raise Unanswered("task.no_assignees", f"Who is {names(tasks)} for?")
    if len(tasks) > 1:
        off = call.text("direction") == "remove"
        verb = f"Take {_names(group)} off" if off else f"Assign {_names(group)} to"
        call.confirm(f"{verb} {counted(len(tasks), 'task')}: {names(tasks)}?")
    done = [_assigned(call, task, group) for task in tasks]
    changed = tuple(task for task, _ in done if task not in tasks)
    words = sentences([told for _, told in done])
    return Done(words, f"assigned: {words}" if changed else "", changed, about=tuple(task for task, _ in done))


def _assigned(call: Call, task: Task, group: Sequence[Assignee]) -> tuple[Task, str]:
    """The task as kept, and what is said of it."""
    now = of(task)
    if call.text("direction") == "remove":
        return _without(call, task, group)
    leaving = people(call, "old_assignees")
    if leaving:
        staying = without(now, leaving)
        if len(staying) == len(now):
            raise Refused("task.not_assigned", f"{task.title} is not assigned to {_names(leaving)}")
    else:
        adds = call.text("direction") == "add" or (not call.text("direction") and _ADDS.search(call.said))
        staying = now if adds else among(now, group)
    whole = [*staying, *without(group, staying)]
    if whole == now:
        return task, f"Assigned to {_names(now)} already: {task.title}"
    kept = call.tx.put(given(task, whole))
    gone = without(now, whole)
    instead = f" instead of {_names(gone)}" if gone else ""
    return kept, f"Assigned to {_names(whole)}{instead}: {task.title}"


def _without(call: Call, task: Task, group: Sequence[Assignee]) -> tuple[Task, str]:
    now = of(task)
    left = without(now, group)
    gone = [person for person in now if person not in left]
    if not gone:
        raise Refused(
            "task.not_assigned",
            f"{task.title} is not assigned to {listed([person.name for person in group], 'or') or 'you'}",
        )
    rest = f"It stays with {_names(left)}" if left else "Nobody is assigned to it now"
    return call.tx.put(given(task, left)), f"Took {_names(gone)} off: {task.title}. {rest}"


def _names(group: Sequence[Assignee]) -> str:
    return listed([person.name for person in group]) or "you"
