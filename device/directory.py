"""The names of the store as they may be spoken: an index for the parser and the recogniser, made anew when one of them changed."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from typing import TypeVar

from services.store.documents import Channel, Customer, Document, Person, Project, Task, TodoList
from services.store.store import Store
from services.understanding.names.base import Entity, Unknown
from services.understanding.names.names import Names

D = TypeVar("D", bound=Document)

MOST_HINTS = 40
"""Names handed to the recogniser: its prompt is short."""
_KINDS = ("person", "channel", "project", "customer", "list")
_MOST_TASKS = 1_000
"""The latest; the names of people whom only tasks know are gathered from these."""


class StoreDirectory:
    """Names of one open store. Safe to use from several threads."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._lock = threading.Lock()
        self._seen: tuple[int, ...] | None = None
        self._tasks_seen = -1
        self._in_tasks: tuple[str, ...] = ()
        self._names = Names()

    def names(self) -> Names:
        """The index as of now. Most commands change none of the names, and cost nothing here."""
        with self._lock:
            revisions = self._store.storage.revisions
            in_tasks = self._in_tasks
            if revisions.get(Task.kind, 0) != self._tasks_seen:
                self._tasks_seen = revisions.get(Task.kind, 0)
                in_tasks = self._named_in_tasks()
            seen = tuple(revisions.get(kind, 0) for kind in _KINDS)
            if seen != self._seen or set(in_tasks) != set(self._in_tasks):
                self._seen, self._in_tasks = seen, in_tasks
                self._names = Names(self._entities())
            return self._names

    def hints(self) -> tuple[str, ...]:
        """Names that the recogniser should expect, the latest first."""
        return self.names().hints(MOST_HINTS)

    def _entities(self) -> Iterator[Entity]:
        """The latest first: they are the likeliest to be spoken of."""
        people = [Entity("person", each.id, each.name, each.nicknames, each.role, each.team) for each in self._latest(Person)]
        yield from people
        known = Names(people)
        yield from (Entity("person", "", name) for name in self._in_tasks if isinstance(known.resolve(name, ("person",)), Unknown))
        yield from (Entity("channel", each.id, each.name, members=each.members) for each in self._latest(Channel))
        yield from (Entity("project", each.id, each.name) for each in self._latest(Project))
        yield from (Entity("customer", each.id, each.name) for each in self._latest(Customer))
        yield from (Entity("list", each.id, each.name) for each in self._latest(TodoList))

    def _latest(self, kind: type[D]) -> list[D]:
        return sorted(self._store.find(kind), key=lambda document: document.updated, reverse=True)

    def _named_in_tasks(self) -> tuple[str, ...]:
        """People whom only tasks know, the latest first."""
        tasks = list(self._store.storage.rows(Task.kind).values())[-_MOST_TASKS:]
        return tuple(dict.fromkeys(str(person) for task in reversed(tasks) for person in task.get("assignees", ())))
