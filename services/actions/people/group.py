"""Whom a task or a meeting is for: contacts by id, others as they were named. A task for nobody is whose voice made it,
and where no voice was known, everybody's.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, NamedTuple, TypeVar

from services.actions.call import Call
from services.actions.matching import closest
from services.actions.people.known import MYSELF, SELF, titled
from services.store.base import Meeting, Person, Task

D = TypeVar("D", Task, Meeting)


class Assignee(NamedTuple):
    """Somebody a task or a meeting is for; `id` is empty for who is not in the contacts."""

    name: str
    id: str = ""

    def has(self, row: Mapping[str, Any]) -> bool:
        """Whether the task is theirs: given to them, or made by them and given to nobody."""
        if self.id and self.id in row.get("assignee_ids", ()):
            return True
        if not row.get("assignees"):
            return bool(self.name) and str(row.get("created_by", "")).casefold() == self.name.casefold()
        return bool(closest(self.name, row.get("assignees", ()), str))


def people(call: Call, slot: str = "assignees") -> list[Assignee]:
    """Those named in a slot, each once. "Me" is whoever speaks, where the voice is known; else nobody in particular."""
    found: list[Assignee] = []
    for words in call.names(slot):
        if words.casefold() in SELF:
            me = speaker(call) if words.casefold() in MYSELF else None
            found += [me] if me else []
            continue
        meant = [
            ref
            for ref in call.references
            if ref.slot == slot and ref.kind == Person.kind and words in (ref.words, ref.name)
        ]
        found += [Assignee(ref.name, ref.id) if ref.id else contact(call, ref.name) for ref in meant] or [
            contact(call, words)
        ]
    return list(dict.fromkeys(found))


def speaker(call: Call) -> Assignee | None:
    """Whoever speaks, among the contacts where they are one, by the whole name or as the only one of that first name;
    None where the voice is not known.
    """
    if not call.speaker:
        return None
    found, folded = contact(call, call.speaker), call.speaker.casefold()
    rows = {} if found.id else call.tx.rows(Person)
    alike = [Assignee(row["name"], id_) for id_, row in rows.items() if row["name"].casefold().split()[0] == folded]
    return alike[0] if len(alike) == 1 else found


def speaker_name(call: Call) -> str:
    """What whoever speaks is called; empty where the voice is not known."""
    me = speaker(call)
    return me.name if me else ""


def names_owner(call: Call, slot: str = "assignees") -> bool:
    """Whether "me" is among those named."""
    return any(words.casefold() in SELF for words in call.names(slot))


def of(document: Task | Meeting) -> list[Assignee]:
    """Whom it is for."""
    if isinstance(document, Task):
        names, ids = document.assignees, document.assignee_ids
    else:
        names, ids = document.attendees, document.attendee_ids
    return [Assignee(name, id_) for name, id_ in zip(names, (*ids, *[""] * len(names)), strict=False)]


def given(document: D, group: Sequence[Assignee]) -> D:
    """The same for these people."""
    names, ids = tuple(person.name for person in group), tuple(person.id for person in group)
    ids = ids if any(ids) else ()
    if isinstance(document, Task):
        return replace(document, assignees=names, assignee_ids=ids)
    return replace(document, attendees=names, attendee_ids=ids)


def among(group: Sequence[Assignee], others: Sequence[Assignee]) -> list[Assignee]:
    """Those of a group who are among the others."""
    return [person for person in group if any(same(person, other) for other in others)]


def without(group: Sequence[Assignee], others: Sequence[Assignee]) -> list[Assignee]:
    """Those of a group who are not among the others."""
    return [person for person in group if not any(same(person, other) for other in others)]


def same(one: Assignee, other: Assignee) -> bool:
    """Whether they are one person."""
    if one.id and other.id:
        return one.id == other.id
    return bool(closest(one.name, [other.name], str) or closest(other.name, [one.name], str))


def contact(call: Call, words: str) -> Assignee:
    """Somebody by the very name or nickname that a contact has; else as named."""
    name = titled(words)
    for id_, row in call.tx.rows(Person).items():
        if name.casefold() in (row["name"].casefold(), *(nick.casefold() for nick in row.get("nicknames", ()))):
            return Assignee(row["name"], id_)
    return Assignee(name)
