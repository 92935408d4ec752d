"""What the spoken guide is told by other threads, and how its own waits for it."""

from __future__ import annotations

import queue
from collections.abc import Callable
from typing import NamedTuple

from device.guide.base import Did
from device.turn import events as on
from device.turn.session import Session

_LOOK_S = 0.1
"""How often it is looked whether sound comes, while it is waited for."""


class Seen(NamedTuple):
    """An event, and the session after it."""

    event: on.Event
    session: Session


class Ended(Exception):
    """The appliance stops."""


class GuideWanted(Exception):
    """Somebody wants the guide, or wants it to end."""

    def __init__(self, way: str) -> None:
        super().__init__(way)
        self.way = way


class News:
    """`put` may be called from any thread; all else belongs to the guide's."""

    def __init__(self, hears: Callable[[], bool]) -> None:
        """`hears`: whether sound comes now."""
        self._hears = hears
        self._queue: queue.SimpleQueue[Seen | Did | Ended | GuideWanted] = queue.SimpleQueue()
        self.session = Session()
        """As it was when what came last happened."""
        self.before = self.session
        """As it was before that."""

    def put(self, news: Seen | Did | Ended | GuideWanted) -> None:
        """Have it told."""
        self._queue.put(news)

    def next(self, within: float | None = None) -> Seen | Did | None:
        """The next of them; None: none came within so many seconds. Raises Ended, GuideWanted."""
        try:
            news = self._queue.get(timeout=within)
        except queue.Empty:
            return None
        if isinstance(news, Ended | GuideWanted):
            raise news
        if isinstance(news, Seen):
            self.before, self.session = self.session, news.session
        return news

    @property
    def closed(self) -> bool:
        """The microphone is muted, or gives no sound."""
        return self.session.deaf

    def until_wanted(self) -> str:
        """Until somebody wants the guide; how. Raises Ended."""
        try:
            while True:
                self.next()
        except GuideWanted as wanted:
            return wanted.way

    def until_open(self) -> None:
        """Until the appliance is ready, and sound comes."""
        while (away := self.session.phase == "starting" or self.closed) or not self._hears():
            self.next(None if away else _LOOK_S)

    def until_still(self, still_s: float) -> None:
        """Until nothing goes on any more, for so many seconds: what came between was said to its end."""
        while self._busy or self.next(still_s) is not None:
            if self._busy:
                self.next()

    @property
    def _busy(self) -> bool:
        return self.session.phase != "idle" or bool(self.session.untold)
