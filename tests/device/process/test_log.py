"""What repeats without end is left out of the log, and counted."""

from __future__ import annotations

import logging
import threading

import pytest

from device.process.log import Repeats


class Kept(logging.Handler):
    def __init__(self, repeats: Repeats | None = None) -> None:
        super().__init__()
        self.repeats = repeats
        self.lines: list[str] = []

    def handle(self, record: logging.LogRecord) -> bool:
        told = self.repeats.told(record) if self.repeats else record
        return told is not None and bool(super().handle(told))

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(record.getMessage())


class Log:
    """A log of its own, and its clock."""

    def __init__(self) -> None:
        self.at = 100.0
        self.kept = Kept(Repeats(most=3, window_s=10.0, clock=lambda: self.at))
        self.log = logging.Logger("test")
        self.log.addHandler(self.kept)

    def xrun(self, number: int) -> None:
        self.log.warning("xrun %d", number)

    def other(self) -> None:
        self.log.warning(f"something else at {self.at}")


@pytest.fixture
def log() -> Log:
    return Log()


def test_a_flood_from_one_place_is_cut_and_counted(log: Log) -> None:
    for number in range(10_000):
        log.xrun(number)
    assert log.kept.lines == ["xrun 0", "xrun 1", "xrun 2 (more like it are left out for 10 s)"]
    log.at += 10.0
    log.xrun(7)
    log.xrun(8)
    assert log.kept.lines[3:] == ["xrun 7 (9,997 like it were left out before)", "xrun 8"]


def test_other_lines_get_through_meanwhile(log: Log) -> None:
    for number in range(100):
        log.xrun(number)
    log.other()
    assert log.kept.lines[-1] == "something else at 100.0"


def test_words_put_together_beforehand_are_of_one_place_too(log: Log) -> None:
    for _ in range(100):
        log.at += 0.01
        log.other()
    assert len(log.kept.lines) == 3


def test_what_comes_now_and_then_is_all_there(log: Log) -> None:
    for number in range(100):
        log.at += 6.0
        log.xrun(number)
    assert log.kept.lines == [f"xrun {number}" for number in range(100)]


def test_from_many_threads_none_too_many(log: Log) -> None:
    threads = [threading.Thread(target=lambda: [log.xrun(number) for number in range(500)]) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(log.kept.lines) == 3


def test_other_handlers_have_the_line_as_it_was(log: Log) -> None:
    other = Kept()
    log.log.addHandler(other)
    for number in range(3):
        log.xrun(number)
    assert other.lines == ["xrun 0", "xrun 1", "xrun 2"]
