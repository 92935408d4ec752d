"""Changes tasks: name, priority, tags, place, people, status, times."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from services.actions.base import Refused, Unanswered, required
from services.actions.call import Call, Done
from services.actions.people.group import given, of, people, without
from services.actions.tasks import due
from services.actions.tasks.create import tags
from services.actions.tasks.depend import joined
from services.actions.tasks.place import placed
from services.actions.tasks.status import done_by, said_status
from services.actions.tasks.urgency import inferred, priority_of
from services.actions.tasks.which import several
from services.actions.tasks.wording import due_words, inferred_words, names, rank, state
from services.actions.wording import counted, listed, spoken
from services.actions.wording import told as sentences
from services.store.base import Channel, Project, Task

_SLOTS = (
    *("new_title", "assignees", "priority", "project", "tags", "channel", "parent"),
    *("status", "blocks", "blocked_by", "when", "recurrence"),
)


def update(call: Call) -> Done:
    """Slots: title; whatever of _SLOTS is to change; direction (remove). Several only after a yes."""
    tasks = several(call, closed=True)
    required(any(call.text(slot) for slot in _SLOTS), "task.no_change", f"What shall I change about {names(tasks)}?")
    if len(tasks) > 1:
        call.confirm(f"Change {counted(len(tasks), 'task')}: {names(tasks)}?")
    changed: list[Task] = []
    for task in tasks:
        changed += _updated(call, task)
    about = tuple(call.tx.get(Task, task.id) or task for task in tasks)
    words = sentences([_told(call, old, new) for old, new in zip(tasks, about, strict=True)])
    changed = [task for task in changed if task not in tasks]
    return Done(words, f"task changed: {names(about)}" if changed else "", tuple(changed), about=about)


def _updated(call: Call, task: Task) -> list[Task]:
    """The tasks changed: this one, and those it blocks."""
    for slots, change in _CHANGES:
        if any(call.text(slot) for slot in slots):
            task = change(call, task)
    kept = call.tx.put(task)
    return [kept, *joined(call, kept)]


def _renamed(call: Call, task: Task) -> Task:
    return replace(task, title=spoken(call.text("new_title")) or task.title)


def _reassigned(call: Call, task: Task) -> Task:
    group = people(call)
    return given(task, without(of(task), group) if call.text("direction") == "remove" else group)


def _ranked(call: Call, task: Task) -> Task:
    told = priority_of(call.text("priority"), task.priority)
    if told is None:
        raise Unanswered("task.priority", "A priority is low, normal, high or urgent. Which is it?")
    return replace(task, priority=told, inferred="")


def _tagged(call: Call, task: Task) -> Task:
    told = tags(call)
    if call.text("direction") != "remove":
        return replace(task, tags=tuple(dict.fromkeys((*task.tags, *told))))
    if not set(told) & set(task.tags):
        raise Refused("task.no_tag", f"{task.title} is not tagged {listed(told, 'or')}")
    return replace(task, tags=tuple(tag for tag in task.tags if tag not in told))


def _in_state(call: Call, task: Task) -> Task:
    change = said_status(call.text("status"))
    over = change["status"] == "done"
    return replace(
        task,
        status=change["status"],
        state=change["state"],
        completed=call.now if over else None,
        completed_by=done_by(call) if over else "",
    )


def _timed(call: Call, task: Task) -> Task:
    moved = due.moved(call, task)
    return moved if call.text("priority") else inferred(moved, call.now)


_CHANGES: Sequence[tuple[Sequence[str], Callable[[Call, Task], Task]]] = (
    (("new_title",), _renamed),
    (("assignees",), _reassigned),
    (("priority",), _ranked),
    (("tags",), _tagged),
    (("project", "channel", "parent"), placed),
    (("status",), _in_state),
    (("when", "recurrence"), _timed),
)


def _told(call: Call, old: Task, new: Task) -> str:
    """Only what is different: report: high priority, due Friday."""
    parts = [f"it is for {listed(new.assignees) or 'you'} now"] if new.assignees != old.assignees else []
    parts += [inferred_words(new) or rank(new)] if new.priority != old.priority else []
    parts += _tags_told(old, new) + _place_told(call, old, new)
    parts += [f"{state(new)} now"] if (new.status, new.state) != (old.status, old.state) else []
    if (new.due, new.due_grain, new.rrule) != (old.due, old.due_grain, old.rrule):
        parts.append(f"due {due_words(call, new)}{due.again(call, new)}" if new.due else "no deadline any more")
    parts += [f"it waits for {listed(call.names('blocked_by'))}"] if new.blocked_by != old.blocked_by else []
    parts += [f"{listed(call.names('blocks'))} waits for it"] if call.names("blocks") else []
    if new.title != old.title:
        return f"{old.title} is called {new.title} now" + (f": {', '.join(parts)}" if parts else "")
    return f"{new.title}: {', '.join(parts) or 'nothing to change, it is so already'}"


def _tags_told(old: Task, new: Task) -> list[str]:
    added = [tag for tag in new.tags if tag not in old.tags]
    gone = [tag for tag in old.tags if tag not in new.tags]
    return ([f"tagged {listed(added)}"] if added else []) + ([f"no longer tagged {listed(gone)}"] if gone else [])


def _place_told(call: Call, old: Task, new: Task) -> list[str]:
    told = []
    if new.project_id != old.project_id and (project := call.tx.get(Project, new.project_id or "")):
        told.append(f"in the {project.name} project now")
    if new.channel_id != old.channel_id and (channel := call.tx.get(Channel, new.channel_id or "")):
        told.append(f"in the {channel.name} channel now")
    if new.parent_id != old.parent_id and (above := call.tx.get(Task, new.parent_id or "")):
        told.append(f"a part of {above.title} now")
    return told
