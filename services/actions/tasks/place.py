"""Where a task belongs: its project, its channel, the task it is a part of."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from services.actions.base import Refused
from services.actions.call import Call
from services.actions.people.known import named
from services.actions.tasks.which import one
from services.store.base import Channel, Project, Task


def placed(call: Call, task: Task) -> Task:
    """The task in the project, in the channel and under the task that were told. Raises Refused."""
    if call.names("parent"):
        task = replace(task, parent_id=parent(call, task).id)
    project, channel = told(call)
    return replace(
        task,
        project_id=project.id if project else task.project_id,
        channel_id=channel.id if channel else task.channel_id,
    )


def by_rule(call: Call, task: Task) -> Task:
    """The project where none was told: that of its parent, that of its channel, or one that the same command makes."""
    above = call.tx.get(Task, task.parent_id) if task.parent_id else None
    channel_id = task.channel_id or (above.channel_id if above else None)
    channel = call.tx.get(Channel, channel_id) if channel_id else None
    made = [id_ for kind, id_ in call.tx.changed if kind == Project.kind and call.tx.get(Project, id_) is not None]
    rules = (
        task.project_id,
        above and above.project_id,
        channel and channel.project_id,
        made[0] if len(made) == 1 else None,
    )
    return replace(task, project_id=next((id_ for id_ in rules if id_), None), channel_id=channel_id)


def told(call: Call) -> tuple[Project | None, Channel | None]:
    """The project and the channel of the slots; "in marketing" may mean either. Raises Refused where it is neither."""
    project = channel = None
    for words in call.names("project"):
        project = next(iter(named(call, "project", words, Project)), None)
        channel = channel or (None if project else next(iter(named(call, "project", words, Channel)), None))
        if project is None and channel is None:
            raise Refused("project.unknown", f"There is no project {words}")
    for words in call.names("channel"):
        found = next(iter(named(call, "channel", words, Channel)), None)
        there = None if found else next(iter(named(call, "channel", words, Project)), None)
        if found is None and there is None:
            raise Refused("channel.unknown", f"There is no {words} channel")
        channel, project = found or channel, project or there
    return project, channel


def parent(call: Call, task: Task) -> Task:
    """The task it becomes a part of. Raises Refused where that is a part of it."""
    above = one(call, "parent", ask="A part of which task?")
    if task.id and task.id in (above.id, *_above(call, above)):
        itself = above.id == task.id
        words = "A task can't be a part of itself" if itself else f"{above.title} is a part of {task.title} already"
        raise Refused("task.cycle", words)
    return above


def _above(call: Call, task: Task) -> Sequence[str]:
    """Ids of the tasks it is a part of, the nearest first."""
    found: list[str] = []
    while task.parent_id and task.parent_id not in found:
        found.append(task.parent_id)
        if (above := call.tx.get(Task, task.parent_id)) is None:
            break
        task = above
    return found
