"""Which tasks are meant: by what was told of them before, else by the words of their titles."""

from __future__ import annotations

import re
from collections.abc import Sequence
from operator import itemgetter

from services.actions.base import Refused, Unanswered, required
from services.actions.call import Call
from services.actions.matching import closest
from services.actions.selection import choice
from services.actions.tasks.rows import CLOSED, OPEN, documents
from services.actions.tasks.wording import names
from services.actions.wording import counted, spoken
from services.store.base import Task

_AROUND = re.compile(
    r"^(?:(?:the|my|our|that|this)\s+)?one (?:with|about|for|to|on|of)(?:\s+the)?\s+|^(?:the|my|our|that|this)\s+"
    r"|^(?:task|ticket)\s+(?:to|of|called|named|about)\s+|\s+(?:task|ticket|todo)$",
    re.IGNORECASE,
)


def one(call: Call, slot: str = "title", *, ask: str = "Which task?", closed: bool = False) -> Task:
    """The open task of a slot; with `closed`, one that is done or cancelled will do. Raises Refused."""
    return several(call, slot, ask=ask, closed=closed)[0]


def several(call: Call, slot: str = "title", *, ask: str = "Which task?", closed: bool = False) -> list[Task]:
    """The open tasks of a slot, each once; several where several are named or meant ("them"). Raises Refused."""
    told = required(call.names(slot), "task.no_title", ask)
    if isinstance(call.slots.get(slot), str) and (known := _known(call, slot)):
        return known
    found = {
        task.id: task
        for words in told
        for task in _known(call, slot, words) or [_by_words(call, slot, words, closed=closed)]
    }
    return list(found.values())


def fitting(call: Call, words: str, statuses: Sequence[str]) -> list[Task]:
    """The tasks that these words fit, the nearest first; those that this command made win over all others."""
    rows = call.tx.rows(Task)
    made = {id_ for kind, id_ in call.tx.changed if kind == Task.kind}
    there = [(id_, row["title"]) for id_, row in rows.items() if row["status"] in statuses]
    for among in ([each for each in there if each[0] in made] if made else [], there):
        if found := closest(bare(words), among, itemgetter(1)):
            return documents(call.tx, [id_ for id_, _ in found])
    return []


def bare(words: str) -> str:
    """The words of a title, without what only says that it is one."""
    said = spoken(words)
    return _AROUND.sub("", _AROUND.sub("", said)) or said


def ambiguous(slot: str, words: str, tasks: Sequence[Task]) -> Refused:
    """Asks which one; the answer may tell its place or its words."""
    which = f"{counted(len(tasks), 'task')} fit: {names(tasks)}. Which one?"
    return Unanswered("task.ambiguous", which, choice=choice(slot, words, tasks))


def _known(call: Call, slot: str, words: str | None = None) -> list[Task]:
    """What the words are known to stand for. Raises Refused where it was deleted since."""
    meant = [
        ref
        for ref in call.meant(slot)
        if ref.kind == Task.kind and ref.id and (words is None or words in (ref.words, ref.name))
    ]
    found = documents(call.tx, list(dict.fromkeys(str(ref.id) for ref in meant)))
    if meant and not found:
        raise Refused("task.gone", f"{meant[0].name} is not there any more")
    return found


def _by_words(call: Call, slot: str, words: str, *, closed: bool) -> Task:
    found = fitting(call, words, OPEN) or (fitting(call, words, CLOSED)[:1] if closed else [])
    if len(found) > 1:
        people = {person.casefold() for person in call.texts("assignees")} if slot == "title" else set()
        theirs = [task for task in found if people & {person.casefold() for person in task.assignees}]
        found = theirs or found
    if len(found) > 1:
        raise ambiguous(slot, words, found)
    if not found and (over := fitting(call, words, CLOSED)):
        raise Refused("task.closed", f"{over[0].title} is {over[0].status} already")
    if not found:
        raise Refused("task.unknown", f"I found no open task like “{bare(words)}”")
    return found[0]
