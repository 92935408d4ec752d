"""Questions about tasks, answered short enough to be listened to; "more" goes on."""

from __future__ import annotations

import re
from collections.abc import Mapping

from services.actions.base import Refused
from services.actions.call import Call, Done
from services.actions.people.group import of, people, without
from services.actions.tasks.rows import CLOSED, OPEN, Row, documents, ends, is_open, waiting
from services.actions.tasks.select import Chosen, by_urgency, chosen, nobodys
from services.actions.tasks.status import STATUSES
from services.actions.tasks.which import fitting, several
from services.actions.tasks.wording import (
    blocked_words,
    described,
    due_words,
    is_overdue,
    names,
    open_blockers,
    state,
    told,
)
from services.actions.wording import be, continued, counted, enumerated, listed, number, paged
from services.actions.wording import told as sentences
from services.store.base import Person, Status, Task

READ_ALOUD = 3
_MOST_PEOPLE = 5
_PLURAL = re.compile(r"\b(?:tasks|todos|to dos|tickets|everything|all|anything|find|search|look)\b", re.IGNORECASE)
_NEXT = re.compile(
    r"\b(?:next|first|most (?:important|urgent|pressing)|top priority|tackle|start with|focus on|prioriti[sz]e)\b",
    re.IGNORECASE,
)
_URGENT = re.compile(
    r"\b(?:is|was) (?:it|that|this|the .+) (?:urgent|important|pressing|(?:a |of )?(?:high|top|low) priority"
    r"|a priority)\b"
    r"|\bhow (?:urgent|important|pressing) (?:is|was)\b",
    re.IGNORECASE,
)
_IDLE = re.compile(
    r"\b(?:no|without)(?: a| any)?(?: \w+)? (?:tasks?|todos?|work|jobs?)\b|\bnothing (?:to do|on|left|open|assigned)\b",
    re.IGNORECASE,
)
_FEWEST = re.compile(r"\b(?:fewest|(?<!at )least|smallest)\b", re.IGNORECASE)
_FILTERS = ("assignees", "project", "channel", "tags", "parent", "when", "priority", "status")


def query(call: Call) -> Done:
    """Slots: title, status, priority, when, assignees, project, channel, tags, parent, blocks, blocked_by, skip."""
    if call.names("blocks") or call.names("blocked_by"):
        return _held_up(call) if call.names("blocks") else _waiting(call)
    if call.text("title") and (found := _one(call)):
        return about_one(call, found)
    said = call.said.casefold()
    if _NEXT.search(said) and (those := _those(call)):
        return _first(call, those)
    asked = chosen(call)
    rows = asked.rows()
    if said.startswith(("who", "which of us")) or (
        not nobodys(call) and re.search(r"\b(?:everyone|everybody|team)\b", said) and not call.names("assignees")
    ):
        return _by_person(call, asked, rows)
    if _NEXT.search(said) and not any(call.text(slot) for slot in _FILTERS) and rows:
        return _first(call, rows)
    return _list(call, asked, rows)


def _those(call: Call) -> dict[str, Row]:
    """The open ones of several that were spoken of."""
    ids = {str(ref.id) for ref in call.meant("title") if ref.id}
    return {id_: row for id_, row in call.tx.rows(Task).items() if id_ in ids and is_open(row)} if len(ids) > 1 else {}


def _first(call: Call, rows: Mapping[str, Row]) -> Done:
    """The one to do first."""
    (first,) = documents(call.tx, by_urgency(rows)[:1])
    return Done(f"Next: {told(call, first)}", about=(first,))


def _one(call: Call) -> Task | None:
    """The task that the title names, if it names one; None where tasks of a kind are asked for."""
    title = call.text("title")
    known = [ref for ref in call.meant("title") if ref.kind == Task.kind]
    if known:
        tasks = several(call, closed=True)
        return tasks[0] if len(tasks) == 1 else None
    if _PLURAL.search(call.said) or any(
        call.text(slot) for slot in ("project", "channel", "tags", "parent", "priority")
    ):
        return None
    found = fitting(call, title, OPEN) or fitting(call, title, CLOSED)[-1:]
    if not found:
        raise Refused("task.unknown", f"I found no task like “{title}”")
    return found[0] if len(found) == 1 else None


