"""Tasks: create, query, complete."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from tinydb import where

from services.actions.base import Refused
from services.actions.call import Action, Call, Done
from services.actions.matching import closest
from services.actions.times import deadline, next_occurrence, span
from services.actions.wording import counted, enumerated, listed, number, proper, spoken
from services.store.base import Priority, Task

_PRIORITIES: Mapping[str, Priority] = {
    "urgent": "urgent",
    "asap": "urgent",
    "immediate": "urgent",
    "critical": "urgent",
    "highest": "urgent",
    "top": "urgent",
    "high": "high",
    "important": "high",
    "low": "low",
    "normal": "normal",
    "medium": "normal",
}
_RANKS: Mapping[Priority, int] = {"urgent": 0, "high": 1, "normal": 2, "low": 3}
_OPEN = ["todo", "in_progress", "blocked"]
_READ_ALOUD = 3


def create(call: Call) -> Done:
    """Slots: title, assignees, priority, when, recurrence."""
    title = spoken(call.text("title"))
    if not title:
        raise Refused("task.no_title", "What is the task?", awaits=True)
    due = _due(call)
    people = tuple(person for person in call.texts("assignees") if person.casefold() not in ("me", "myself", "i"))
    task = call.tx.add(replace(due, title=title, priority=_priority(call) or "normal", assignees=people))
    again = f", {proper(call.text('recurrence') or call.text('when'))}" if task.rrule else ""
    return Done(f"Task created: {_told(call, task)}{again}", f"task created: {task.title}", (task,))


def complete(call: Call) -> Done:
    """Slots: title, as loosely as one says it."""
    title = spoken(call.text("title"))
    if not title:
        raise Refused("task.no_title", "Which task is done?", awaits=True)
    tasks = call.tx.find(Task, where("status").one_of(_OPEN))
    fitting = closest(title, tasks, lambda task: task.title)
    if not fitting:
        raise Refused("task.unknown", f"I found no open task like “{title}”")
    if len(fitting) > 1:
        names = [task.title for task in fitting[:_READ_ALOUD]]
        raise Refused("task.ambiguous", f"{counted(len(fitting), 'task')} fit: {listed(names)}. Which one?", awaits=True)
    task = call.tx.put(replace(fitting[0], status="done", completed=call.now))
    following = _following(call, task)
    again = f". The next is due {_due_words(call, following[0])}" if following else ""
    return Done(f"Done: {task.title}{again}", f"task completed: {task.title}", (task, *following))


def query(call: Call) -> Done:
    """Slots, any mix: when (of the due time), assignees, priority, status (overdue, done, …), title."""
    status = (call.text("status") or ("overdue" if "overdue" in call.said.casefold().split() else "")).casefold()
    done = any(word in status for word in ("done", "complete", "finished"))
    tasks = call.tx.find(Task, where("status").one_of(["done"] if done else _OPEN))
    found = call.found("when")
    if found is not None:
        asked = span(found)
        tasks = [task for task in tasks if task.due is not None and asked.holds(task.due)]
    if "overdue" in status or "late" in status.split():
        tasks = [task for task in tasks if _overdue(task, call.now)]
    if priority := _priority(call):
        tasks = [task for task in tasks if task.priority == priority]
    if people := call.texts("assignees"):
        tasks = [task for task in tasks if any(closest(person, task.assignees, str) for person in people)]
    if title := call.text("title"):
        tasks = [task for task in tasks if closest(title, [task], lambda each: each.title)]
    tasks.sort(key=lambda task: (_end(task), _RANKS[task.priority]))
    return Done(_answer(call, tasks, kind=_kind_asked(call, status, done=done)), about=tuple(tasks[:_READ_ALOUD]))


ACTIONS: Mapping[str, Action] = {"task.create": create, "task.complete": complete, "task.query": query}


def _due(call: Call) -> Task:
    """An empty task with the due time that was said, if any."""
    said = call.text("when") or call.text("recurrence")
    if not said:
        return Task(title="")
    found = call.occasion()
    due = None if found is None else deadline(found, call.now)
    if found is None or due is None:
        raise Refused("task.when", f"I didn't understand when: “{said}”. When is it due?", awaits=True)
    if due.at + timedelta(days=due.whole_day) <= call.now:
        raise Refused("task.past", f"{call.say(due.at, whole_day=due.whole_day)} has already passed. When is it due?", awaits=True)
    rule = found.rrule if found.kind == "recurrence" else None
    return Task(title="", due=due.at, due_grain="day" if due.whole_day else "minute", rrule=rule, first=due.at if rule else None)


def _following(call: Call, task: Task) -> tuple[Task, ...]:
    """The next task of a repetition, due after now and after the one that was completed."""
    if task.rrule is None or task.first is None or task.due is None:
        return ()
    due = next_occurrence(task.rrule, task.first, max(task.due, call.now), call.zone)
    return (call.tx.add(replace(task, id="", status="todo", completed=None, due=due)),) if due else ()


def _priority(call: Call) -> Priority | None:
    words = call.text("priority").casefold().replace("-", " ").split()
    return next((_PRIORITIES[word] for word in words if word in _PRIORITIES), None)


def _overdue(task: Task, now: datetime) -> bool:
    return _end(task) <= now


def _end(task: Task) -> datetime:
    """From when a task is overdue."""
    return datetime.max.replace(tzinfo=UTC) if task.due is None else task.due + timedelta(days=task.due_grain == "day")


def _told(call: Call, task: Task) -> str:
    parts = [task.title]
    if task.assignees:
        parts.append(f"for {listed(task.assignees)}")
    if task.due:
        parts.append(f"due {_due_words(call, task)}")
    if task.priority == "urgent":
        parts.append("urgent")
    elif task.priority != "normal":
        parts.append(f"{task.priority} priority")
    return ", ".join(parts)


def _due_words(call: Call, task: Task) -> str:
    return call.say(task.due, whole_day=task.due_grain == "day") if task.due else ""


def _kind_asked(call: Call, status: str, *, done: bool) -> str:
    """The tasks asked for, in a few words: "high priority tasks for Sarah due today"."""
    state = "done " if done else "overdue " if "overdue" in status else ""
    priority = _priority(call)
    rank = "urgent " if priority == "urgent" else f"{priority} priority " if priority else ""
    people = f" for {listed(call.texts('assignees'))}" if call.texts("assignees") else ""
    when = f" due {proper(call.text('when'))}" if call.found("when") else ""
    about = f" about {call.text('title')}" if call.text("title") else ""
    return f"{state}{rank}task{{s}}{people}{about}{when}"


def _answer(call: Call, tasks: list[Task], kind: str) -> str:
    count = len(tasks)
    head = f"{number(count)} {kind.format(s='' if count == 1 else 's')}"
    if not tasks:
        return f"You have {head}"
    late = sum(_overdue(task, call.now) for task in tasks)
    if 0 < late < count:
        head += f", {number(late)} overdue"
    told = enumerated([_told(call, task) for task in tasks[:_READ_ALOUD]])
    return f"{head}: {told}" if count <= _READ_ALOUD else f"{head}. The first {number(_READ_ALOUD)}: {told}"
