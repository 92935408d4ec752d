"""Questions about tasks, answered short enough to be listened to; "more" goes on."""

from __future__ import annotations

import re
from collections.abc import Mapping

from services.actions.base import Refused
from services.actions.call import Call, Done
from services.actions.people.known import values
from services.actions.tasks.answers import about_one
from services.actions.tasks.rows import CLOSED, OPEN, Row, documents, ends, waiting
from services.actions.tasks.select import Chosen, by_urgency, chosen
from services.actions.tasks.which import fitting, several
from services.actions.tasks.wording import names, open_blockers, told
from services.actions.wording import counted, enumerated, listed, number
from services.actions.wording import told as sentences
from services.store.base import Task

READ_ALOUD = 3
_MOST_PEOPLE = 5
_PLURAL = re.compile(r"\b(?:tasks|todos|to dos|tickets|everything|all|anything|find|search|look)\b", re.IGNORECASE)
_NEXT = re.compile(
    r"\b(?:next|first|most (?:important|urgent)|top priority|tackle|start with|focus on|prioriti[sz]e)\b", re.IGNORECASE
)
_FILTERS = ("assignees", "project", "channel", "tags", "parent", "when", "priority", "status")


def query(call: Call) -> Done:
    """Slots, any mix: title, status, priority, when, assignees, project, channel, tags, parent; blocks, blocked_by;
    skip (told before).
    """
    if values(call, "blocks"):
        return _held_up(call)
    if values(call, "blocked_by"):
        return _waiting(call)
    if call.text("title") and (found := _one(call)):
        return about_one(call, found)
    asked = chosen(call)
    rows = asked.rows()
    said = call.said.casefold()
    if said.startswith(("who", "which of us")) or (
        re.search(r"\b(?:everyone|everybody|team)\b", said) and not values(call, "assignees")
    ):
        return _by_person(call, asked, rows)
    if _NEXT.search(said) and not any(call.text(slot) for slot in _FILTERS) and rows:
        (first,) = documents(call.tx, by_urgency(rows)[:1])
        return Done(f"Next: {told(call, first)}", about=(first,))
    return _list(call, asked, rows)


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
    words = enumerated([told(call, task, without=asked.unsaid) for task in page])
    if skip:
        left = count - skip
        which = (
            f"The last {number(left) + ' ' if left > 1 else ''}of them"
            if left <= READ_ALOUD
            else f"The next {number(READ_ALOUD)}"
        )
        return Done(f"{which}: {words}", about=tuple(page))
    late = 0 if asked.closed else sum(ends(row) <= call.now for row in rows.values())
    head = f"{number(count)} {asked.kind(count)}" + (f", {number(late)} overdue" if 0 < late < count else "")
    if "how many" in call.said.casefold():
        return Done(f"You have {head}", about=tuple(page))
    if count <= READ_ALOUD:
        return Done(f"{head}: {words}", about=tuple(page))
    which = "latest" if asked.closed else "first"
    return Done(f"{head}. The {which} {number(READ_ALOUD)}: {words}", about=tuple(page))


def _by_person(call: Call, asked: Chosen, rows: Mapping[str, Row]) -> Done:
    """Who has how many of them, whoever has the most first; few ones by name."""
    theirs: dict[str, list[str]] = {}
    for id_, row in rows.items():
        for person in row.get("assignees", ()):
            theirs.setdefault(person, []).append(id_)
    if not theirs:
        return Done(f"Nobody has {asked.kind(2)}")
    order = sorted(theirs, key=lambda person: -len(theirs[person]))[:_MOST_PEOPLE]
    if len(rows) <= READ_ALOUD + 1:
        parts = [f"{person}: {names(documents(call.tx, theirs[person]))}" for person in order]
        return Done("; ".join(parts), about=tuple(documents(call.tx, list(rows))))
    parts = [f"{person} has {counted(len(theirs[person]), ' '.join([*asked.before, 'task']))}" for person in order]
    return Done(listed(parts))


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