def _list(call: Call, asked: Chosen, rows: Mapping[str, Row]) -> Done:
    count, skip = len(rows), int(call.text("skip") or 0)
    page = documents(call.tx, list(rows)[skip : skip + READ_ALOUD])
    if not page:
        return Done("That was all" if count else f"You have no {asked.kind(0)}")
    words = [told(call, task, unsaid=asked.unsaid) for task in page]
    if skip:
        return Done(continued(words, count - skip), about=tuple(page))
    late = 0 if asked.closed else sum(ends(row) <= call.now for row in rows.values())
    head = f"{number(count)} {asked.kind(count)}" + (f", {number(late)} overdue" if 0 < late < count else "")
    if "how many" in call.said.casefold():
        return Done(f"You have {head}", about=tuple(page))
    return Done(paged(head, words, count, "latest" if asked.closed else "first"), about=tuple(page))


def _by_person(call: Call, asked: Chosen, rows: Mapping[str, Row]) -> Done:
    """Who has how many of them, whoever has the most first, or the fewest; few ones by name."""
    theirs: dict[str, list[str]] = {}
    for id_, row in rows.items():
        for person in row.get("assignees", ()):
            theirs.setdefault(person, []).append(id_)
    if _IDLE.search(call.said) and rows:
        return _idle(call, asked, rows)
    fewest = _FEWEST.search(call.said) is not None
    if not theirs:
        return Done(f"Nobody has {asked.kind(2)}")
    order = sorted(theirs, key=lambda person: len(theirs[person]) * (1 if fewest else -1))[:_MOST_PEOPLE]
    if len(rows) <= READ_ALOUD + 1:
        parts = [f"{person}: {names(documents(call.tx, theirs[person]))}" for person in order]
        return Done("; ".join(parts), about=tuple(documents(call.tx, list(rows))))
    parts = [f"{person} has {counted(len(theirs[person]), ' '.join([*asked.before, 'task']))}" for person in order]
    return Done(listed(parts))


def _idle(call: Call, asked: Chosen, rows: Mapping[str, Row]) -> Done:
    """Whom of all contacts none of these tasks is for."""
    ids = {id_ for row in rows.values() for id_ in row.get("assignee_ids", ())}
    named = {name.casefold() for row in rows.values() for name in row.get("assignees", ())}
    others = [str(row["name"]) for id_, row in call.tx.rows(Person).items() if id_ not in ids]
    none = sorted(name for name in others if not {name.casefold(), name.casefold().partition(" ")[0]} & named)
    if not none:
        return Done(f"Everybody I know has {asked.kind(2)}")
    more = [f"{number(len(none) - _MOST_PEOPLE)} more"] if len(none) > _MOST_PEOPLE else []
    return Done(f"{listed([*none[:_MOST_PEOPLE], *more])} {'has' if len(none) == 1 else 'have'} no {asked.kind(2)}")


def _held_up(call: Call) -> Done:
    """What holds up these tasks."""
    tasks = several(call, "blocks", closed=True)
    held = [(task, open_blockers(call, task)) for task in tasks]
    words = [
        f"{task.title} is blocked by {enumerated([told(call, each) for each in on])}"
        if on
        else f"Nothing blocks {task.title}"
        for task, on in held
    ]
    return Done(sentences(words), about=tuple(each for _, on in held for each in on) or tuple(tasks))


def _waiting(call: Call) -> Done:
    """What waits for these tasks."""
    tasks = several(call, "blocked_by", closed=True)
    rows = call.tx.rows(Task)
    behind = [(task, documents(call.tx, list(waiting(rows, task.id)))) for task in tasks]
    words = [
        f"{names(on)} {'waits' if len(on) == 1 else 'wait'} for {task.title}"
        if on
        else f"Nothing waits for {task.title}"
        for task, on in behind
    ]
    return Done(sentences(words), about=tuple(each for _, on in behind for each in on) or tuple(tasks))


