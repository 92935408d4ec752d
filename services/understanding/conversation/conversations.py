"""The conversations of all clients, apart from each other. Safe to use from several threads."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from weakref import WeakValueDictionary

from services.understanding.conversation.memory import Conversation, alive

MOST_CLIENTS = 256
"""Conversations kept; the ones that were silent longest are forgotten first."""
MOST_OF_ONE = 16
"""Of one who has several."""


class _Turn:
    """The turn of one client."""

    def __init__(self) -> None:
        self.lock = threading.RLock()


class Conversations:
    """By client: a microphone, an MQTT client, a console."""

    def __init__(self, owner: Callable[[str], str] = lambda client: client) -> None:
        """`owner`: who is behind a client, who may have several conversations."""
        self._owner = owner
        self._kept: dict[str, Conversation] = {}
        """The latest last."""
        self._gate = threading.Lock()
        self._turns: WeakValueDictionary[str, _Turn] = WeakValueDictionary()
        """Those that somebody holds or waits for; nothing grows with the clients."""

    @contextmanager
    def turn(self, client: str) -> Iterator[None]:
        """Held while one turn of a client runs."""
        with self._gate:
            turn = self._turns.setdefault(client, _Turn())
        with turn.lock:
            yield

    def of(self, client: str, now: datetime) -> Conversation:
        """The conversation as it is now: a new one where the last has grown old."""
        with self._gate:
            return alive(self._kept.get(client, Conversation()), now)

    def keep(self, client: str, conversation: Conversation) -> None:
        """Remember it in place of the one before."""
        with self._gate:
            self._kept.pop(client, None)
            self._kept[client] = conversation
            owner = self._owner(client)
            of_one = [each for each in self._kept if self._owner(each) == owner]
            for silent in of_one[:-MOST_OF_ONE]:
                del self._kept[silent]
            while len(self._kept) > MOST_CLIENTS:
                del self._kept[next(iter(self._kept))]
