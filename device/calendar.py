"""What the daemon asks of the store beside commands: what is due, and which names people may say."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from device import events as on
from device.machine import Session
from services.actions import ringing
from services.actions.base import Due
from services.store.documents import Task, TodoList
from services.store.store import Store

MOST_NAMES = 40
"""Names handed to the recogniser: its prompt is short."""


class StoreCalendar:
    """Reminders, timers and names of one open store."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._names: tuple[str, ...] | None = None

    def due(self, now: datetime) -> Sequence[Due]:
        """What has come and was not rung yet, oldest first."""
        return ringing.due(self._store, now)

    def next_due(self, now: datetime) -> datetime | None:
        """When the next one comes."""
        coming = ringing.next_due(self._store, now)
        return coming.at if coming else None

    def rung(self, due: Due, now: datetime) -> None:
        """It has rung. Raises StoreError."""
        ringing.mark_rung(self._store, due, now)

    def watch(self, event: on.Event, _: Session) -> None:
        """A watcher: after a command there may be new names."""
        if isinstance(event, on.Replied):
            self._names = None

    def is_name(self, text: str) -> bool:
        """Whether something in the store is for a person or called so."""
        return text.casefold() in {name.casefold() for name in self.names()}

    def names(self) -> Sequence[str]:
        """People and lists of the store, the latest first: words the recogniser should expect. Read once between two commands."""
        names = self._names
        if names is None:
            people = [person for task in reversed(self._store.find(Task)) for person in task.assignees]
            lists = [listed.name for listed in self._store.find(TodoList)]
            names = self._names = tuple(dict.fromkeys([*people, *lists]))[:MOST_NAMES]
        return names
