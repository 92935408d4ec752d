"""Signals that end the appliance."""

from __future__ import annotations

import hashlib
import os
import queue
import signal
import threading
import time
from collections.abc import Iterator

import pytest

from device.turn import events as on
from device.turn.reactor import Inbox
from device.wiring.process import stop_on_signals


@pytest.fixture
def inbox() -> Iterator[Inbox]:
    before = {each: signal.getsignal(each) for each in (signal.SIGTERM, signal.SIGINT, signal.SIGUSR1)}
    made: Inbox = queue.SimpleQueue()
    stop_on_signals(made)
    yield made
    os.close(signal.set_wakeup_fd(-1))  # its thread reads the end, and ends
    for each, handler in before.items():
        signal.signal(each, handler)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_is_passed_on_while_the_main_thread_runs_no_step_of_python(inbox: Inbox, number: int) -> None:
    got: list[tuple[object, float]] = []

    def other() -> None:
        time.sleep(0.05)
        os.kill(os.getpid(), number)
        got.append((inbox.get(timeout=10), time.monotonic()))

    thread = threading.Thread(target=other)
    thread.start()
    hashlib.pbkdf2_hmac("sha512", b"word", b"salt", 600_000)  # in C, without the interpreter, for half a second
    ended = time.monotonic()
    thread.join()
    ((event, at),) = got
    assert event == on.Stopping()
    assert at < ended


def test_other_signals_end_nothing(inbox: Inbox) -> None:
    signal.signal(signal.SIGUSR1, lambda *_: None)
    signal.raise_signal(signal.SIGUSR1)
    signal.raise_signal(signal.SIGTERM)
    assert inbox.get(timeout=10) == on.Stopping()
    assert inbox.empty()
