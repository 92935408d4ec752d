"""Threads that sound waits for go before the others, where that is permitted."""

from __future__ import annotations

import os
import sys
import threading

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


def test_where_it_is_not_permitted_nothing_changes(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: int) -> None:
        raise PermissionError

    monkeypatch.setattr(os, "setpriority", refuse)
    before = os.getpriority(os.PRIO_PROCESS, 0)
    assert _niceness_of(priority.go_first) == before
