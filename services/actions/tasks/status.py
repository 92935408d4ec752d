"""A task's status: todo, in progress, blocked, done, cancelled; and words that say more (on hold, in review)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, tzinfo
from typing import TypedDict

from services.actions.base import Unanswered, required
from services.actions.call import Call, Done
from services.actions.people.group import given, of, people, speaker_name, without
from services.actions.tasks.rows import OPEN, blockers, documents, is_open, parts, waiting
from services.actions.tasks.which import several
from services.actions.tasks.wording import blocked_words, due_words, names, open_blockers, state
from services.actions.times import next_occurrence
from services.actions.wording import be, counted, day, listed, spoken
from services.actions.wording import told as sentences
from services.store.base import Status, Task, Transaction

_WORDS: Mapping[Status, str] = {
    "todo": "to do|todo|open|reopened|not started|pending|not done|undone|unfinished|incomplete|outstanding",
    "in_progress": "in progress|started|underway|under way|active|ongoing|progress|on track|working|current",
    "blocked": "blocked|stuck",
    "done": "done|complete|completed|finished|closed|resolved|ready",
    "cancelled": "cancelled|canceled|dropped|obsolete|abandoned",
}
_MORE: Mapping[Status, str] = {
    "in_progress": "in review|under review|ready for review|review|in testing|testing|qa",
    "blocked": "on hold|on ice|waiting|paused|postponed|delayed|at risk",
}
"""Words that say more than the status they come under: they are kept."""
STATUSES: Mapping[str, Status] = {
    word: status for table in (_WORDS, _MORE) for status, words in table.items() for word in words.split("|")
}
_KEPT = frozenset("|".join(_MORE.values()).split("|"))
_SAID = {"review": "in review", "testing": "in testing", "qa": "in testing"}
_CHOICE = "A task can be to do, in progress, in review, blocked, on hold, done or cancelled"


class StatusChange(TypedDict):
    """What a task's fields become."""

    status: Status
    state: str


def said_status(words: str) -> StatusChange:
    """What the words for a status mean. Raises Refused for others."""
    said = spoken(words).casefold().replace("-", " ")
    if said not in STATUSES:
        raise Unanswered("task.status", f"{_CHOICE}. Which is it?")
    return StatusChange(status=STATUSES[said], state=_SAID.get(said, said) if said in _KEPT else "")


def status(call: Call) -> Done:
    """Slots: title, status, assignees (who is at it), when (until then)."""
    required(call.names("title"), "task.no_title", "Which task?")
    required(call.text("status"), "task.no_status", f"{_CHOICE}. Which is it?")
    change = said_status(call.text("status"))
    tasks = several(call, closed=True)
    if change["status"] == "done":
        return completed(call, tasks)
    if change["state"] and (found := call.found("when")) and (until := found.start or found.end):
        change["state"] += f" until {day(until.astimezone(call.zone).date(), type(until.date()).min)}"
    changed = tuple(call.tx.put(_with(call, task, change)) for task in tasks)
    now = state(changed[0])
    held = blocked_words(call, changed[0]) if change["status"] == "in_progress" and len(changed) == 1 else ""
    but = f", though {held}" if held else ""
    return Done(f"{now} now: {names(changed)}{but}", f"task {now}: {names(changed)}", changed)


def _with(call: Call, task: Task, change: StatusChange) -> Task:
    group = of(task)
    if told := without(people(call), group):
        task = given(task, [*group, *told])
    if task.status not in OPEN:
        task = replace(task, completed=None, completed_by="")
    return replace(task, **change)


def complete(call: Call) -> Done:
    """Slots: title, as loosely as one says it; assignees, who did it. Several only after a yes."""
    return completed(call, several(call, ask="Which task is done?", closed=True))


def completed(call: Call, tasks: Sequence[Task]) -> Done:
    """Make these done, and tell what follows from it. Raises Unconfirmed for several."""
    undone = [task for task in tasks if task.status != "done"]
    if not undone:
        return Done(f"{names(tasks)} {be(tasks)} done already", about=tuple(tasks))
    if len(undone) > 1:
        call.confirm(f"Mark {counted(len(undone), 'task')} as done: {names(undone)}?")
    by = done_by(call)
    done = tuple(
        call.tx.put(replace(task, status="done", state="", completed=call.now, completed_by=by)) for task in undone
    )
    following = tuple(next_ for task in done for next_ in following_of(call.tx, task, call.now, call.zone))
    freed = unblocked(call.tx, done)
    words = [f"Done: {names(done)}"]
    words += _still_waited(call, undone)
    words += [f"The next is due {due_words(call, following[0])}"] if following else []
    words += [f"That unblocks {names(freed)}"] if freed else []
    words += _of_parts(call, done)
    return Done(sentences(words), f"task completed: {names(done)}", (*done, *following, *freed), about=done)


def done_by(call: Call) -> str:
    """Who did it, as it was told ("Mike finished the launch"), else whose voice says so; empty: nobody knows."""
    return listed([person.name for person in people(call)]) or speaker_name(call)


def unblocked(tx: Transaction, gone: Sequence[Task]) -> tuple[Task, ...]:
    """The tasks that waited for these and for no other any more; what was called blocked by hand is to do again."""
    rows = tx.rows(Task)
    ids = dict.fromkeys(id_ for task in gone for id_ in waiting(rows, task.id))
    free = documents(tx, [id_ for id_ in ids if not blockers(rows, rows[id_])])
    return tuple(
        tx.put(replace(task, status="todo")) if task.status == "blocked" and not task.state else task for task in free
    )


def following_of(tx: Transaction, task: Task, now: datetime, zone: tzinfo) -> tuple[Task, ...]:
    """The next task of a repetition, due after now and after the one that was completed."""
    if task.rrule is None or task.first is None or task.due is None:
        return ()
    due = next_occurrence(task.rrule, task.first, max(task.due, now), zone)
    return (
        (tx.add(replace(task, id="", status="todo", completed=None, completed_by="", due=due, blocked_by=())),)
        if due
        else ()
    )


def _still_waited(call: Call, done: Sequence[Task]) -> list[str]:
    """What was to be done before them, and is not."""
    held = [blocker for task in done for blocker in open_blockers(call, task)]
    return [f"{names(held)}, which came before, {be(held)} still open"] if held else []


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
