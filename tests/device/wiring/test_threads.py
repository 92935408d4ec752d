"""An engine gets no more threads than there are processors for it."""

from __future__ import annotations

import os

import pytest

from device.wiring.basis import threads_of


@pytest.mark.parametrize(("wanted", "processors", "given"), [(2, 1, 1), (2, 4, 2), (1, 4, 1), (8, 4, 4)])
def test_threads_are_bounded_by_processors(
    monkeypatch: pytest.MonkeyPatch, wanted: int, processors: int, given: int
) -> None:
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: set(range(processors)))
    assert threads_of(wanted) == given
