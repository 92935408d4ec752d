"""Lets the language model read what has been heard so far while one still speaks, so that its answer comes sooner. One
text at a time; only the newest waits.
"""

from __future__ import annotations

import threading
from collections.abc import Callable

from device.turn import events as on
from device.turn.session import Session


class ReadingAhead:
    """`watch` belongs to the main thread; `run` is the thread `ahead` (device.turn.reactor.Beside)."""

    name = "ahead"

    def __init__(self, prepare: Callable[[str], None]) -> None:
        """`prepare` reads the beginning of a sentence and may take a while; it raises nothing expected."""
        self._prepare = prepare
        self._waiting = ""
        self._stopped = False
        self._news = threading.Condition()

    def watch(self, event: on.Event, session: Session) -> None:
        """A watcher of the daemon."""
        match event:
            case on.PartialHeard(turn, partial) if turn == session.turn:
                self._leave(partial.text)
            case on.SpeechEnded() | on.FinalHeard():
                self._leave("")

    def run(self) -> None:
        """Read what waits, until stopped."""
        while True:
            with self._news:
                self._news.wait_for(lambda: self._waiting or self._stopped)
                if self._stopped:
                    return
                text, self._waiting = self._waiting, ""
            self._prepare(text)

    def stop(self) -> None:
        """End soon."""
        with self._news:
            self._stopped = True
            self._news.notify()

    def _leave(self, text: str) -> None:
        with self._news:
            self._waiting = text
            self._news.notify()
