"""A new task."""

from __future__ import annotations

from dataclasses import replace

from services.actions.base import required
from services.actions.call import Call, Done
from services.actions.people.group import given, people, speaker_name
from services.actions.tasks import due
from services.actions.tasks.depend import joined
from services.actions.tasks.place import by_rule, placed
from services.actions.tasks.status import said_status
from services.actions.tasks.urgency import inferred, priority_of
from services.actions.tasks.wording import blocked_words, due_words, inferred_words, rank
from services.actions.wording import listed, spoken
from services.store.base import Channel, Project, Task


def create(call: Call) -> Done:
    """Slots: title, assignees, priority, project, tags, channel, parent, status, blocks, blocked_by and times."""
    title = required(spoken(call.text("title")), "task.no_title", "What is the task?")
    task = due.due(call, Task(title=title, tags=tags(call), created_by=speaker_name(call)))
    task = placed(call, given(task, people(call)))
    if call.text("status"):
        task = replace(task, **said_status(call.text("status")))
    told_priority = priority_of(call.text("priority"))
    task = replace(task, priority=told_priority) if told_priority else inferred(task, call.now)
    task = call.tx.add(by_rule(call, task))
    others = joined(call, task)
    task = call.tx.get(Task, task.id) or task
    return Done(f"Task created: {_told(call, task)}", f"task created: {task.title}", (task, *others), about=(task,))


def tags(call: Call) -> tuple[str, ...]:
    """In lower case, without their marks."""
    return tuple(dict.fromkeys(tag for each in call.texts("tags") if (tag := each.casefold().strip(" #.,"))))


def _told(call: Call, task: Task) -> str:
    """What was told of it, and what was inferred."""
    parts = [task.title]
    parts += [f"for {listed(task.assignees)}"] if task.assignees else []
    parts += [f"due {due_words(call, task)}{due.again(call, task)}"] if task.due else []
    parts += [inferred_words(task) or rank(task)] if task.priority != "normal" else []
    parts += _place(call, task)
    parts += [f"tagged {listed(task.tags)}"] if task.tags else []
    parts += [held] if (held := blocked_words(call, task)) else []
    parts += [f"before {listed(call.names('blocks'))}"] if call.names("blocks") else []
    return ", ".join(parts)


def _place(call: Call, task: Task) -> list[str]:
    above = call.tx.get(Task, task.parent_id) if call.names("parent") and task.parent_id else None
    project = call.tx.get(Project, task.project_id) if task.project_id and not above else None
    channel = call.tx.get(Channel, task.channel_id) if task.channel_id and not above else None
    told = [f"part of {above.title}"] if above else []
    told += [f"in the {project.name} project"] if project and (call.names("project") or call.names("channel")) else []
    return told + (
        [f"in the {channel.name} channel"] if channel and (call.names("channel") or call.names("project")) else []
    )
