"""What watchers are told: news that others leave here, and what is sampled five times a second while one watches."""

from __future__ import annotations

import logging
import threading
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime

from device.control.wire import plain
from device.messages import translation
from device.messages.base import DeviceMessage
from device.messages.events import FinalMessage, PartialMessage
from device.messages.snapshot import LogMessage, PhaseMessage, ReplyMessage, Snapshot, after
from device.turn import events as on
from device.turn.session import Session

LOOKS_APART = 0.2
"""Seconds between two looks at light, level, jobs, tasks."""
_MOST_NEWS = 500
_MOST_LOGGED = 20
"""Lines of the log that are told at one look; of more, the newest."""
_LONGEST = 1000
"""Letters of what is told in one piece."""

_SAID = on.WakeHeard | on.PartialHeard | on.FinalHeard
_WITH_WORDS = PartialMessage | FinalMessage

Source = Callable[[], DeviceMessage]
"""How one thing is now; asked on the thread `control`, it does not wait."""


class Feed(logging.Handler):
    """A log handler. `watch` belongs to main, `emit` to any thread, `look` and `news` to the thread `control`."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.sources: Sequence[Source] = ()
        """May be set at any time."""
        self.told: Callable[[], None] = lambda: None
        """Called when there are news while somebody watches; must not block."""
        self.watched = False
        self.fresh = False
        """The snapshot changed in a way that no change tells of; set back by whoever tells it."""
        self._snapshot = Snapshot()
        self._news: deque[DeviceMessage] = deque(maxlen=_MOST_NEWS)
        self._guard = threading.Lock()
        self._logged: deque[LogMessage] = deque()
        self._missed = 0

    # --- what happens ---

    def watch(self, event: on.Event, session: Session) -> None:
        """A watcher of the daemon."""
        stale = isinstance(event, on.TurnEvent) and event.turn != session.turn
        if isinstance(event, on.TextGiven):
            self._tell(FinalMessage(at=_now(), turn=session.turn, text=_short(event.text), confidence=1.0))
        elif isinstance(event, _SAID) and not stale:
            told = translation.OF_EVENTS[type(event)](event, _now())
            self._tell(replace(told, text=_short(told.text)) if isinstance(told, _WITH_WORDS) else told)
        phase = _phase(session)
        if phase != self._snapshot.phase:
            if session.phase == "speaking" and session.saying:
                self._tell(ReplyMessage(_short(session.saying.text), session.saying.awaits))
            self._tell(phase)

    def take(self, change: DeviceMessage) -> None:
        """Something that is neither an event nor looked at; any thread."""
        self._tell(change)

    def emit(self, record: logging.LogRecord) -> None:
        """A line of the log; never raises, never waits for who watches."""
        try:
            text = record.getMessage()
        except Exception:  # noqa: BLE001 - a wrong log call is told by the other handlers
            text = str(record.msg)
        if len(self._logged) >= _MOST_LOGGED:
            self._logged.popleft()
            self._missed += 1
        at = datetime.fromtimestamp(record.created, UTC)
        self._logged.append(LogMessage(at, record.levelname.lower(), _short(text)))

    def begin(self, **fields: object) -> None:
        """These of the snapshot are so from now on; any thread."""
        with self._guard:
            self._snapshot = replace(self._snapshot, **fields)  # type: ignore[arg-type] # names of its fields
        self.fresh = True
        self.told()

    # --- who watches ---

    def look(self) -> None:
        """See what has changed."""
        for source in self.sources:
            now = source()
            if now != getattr(self._snapshot, now.topic):
                self._tell(now)
        if self._logged:
            self.acquire()
            logged, missed = list(self._logged), self._missed
            self._logged.clear()
            self._missed = 0
            self.release()
            for each in (replace(logged[0], missed=missed), *logged[1:]):
                self._tell(each)

    def news(self) -> list[DeviceMessage]:
        """What was told since this was called last."""
        with self._guard:
            news = list(self._news)
            self._news.clear()
            return news

    @property
    def snapshot(self) -> Snapshot:
        """How it is."""
        return self._snapshot

    def _tell(self, change: DeviceMessage) -> None:
        with self._guard:
            self._snapshot = after(self._snapshot, change)
            if not self.watched:
                return
            self._news.append(change)
        self.told()


def _phase(session: Session) -> PhaseMessage:
    return PhaseMessage(
        session.phase,
        session.turn,
        session.muted,
        session.switched_off,
        None if session.fault is None else _short(session.fault),
        _short(session.ringing.words) if session.ringing else None,
        session.broker,
    )


def _short(text: str) -> str:
    shown = plain(text)
    return shown if len(shown) <= _LONGEST else f"{shown[: _LONGEST - 1]}…"


def _now() -> datetime:
    return datetime.now(UTC)
