"""Reads what has been heard so far while one still speaks, so that less is left to do at the end: the language model
reads the beginning of a sentence, and in each pause all is understood as if it were over, and what would be answered is
synthesized. One text at a time; only the newest waits.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from device.hearing.turn_end import Tell
from device.turn import events as on
from device.turn.session import Session
from services.understanding.base import Command
from services.understanding.completeness import completeness
from services.understanding.words import split_words


@dataclass(frozen=True, slots=True)
class Foreseen:
    """What would come of a text. Taking a while, changing nothing."""

    command: Command
    reply: Callable[[], str]
    """What would be answered; empty where that can't be told."""


Stale = Callable[[], bool]
"""Whether nobody wants to know any more, since more is being said."""
Read = Callable[[str, float, Stale], Foreseen]
"""What comes of a text, heard so surely, as it would be understood now. Takes a while, changes nothing; worth nothing
once it is stale.
"""


class ReadingAhead:
    """`watch` belongs to the main thread; `foresee` is for any; `run` is the thread `ahead`
    (device.turn.reactor.Beside).
    """

    name = "ahead"

    def __init__(self, prepare: Callable[[str], None], read: Read, ready: Callable[[str], None]) -> None:
        """`prepare` reads the beginning of a sentence and may take a while; it raises nothing expected. `ready` is told
        what may have to be said soon.
        """
        self._prepare, self._read, self._ready = prepare, read, ready
        self._waiting: Callable[[], None] | None = None
        self._looking: tuple[str, threading.Event] | None = None
        """What was heard until the last pause, and whether more was said since."""
        self._stopped = False
        self._news = threading.Condition()

    def watch(self, event: on.Event, session: Session) -> None:
        """A watcher of the daemon."""
        match event:
            case on.PartialHeard(turn, partial_) if turn == session.turn:
                self._said(partial_.text)
                self._leave(partial(self._prepare, partial_.text))
            case on.SpeechEnded() | on.FinalHeard():
                self._leave(None)

    def foresee(self, text: str, confidence: float, tell: Tell) -> None:
        """Understand what was heard until a pause, tell whether more is to come, and have the answer made ready; unless
        more is said before.
        """
        self._said(text)
        stale = threading.Event()
        self._looking = text, stale

        def look() -> None:
            found = self._read(text, confidence, stale.is_set)
            if stale.is_set():
                return
            tell(whole := completeness(found.command))
            if whole != "unfinished" and (reply := found.reply()):
                self._ready(reply)

        self._leave(look)

    def run(self) -> None:
        """Read what waits, until stopped."""
        while True:
            with self._news:
                self._news.wait_for(lambda: self._waiting or self._stopped)
                if self._stopped:
                    return
                work, self._waiting = self._waiting, None
            if work:
                work()

    def stop(self) -> None:
        """End soon."""
        with self._news:
            self._stopped = True
            self._news.notify()

    def _said(self, text: str) -> None:
        """So much was heard by now; the words of the last pause may be told of once more, or some of them."""
        looking = self._looking
        if looking and _words(text) != _words(looking[0])[: len(_words(text))]:
            looking[1].set()

    def _leave(self, work: Callable[[], None] | None) -> None:
        with self._news:
            self._waiting = work
            self._news.notify()


def _words(text: str) -> list[str]:
    return [word.text for word in split_words(text)]
