"""Templates: a task with its parts, kept under a name, to be made again and again. Made from a task that is there."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from services.actions.base import Refused
from services.actions.call import Call, Done, family
from services.actions.matching import closest
from services.actions.people.group import Assignee, given, of, people
from services.actions.selection import bare, only
from services.actions.tasks import due
from services.actions.tasks.place import by_rule, placed
from services.actions.tasks.rows import documents, parts
from services.actions.tasks.urgency import inferred, priority_of
from services.actions.tasks.which import one
from services.actions.tasks.wording import due_words
from services.actions.wording import be, counted, enumerated, listed, number, spoken
from services.store.base import Task, TaskTemplate, TemplatePart

_MOST = 100
"""Parts that a template may have."""
_READ_ALOUD = 5
_NONE = "You have no templates yet. Say, for example: save the onboarding task as a template"


def create(call: Call) -> Done:
    """Slots: title (the task), name. Keeps its parts, their assignees, what waits for what, and days before the end."""
    task = one(call, ask="Which task shall become a template?", closed=True)
    name = _name(call) or task.title
    before = next((each for each in call.tx.find(TaskTemplate) if each.name.casefold() == name.casefold()), None)
    if before:
        call.confirm(f"There is a template {before.name} already. Shall I replace it?")
    tree = _tree(call, task)
    if len(tree) > _MOST:
        raise Refused(
            "template.too_large", f"{task.title} has {counted(len(tree) - 1, 'part')}; a template holds {_MOST}"
        )
    places = {each.id: index for index, each in enumerate(tree)}
    kept = tuple(_part(call, each, task, places) for each in tree)
    template = call.tx.put(replace(before, parts=kept)) if before else call.tx.add(TaskTemplate(name=name, parts=kept))
    return Done(f"Template kept: {name}{_with_parts(template)}", f"template kept: {name}", (template,))


def use(call: Call) -> Done:
    """Slots: name, title, assignees, when, priority, project, channel. A new task with all parts of the template."""
    template = _one(call)
    root = due.due(call, Task(title=spoken(call.text("title")) or template.parts[0].title))
    told, whose = priority_of(call.text("priority")), people(call)
    made: list[Task] = []
    for index, part in enumerate(template.parts):
        task = replace(
            root if index == 0 else Task(title=part.title),
            priority=part.priority,
            tags=part.tags,
            blocked_by=tuple(made[waits].id for waits in part.waits_for),
            status="blocked" if part.waits_for else "todo",
            parent_id=None if index == 0 else made[part.below].id,
        )
        task = given(task, whose or [Assignee(*each) for each in zip(part.assignees, part.assignee_ids, strict=True)])
        if index == 0:
            task = placed(call, replace(task, priority=told) if told else inferred(task, call.now))
        else:
            task = replace(
                _due_before(call, task, root.due, part.days_before),
                project_id=made[0].project_id,
                channel_id=made[0].channel_id,
            )
        made.append(call.tx.add(by_rule(call, task)))
    words = f"Task created from the template {template.name}: {made[0].title}"
    words += f", for {listed(made[0].assignees)}" if made[0].assignees else ""
    words += f", due {due_words(call, made[0])}" if made[0].due else ""
    return Done(f"{words}{_with_parts(template)}", f"task created: {made[0].title}", tuple(made), about=(made[0],))


def query(call: Call) -> Done:
    """Slots: name. What it holds; without a name, which ones there are."""
    templates = call.tx.find(TaskTemplate)
    if not templates:
        return Done(_NONE)
    if not _name(call):
        names = listed([each.name for each in templates])
        return Done(f"{counted(len(templates), 'template')}: {names}", about=tuple(templates))
    template = _one(call)
    titles = [part.title for part in template.parts[1:]]
    if not titles:
        return Done(f"The template {template.name} is one task: {template.parts[0].title}", about=(template,))
    more = f", and {number(len(titles) - _READ_ALOUD)} more" if len(titles) > _READ_ALOUD else ""
    told = enumerated(titles[:_READ_ALOUD])
    return Done(f"The template {template.name} has {counted(len(titles), 'part')}: {told}{more}", about=(template,))


def delete(call: Call) -> Done:
    """Slots: name. Asks first."""
    template = _one(call)
    call.confirm(f"Delete the template {template.name}?")
    call.tx.remove(template)
    return Done(f"Template deleted: {template.name}", f"template deleted: {template.name}", (template,))


ACTIONS = family("template", create, use, query, delete)


def _name(call: Call) -> str:
    return bare(call.text("name"), r"(?:task\s+)?templates?")


def _one(call: Call) -> TaskTemplate:
    """The template meant. Raises Refused."""
    templates, name = call.tx.find(TaskTemplate), _name(call)
    if not templates:
        raise Refused("template.none", _NONE)
    fitting = closest(name, templates, lambda each: each.name) if name else templates
    there = listed([each.name for each in templates[:_READ_ALOUD]])
    if not fitting:
        raise Refused("template.unknown", f"There is no {name} template. There {be(templates)} {there}")
    return only(fitting, "template.ambiguous", "Which template", lambda each: each.name)


def _tree(call: Call, task: Task) -> list[Task]:
    """The task, then its parts and theirs; what others wait for comes before them."""
    rows = call.tx.rows(Task)
    found, seen, waiting = [], {task.id}, [task]
    while waiting:
        found.append(waiting.pop(0))
        below = [
            each
            for each in documents(call.tx, parts(rows, found[-1].id))
            if each.id not in seen and each.status != "cancelled"
        ]
        seen |= {each.id for each in below}
        waiting += below
    return [found[0], *_in_order(found[1:])]


def _in_order(tasks: Sequence[Task]) -> list[Task]:
    """Parents first, and what is waited for before what waits; nobody waits in a circle (tasks/depend.py)."""
    left, done, ids = list(tasks), list[Task](), {task.id for task in tasks}
    while left:
        placed = {task.id for task in done}
        ready = [each for each in left if not ({*each.blocked_by, each.parent_id} & ids) - placed] or left[:1]
        done += ready
        left = [each for each in left if each not in ready]
    return done


def _part(call: Call, task: Task, root: Task, places: Mapping[str, int]) -> TemplatePart:
    apart = task.id != root.id and task.due and root.due
    return TemplatePart(
        title=task.title,
        priority="normal" if task.inferred else task.priority,
        tags=task.tags,
        assignees=tuple(person.name for person in of(task)),
        assignee_ids=tuple(person.id for person in of(task)),
        below=places.get(task.parent_id or "", 0),
        waits_for=tuple(
            sorted(places[each] for each in task.blocked_by if places.get(each, len(places)) < places[task.id])
        ),
        days_before=_days(call, task.due, root.due) if apart and task.due and root.due else None,
    )


def _days(call: Call, at: datetime, end: datetime) -> int:
    return (end.astimezone(call.zone).date() - at.astimezone(call.zone).date()).days


def _due_before(call: Call, task: Task, end: datetime | None, days: int | None) -> Task:
    """Due so many days before the whole, never in the past."""
    if end is None or days is None:
        return task
    midnight = end.astimezone(call.zone).replace(hour=0, minute=0, second=0, microsecond=0)
    today = call.now.replace(hour=0, minute=0, second=0, microsecond=0)
    return replace(task, due=max(midnight - timedelta(days=days), today), due_grain="day")


def _with_parts(template: TaskTemplate) -> str:
    count = len(template.parts) - 1
    return f", with {counted(count, 'part')}" if count else ""
