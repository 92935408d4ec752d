"""A part that begins anew: one after the other, on one thread, stopped at any time."""

from __future__ import annotations

import threading

import pytest

from device.upkeep.renewable import Renewable


class Works:
    """Until it is stopped."""

    name = "works"

    def __init__(self) -> None:
        self.began, self._stop = threading.Event(), threading.Event()
        self.over = False

    def run(self) -> None:
        self.began.set()
        self._stop.wait(30)
        self.over = True

    def stop(self) -> None:
        self._stop.set()


def test_the_next_begins_when_the_one_before_is_over() -> None:
    first, second = Works(), Works()
    part = Renewable("works", first)
    thread = threading.Thread(target=part.run)
    thread.start()
    assert first.began.wait(20)
    part.renew(second)
    assert second.began.wait(20) and first.over
    part.renew(None)
    third = Works()
    part.renew(third)
    assert third.began.wait(20) and second.over
    part.stop()
    thread.join(20)
    assert third.over and not thread.is_alive()


@pytest.mark.parametrize("there", [True, False])
def test_it_can_be_stopped_before_it_begins(there: bool) -> None:
    part = Renewable("works", Works() if there else None)
    part.stop()
    part.run()


def test_a_bug_of_a_part_is_raised() -> None:
    class Broken(Works):
        def run(self) -> None:
            raise RuntimeError("bug")

    with pytest.raises(RuntimeError, match="bug"):
        Renewable("works", Broken()).run()
