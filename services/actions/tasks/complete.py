"""A task that is done: the next of its repetition, and what it held up."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from services.actions.base import Refused, Unconfirmed
from services.actions.call import Call, Done
from services.actions.people.known import values
from services.actions.tasks.rows import blockers, documents, is_open, parts, waiting
from services.actions.tasks.which import several
from services.actions.tasks.wording import due_words, names, open_blockers
from services.actions.times import next_occurrence
from services.actions.wording import counted
from services.actions.wording import told as sentences
from services.store.base import Task


def complete(call: Call) -> Done:
    """Slots: title, as loosely as one says it; assignees, who did it. Several only after a yes."""
    if not values(call, "title"):
        raise Refused("task.no_title", "Which task is done?", awaits=True)
    return completed(call, several(call, closed=True))


def completed(call: Call, tasks: Sequence[Task]) -> Done:
    """Make these done, and tell what follows from it. Raises Unconfirmed for several."""
    undone = [task for task in tasks if task.status != "done"]
    if not undone:
        return Done(f"{names(tasks)} {'is' if len(tasks) == 1 else 'are'} done already", about=tuple(tasks))
    if len(undone) > 1 and not call.confirmed:
        raise Unconfirmed(f"Mark {counted(len(undone), 'task')} as done: {names(undone)}?")
    done = tuple(call.tx.put(replace(task, status="done", state="", completed=call.now)) for task in undone)
    following = tuple(next_ for task in done for next_ in _following(call, task))
    freed = unblocked(call, done)
    words = [f"Done: {names(done)}"]
    words += _still_waited(call, undone)
    words += [f"The next is due {due_words(call, following[0])}"] if following else []
    words += [f"That unblocks {names(freed)}"] if freed else []
    words += _of_parts(call, done)
    return Done(sentences(words), f"task completed: {names(done)}", (*done, *following, *freed), about=done)


def unblocked(call: Call, gone: Sequence[Task]) -> tuple[Task, ...]:
    """The tasks that waited for these and for no other any more; what was called blocked by hand is to do again."""
    rows = call.tx.rows(Task)
    ids = dict.fromkeys(id_ for task in gone for id_ in waiting(rows, task.id))
    free = documents(call.tx, [id_ for id_ in ids if not blockers(rows, rows[id_])])
    return tuple(
        call.tx.put(replace(task, status="todo")) if task.status == "blocked" and not task.state else task
        for task in free
    )


def _following(call: Call, task: Task) -> tuple[Task, ...]:
    """The next task of a repetition, due after now and after the one that was completed."""
    if task.rrule is None or task.first is None or task.due is None:
        return ()
    due = next_occurrence(task.rrule, task.first, max(task.due, call.now), call.zone)
    return (call.tx.add(replace(task, id="", status="todo", completed=None, due=due, blocked_by=())),) if due else ()


def _still_waited(call: Call, done: Sequence[Task]) -> list[str]:
    """What was to be done before them, and is not."""
    held = [blocker for task in done for blocker in open_blockers(call, task)]
    return [f"{names(held)}, which came before, {'is' if len(held) == 1 else 'are'} still open"] if held else []


def _of_parts(call: Call, done: Sequence[Task]) -> list[str]:
    """What is still open of a task that is done, or that its last part is done."""
    rows = call.tx.rows(Task)
    words = []
    for task in done:
        left = documents(call.tx, [id_ for id_ in parts(rows, task.id) if is_open(rows[id_])])
        words += [f"Still open of it: {names(left)}"] if left else []
    for above in dict.fromkeys(task.parent_id for task in done if task.parent_id):
        if (
            above
            and above in rows
            and is_open(rows[above])
            and not any(is_open(rows[id_]) for id_ in parts(rows, above))
        ):
            words.append(f"That was the last part of {rows[above]['title']}")
    return words