_WHO = re.compile(r"(?:^|[.,]\s+)(?:(?:and|so|tell me)\s+)*(?:who|whose|which of us)\b", re.IGNORECASE)
_DOER = re.compile(r"\b(?:who|whose)\b.*\b(?:complet|finish|did|closed|ticked)", re.IGNORECASE)
_MAKER = re.compile(r"\b(?:who|whose)\b.*\b(?:creat|made|added|entered|idea)", re.IGNORECASE)
_WHEN = re.compile(r"\b(?:when|deadline|due date|by when)\b", re.IGNORECASE)
_WHETHER = re.compile(r"^(?:(?:and|so)\s+)?(?:is|are|was|has|have|did|do|does)\b", re.IGNORECASE)
_THERE = re.compile(r"\b(?:on|in)\s+(?:my|the|our)\b|\bthere\b|\bhave (?:we|i)\b|\bdo (?:we|i)\b", re.IGNORECASE)
_LATE = re.compile(r"\b(?:overdue|late|delayed|behind)\b", re.IGNORECASE)
_ON_TIME = re.compile(r"\bon (?:time|schedule|track)\b", re.IGNORECASE)


def about_one(call: Call, task: Task) -> Done:
    """What was asked of this task."""
    return Done(_answer(call, task), about=(task,))


def _answer(call: Call, task: Task) -> str:
    if _WHO.search(call.said):
        return _who(call, task)
    if _URGENT.search(call.said):
        pressing = task.priority in ("high", "urgent")
        be = "urgent" if task.priority == "urgent" else f"of {task.priority} priority"
        return f"{_yes(pressing)}, {task.title} is {be}"
    if _WHETHER.search(call.said):
        return _whether(call, task)
    if _WHEN.search(call.said):
        return _when(call, task)
    return described(call, task)


def _who(call: Call, task: Task) -> str:
    if _DOER.search(call.said):
        if task.status != "done":
            return f"{task.title} isn't done yet"
        return f"{task.completed_by} did {task.title}" if task.completed_by else f"I don't know who did {task.title}"
    if _MAKER.search(call.said):
        return f"{task.created_by} added {task.title}" if task.created_by else f"I don't know who added {task.title}"
    if not task.assignees:
        return f"Nobody is assigned to {task.title}"
    return f"{listed(task.assignees)} {be(task.assignees)} responsible for {task.title}"


def _when(call: Call, task: Task) -> str:
    if task.status == "done" and task.completed:
        return f"{task.title} is done since {call.say(task.completed)}"
    if task.due is None:
        return f"{task.title} has no deadline"
    return f"{task.title} {'was' if is_overdue(call, task) else 'is'} due {due_words(call, task)}"


def _whether(call: Call, task: Task) -> str:
    """Yes or no, and how it is."""
    wanted = _wanted(call)
    late = task.status not in ("done", "cancelled") and is_overdue(call, task)
    if _LATE.search(call.said) or _ON_TIME.search(call.said):
        good = late if _LATE.search(call.said) else not late
        return f"{_yes(good)}, {_when(call, task)}"
    if wanted == "blocked":
        held = bool(open_blockers(call, task)) and task.status not in ("done", "cancelled")
        return f"{_yes(held or task.status == 'blocked')}, {task.title} is {blocked_words(call, task) or state(task)}"
    if wanted is None and _THERE.search(call.said):
        over = task.status in ("done", "cancelled")
        return f"{task.title} is {state(task)} already" if over else f"Yes: {described(call, task)}"
    if wanted is None:
        return described(call, task)
    yes = task.status == wanted
    if yes and without(people(call), of(task)):
        return f"{_yes(yes)}, {task.title} is {state(task)}. It is assigned to {listed(task.assignees) or 'nobody'}"
    when = f", since {call.say(task.completed)}" if task.status == "done" and task.completed else ""
    due = f", due {due_words(call, task)}" if task.due and task.status != "done" else ""
    return f"{_yes(yes)}, {task.title} is {blocked_words(call, task) or state(task)}{when}{due}"


def _wanted(call: Call) -> Status | None:
    """The status that is asked about."""
    said = call.text("status").casefold() or call.said.casefold()
    words = sorted((word for word in STATUSES if re.search(rf"\b{re.escape(word)}\b", said)), key=len)
    if words:
        return STATUSES[words[-1]]
    if re.search(r"\b(?:finish|complete|do)\b", said) and call.names("assignees"):
        return "done"
    return "in_progress" if "start" in said else None


def _yes(so: bool) -> str:
    return "Yes" if so else "No"
