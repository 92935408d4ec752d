"""Who may see what: private channels and projects, and all that is only in them, are there for the people in them.
Pure.

In a private channel are its members; in a private project the people told with it, those of its channels, and whoever
has a task in it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from services.store.base import Channel, Document, Message, Person, Project, Reader, SharedFile, Task

Row = Mapping[str, Any]
_TO_PEOPLE = frozenset((Message.kind, SharedFile.kind))
"""Kinds that may be for one person only."""
_GUARDED = _TO_PEOPLE | {Channel.kind, Project.kind, Task.kind}
"""Kinds that may be hidden; all others are visible to every role that may ask for them."""


@dataclass(frozen=True, slots=True)
class Hidden:
    """What is hidden from one person, in a store as it is now."""

    person: str
    """Its id; empty: nobody of the contacts."""
    name: str
    """In small letters."""
    channels: frozenset[str]
    projects: frozenset[str]
    nothing: bool = False
    """Somebody who sees all."""

    def guards(self, kind: type[Document]) -> bool:
        """Whether documents of a kind must be checked one by one."""
        return (
            not self.nothing
            and kind.kind in _GUARDED
            and bool(self.channels or self.projects or kind.kind in _TO_PEOPLE)
        )

    def hides(self, kind: type[Document], id_: str, row: Row, tasks: Mapping[str, Row]) -> bool:
        """Whether this person must not know of a document."""
        match kind.kind:
            case Task.kind:
                return self._hides_task(row, tasks)
            case Channel.kind:
                return id_ in self.channels
            case Project.kind:
                return id_ in self.projects
            case Message.kind:
                return self._hides_message(row)
            case SharedFile.kind:
                return self._hides_file(row, tasks)
            case _:
                return False

    def _hides_task(self, row: Row, tasks: Mapping[str, Row]) -> bool:
        """By its own place, else by that of its parent task. Its assignees know of it."""
        if (
            not row.get("parent_id")
            and row.get("channel_id") not in self.channels
            and row.get("project_id") not in self.projects
        ):
            return False  # as nearly all are
        seen: set[str] = set()
        part: Row | None = row
        while part is not None:
            if self.person and self.person in part.get("assignee_ids", ()):
                return False
            if part.get("channel_id") in self.channels or part.get("project_id") in self.projects:
                return True
            above = part.get("parent_id") or ""
            part = None if above in seen else tasks.get(above)
            seen.add(above)
        return False

    def _hides_message(self, row: Row) -> bool:
        if row.get("channel_id"):
            return row["channel_id"] in self.channels
        mine = (self.person, self.name)
        return not self.person or (
            row.get("person_id") not in mine and str(row.get("sender", "")).casefold() != self.name
        )

    def _hides_file(self, row: Row, tasks: Mapping[str, Row]) -> bool:
        """Whether it is only in places closed to this person. A file in no place is for everybody unless private."""
        places = [each in self.channels for each in row.get("channel_ids", ())]
        places += [each in tasks and self._hides_task(tasks[each], tasks) for each in row.get("task_ids", ())]
        places += [row["project_id"] in self.projects] if row.get("project_id") else []
        places += [each != self.person for each in row.get("person_ids", ())]
        return all(places) if places else bool(row.get("private"))


NOTHING = Hidden("", "", frozenset(), frozenset(), nothing=True)


def hidden_from(person: str, reader: Reader) -> Hidden:
    """What is hidden from the contact of that name; an unknown or empty name is nobody in particular."""
    folded = person.casefold()
    known = [id_ for id_, row in reader.rows(Person).items() if folded and str(row["name"]).casefold() == folded]
    me = known[0] if len(known) == 1 else ""
    closed = frozenset(
        id_ for id_, row in reader.rows(Channel).items() if row.get("private") and (not me or me not in row["members"])
    )
    private = {id_: row for id_, row in reader.rows(Project).items() if row.get("private")}
    if me and private:
        inside = {row.get("project_id") for row in reader.rows(Channel).values() if me in row["members"]}
        inside |= {row.get("project_id") for row in reader.rows(Task).values() if me in row.get("assignee_ids", ())}
        private = {id_: row for id_, row in private.items() if id_ not in inside and me not in row.get("members", ())}
    return Hidden(me, folded if me else "", closed, frozenset(private))
