"""What the daemon asks of the store beside commands: what is due, and which names people may say."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime

from services.actions import ringing
from services.actions.base import Due
from services.store.documents import Task, TodoList
from services.store.store import Store

MOST_NAMES = 40
"""Names handed to the recogniser: its prompt is short."""


class StoreCalendar:
    """Reminders, timers and names of one open store."""

    def __init__(self, store: Store, now: Callable[[], datetime]) -> None:
        self._store = store
        self._now = now

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

    def is_name(self, text: str) -> bool:
        """Whether some task is for a person so called."""
        wanted = text.casefold()
        return any(person.casefold() == wanted for task in self._store.find(Task) for person in task.assignees)

    def names(self) -> Sequence[str]:
        """People and lists of the store, the latest first: words the recogniser should expect."""
        people = [person for task in reversed(self._store.find(Task)) for person in task.assignees]
        lists = [listed.name for listed in self._store.find(TodoList)]
        return tuple(dict.fromkeys([*people, *lists]))[:MOST_NAMES]
