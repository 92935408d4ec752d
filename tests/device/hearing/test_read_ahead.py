"""Reading ahead: the newest of what was heard, one at a time, nothing once the speaker has ended."""

from __future__ import annotations

import queue
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from device.hearing.read_ahead import Foreseen, ReadingAhead, Stale
from device.turn import events as on
from device.turn.machine import Session
from services.speech.base import Endpoint, Partial
from services.understanding.base import Command, Step


@contextmanager
def running(ahead: ReadingAhead) -> Iterator[None]:
    thread = threading.Thread(target=ahead.run)
    thread.start()
    try:
        yield
    finally:
        ahead.stop()
        thread.join(20)
        assert not thread.is_alive()


def heard(text: str, turn: int = 2) -> on.PartialHeard:
    return on.PartialHeard(turn, Partial(text, 1.0))


LISTENING = Session(turn=2)


def NOTHING(text: str, _: float, __: Stale) -> Foreseen:
    return Foreseen(Command(text, (), 0.0, "none"), str)


def nobody(text: str) -> None:
    raise AssertionError(text)


def test_the_newest_waits_while_one_is_read() -> None:
    read: queue.SimpleQueue[str] = queue.SimpleQueue()
    go_on = threading.Semaphore(0)

    def prepare(text: str) -> None:
        read.put(text)
        assert go_on.acquire(timeout=20)

    ahead = ReadingAhead(prepare, NOTHING, nobody)
    with running(ahead):
        ahead.watch(heard("remind"), LISTENING)
        assert read.get(timeout=20) == "remind"
        for text in ("remind me", "remind me to", "remind me to call"):
            ahead.watch(heard(text), LISTENING)
        go_on.release()
        assert read.get(timeout=20) == "remind me to call"
        ahead.watch(heard("remind me to call the bank"), LISTENING)
        ahead.watch(on.SpeechEnded(2, Endpoint(3.0, "silence")), LISTENING)
        ahead.watch(heard("of a turn before", turn=0), LISTENING)
        go_on.release()
        ahead.watch(heard("set a timer"), LISTENING)
        assert read.get(timeout=20) == "set a timer"
        go_on.release()
    assert read.empty()


def test_it_ends_while_something_waits() -> None:
    read: list[str] = []
    ahead = ReadingAhead(read.append, NOTHING, nobody)
    ahead.watch(heard("remind"), LISTENING)
    ahead.stop()
    ahead.run()
    assert read == []


def test_what_was_heard_until_a_pause_is_understood_told_and_made_ready() -> None:
    told: queue.SimpleQueue[str] = queue.SimpleQueue()
    ready: queue.SimpleQueue[str] = queue.SimpleQueue()

    def read(text: str, confidence: float, _: Stale) -> Foreseen:
        command = Command(text, (Step("timer.start", {"duration": "ten minutes"}),), confidence, "template")
        return Foreseen(command, lambda: f"Done: {text}.")

    ahead = ReadingAhead(lambda _: None, read, ready.put)
    with running(ahead):
        ahead.foresee("set a timer for ten minutes", 0.95, told.put)
        assert told.get(timeout=20) == "ordered" and ready.get(timeout=20) == "Done: set a timer for ten minutes."
        ahead.foresee("set a timer for ten minutes", 0.5, told.put)
        assert told.get(timeout=20) == "unsure" and ready.get(timeout=20)
        ahead.foresee("set a timer for ten minutes and", 0.95, told.put)
        assert told.get(timeout=20) == "unfinished"
    assert ready.empty(), "more is to come"


def test_what_is_understood_is_given_up_once_more_is_said() -> None:
    begun: queue.SimpleQueue[Stale] = queue.SimpleQueue()
    go_on = threading.Semaphore(0)
    told: list[str] = []

    def read(text: str, confidence: float, stale: Stale) -> Foreseen:
        begun.put(stale)
        assert go_on.acquire(timeout=20)
        return NOTHING(text, confidence, stale)

    ahead = ReadingAhead(lambda _: None, read, nobody)
    with running(ahead):
        ahead.foresee("Please add milk.", 0.9, told.append)
        stale = begun.get(timeout=20)
        ahead.watch(heard("please add"), LISTENING)
        ahead.watch(heard("Please add milk"), LISTENING)
        ahead.watch(on.SpeechEnded(2, Endpoint(3.0, "silence")), LISTENING)
        assert not stale(), "these are its own words, and its end"
        ahead.watch(heard("please add milk, eggs"), LISTENING)
        assert stale()
        ahead.foresee("Please add milk, eggs.", 0.9, told.append)
        go_on.release()
        assert not begun.get(timeout=20)()
        go_on.release()
    assert told == ["unsure"], "nothing is told of what was given up"
