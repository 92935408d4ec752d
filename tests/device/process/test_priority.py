"""Threads that sound waits for go before the others, where that is permitted."""

from __future__ import annotations

import os
import sys
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from device.process import priority


def _niceness_of(work: object) -> int:
    found: list[int] = []

    def run() -> None:
        assert callable(work)
        work()
        found.append(os.getpriority(os.PRIO_PROCESS, threading.get_native_id()))

    thread = threading.Thread(target=run)
    thread.start()
    thread.join()
    return found[0]


@pytest.mark.skipif(sys.platform != "linux" or os.geteuid() != 0, reason="permitted to root alone, on Linux")
def test_the_calling_thread_goes_first_and_no_other() -> None:
    before = os.getpriority(os.PRIO_PROCESS, threading.get_native_id())
    assert _niceness_of(priority.go_first) == priority.FIRST
    assert os.getpriority(os.PRIO_PROCESS, threading.get_native_id()) == before


@pytest.mark.skipif(sys.platform != "linux" or os.geteuid() != 0, reason="permitted to root alone, on Linux")
def test_who_computes_for_one_that_goes_first_does_not_go_first() -> None:
    def listens() -> int:
        priority.go_first()
        with ThreadPoolExecutor(1, initializer=priority.go_with_the_rest) as pool:
            return pool.submit(lambda: os.getpriority(os.PRIO_PROCESS, threading.get_native_id())).result()

    with ThreadPoolExecutor(1) as ear:
        assert ear.submit(listens).result() == os.getpriority(os.PRIO_PROCESS, os.getpid())


def test_where_it_is_not_permitted_nothing_changes(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: int) -> None:
        raise PermissionError

    monkeypatch.setattr(os, "setpriority", refuse)
    before = os.getpriority(os.PRIO_PROCESS, 0)
    assert _niceness_of(priority.go_first) == before
